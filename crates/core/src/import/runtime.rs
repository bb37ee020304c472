//! `runtime`: what several of ECS's fields say together.

use serde_json::{Value, json};

use super::draft::Draft;
use super::live::Live;
use crate::shape::items;

pub(super) fn add(draft: &mut Draft, live: &Live) {
    compute(draft, live);
    let platform = live.task_definition.get("runtimePlatform");
    if platform.is_some_and(|platform| platform["cpuArchitecture"] == "ARM64") {
        draft.set("runtime.arch", json!("arm64"));
    }
    if let Some(gpus) = gpus(live) {
        draft.set("runtime.gpu", json!(gpus));
    }
    match ports(live)[..] {
        [] => {}
        [port] => draft.set("runtime.port", json!(port)),
        ref ports => draft.set("runtime.ports", json!(ports)),
    }
    if let Some(group) = log_group(live) {
        draft.set("runtime.logs.group", json!(group));
    }
}

fn compute(draft: &mut Draft, live: &Live) {
    let kinds: Vec<&str> = items(live.task_definition.get("requiresCompatibilities"))
        .filter_map(Value::as_str)
        .collect();
    let strategy: Vec<&Value> = items(live.service.get("capacityProviderStrategy")).collect();
    if strategy.is_empty() {
        let launch_type = live.service.get("launchType").and_then(Value::as_str);
        match launch_type {
            Some("FARGATE") => draft.set("runtime.compute", json!("fargate")),
            Some("EC2") => draft.set("runtime.compute", json!("ec2")),
            Some(_) | None => {}
        }
        return;
    }
    let provider = |item: &&Value| {
        let mut written = json!({"name": item["capacityProvider"]});
        for field in ["weight", "base"] {
            if let Some(number) = item.get(field) {
                written[field] = number.clone();
            }
        }
        written
    };
    let providers: Value = strategy.iter().map(provider).collect();
    draft.set("runtime.capacityProviders", providers);
    match kinds[..] {
        ["EC2"] => draft.set("runtime.compute", json!("ec2")),
        ["MANAGED_INSTANCES"] => draft.set("runtime.compute", json!("managed-instances")),
        _ => {}
    }
}

fn gpus(live: &Live) -> Option<u64> {
    let mut all = items(live.in_container("resourceRequirements"));
    let gpus = all.find(|item| item["type"] == "GPU")?;
    gpus["value"].as_str()?.parse().ok()
}

/// Returns the TCP ports that the model's container listens on, the load balancer's first.
fn ports(live: &Live) -> Vec<u64> {
    let is_tcp = |mapping: &&Value| mapping.get("protocol").is_none_or(|name| name == "tcp");
    let mut ports: Vec<u64> = items(live.in_container("portMappings"))
        .filter(is_tcp)
        .filter_map(|mapping| mapping["containerPort"].as_u64())
        .collect();
    let balanced = items(live.service.get("loadBalancers"))
        .filter(|item| item["containerName"] == live.container.as_str())
        .find_map(|item| item["containerPort"].as_u64());
    ports.sort_by_key(|port| Some(*port) != balanced);
    ports
}

/// Returns the log group, where all else of the logs is what a manifest would have of it.
fn log_group(live: &Live) -> Option<&Value> {
    let logs = live.in_container("logConfiguration")?;
    let options = logs.get("options")?;
    let is_written = logs["logDriver"] == "awslogs"
        && options["awslogs-stream-prefix"] == live.id.name.as_str()
        && options["awslogs-create-group"] == "true"
        && options["awslogs-region"].is_string();
    options.get("awslogs-group").filter(|_| is_written)
}
