//! A task as `DescribeTasks` returns it, alive or dead.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::ids::{DeploymentId, TaskArn, TaskDefinitionArn};
use super::live::epoch;
use super::{Document, StoppedTask};

/// A task of a service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveTask {
    /// Its ARN.
    pub task_arn: TaskArn,
    /// What it runs.
    #[serde(default)]
    pub task_definition_arn: TaskDefinitionArn,
    /// The deployment that started it, if a service's did.
    #[serde(default)]
    pub started_by: Option<DeploymentId>,
    /// `PROVISIONING`, `PENDING`, …, `RUNNING`, …, `STOPPED`.
    #[serde(default)]
    pub last_status: String,
    /// `HEALTHY`, `UNHEALTHY`, or `UNKNOWN` where no container has a check.
    #[serde(default)]
    pub health_status: Option<String>,
    /// When it was made, by ECS's clock.
    #[serde(default, deserialize_with = "epoch")]
    pub created_at: Option<Timestamp>,
    /// Its containers.
    #[serde(default)]
    pub containers: Vec<LiveContainer>,
    /// The same task, read for how it ended.
    #[serde(skip)]
    pub end: Option<StoppedTask>,
}

/// A container of a task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveContainer {
    /// Its name in the task definition.
    #[serde(default)]
    pub name: String,
    /// `PENDING`, `RUNNING` or `STOPPED`.
    #[serde(default)]
    pub last_status: String,
    /// Its id at the container runtime.
    #[serde(default)]
    pub runtime_id: Option<String>,
    /// Its exit code, once it has ended.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// The image that it runs: `sha256:…`.
    #[serde(default)]
    pub image_digest: Option<String>,
    /// Where it is reached, in a network of its own.
    #[serde(default)]
    pub network_interfaces: Vec<NetworkInterface>,
}

/// A network interface of a task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInterface {
    /// Its address.
    #[serde(default)]
    pub private_ipv4_address: Option<String>,
    /// Its address.
    #[serde(default)]
    pub ipv6_address: Option<String>,
}

/// Which of a service's tasks: ECS lists them by what it wants of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DesiredStatus {
    /// To run; those on their way are among them.
    Running,
    /// To stop; those that still end their work are among them.
    Stopped,
}

impl LiveTask {
    /// Reads a task from its wire form.
    pub fn read(document: Document) -> serde_json::Result<Self> {
        let value = Value::Object(document);
        let mut task: Self = serde_json::from_value(value.clone())?;
        task.end = serde_json::from_value(value).ok();
        Ok(task)
    }

    /// Returns whether it has come to its end.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.last_status == "STOPPED"
    }

    /// Returns its addresses, by which a load balancer may know it.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let interfaces = self.containers.iter();
        let interfaces = interfaces.flat_map(|container| &container.network_interfaces);
        interfaces
            .flat_map(|found| [&found.private_ipv4_address, &found.ipv6_address])
            .filter_map(|address| address.as_deref())
    }

    /// Returns when it stopped.
    #[must_use]
    pub fn stopped_at(&self) -> Option<Timestamp> {
        self.end.as_ref()?.stopped_at
    }
}

impl LiveContainer {
    /// Returns whether it ever ran: what never did has written nothing.
    #[must_use]
    pub fn has_run(&self) -> bool {
        self.last_status == "RUNNING" || self.exit_code.is_some()
    }
}
