//! A task that stopped, as `DescribeTasks` shows it.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Document;
use super::live::epoch;
use crate::shape::items;

/// A task that stopped.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoppedTask {
    /// Its ARN.
    pub task_arn: String,
    /// ECS's class of the end.
    #[serde(default)]
    pub stop_code: Option<String>,
    /// ECS's own words.
    #[serde(default)]
    pub stopped_reason: Option<String>,
    /// When it reached RUNNING, if it did.
    #[serde(default, deserialize_with = "epoch")]
    pub started_at: Option<Timestamp>,
    /// When it began to stop.
    #[serde(default, deserialize_with = "epoch")]
    pub stopping_at: Option<Timestamp>,
    /// When it stopped; a task that still drains has no such time yet.
    #[serde(default, deserialize_with = "epoch")]
    pub stopped_at: Option<Timestamp>,
    /// Its containers.
    #[serde(default)]
    pub containers: Vec<StoppedContainer>,
}

impl StoppedTask {
    /// Takes from its task definition what the end of each container means.
    pub fn take_roles(&mut self, definition: &Document) {
        for container in &mut self.containers {
            container.role = ContainerRole::of(&container.name, definition);
        }
    }

    /// Returns how long it was up before it began to stop, if it ever was.
    #[must_use]
    pub fn lived(&self) -> Option<Duration> {
        let end = self.stopping_at.or(self.stopped_at)?;
        let lived = end.duration_since(self.started_at?);
        Duration::try_from(lived).ok()
    }
}

/// A container of a stopped task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoppedContainer {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its exit code, if it ever ran.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// ECS's own words.
    #[serde(default)]
    pub reason: Option<String>,
    /// `HEALTHY`, `UNHEALTHY` or `UNKNOWN`.
    #[serde(default)]
    pub health_status: Option<String>,
    /// What its end means for the task.
    #[serde(skip)]
    pub role: ContainerRole,
}

/// What the end of a container means for its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContainerRole {
    /// The task ends with it, as with every container of which nothing else is known.
    #[default]
    Essential,
    /// Others start only once it succeeded or is healthy.
    Required,
    /// The task goes on without it.
    Optional,
}

impl ContainerRole {
    /// Returns the role of a container by its task definition.
    fn of(name: &str, definition: &Document) -> Self {
        let containers = || items(definition.get("containerDefinitions"));
        let Some(own) = containers().find(|container| container["name"] == name) else {
            return Self::Essential;
        };
        if own["essential"].as_bool().unwrap_or(true) {
            return Self::Essential;
        }
        let needs = |dependency: &Value| {
            let condition = dependency["condition"].as_str();
            dependency["containerName"] == name && matches!(condition, Some("SUCCESS" | "HEALTHY"))
        };
        if containers().any(|container| items(container.get("dependsOn")).any(needs)) {
            Self::Required
        } else {
            Self::Optional
        }
    }
}
