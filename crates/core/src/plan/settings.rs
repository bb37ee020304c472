//! A service's own settings: which of them mlship wrote last, and what becomes of one that the
//! manifest leaves out.
//!
//! The tag `mlship:settings` of the revision that serves names them. What is in it goes back to its
//! default once nobody writes it any more; what is not was never mlship's, and stays.

mod own_alarms;
mod table;
mod tag;

use serde_json::{Value, json};

use crate::shape::{Document, DocumentKind, maps};

pub(super) use own_alarms::expanded;
pub(super) use table::{ALARMS, ALL, LOAD_BALANCERS, PROVIDERS, STRATEGY, Setting};
pub use tag::has_succeeded;
pub(super) use tag::{WrittenLast, names_another, tag};

/// Parts of settings that are nobody's but whose the setting is: what mlship no longer writes of
/// them is gone. ECS adds nothing to them by itself.
const WHOLE: [(&str, &str); 5] = [
    ("alarms", ALARMS),
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

/// Calls the namespace of Service Connect what the manifest calls it: ECS may answer the ARN of one
/// that was written by its name, and only who wrote it knows that the two are one.
pub(super) fn with_namespace_as_written(
    mut live: Document,
    wanted: &Document,
    last: &WrittenLast,
) -> Document {
    let is_arn = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("arn:"));
    let written = at(wanted, NAMESPACE).filter(|written| !is_arn(written));
    let is_as_written = written
        .and_then(Value::as_str)
        .is_some_and(|written| last.value("connect") == Some(written));
    if let (true, Some(written), Some(answered)) = (is_as_written, written, at(&live, NAMESPACE))
        && is_arn(answered)
    {
        put(&mut live, NAMESPACE, written.clone());
    }
    live
}

const NAMESPACE: &str = "serviceConnectConfiguration.namespace";

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

#[cfg(test)]
mod tests;
