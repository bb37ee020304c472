//! Builds the model's container from the fields of the manifest's `runtime`.

use serde_json::{Value, json};

use super::Document;
use super::fields::put;
use mlship_manifest::schema::{ModelRelease, Runtime};

/// Adds to the model's container what no field says by itself.
pub(super) fn add(document: &mut Document, release: &ModelRelease, region: &str) {
    let runtime = &release.runtime;
    let mut set = |field: &str, value: Value| {
        let pattern = format!("containerDefinitions[@model].{field}");
        put(document, &pattern, release.container(), value);
    };
    set("essential", json!(true));
    let ports = ports(runtime);
    if !ports.is_empty() {
        set(
            "portMappings",
            ports.into_iter().map(port_mapping).collect(),
        );
    }
    if let Some(gpu) = runtime.gpu.filter(|gpu| *gpu > 0) {
        let all = json!([{"type": "GPU", "value": gpu.to_string()}]);
        set("resourceRequirements", all);
    }
    if let Some(logs) = &runtime.logs {
        set(
            "logConfiguration",
            log_configuration(&logs.group, &release.service.name, region),
        );
    }
}

/// Returns the ports the container listens on; the first is the load balancer's.
pub(super) fn ports(runtime: &Runtime) -> Vec<u16> {
    match (&runtime.port, &runtime.ports) {
        (Some(port), _) => vec![*port],
        (None, Some(ports)) => ports.clone(),
        (None, None) => Vec::new(),
    }
}

fn port_mapping(port: u16) -> Value {
    json!({"containerPort": port, "protocol": "tcp"})
}

fn log_configuration(group: &str, service: &str, region: &str) -> Value {
    json!({"logDriver": "awslogs", "options": {
        "awslogs-group": group,
        "awslogs-region": region,
        "awslogs-stream-prefix": service,
        "awslogs-create-group": "true",
    }})
}

#[cfg(test)]
mod tests;
