//! Every setting of a service: its name, its place, and what it goes back to.

use serde_json::{Value, json};

use super::at;
use crate::shape::Document;

/// A setting of a service.
#[derive(Debug)]
pub(in crate::plan) struct Setting {
    /// What it is called in the tag.
    pub(in crate::plan) key: &'static str,
    /// Where `UpdateService` has it.
    pub(in crate::plan) place: &'static str,
    left_out: LeftOut,
}

/// What becomes of a setting that mlship wrote last, when the manifest leaves it out.
#[derive(Debug, Clone, Copy)]
enum LeftOut {
    Number(i64),
    Text(&'static str),
    On,
    Off,
    Empty,
    /// It is switched off by a member of its own.
    Disabled(&'static str),
    NoAlarms,
    NoMetrics,
    HalfOfTheTasks,
    /// It has no default to go back to, or going back takes somebody's word for it.
    Stays,
}

use LeftOut::{Disabled, Empty, HalfOfTheTasks, NoAlarms, NoMetrics, Number, Off, On, Stays, Text};

const fn row(key: &'static str, place: &'static str, left_out: LeftOut) -> Setting {
    Setting {
        key,
        place,
        left_out,
    }
}

/// Every setting that `UpdateService` takes, but for the count of tasks, which is left alone.
pub(in crate::plan) const ALL: &[Setting] = &[
    row("grace", "healthCheckGracePeriodSeconds", Number(0)),
    row(
        "min",
        "deploymentConfiguration.minimumHealthyPercent",
        Number(100),
    ),
    row("max", "deploymentConfiguration.maximumPercent", Number(200)),
    row(
        "breaker",
        "deploymentConfiguration.deploymentCircuitBreaker.enable",
        On,
    ),
    row(
        "rollback",
        "deploymentConfiguration.deploymentCircuitBreaker.rollback",
        On,
    ),
    row(
        "reset",
        "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
        On,
    ),
    row(
        "threshold",
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
        HalfOfTheTasks,
    ),
    row("alarms", ALARMS, NoAlarms),
    row(
        "early",
        "deploymentConfiguration.earlySuccessCriteria",
        Disabled("enable"),
    ),
    row(
        "bake",
        "deploymentConfiguration.bakeTimeInMinutes",
        Number(0),
    ),
    row("hooks", "deploymentConfiguration.lifecycleHooks", Empty),
    row(
        "canary",
        "deploymentConfiguration.canaryConfiguration",
        Stays,
    ),
    row(
        "linear",
        "deploymentConfiguration.linearConfiguration",
        Stays,
    ),
    row("strategy", STRATEGY, Stays),
    row("lb", LOAD_BALANCERS, Stays),
    row("providers", PROVIDERS, Stays),
    row("net", "networkConfiguration", Stays),
    row("registries", "serviceRegistries", Empty),
    row(
        "connect",
        "serviceConnectConfiguration",
        Disabled("enabled"),
    ),
    row("volumes", "volumeConfigurations", Empty),
    row("lattice", "vpcLatticeConfigurations", Empty),
    row("gateway", "gatewayConnectors", Empty),
    row("monitoring", "monitoring", NoMetrics),
    row("exec", "enableExecuteCommand", Off),
    row("ecstags", "enableECSManagedTags", Off),
    row("propagate", "propagateTags", Text("NONE")),
    row("az", "availabilityZoneRebalancing", Text("ENABLED")),
    row("constraints", "placementConstraints", Empty),
    row("placement", "placementStrategy", Empty),
    row("platform", "platformVersion", Text("LATEST")),
];

/// The alarms that fail a deployment.
pub(in crate::plan) const ALARMS: &str = "deploymentConfiguration.alarms";
/// How traffic moves to a new release.
pub(in crate::plan) const STRATEGY: &str = "deploymentConfiguration.strategy";
/// What brings requests to the tasks.
pub(in crate::plan) const LOAD_BALANCERS: &str = "loadBalancers";
/// What tasks run on.
pub(in crate::plan) const PROVIDERS: &str = "capacityProviderStrategy";

impl Setting {
    /// Returns what it is in a document, if it is there.
    pub(in crate::plan) fn of<'a>(&self, document: &'a Document) -> Option<&'a Value> {
        at(document, self.place)
    }

    /// Says whether a new service has this where nobody says anything: what is compared as absent
    /// is what an old one has.
    pub(in crate::plan) fn is_filled_in(&self, value: &Value) -> bool {
        matches!(self.left_out, Text(text) if value == text)
    }

    /// Reads a value as the tag spells it.
    pub(in crate::plan) fn parse(&self, written: &str) -> Option<Value> {
        match (self.left_out, written) {
            (Number(_), number) => Some(json!(number.parse::<u64>().ok()?)),
            (On | Off, "on") => Some(json!(true)),
            (On | Off, "off") => Some(json!(false)),
            (Text(_) | Stays, text) => Some(json!(text)),
            (NoAlarms, "none") => self.default(),
            (NoAlarms, names) => {
                let names: Vec<&str> = names.split('+').collect();
                Some(json!({"alarmNames": names, "enable": true, "rollback": true}))
            }
            (On | Off | Empty | Disabled(_) | NoMetrics | HalfOfTheTasks, _) => None,
        }
    }

    /// Returns what it goes back to.
    pub(in crate::plan) fn default(&self) -> Option<Value> {
        Some(match self.left_out {
            Number(number) => json!(number),
            Text(text) => json!(text),
            On => json!(true),
            Off => json!(false),
            Empty => json!([]),
            Disabled(switch) => json!({ switch: false }),
            NoAlarms => json!({"alarmNames": [], "enable": false, "rollback": false}),
            NoMetrics => json!({"metricConfigurations": []}),
            HalfOfTheTasks => json!({"type": "BOUNDED_PERCENT", "value": 50}),
            Stays => return None,
        })
    }
}
