//! Maps ECS's fields to the manifest's, so that a diff points at the line to edit.

use serde_json::json;

use super::settings::{self, WrittenLast};
use crate::release::fields::{Bindings, Request, field_at};
use crate::release::{Document, LiveTaskDefinition, MODEL, Overridden, Release};
use crate::shape::{DocumentKind, PAUSE_BEFORE_STEPS, Path, leaves};

/// What tells who wrote the leaves of a document.
#[derive(Debug)]
pub(super) struct FieldNames<'a> {
    request: Request,
    bindings: Bindings,
    overridden: Option<&'a Overridden>,
    /// Whether what no field of the manifest writes can only be of overrides.
    is_ours: bool,
}

impl<'a> FieldNames<'a> {
    /// Names the fields of a task definition that replaces what serves.
    pub(super) fn of_task_definition(
        release: &'a Release,
        serving: Option<&LiveTaskDefinition>,
    ) -> Self {
        let desired = &release.desired;
        let bindings = Bindings::default().with(&desired.task_definition, &release.container);
        Self {
            request: Request::TaskDefinition,
            // What somebody else registered has no container that is known to be the model's.
            bindings: serving
                .into_iter()
                .filter(|live| is_ours(live))
                .fold(bindings, bind),
            overridden: Some(&desired.overridden.task_definition),
            is_ours: serving.is_none_or(is_ours),
        }
    }

    /// Names the fields of a registered task definition that replaces another.
    pub(super) fn between(
        current: Option<&LiveTaskDefinition>,
        target: &LiveTaskDefinition,
    ) -> Self {
        Self {
            request: Request::TaskDefinition,
            bindings: current
                .into_iter()
                .chain([target])
                .fold(Bindings::default(), bind),
            overridden: None,
            is_ours: current.is_none_or(is_ours) && is_ours(target),
        }
    }

    /// Names the fields of a service, of which only those are compared that a release writes.
    pub(super) fn of_service(release: &'a Release) -> Self {
        Self {
            request: Request::Service,
            bindings: bindings(release.is_judged),
            overridden: Some(&release.desired.overridden.service),
            is_ours: true,
        }
    }

    /// Names the same, where an analysis' pause may go that was written last. What a release
    /// writes at its place is the release's own.
    pub(super) fn of_service_over(release: &'a Release, last: &WrittenLast) -> Self {
        let is_left = last.is_judged() && !waits_before_steps(&release.desired.service);
        Self {
            bindings: bindings(release.is_judged || is_left),
            ..Self::of_service(release)
        }
    }

    /// Names the fields of a service's revisions, of which only that is known by whose word its
    /// pause before each step ends: who wrote the others nobody knows any more.
    pub(super) fn of_revision(is_judged: bool) -> Self {
        Self {
            request: Request::Service,
            bindings: bindings(is_judged),
            overridden: None,
            is_ours: false,
        }
    }

    /// Returns the manifest's field for a leaf. What the manifest never had is ECS's own.
    pub(super) fn name(&self, path: &Path) -> String {
        if self.overridden.is_some_and(|by| by.contains(path)) {
            return self.escape_hatch(path);
        }
        let is_beside = || self.overridden.is_some_and(|by| by.is_beside(path));
        match field_at(self.request, path, &self.bindings) {
            Some(field) => field,
            None if self.is_ours || is_beside() => self.escape_hatch(path),
            None => path.to_string(),
        }
    }

    fn escape_hatch(&self, path: &Path) -> String {
        match self.request {
            Request::TaskDefinition => format!("overrides.taskDefinition.{path}"),
            Request::Service => format!("overrides.service.{path}"),
            Request::Scaling => path.to_string(),
        }
    }
}

fn bindings(is_judged: bool) -> Bindings {
    let bindings = Bindings::default();
    if is_judged {
        bindings.judged()
    } else {
        bindings
    }
}

/// Says whether a service has a pause before each step.
fn waits_before_steps(service: &Document) -> bool {
    let hooks = settings::at(service, "deploymentConfiguration.lifecycleHooks");
    let leaves = leaves(
        DocumentKind::Service,
        &json!({
            "deploymentConfiguration": {"lifecycleHooks": hooks}
        }),
    );
    leaves
        .keys()
        .any(|path| path.texts().contains(&PAUSE_BEFORE_STEPS))
}

/// Every field that mlship writes by itself has a row.
fn is_ours(live: &LiveTaskDefinition) -> bool {
    live.tags.contains_key(MODEL)
}

fn bind(bindings: Bindings, live: &LiveTaskDefinition) -> Bindings {
    let named = live.tags.get(MODEL).map(String::as_str);
    let named = named.filter(|name| live.has_container(name));
    match named.or(live.container()) {
        Some(model) => bindings.with(&live.document, model),
        None => bindings,
    }
}

#[cfg(test)]
mod tests;
