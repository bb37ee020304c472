//! The settings of a release that matter for its failure, read from ECS's documents, so that
//! `watch` has them from any machine.

use serde_json::Value;

use crate::release::Document;

/// A release's settings, as far as they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether tasks run on Fargate.
    pub fargate: Option<bool>,
    /// `X86_64` or `ARM64`.
    pub architecture: Option<String>,
    /// What the model's container may use at most.
    pub memory_mib: Option<u64>,
    /// GPUs of a task.
    pub gpus: u64,
    /// Where the model's container listens.
    pub port: Option<u64>,
    /// The images of a task's containers.
    pub images: Vec<String>,
    /// Where the log goes.
    pub log_group: Option<String>,
    /// How long ECS overlooks failing checks of a new task.
    pub grace_seconds: Option<u64>,
    /// The model container's own health check.
    pub check: Option<Check>,
    /// Whether a load balancer checks the tasks.
    pub is_balanced: bool,
    /// The container instances of the cluster, where they were asked for.
    pub room: Option<String>,
}

/// A container's health check, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Between two checks.
    pub interval: u64,
    /// Failures in a row that make it unhealthy.
    pub retries: u64,
    /// How long failures don't count.
    pub start_period: u64,
}

impl Check {
    /// Returns after how many seconds a container that never passes is unhealthy.
    pub(super) fn allows(self) -> u64 {
        self.start_period + self.interval * self.retries
    }
}

impl Circumstances {
    /// Reads a task definition, and the service that runs it where that is known.
    #[must_use]
    pub fn of(definition: &Document, service: Option<&Document>) -> Self {
        let containers = definition
            .get("containerDefinitions")
            .and_then(Value::as_array);
        let containers = containers.map_or(&[][..], Vec::as_slice);
        let model = containers.first().unwrap_or(&Value::Null);
        let of_service = |name: &str| service.and_then(|service| service.get(name));
        let memory = number(&model["memory"]).or_else(|| number(definition.get("memory")?));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let platform = definition.get("runtimePlatform").unwrap_or(&Value::Null);
        Self {
            fargate: definition.get("requiresCompatibilities").map(|all| {
                let all = all.as_array().map_or(&[][..], Vec::as_slice);
                all.iter().any(|compatibility| compatibility == "FARGATE")
            }),
            architecture: text(&platform["cpuArchitecture"]),
            memory_mib: memory,
            gpus: gpus(model),
            port: number(&model["portMappings"][0]["containerPort"]),
            images: containers
                .iter()
                .filter_map(|container| text(&container["image"]))
                .collect(),
            log_group: text(&model["logConfiguration"]["options"]["awslogs-group"]),
            grace_seconds: of_service("healthCheckGracePeriodSeconds").and_then(number),
            check: check(&model["healthCheck"]),
            is_balanced: of_service("loadBalancers")
                .and_then(Value::as_array)
                .is_some_and(|all| !all.is_empty()),
            room: None,
        }
    }

    /// Returns how a text names one of the images, if it does.
    pub(super) fn image_in<'a>(&'a self, text: &str) -> Option<&'a str> {
        let mut images = self.images.iter();
        images
            .find(|image| text.contains(image.as_str()))
            .map(String::as_str)
    }
}

/// ECS gives the sizes of a task as text, those of a container as numbers.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn gpus(container: &Value) -> u64 {
    let needs = container["resourceRequirements"].as_array();
    let gpu = needs.and_then(|needs| needs.iter().find(|resource| resource["type"] == "GPU"));
    gpu.and_then(|gpu| number(&gpu["value"]))
        .unwrap_or_default()
}

/// Reads a health check with ECS's own defaults.
fn check(value: &Value) -> Option<Check> {
    value.as_object()?;
    Some(Check {
        interval: number(&value["interval"]).unwrap_or(30),
        retries: number(&value["retries"]).unwrap_or(3),
        start_period: number(&value["startPeriod"]).unwrap_or_default(),
    })
}
