//! What a rule has to work with.

use std::ops::Range;

use super::super::conceal;
use super::super::diagnostic::Diagnostic;
use super::super::places::Places;
use super::super::schema::{CapacityProvider, Compute, ModelRelease};
use super::super::shape::shorten;
use super::super::source::Span;

/// The release under check, and what was found so far.
pub(super) struct Check<'a> {
    pub(super) release: &'a ModelRelease,
    places: &'a Places,
    found: &'a mut Vec<Diagnostic>,
    /// Where something is wrong already, so that a rule would only add to the noise.
    broken: Vec<Range<usize>>,
}

impl<'a> Check<'a> {
    pub(super) fn new(
        release: &'a ModelRelease,
        places: &'a Places,
        found: &'a mut Vec<Diagnostic>,
    ) -> Self {
        let errors = found.iter().filter(|one| one.is_error());
        let broken = errors
            .filter_map(|one| Some(one.span.as_ref()?.range()))
            .collect();
        Self {
            release,
            places,
            found,
            broken,
        }
    }

    /// Reports an error at a field, with the next step.
    pub(super) fn error(
        &mut self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.span(path);
        self.report(span, Diagnostic::error(code, message).help(help));
    }

    /// Reports an error in a field's name, with the next step.
    pub(super) fn error_in_name(
        &mut self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.key(path);
        self.report(span, Diagnostic::error(code, message).help(help));
    }

    /// Reports a warning at a field, with the next step.
    pub(super) fn warn(
        &mut self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.span(path);
        self.report(span, Diagnostic::warning(code, message).help(help));
    }

    fn report(&mut self, span: Span, diagnostic: Diagnostic) {
        let own = span.range();
        let overlaps = |other: &Range<usize>| {
            own == *other || (own.start < other.end && other.start < own.end)
        };
        if !self.broken.iter().any(overlaps) {
            self.found.push(diagnostic.at(span));
        }
    }

    /// Returns a field's value as a message repeats it.
    pub(super) fn quote(&self, path: &str, value: &str) -> String {
        if self.places.is_hidden(path) || conceal::looks_secret(value) {
            "(hidden)".to_owned()
        } else {
            format!("`{}`", shorten(value))
        }
    }

    /// Says whether a field was written at all, rightly or wrongly.
    pub(super) fn is_written(&self, path: &str) -> bool {
        self.places.is_written(path)
    }

    /// Says whether something is wrong with a field, so that its value is not what was meant.
    pub(super) fn is_broken(&self, path: &str) -> bool {
        let span = self.places.span(path).range();
        let overlaps = |other: &Range<usize>| {
            span == *other || (span.start < other.end && other.start < span.end)
        };
        self.broken.iter().any(overlaps)
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
