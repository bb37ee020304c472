//! What a release's tasks take, and where they run.

use serde_json::Value;

use super::number;
use crate::release::{Document, HostPort};
use crate::shape::items;

/// Where tasks run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compute {
    /// On Fargate, by launch type.
    Fargate,
    /// On the cluster's container instances, by launch type.
    Instances,
    /// By capacity providers.
    Providers(Vec<String>),
    /// As the cluster decides.
    Cluster,
}

/// What the tasks of a release take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Room {
    /// CPU units of a task.
    pub cpu: u64,
    /// MiB of a task.
    pub memory: u64,
    /// GPUs of a task.
    pub gpus: u64,
    /// The ports of its instance that a task takes: no other task there can have them.
    pub ports: Vec<HostPort>,
    /// How many tasks are wanted.
    pub desired: u64,
    /// How many run.
    pub running: u64,
    /// How many may run in percent of those wanted.
    pub maximum: u64,
    /// How many must stay in percent of those wanted.
    pub minimum: u64,
}

impl Compute {
    pub(super) fn of(service: &Document) -> Self {
        let providers = items(service.get("capacityProviderStrategy"));
        let providers = providers.filter_map(|item| item["capacityProvider"].as_str());
        let providers: Vec<String> = providers.map(str::to_owned).collect();
        match service.get("launchType").and_then(Value::as_str) {
            _ if !providers.is_empty() => Self::Providers(providers),
            Some("FARGATE") => Self::Fargate,
            Some("EC2") => Self::Instances,
            Some(_) | None => Self::Cluster,
        }
    }

    /// Says whether all tasks run on Fargate for certain.
    #[must_use]
    pub fn is_fargate(&self) -> bool {
        match self {
            Self::Fargate => true,
            Self::Providers(names) => names.iter().all(|name| is_fargates(name)),
            Self::Instances | Self::Cluster => false,
        }
    }

    /// Returns the capacity providers that are Fargate's or the cluster's own.
    #[must_use]
    pub fn providers(&self) -> &[String] {
        match self {
            Self::Providers(names) => names,
            Self::Fargate | Self::Instances | Self::Cluster => &[],
        }
    }

    /// Says whether tasks run on instances that register with the cluster.
    #[must_use]
    pub fn is_on_instances(&self) -> bool {
        match self {
            Self::Instances => true,
            Self::Providers(names) => !names.iter().any(|name| is_fargates(name)),
            Self::Fargate | Self::Cluster => false,
        }
    }
}

/// Says whether a capacity provider is one of Fargate's two.
pub(in crate::preflight) fn is_fargates(name: &str) -> bool {
    matches!(name, "FARGATE" | "FARGATE_SPOT")
}

impl Room {
    pub(super) fn of(task: &Document, service: &Document) -> Self {
        let containers: Vec<&Value> = items(task.get("containerDefinitions")).collect();
        let sum = |names: [&str; 2]| -> u64 {
            let each = containers.iter().map(|container| {
                let sizes = names.iter().filter_map(|name| number(container.get(name)));
                sizes.into_iter().next().unwrap_or(0)
            });
            each.sum()
        };
        let count = |name: &str| number(service.get(name));
        let configuration = service.get("deploymentConfiguration");
        let percent = |name: &str, by_default: u64| {
            number(configuration.and_then(|all| all.get(name))).unwrap_or(by_default)
        };
        Self {
            cpu: number(task.get("cpu")).unwrap_or_else(|| sum(["cpu", "cpu"])),
            memory: number(task.get("memory"))
                .unwrap_or_else(|| sum(["memoryReservation", "memory"])),
            gpus: containers.iter().map(|container| gpus(container)).sum(),
            ports: host_ports(task),
            desired: count("desiredCount").unwrap_or(1),
            running: count("runningCount").unwrap_or(0),
            maximum: percent("maximumPercent", 200),
            minimum: percent("minimumHealthyPercent", 100),
        }
    }

    /// Returns how many tasks a rollout starts before it stops one.
    #[must_use]
    pub fn surge(&self) -> u64 {
        let most = self.desired.saturating_mul(self.maximum) / 100;
        most.saturating_sub(self.running).min(self.desired)
    }

    /// Says whether a rollout may stop a task before it has started another.
    #[must_use]
    pub fn may_stop_first(&self) -> bool {
        let least = self.desired.saturating_mul(self.minimum).div_ceil(100);
        self.running > least
    }
}

fn gpus(container: &Value) -> u64 {
    let asked = items(container.get("resourceRequirements"));
    let asked = asked.filter(|asked| asked["type"] == "GPU");
    asked.filter_map(|asked| number(asked.get("value"))).sum()
}

/// Returns the ports that are fixed: with a network of its own a task takes none of its instance, and
/// behind a bridge ECS chooses where none is named.
fn host_ports(task: &Document) -> Vec<HostPort> {
    let mode = task.get("networkMode").and_then(Value::as_str);
    let names: &[&str] = match mode {
        Some("host") => &["hostPort", "containerPort"],
        Some("bridge") | None => &["hostPort"],
        Some(_) => &[],
    };
    let containers = items(task.get("containerDefinitions"));
    let mappings = containers.flat_map(|container| items(container.get("portMappings")));
    let ports = mappings.filter_map(|mapping| {
        let numbers = names.iter().filter_map(|name| number(mapping.get(name)));
        let number = numbers.into_iter().find(|number| *number > 0)?;
        let number = u16::try_from(number).ok()?;
        Some(match mapping["protocol"].as_str() {
            Some("udp") => HostPort::Udp(number),
            Some(_) | None => HostPort::Tcp(number),
        })
    });
    let mut ports: Vec<HostPort> = ports.collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}
