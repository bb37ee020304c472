//! A service's own settings: which of them mlship wrote last, and what becomes of one that the
//! manifest leaves out.
//!
//! The tag `mlship:settings` of the revision that serves names them. What is in it goes back to its
//! default once nobody writes it any more; what is not was never mlship's, and stays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::release::SETTINGS;
use crate::shape::{Document, DocumentKind, maps};

/// The most characters that ECS takes in a tag's value.
const LONGEST: usize = 256;

/// A setting of a service.
#[derive(Debug)]
pub(super) struct Setting {
    /// What it is called in the tag.
    pub(super) key: &'static str,
    /// Where `UpdateService` has it.
    pub(super) place: &'static str,
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
pub(super) const ALL: &[Setting] = &[
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
    row("alarms", "deploymentConfiguration.alarms", NoAlarms),
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

/// How traffic moves to a new release.
pub(super) const STRATEGY: &str = "deploymentConfiguration.strategy";
/// What brings requests to the tasks.
pub(super) const LOAD_BALANCERS: &str = "loadBalancers";
/// What tasks run on.
pub(super) const PROVIDERS: &str = "capacityProviderStrategy";

impl Setting {
    /// Returns what it is in a document, if it is there.
    pub(super) fn of<'a>(&self, document: &'a Document) -> Option<&'a Value> {
        at(document, self.place)
    }

    /// Says whether a new service has this where nobody says anything: what is compared as absent
    /// is what an old one has.
    pub(super) fn is_filled_in(&self, value: &Value) -> bool {
        matches!(self.left_out, Text(text) if value == text)
    }

    /// Returns what it goes back to.
    pub(super) fn default(&self) -> Option<Value> {
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

/// Parts of settings that are nobody's but whose the setting is: what mlship no longer writes of
/// them is gone. ECS adds nothing to them by itself.
const WHOLE: [(&str, &str); 5] = [
    ("alarms", "deploymentConfiguration.alarms"),
    (
        "threshold",
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
    ),
    ("early", "deploymentConfiguration.earlySuccessCriteria"),
    ("connect", "serviceConnectConfiguration.logConfiguration"),
    (
        "connect",
        "serviceConnectConfiguration.accessLogConfiguration",
    ),
];

/// Returns the places that are written as a whole: those of settings that mlship wrote last and
/// writes again, and maps whose names a user chose.
pub(super) fn whole_places(written: &Document, last: &WrittenLast) -> Vec<&'static str> {
    let is_written = |key: &str| {
        let setting = ALL.iter().find(|setting| setting.key == key);
        setting.is_some_and(|setting| last.has(setting) && setting.of(written).is_some())
    };
    let of_settings = WHOLE.iter().filter(|(key, _)| is_written(key));
    let maps = maps(DocumentKind::Service).iter().copied();
    of_settings
        .map(|(_, place)| *place)
        .chain(maps.filter(|place| at(written, place).is_some()))
        .collect()
}

/// Takes what is at a place out of a document.
pub(super) fn remove(document: &mut Document, place: &str) {
    match place.split_once('.') {
        None => {
            document.remove(place);
        }
        Some((first, rest)) => {
            if let Some(Value::Object(members)) = document.get_mut(first) {
                remove(members, rest);
            }
        }
    }
}

/// Returns what a document has at a place, if it speaks of it.
pub(super) fn at<'a>(document: &'a Document, place: &str) -> Option<&'a Value> {
    let mut steps = place.split('.');
    let first = document.get(steps.next()?)?;
    steps.try_fold(first, |value, step| value.get(step))
}

/// Which settings mlship wrote last, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WrittenLast(BTreeSet<String>);

impl WrittenLast {
    /// Reads the tag of a revision.
    pub(super) fn of(tags: Option<&BTreeMap<String, String>>) -> Self {
        let tag = tags.and_then(|tags| tags.get(SETTINGS));
        let pairs = tag.map_or("", String::as_str).split_whitespace();
        let keys = pairs.filter_map(|pair| pair.split('=').next());
        Self(keys.map(str::to_owned).collect())
    }

    /// Forgets the settings at places that somebody else owns.
    pub(super) fn without(mut self, is_owned: impl Fn(&str) -> bool) -> Self {
        let owned = ALL.iter().filter(|setting| is_owned(setting.place));
        for setting in owned {
            self.0.remove(setting.key);
        }
        self
    }

    /// Says whether a setting was written.
    pub(super) fn has(&self, setting: &Setting) -> bool {
        self.0.contains(setting.key)
    }

    /// Says whether the setting at a place was written.
    pub(super) fn has_place(&self, place: &str) -> bool {
        ALL.iter()
            .any(|setting| setting.place == place && self.has(setting))
    }
}

/// Adds to what a manifest writes the defaults of what it no longer writes.
pub(super) fn with_defaults(written: &Document, last: &WrittenLast) -> Document {
    let mut wanted = written.clone();
    for setting in ALL.iter().filter(|setting| last.has(setting)) {
        if let (None, Some(default)) = (setting.of(written), setting.default()) {
            put(&mut wanted, setting.place, default);
        }
    }
    wanted
}

/// Puts a value at a place of a document.
pub(super) fn put(document: &mut Document, place: &str, value: Value) {
    match place.split_once('.') {
        None => {
            document.insert(place.to_owned(), value);
        }
        Some((first, rest)) => {
            let holder = document.entry(first).or_insert_with(|| json!({}));
            if let Value::Object(members) = holder {
                put(members, rest, value);
            }
        }
    }
}

/// Returns the tag that names the settings of a document, with their values as far as they fit.
pub(super) fn tag(written: &Document) -> String {
    let mut pairs: Vec<(&str, String)> = ALL
        .iter()
        .filter_map(|setting| Some((setting.key, value_text(setting.of(written)?))))
        .collect();
    while text(&pairs).len() > LONGEST {
        // The name says that it was written; its value is the first to go.
        let longest = pairs.iter_mut().max_by_key(|(_, value)| value.len());
        match longest.filter(|(_, value)| *value != WITHOUT_VALUE) {
            Some((_, value)) => WITHOUT_VALUE.clone_into(value),
            None => break,
        }
    }
    text(&pairs)
}

fn text(pairs: &[(&str, String)]) -> String {
    let pair = |(key, value): &(&str, String)| match value.as_str() {
        WITHOUT_VALUE => (*key).to_owned(),
        value => format!("{key}={value}"),
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
}

const WITHOUT_VALUE: &str = "";

/// Spells a value in the characters that ECS takes in tags.
fn value_text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().all(is_plain) && !text.is_empty() => text.clone(),
        Value::Object(members) => match members.get("alarmNames").and_then(Value::as_array) {
            Some(names) => names_text(names),
            None => WITHOUT_VALUE.to_owned(),
        },
        Value::Null | Value::String(_) | Value::Array(_) => WITHOUT_VALUE.to_owned(),
    }
}

fn names_text(names: &[Value]) -> String {
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    if names.is_empty() {
        return "none".to_owned();
    }
    if names.iter().all(|name| name.chars().all(is_plain)) {
        names.join("+")
    } else {
        WITHOUT_VALUE.to_owned()
    }
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/' | ':' | '@')
}

#[cfg(test)]
mod tests;
