//! The input of a limit check, and how it reports.

use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::super::{Document, Release};
use mlship_manifest::Code;
use mlship_manifest::{Diagnostic, Manifest};

/// Where sidecars are written, and what the model's container has beyond the manifest's fields.
pub(super) const CONTAINERS: &str = "overrides.taskDefinition.containerDefinitions";

/// The documents under check, and what was found so far.
pub(super) struct Check<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) release: &'a Release,
    pub(super) task: &'a Document,
    pub(super) service: &'a Document,
    pub(super) containers: &'a [Value],
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    pub(super) fn new(manifest: &'a Manifest, release: &'a Release) -> Self {
        let task = &release.desired.task_definition;
        Self {
            manifest,
            release,
            task,
            service: &release.desired.service,
            containers: items(task.get("containerDefinitions")),
            found: Vec::new(),
        }
    }

    /// Reports an error at a field, with the next step.
    pub(super) fn error(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let problem = self.manifest.problem(path, code, message);
        self.found.push(problem.help(help));
    }

    /// Reports a warning at a field, with the next step.
    pub(super) fn warn(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.manifest.places.span(path);
        let warning = Diagnostic::warning(code, message).at(place).of(path);
        self.found.push(warning.help(help));
    }

    /// Reports a number that is not within its bounds, with the nearest that is.
    pub(super) fn bounds<N: PartialOrd + Display + Copy>(
        &mut self,
        path: &str,
        code: Code,
        what: &str,
        found: N,
        bounds: &RangeInclusive<N>,
    ) {
        if bounds.contains(&found) {
            return;
        }
        let (least, most) = (bounds.start(), bounds.end());
        let nearest = if found < *least { least } else { most };
        self.error(
            path,
            code,
            format!("{what} must be {least} to {most}, found {found}"),
            format!("write {nearest}"),
        );
    }

    /// Returns where a container's field is written: in its override, if it has one.
    pub(super) fn in_container(&self, container: &Value, field: &str) -> String {
        let overrides = self.manifest.release.overrides.as_ref();
        let written = overrides.and_then(|all| all.task_definition.get("containerDefinitions"));
        let same = |written: &Value| written.get("name") == container.get("name");
        match items(written).iter().position(same) {
            Some(index) => format!("{CONTAINERS}[{index}].{field}"),
            None if name(container) == self.manifest.release.container() => "runtime".to_owned(),
            None => "model.artifact".to_owned(),
        }
    }

    /// Says whether the tasks are meant to run on Fargate.
    pub(super) fn on_fargate(&self) -> bool {
        let runtime = &self.manifest.release.runtime;
        // Written wrongly it says nothing, and nothing would mean Fargate.
        let unclear = runtime.compute.is_none() && self.is_written("runtime.compute")
            || runtime.capacity_providers.is_none() && self.is_written("runtime.capacityProviders");
        let kinds = items(self.task.get("requiresCompatibilities"));
        !unclear && kinds.iter().any(|kind| kind == "FARGATE")
    }

    /// Says whether a field was written at all, rightly or wrongly.
    pub(super) fn is_written(&self, path: &str) -> bool {
        self.manifest.places.is_written(path)
    }
}

/// Returns the items of a list that may not be there.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns a container's name.
pub(super) fn name(container: &Value) -> &str {
    container["name"].as_str().unwrap_or_default()
}
