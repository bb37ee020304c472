//! What ECS takes an absent field to mean, so that a default it fills in is no difference.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::DocumentKind::{self, Service, TaskDefinition};
use super::canonical::spelled;
use super::{Document, Path, Segment, leaves};

/// What an absent field stands for, where that is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Implied {
    /// This text.
    Text(&'static str),
    /// This number.
    Number(i64),
    /// A switch that is on. One that is off needs no mention.
    On,
    /// The name of the item that it is a member of.
    Name,
    /// What the network mode makes of the port.
    HostPort,
}

use Implied::{HostPort, Name, Number, On, Text};

/// Returns what absent fields of a document stand for, by their places.
#[must_use]
pub const fn defaults(kind: DocumentKind) -> &'static [(&'static str, Implied)] {
    match kind {
        TaskDefinition => TASK_DEFINITION,
        Service => SERVICE,
    }
}

/// Returns what an absent field stands for.
#[must_use]
pub fn default_at(kind: DocumentKind, place: &str) -> Option<Implied> {
    defaults(kind)
        .iter()
        .find(|(known, _)| *known == place)
        .map(|(_, implied)| *implied)
}

// From the API reference and the task-definition parameters of the developer guide; the driver
// of a volume is Docker's default.
const TASK_DEFINITION: &[(&str, Implied)] = &[
    ("networkMode", Text("bridge")),
    ("runtimePlatform.cpuArchitecture", Text("X86_64")),
    ("runtimePlatform.operatingSystemFamily", Text("LINUX")),
    ("containerDefinitions[*].cpu", Number(0)),
    ("containerDefinitions[*].essential", On),
    (
        "containerDefinitions[*].versionConsistency",
        Text("enabled"),
    ),
    (
        "containerDefinitions[*].portMappings[*].protocol",
        Text("tcp"),
    ),
    ("containerDefinitions[*].portMappings[*].hostPort", HostPort),
    ("containerDefinitions[*].healthCheck.interval", Number(30)),
    ("containerDefinitions[*].healthCheck.timeout", Number(5)),
    ("containerDefinitions[*].healthCheck.retries", Number(3)),
    ("containerDefinitions[*].healthCheck.startPeriod", Number(0)),
    (
        "containerDefinitions[*].restartPolicy.restartAttemptPeriod",
        Number(300),
    ),
    (
        "containerDefinitions[*].linuxParameters.swappiness",
        Number(60),
    ),
    ("volumes[*].dockerVolumeConfiguration.scope", Text("task")),
    ("volumes[*].dockerVolumeConfiguration.driver", Text("local")),
    ("volumes[*].efsVolumeConfiguration.rootDirectory", Text("/")),
    (
        "volumes[*].efsVolumeConfiguration.transitEncryption",
        Text("DISABLED"),
    ),
    (
        "volumes[*].efsVolumeConfiguration.authorizationConfig.iam",
        Text("DISABLED"),
    ),
    (
        "volumes[*].s3filesVolumeConfiguration.rootDirectory",
        Text("/"),
    ),
];

const SERVICE: &[(&str, Implied)] = &[
    ("availabilityZoneRebalancing", Text("DISABLED")),
    ("capacityProviderStrategy[*].base", Number(0)),
    ("capacityProviderStrategy[*].weight", Number(0)),
    ("deploymentConfiguration.bakeTimeInMinutes", Number(0)),
    (
        "deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes",
        Number(10),
    ),
    (
        "deploymentConfiguration.canaryConfiguration.canaryPercent",
        Number(5),
    ),
    (
        "deploymentConfiguration.linearConfiguration.stepBakeTimeInMinutes",
        Number(6),
    ),
    (
        "deploymentConfiguration.linearConfiguration.stepPercent",
        Number(10),
    ),
    (
        "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
        On,
    ),
    (
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.type",
        Text("BOUNDED_PERCENT"),
    ),
    (
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.value",
        Number(50),
    ),
    ("deploymentConfiguration.maximumPercent", Number(200)),
    ("deploymentConfiguration.minimumHealthyPercent", Number(100)),
    ("deploymentConfiguration.strategy", Text("ROLLING")),
    (
        "deploymentConfiguration.lifecycleHooks[*].targetType",
        Text("AWS_LAMBDA"),
    ),
    (
        "deploymentConfiguration.lifecycleHooks[*].timeoutConfiguration.action",
        Text("ROLLBACK"),
    ),
    (
        "deploymentConfiguration.lifecycleHooks[*].timeoutConfiguration.timeoutInMinutes",
        Number(1440),
    ),
    ("deploymentController.type", Text("ECS")),
    ("healthCheckGracePeriodSeconds", Number(0)),
    (
        "networkConfiguration.awsvpcConfiguration.assignPublicIp",
        Text("DISABLED"),
    ),
    ("platformVersion", Text("LATEST")),
    ("propagateTags", Text("NONE")),
    ("schedulingStrategy", Text("REPLICA")),
    (
        "serviceConnectConfiguration.accessLogConfiguration.includeQueryParameters",
        Text("DISABLED"),
    ),
    (
        "serviceConnectConfiguration.services[*].discoveryName",
        Name,
    ),
    (
        "volumeConfigurations[*].managedEBSVolume.filesystemType",
        Text("xfs"),
    ),
    (
        "volumeConfigurations[*].managedEBSVolume.tagSpecifications[*].propagateTags",
        Text("NONE"),
    ),
];

/// What the defaults of a document depend on beside their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    kind: DocumentKind,
    host_ports: HostPorts,
}

/// What an absent host port stands for, which the network mode decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostPorts {
    /// The container's: in awsvpc and host mode.
    Same,
    /// Any that is free: in bridge mode, which is what Linux takes when no mode is written.
    Dynamic,
}

impl Defaults {
    /// Returns the defaults of a service.
    #[must_use]
    pub const fn of_service() -> Self {
        Self {
            kind: Service,
            host_ports: HostPorts::Same,
        }
    }

    /// Returns the defaults of a task definition.
    #[must_use]
    pub fn of_task_definition(document: &Document) -> Self {
        let host_ports = match document.get("networkMode").and_then(Value::as_str) {
            Some("awsvpc" | "host") => HostPorts::Same,
            _ => HostPorts::Dynamic,
        };
        Self {
            kind: TaskDefinition,
            host_ports,
        }
    }

    /// Returns what a leaf means to ECS, or its absence.
    fn meant(self, path: &Path, value: Option<&Value>) -> Value {
        let place = path.place();
        match value {
            Some(value) => spelled(self.kind, &place, value),
            // A switch that is off and a switch that is not mentioned are one.
            None => self.implied(&place, path).unwrap_or(Value::Bool(false)),
        }
    }

    fn implied(self, place: &str, path: &Path) -> Option<Value> {
        let name = path.0.iter().rev().nth(1).map(Segment::text);
        Some(match default_at(self.kind, place)? {
            Text(text) => json!(text),
            Number(number) => json!(number),
            On => json!(true),
            Name => json!(name),
            HostPort => match self.host_ports {
                HostPorts::Same => json!(name.map_or(0, port)),
                HostPorts::Dynamic => json!(0),
            },
        })
    }
}

/// Returns the port of an item that goes by `8080`, `53/udp`, or `8080#2`.
fn port(name: &str) -> u32 {
    let digits = name.split(['/', '#']).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Returns whether two readings of one field mean the same to ECS.
#[must_use]
pub fn same(
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    defaults: Defaults,
) -> bool {
    let meant = |value: Option<&Value>| defaults.meant(path, value);
    before == after || meant(before) == meant(after)
}

/// Returns what a document means to ECS, by paths: documents of one meaning have one, whatever
/// the order of their lists, and whether or not they write their defaults.
#[must_use]
pub fn meaning(defaults: Defaults, document: &Document) -> BTreeMap<String, Value> {
    leaves(defaults.kind, &Value::Object(document.clone()))
        .into_iter()
        .filter(|(path, value)| !same(path, None, Some(value), defaults))
        .map(|(path, value)| (path.to_string(), defaults.meant(&path, Some(&value))))
        .collect()
}
