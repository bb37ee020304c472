//! A task that stopped, as `DescribeTasks` shows it.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::live::epoch;

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
}
