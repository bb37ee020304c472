//! How weights outside the image reach the model's container: a volume filled from S3 by an init
//! container, or one on EFS.

use serde_json::{Value, json};

use super::Document;
use super::fields::put;
use mlship_manifest::schema::{Artifact, Delivery, ModelRelease};

/// The volume that holds the weights, and the container that fills it.
pub const CONTAINER: &str = "mlship-weights";
/// The init container's exit code when the weights can't be had.
pub const MISSING: i32 = 44;
/// The init container's exit code when they are not what `sha256` says.
pub const CORRUPT: i32 = 45;

/// Has a shell and `sha256sum` besides the AWS CLI, for both architectures.
pub(crate) const DEFAULT_IMAGE: &str = "public.ecr.aws/aws-cli/aws-cli:2.31.9";
/// The least that the init container is promised where the task has no size of its own.
const RESERVATION_MIB: u32 = 256;

/// What the init container runs. A constant: what the manifest says reaches it in variables, which
/// a shell never reads as a part of the script.
const SCRIPT: &str = r#"set -u
attempt=1
while :; do
  case "$MLSHIP_URI" in
    */) aws s3 cp --only-show-errors --recursive "$MLSHIP_URI" "$MLSHIP_PATH" ;;
    *) aws s3 cp --only-show-errors "$MLSHIP_URI" "$MLSHIP_PATH/${MLSHIP_URI##*/}" ;;
  esac && break
  [ "$attempt" -lt 5 ] || { echo "mlship: cannot get the weights from $MLSHIP_URI" >&2; exit 44; }
  sleep $((attempt * 3)); attempt=$((attempt + 1))
done
if [ -n "$MLSHIP_SHA256" ]; then
  sum=$(sha256sum < "$MLSHIP_PATH/${MLSHIP_URI##*/}") || exit 45
  [ "${sum%% *}" = "$MLSHIP_SHA256" ] || { echo "mlship: the SHA-256 of the weights is ${sum%% *}, not $MLSHIP_SHA256" >&2; exit 45; }
fi
"#;

/// What weights add to a task definition whose first container is the model's.
pub(super) fn add(document: &mut Document, manifest: &ModelRelease) {
    let Some(artifact) = &manifest.model.artifact else {
        return;
    };
    let volume = match artifact.delivery {
        None | Some(Delivery::Baked) => return,
        Some(Delivery::S3Init) => json!({"name": CONTAINER}),
        Some(Delivery::Efs) => json!({"name": CONTAINER, "efsVolumeConfiguration": efs(artifact)}),
    };
    let model = manifest.container();
    let from_s3 = artifact.delivery == Some(Delivery::S3Init);
    let path = artifact.mount_path.as_deref().unwrap_or_default();
    // A task's own copy is the model's to unpack; a file system that tasks share is not.
    let mut mount = json!({"sourceVolume": CONTAINER, "containerPath": path});
    if !from_s3 {
        mount["readOnly"] = json!(true);
    }
    let mut set = |pattern: &str, value: Value| put(document, pattern, model, value);
    set("volumes", json!([volume]));
    set("containerDefinitions[@model].mountPoints", json!([mount]));
    if from_s3 {
        let dependency = json!([{"containerName": CONTAINER, "condition": "SUCCESS"}]);
        set("containerDefinitions[@model].dependsOn", dependency);
        let logs = logs_of(document, model);
        let init = init_container(artifact, path, logs, manifest.runtime.memory.is_some());
        put(document, "containerDefinitions", model, json!([init]));
    }
}

/// The init container tells where the model tells.
fn logs_of(document: &Document, model: &str) -> Option<Value> {
    let containers = document.get("containerDefinitions")?.as_array()?;
    let container = containers
        .iter()
        .find(|container| container["name"] == model)?;
    container.get("logConfiguration").cloned()
}

fn init_container(artifact: &Artifact, path: &str, logs: Option<Value>, is_sized: bool) -> Value {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let environment = json!([
        {"name": "MLSHIP_PATH", "value": path.trim_end_matches('/')},
        {"name": "MLSHIP_SHA256", "value": text(&artifact.sha256).to_ascii_lowercase()},
        {"name": "MLSHIP_URI", "value": text(&artifact.uri)},
    ]);
    let mut container = json!({
        "name": CONTAINER,
        "image": artifact.image.as_deref().unwrap_or(DEFAULT_IMAGE),
        "essential": false,
        // The image's own entry point is the AWS CLI.
        "entryPoint": ["sh", "-c"],
        "command": [SCRIPT],
        "environment": environment,
        "mountPoints": [{"sourceVolume": CONTAINER, "containerPath": path}],
    });
    if !is_sized {
        container["memoryReservation"] = json!(RESERVATION_MIB);
    }
    if let Some(logs) = logs {
        container["logConfiguration"] = logs;
    }
    container
}

fn efs(artifact: &Artifact) -> Value {
    let mut configuration = json!({
        "fileSystemId": artifact.file_system,
        "transitEncryption": "ENABLED",
    });
    if let Some(access_point) = &artifact.access_point {
        // Without IAM everyone who reaches the file system may use the access point.
        configuration["authorizationConfig"] =
            json!({"accessPointId": access_point, "iam": "ENABLED"});
    }
    configuration
}

#[cfg(test)]
mod tests;
