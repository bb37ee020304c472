//! `model.artifact`: weights that mlship brings to the container.

use serde_json::{Value, json};

use super::draft::Draft;
use super::live::Live;
use crate::release::weights::{CONTAINER, DEFAULT_IMAGE};
use crate::shape::items;

pub(super) fn add(draft: &mut Draft, live: &Live) {
    let named = |list: Option<&'_ Value>| {
        let mut all = items(list);
        all.find(|item| item["name"] == CONTAINER).cloned()
    };
    let Some(volume) = named(live.task_definition.get("volumes")) else {
        return;
    };
    let mounted = items(live.in_container("mountPoints"))
        .find(|mount| mount["sourceVolume"] == CONTAINER)
        .and_then(|mount| mount.get("containerPath"));
    let Some(path) = mounted else {
        return;
    };
    let mut artifact = json!({"mountPath": path});
    if let Some(file_system) = volume.get("efsVolumeConfiguration") {
        artifact["delivery"] = json!("efs");
        artifact["fileSystem"] = file_system["fileSystemId"].clone();
        let access_point = &file_system["authorizationConfig"]["accessPointId"];
        if !access_point.is_null() {
            artifact["accessPoint"] = access_point.clone();
        }
        return draft.set("model.artifact", artifact);
    }
    let Some(container) = named(live.task_definition.get("containerDefinitions")) else {
        return;
    };
    let variable = |name: &str| {
        let found = items(container.get("environment")).find(|pair| pair["name"] == name);
        found.and_then(|pair| pair["value"].as_str())
    };
    artifact["delivery"] = json!("s3-init");
    artifact["uri"] = json!(variable("MLSHIP_URI"));
    if let Some(sha256) = variable("MLSHIP_SHA256").filter(|sum| !sum.is_empty()) {
        artifact["sha256"] = json!(sha256);
    }
    if container["image"] != DEFAULT_IMAGE {
        artifact["image"] = container["image"].clone();
    }
    draft.set("model.artifact", artifact);
}
