//! The model's own container, from the manifest's `runtime` and `health`.

use serde_json::{Value, json};

use super::Document;
use mlship_manifest::schema::{ContainerCheck, ModelRelease, Runtime};

/// Returns the container definition of the model.
pub(super) fn model_container(release: &ModelRelease, region: &str) -> Document {
    let runtime = &release.runtime;
    let mut container = Document::new();
    let mut set = |field: &str, value: Value| {
        container.insert(field.to_owned(), value);
    };
    set("name", json!(release.model.name));
    set("image", json!(release.image));
    set("essential", json!(true));
    if let Some(entry_point) = &runtime.entry_point {
        set("entryPoint", json!(entry_point));
    }
    if let Some(command) = &runtime.command {
        set("command", json!(command));
    }
    let ports = ports(runtime);
    if !ports.is_empty() {
        set(
            "portMappings",
            ports.into_iter().map(port_mapping).collect(),
        );
    }
    if !runtime.env.is_empty() {
        set("environment", pairs(&runtime.env, "value"));
    }
    if !runtime.secrets.is_empty() {
        set("secrets", pairs(&runtime.secrets, "valueFrom"));
    }
    if let Some(gpu) = runtime.gpu.filter(|gpu| *gpu > 0) {
        let all = json!([{"type": "GPU", "value": gpu.to_string()}]);
        set("resourceRequirements", all);
    }
    if let Some(size) = runtime.shared_memory_mib {
        set("linuxParameters", json!({"sharedMemorySize": size}));
    }
    if let Some(logs) = &runtime.logs {
        set(
            "logConfiguration",
            log_configuration(&logs.group, &release.service.name, region),
        );
    }
    if let Some(check) = release
        .health
        .as_ref()
        .and_then(|health| health.container.as_ref())
    {
        set("healthCheck", health_check(check));
    }
    container
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

fn pairs(map: &std::collections::BTreeMap<String, String>, held: &str) -> Value {
    map.iter()
        .map(|(name, value)| json!({"name": name, held: value}))
        .collect()
}

fn log_configuration(group: &str, service: &str, region: &str) -> Value {
    json!({"logDriver": "awslogs", "options": {
        "awslogs-group": group,
        "awslogs-region": region,
        "awslogs-stream-prefix": service,
        "awslogs-create-group": "true",
    }})
}

fn health_check(check: &ContainerCheck) -> Value {
    let mut value = json!({"command": check.command});
    let parts = [
        ("interval", check.interval),
        ("timeout", check.timeout),
        ("retries", check.retries),
        ("startPeriod", check.start_period),
    ];
    for (field, number) in parts {
        if let Some(number) = number {
            value[field] = json!(number);
        }
    }
    value
}

#[cfg(test)]
mod tests;
