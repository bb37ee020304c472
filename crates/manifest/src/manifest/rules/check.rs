//! The input of a rule about a release, and how it reports.

use std::ops::{Deref, DerefMut};

use super::super::diagnostic::Diagnostic;
use super::super::field_spans::Places;
use super::super::schema::{CapacityProvider, Compute, ModelRelease};
use super::findings::Findings;

/// The release under check, and what was found so far.
pub(super) struct Check<'a> {
    pub(super) release: &'a ModelRelease,
    findings: Findings<'a>,
}

impl<'a> Deref for Check<'a> {
    type Target = Findings<'a>;

    fn deref(&self) -> &Findings<'a> {
        &self.findings
    }
}

impl<'a> DerefMut for Check<'a> {
    fn deref_mut(&mut self) -> &mut Findings<'a> {
        &mut self.findings
    }
}

impl<'a> Check<'a> {
    pub(super) fn new(
        release: &'a ModelRelease,
        places: &'a Places,
        found: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            release,
            findings: Findings::new(places, found),
        }
    }

    /// Says whether the tasks run on Fargate.
    pub(super) fn on_fargate(&self) -> bool {
        let runtime = &self.release.runtime;
        let overridden = self.overrides_service("launchType")
            || self.overrides_service("capacityProviderStrategy")
            || self.overrides_task("requiresCompatibilities");
        if self.is_written("runtime.compute") {
            return runtime.compute == Some(Compute::Fargate);
        }
        match &runtime.capacity_providers {
            Some(providers) => providers.iter().all(CapacityProvider::is_fargate),
            None => !overridden && !self.is_written("runtime.capacityProviders"),
        }
    }

    /// Says whether a field of the task definition is overridden, which is then not ours to judge.
    pub(super) fn overrides_task(&self, field: &str) -> bool {
        let overrides = self.release.overrides.as_ref();
        overrides.is_some_and(|overrides| overrides.task_definition.contains_key(field))
    }

    /// Says whether a field of the service is overridden, which is then not ours to judge.
    pub(super) fn overrides_service(&self, field: &str) -> bool {
        let overrides = self.release.overrides.as_ref();
        overrides.is_some_and(|overrides| overrides.service.contains_key(field))
    }
}
