//! Checks that overrides, which replace lists, keep what delivers the weights to the model.

use serde_json::Value;

use super::super::weights::CONTAINER;
use super::check::{Check, items, name};
use mlship_manifest::Code;
use mlship_manifest::schema::Delivery;

pub(super) fn check(check: &mut Check<'_>) {
    let artifact = check.manifest.release.model.artifact.as_ref();
    let delivery = artifact.and_then(|artifact| artifact.delivery);
    let from_s3 = match delivery {
        None | Some(Delivery::Baked) => return,
        Some(Delivery::S3Init) => true,
        Some(Delivery::Efs) => false,
    };
    let Some(model) = check.containers.first() else {
        return;
    };
    let volumes = items(check.task.get("volumes"));
    if !volumes.iter().any(|volume| name(volume) == CONTAINER) {
        let help = format!("add `{{ name: {CONTAINER} }}` to the list");
        lost(check, "overrides.taskDefinition.volumes", "volume", &help);
    }
    let is_mount = |mount: &Value| mount["sourceVolume"] == CONTAINER;
    if !items(model.get("mountPoints")).iter().any(is_mount) {
        let path = check.in_container(model, "mountPoints");
        let help = format!("add `{{ sourceVolume: {CONTAINER}, containerPath: … }}` to the list");
        lost(check, &path, "mount", &help);
    }
    let waits = |dependency: &Value| {
        dependency["containerName"] == CONTAINER && dependency["condition"] == "SUCCESS"
    };
    if from_s3 && !items(model.get("dependsOn")).iter().any(waits) {
        let path = check.in_container(model, "dependsOn");
        let help =
            format!("add `{{ containerName: {CONTAINER}, condition: SUCCESS }}` to the list");
        lost(check, &path, "dependency", &help);
    }
}

fn lost(check: &mut Check<'_>, path: &str, what: &str, help: &str) {
    let message =
        format!("the override takes away the {what} that brings the weights to the model");
    check.error(path, Code::WEIGHTS_OVERRIDDEN, message, help);
}
