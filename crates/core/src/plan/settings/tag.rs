//! The tag that names the settings which mlship wrote last: how it is written and read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::own_alarms::shortened;
use super::put;
use super::table::{ALL, Setting};
use crate::release::SETTINGS;
use crate::release::ids::ServiceId;
use crate::shape::{Document, items};
use mlship_text::digest::digest;

/// The most characters that ECS takes in a tag's value.
pub(super) const LONGEST: usize = 256;

/// Which settings mlship wrote last, by their keys, with what the tag has room for of their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::plan) struct WrittenLast(pub(super) BTreeMap<String, String>);

impl WrittenLast {
    /// Reads the tag of a revision.
    pub(in crate::plan) fn of(tags: Option<&BTreeMap<String, String>>) -> Self {
        let tag = tags.and_then(|tags| tags.get(SETTINGS));
        let pairs = tag.map_or("", String::as_str).split_whitespace();
        let settings = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, WITHOUT_VALUE)));
        Self(
            settings
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    /// Says whether nothing is recorded.
    pub(in crate::plan) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the settings at some places with their values, and the places of those whose value
    /// the tag had no room or no words for.
    pub(in crate::plan) fn values(
        &self,
        is_wanted: impl Fn(&str) -> bool,
    ) -> (Document, Vec<&'static str>) {
        let (mut document, mut lost) = (Document::new(), Vec::new());
        let written = ALL.iter().filter(|setting| self.has(setting));
        for setting in written.filter(|setting| is_wanted(setting.place)) {
            let value = self.value(setting.key);
            match value.and_then(|value| setting.parse(value)) {
                Some(value) => put(&mut document, setting.place, value),
                None => lost.push(setting.place),
            }
        }
        (document, lost)
    }

    /// Forgets the settings at places that somebody else owns.
    pub(in crate::plan) fn without(mut self, is_owned: impl Fn(&str) -> bool) -> Self {
        let owned = ALL.iter().filter(|setting| is_owned(setting.place));
        for setting in owned {
            self.0.remove(setting.key);
        }
        self
    }

    /// Returns what a setting was, as far as the tag had room for it.
    pub(in crate::plan) fn value(&self, key: &str) -> Option<&str> {
        let value = self.0.get(key).map(String::as_str);
        value.filter(|value| *value != WITHOUT_VALUE)
    }

    /// Says whether the pause before each step was an analysis'.
    pub(in crate::plan) fn is_judged(&self) -> bool {
        self.value(HOOKS) == Some(JUDGED)
    }

    /// Says whether a setting was written.
    pub(in crate::plan) fn has(&self, setting: &Setting) -> bool {
        self.0.contains_key(setting.key)
    }

    /// Says whether the setting at a place was written.
    pub(in crate::plan) fn has_place(&self, place: &str) -> bool {
        ALL.iter()
            .any(|setting| setting.place == place && self.has(setting))
    }
}

/// The key of hooks and pauses.
const HOOKS: &str = "hooks";
/// The value of it where the pause before each step is an analysis'.
const JUDGED: &str = "analysis";

/// Which service the settings are of: several may run one revision.
const OF: &str = "of";

/// Says whether a revision's tags are of another service than this one.
pub(in crate::plan) fn names_another(tags: &BTreeMap<String, String>, id: &ServiceId) -> bool {
    let last = WrittenLast::of(Some(tags));
    last.value(OF).is_some_and(|of| of != short_id(id))
}

/// Says whether a revision's tags tell that it succeeded in a service, or was left to ECS by a run
/// that did not wait.
#[must_use]
pub fn has_succeeded(tags: &BTreeMap<String, String>, id: &ServiceId) -> bool {
    tags.contains_key(SETTINGS) && !names_another(tags, id)
}

/// Tells services apart in few characters, of which a tag has not many.
fn short_id(id: &ServiceId) -> String {
    digest(&json!(id.path()))[..8].to_owned()
}

/// Returns the tag that names the settings of a document, with their values as far as they fit.
/// `is_judged` says that an analysis' pause is among the hooks.
pub(in crate::plan) fn tag(written: &Document, id: &ServiceId, is_judged: bool) -> String {
    let written = shortened(written, id);
    let value = |setting: &Setting, value: &Value| match setting.key {
        HOOKS if is_judged => JUDGED.to_owned(),
        _ => value_text(value),
    };
    let mut pairs: Vec<(&str, String)> = ALL
        .iter()
        .filter_map(|setting| Some((setting.key, value(setting, setting.of(&written)?))))
        .collect();
    pairs.push((OF, short_id(id)));
    while text(&pairs).len() > LONGEST {
        // The name says that it was written; its value is the first to go.
        let settings = pairs.iter_mut().filter(|(key, _)| *key != OF);
        let longest = settings.max_by_key(|(_, value)| value.len());
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
        Value::Object(members) => match (members.get("alarmNames"), members.get("namespace")) {
            (Some(Value::Array(names)), _) if is_plain_alarms(members) => names_text(names),
            (_, Some(namespace)) => value_text(namespace),
            _ => WITHOUT_VALUE.to_owned(),
        },
        Value::Null | Value::String(_) | Value::Array(_) => WITHOUT_VALUE.to_owned(),
    }
}

/// Says whether alarms are as a list of their names stands for them.
fn is_plain_alarms(members: &Document) -> bool {
    let is_on = |name: &str| members.get(name) == Some(&Value::Bool(true));
    let has_names = items(members.get("alarmNames")).next().is_some();
    !has_names || (is_on("enable") && is_on("rollback"))
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
