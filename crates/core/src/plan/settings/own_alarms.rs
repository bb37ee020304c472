//! Alarms that mlship makes, in the tag of settings: one word for all of them. A release that is
//! gone back to has those that the service names by now, which watch both of its target groups.

use std::borrow::Cow;

use serde_json::json;

use super::{ALARMS, put};
use crate::release::ids::ServiceId;
use crate::release::{alarm_names, alarm_prefix};
use crate::shape::Document;

const NAMES: &str = "deploymentConfiguration.alarms.alarmNames";
/// What stands for them; no rule of names forbids it, and nobody calls an alarm that.
const OWN: &str = "@own";

/// Puts the word in their place.
pub(super) fn shortened<'a>(written: &'a Document, id: &ServiceId) -> Cow<'a, Document> {
    let prefix = alarm_prefix(id);
    let is_own = |name: &&str| name.starts_with(&prefix);
    if !alarm_names(written).any(|name| is_own(&name)) {
        return Cow::Borrowed(written);
    }
    let others = alarm_names(written).filter(|name| !is_own(name));
    let names: Vec<&str> = others.chain([OWN]).collect();
    let mut document = written.clone();
    put(&mut document, NAMES, json!(names));
    Cow::Owned(document)
}

/// Puts those in place of the word that a service names, and says whether it names none.
pub(in crate::plan) fn expanded(
    recorded: &mut Document,
    service: &Document,
    id: &ServiceId,
) -> bool {
    if !alarm_names(recorded).any(|name| name == OWN) {
        return false;
    }
    let prefix = alarm_prefix(id);
    let own: Vec<&str> = alarm_names(service)
        .filter(|name| name.starts_with(&prefix))
        .collect();
    let others = alarm_names(recorded).filter(|name| *name != OWN);
    let names: Vec<String> = others
        .chain(own.iter().copied())
        .map(str::to_owned)
        .collect();
    let (is_any, is_none) = (!names.is_empty(), own.is_empty());
    let alarms = json!({"alarmNames": names, "enable": is_any, "rollback": is_any});
    put(recorded, ALARMS, alarms);
    is_none
}
