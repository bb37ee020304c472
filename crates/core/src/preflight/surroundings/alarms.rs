//! What alarms watch: a deployment that may move traffic between two target groups.

use serde_json::Value;

use crate::release::{Document, Wiring, alarm_names, group_dimension};

/// A deployment that moves traffic between two target groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shifting {
    /// Both groups, as metrics name them.
    pub groups: [String; 2],
    /// Minutes of the first bake, which is the last chance of an alarm to keep most of the traffic
    /// from the new release.
    pub bake: u64,
}

impl Shifting {
    /// Reads a service's document; nothing where tasks are replaced one by one.
    pub(super) fn of(service: &Document) -> Option<Self> {
        let wiring = Wiring::of(service)?;
        let configuration = service.get("deploymentConfiguration")?;
        let minutes = |value: &Value| value.as_u64().unwrap_or(0);
        let bake = match configuration["strategy"].as_str()? {
            "CANARY" => &configuration["canaryConfiguration"]["canaryBakeTimeInMinutes"],
            "LINEAR" => &configuration["linearConfiguration"]["stepBakeTimeInMinutes"],
            "BLUE_GREEN" => &configuration["bakeTimeInMinutes"],
            _ => return None,
        };
        Some(Self {
            groups: wiring.groups.each_ref().map(group_dimension),
            bake: minutes(bake),
        })
    }
}

/// Returns the alarms that fail a deployment of a service.
pub(super) fn watched_alarms(service: &Document) -> Vec<String> {
    let configuration = service.get("deploymentConfiguration");
    if configuration.is_some_and(|configuration| configuration["alarms"]["enable"] == false) {
        return Vec::new();
    }
    alarm_names(service).map(str::to_owned).collect()
}
