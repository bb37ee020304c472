//! The lists and maps of ECS's model: what tells their items apart.

use serde_json::{Value, json};

use super::DocumentKind::{self, Service, TaskDefinition};

/// What tells the items of a list apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Their position, as in a command.
    Ordered,
    /// Their value: the order says nothing.
    Set,
    /// A map in list's clothing: the member that is the key, and the one that is the value.
    Pairs(&'static str, &'static str),
    /// The first of these members that they have.
    Named(&'static [&'static str]),
    /// A port, or a range of ports, and its protocol.
    Ports,
    /// A function, by its ARN, or a pause, by the stages that it waits at.
    Hooks,
}

/// What the name of a pause begins with; its stages follow.
const PAUSE: &str = "PAUSE@";

/// The name of a pause before each step of production traffic.
pub const PAUSE_BEFORE_STEPS: &str = "PAUSE@PRE_PRODUCTION_TRAFFIC_SHIFT";

/// Says whether an item of hooks is a pause, by its name.
#[must_use]
pub fn is_pause(name: &str) -> bool {
    name.starts_with(PAUSE)
}

/// Returns a hook that goes by a name.
pub(super) fn hook_of(name: &str) -> Value {
    match name.strip_prefix(PAUSE) {
        Some(stages) => {
            let stages: Vec<&str> = stages
                .split('+')
                .filter(|stage| !stage.is_empty())
                .collect();
            json!({"targetType": "PAUSE", "lifecycleStages": stages})
        }
        None => json!({"hookTargetArn": name}),
    }
}

fn name_of_hook(item: &Value) -> String {
    if item["targetType"] != "PAUSE" {
        return first_of(item, &["hookTargetArn", "targetType"]);
    }
    let stages = item["lifecycleStages"].as_array().into_iter().flatten();
    let mut stages: Vec<&str> = stages.filter_map(Value::as_str).collect();
    stages.sort_unstable();
    stages.dedup();
    format!("{PAUSE}{}", stages.join("+"))
}

impl List {
    /// Returns the name that an item goes by.
    pub(super) fn name(self, item: &Value) -> String {
        match self {
            Self::Ordered | Self::Set => String::new(),
            Self::Pairs(key, _) => text(&item[key]),
            Self::Named(keys) => first_of(item, keys),
            Self::Hooks => name_of_hook(item),
            Self::Ports => {
                let port = first_of(item, &["containerPort", "containerPortRange"]);
                match item["protocol"].as_str() {
                    None | Some("" | "tcp") => port,
                    Some(protocol) => format!("{port}/{protocol}"),
                }
            }
        }
    }

    /// Says whether items of one name keep their order: the first address of a host is tried
    /// first, and the last value of a variable holds.
    pub(super) const fn keeps_order(self) -> bool {
        match self {
            Self::Ordered | Self::Pairs(..) => true,
            Self::Set | Self::Named(_) | Self::Ports | Self::Hooks => false,
        }
    }
}

fn first_of(item: &Value, keys: &[&str]) -> String {
    keys.iter()
        .map(|key| text(&item[*key]))
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns what tells the items of a list apart, unless ECS's model has no such list here.
#[must_use]
pub fn list_at(kind: DocumentKind, place: &str) -> Option<List> {
    lists(kind)
        .iter()
        .find(|(known, _)| *known == place)
        .map(|(_, list)| *list)
}

/// Says whether the members of an object have names that a user chose.
#[must_use]
pub fn is_free_map(kind: DocumentKind, place: &str) -> bool {
    maps(kind).contains(&place)
}

/// Returns every list of a document, by its place.
#[must_use]
pub const fn lists(kind: DocumentKind) -> &'static [(&'static str, List)] {
    match kind {
        TaskDefinition => TASK_DEFINITION_LISTS,
        Service => SERVICE_LISTS,
    }
}

/// Returns every map of a document, by its place.
#[must_use]
pub const fn maps(kind: DocumentKind) -> &'static [&'static str] {
    match kind {
        TaskDefinition => &[
            "containerDefinitions[*].dockerLabels",
            "containerDefinitions[*].logConfiguration.options",
            "containerDefinitions[*].firelensConfiguration.options",
            "volumes[*].dockerVolumeConfiguration.driverOpts",
            "volumes[*].dockerVolumeConfiguration.labels",
        ],
        Service => &["serviceConnectConfiguration.logConfiguration.options"],
    }
}

const NAME: List = List::Named(&["name"]);
const TAGS: List = List::Pairs("key", "value");
const SECRETS: List = List::Pairs("name", "valueFrom");

const TASK_DEFINITION_LISTS: &[(&str, List)] = &[
    ("containerDefinitions", NAME),
    ("containerDefinitions[*].links", List::Ordered),
    ("containerDefinitions[*].portMappings", List::Ports),
    (
        "containerDefinitions[*].restartPolicy.ignoredExitCodes",
        List::Set,
    ),
    ("containerDefinitions[*].entryPoint", List::Ordered),
    ("containerDefinitions[*].command", List::Ordered),
    (
        "containerDefinitions[*].environment",
        List::Pairs("name", "value"),
    ),
    // Of a variable that two files have, the first one's value is taken.
    ("containerDefinitions[*].environmentFiles", List::Ordered),
    (
        "containerDefinitions[*].mountPoints",
        List::Named(&["containerPath"]),
    ),
    (
        "containerDefinitions[*].volumesFrom",
        List::Named(&["sourceContainer"]),
    ),
    (
        "containerDefinitions[*].linuxParameters.capabilities.add",
        List::Set,
    ),
    (
        "containerDefinitions[*].linuxParameters.capabilities.drop",
        List::Set,
    ),
    (
        "containerDefinitions[*].linuxParameters.devices",
        List::Named(&["containerPath", "hostPath"]),
    ),
    (
        "containerDefinitions[*].linuxParameters.devices[*].permissions",
        List::Set,
    ),
    (
        "containerDefinitions[*].linuxParameters.tmpfs",
        List::Named(&["containerPath"]),
    ),
    (
        "containerDefinitions[*].linuxParameters.tmpfs[*].mountOptions",
        List::Ordered,
    ),
    ("containerDefinitions[*].secrets", SECRETS),
    (
        "containerDefinitions[*].dependsOn",
        List::Pairs("containerName", "condition"),
    ),
    // The first server that answers is asked no further.
    ("containerDefinitions[*].dnsServers", List::Ordered),
    ("containerDefinitions[*].dnsSearchDomains", List::Ordered),
    (
        "containerDefinitions[*].extraHosts",
        List::Pairs("hostname", "ipAddress"),
    ),
    ("containerDefinitions[*].dockerSecurityOptions", List::Set),
    ("containerDefinitions[*].ulimits", NAME),
    (
        "containerDefinitions[*].logConfiguration.secretOptions",
        SECRETS,
    ),
    ("containerDefinitions[*].healthCheck.command", List::Ordered),
    (
        "containerDefinitions[*].systemControls",
        List::Pairs("namespace", "value"),
    ),
    (
        "containerDefinitions[*].resourceRequirements",
        List::Pairs("type", "value"),
    ),
    ("containerDefinitions[*].credentialSpecs", List::Ordered),
    ("volumes", NAME),
    ("placementConstraints", List::Set),
    ("requiresCompatibilities", List::Set),
    ("tags", TAGS),
    (
        "proxyConfiguration.properties",
        List::Pairs("name", "value"),
    ),
    (
        "inferenceAccelerators",
        List::Pairs("deviceName", "deviceType"),
    ),
];

const SERVICE_LISTS: &[(&str, List)] = &[
    (
        "loadBalancers",
        List::Named(&["targetGroupArn", "loadBalancerName"]),
    ),
    ("serviceRegistries", List::Named(&["registryArn"])),
    (
        "capacityProviderStrategy",
        List::Named(&["capacityProvider"]),
    ),
    ("deploymentConfiguration.alarms.alarmNames", List::Set),
    ("deploymentConfiguration.lifecycleHooks", List::Hooks),
    (
        "deploymentConfiguration.lifecycleHooks[*].lifecycleStages",
        List::Set,
    ),
    ("placementConstraints", List::Set),
    ("placementStrategy", List::Ordered),
    (
        "networkConfiguration.awsvpcConfiguration.subnets",
        List::Set,
    ),
    (
        "networkConfiguration.awsvpcConfiguration.securityGroups",
        List::Set,
    ),
    ("tags", TAGS),
    (
        "serviceConnectConfiguration.services",
        List::Named(&["portName"]),
    ),
    (
        "serviceConnectConfiguration.services[*].clientAliases",
        List::Named(&["port"]),
    ),
    (
        "serviceConnectConfiguration.logConfiguration.secretOptions",
        SECRETS,
    ),
    (
        "serviceConnectConfiguration.containerConfigurations",
        List::Set,
    ),
    ("volumeConfigurations", NAME),
    (
        "volumeConfigurations[*].managedEBSVolume.tagSpecifications",
        List::Named(&["resourceType"]),
    ),
    (
        "volumeConfigurations[*].managedEBSVolume.tagSpecifications[*].tags",
        TAGS,
    ),
    (
        "vpcLatticeConfigurations",
        List::Named(&["portName", "targetGroupArn"]),
    ),
    ("gatewayConnectors", List::Named(&["portName"])),
    ("gatewayConnectors[*].filters.accessTypes", List::Set),
    (
        "monitoring.metricConfigurations",
        List::Named(&["resolutionSeconds"]),
    ),
    ("monitoring.metricConfigurations[*].metricNames", List::Set),
];
