//! The settings of a release that matter for its failure, read from ECS's documents, so that
//! `watch` has them from any machine.

use std::collections::BTreeMap;

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
    /// The model's container.
    pub model: Option<String>,
    /// What each container may use at most, where it has a limit of its own.
    pub limits_mib: BTreeMap<String, u64>,
    /// Where each container logs to.
    pub logs: BTreeMap<String, LogTarget>,
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

/// Where a container logs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTarget {
    /// To where mlship reads.
    CloudWatch,
    /// By another driver.
    Elsewhere(String),
    /// To nowhere that outlives the task.
    Nowhere,
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
            model: text(&model["name"]),
            limits_mib: named(containers, |container| number(&container["memory"])),
            logs: named(containers, |container| Some(log_target(container))),
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

    /// Returns what a container may use at most: its own limit, or else that of the task.
    pub(super) fn limit_of(&self, container: &str) -> Option<u64> {
        let is_model = self.model.as_deref().is_none_or(|model| model == container);
        let of_task = self.memory_mib.filter(|_| is_model);
        self.limits_mib.get(container).copied().or(of_task)
    }

    /// Returns whether a container is another than the model's.
    pub(super) fn is_sidecar(&self, container: &str) -> bool {
        self.model
            .as_deref()
            .is_some_and(|model| model != container)
    }

    /// Returns how a text names one of the images, if it does.
    pub(super) fn image_in<'a>(&'a self, text: &str) -> Option<&'a str> {
        let mut images = self.images.iter();
        images
            .find(|image| text.contains(image.as_str()))
            .map(String::as_str)
    }
}

fn named<T>(containers: &[Value], of: impl Fn(&Value) -> Option<T>) -> BTreeMap<String, T> {
    let pairs = containers.iter().filter_map(|container| {
        let name = container["name"].as_str()?;
        Some((name.to_owned(), of(container)?))
    });
    pairs.collect()
}

fn log_target(container: &Value) -> LogTarget {
    match container["logConfiguration"]["logDriver"].as_str() {
        Some("awslogs") => LogTarget::CloudWatch,
        Some(other) => LogTarget::Elsewhere(other.to_owned()),
        None => LogTarget::Nowhere,
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
