//! `rollout` and `traffic` of a service whose traffic ECS moves between two groups.

use serde_json::{Value, json};

use super::draft::Draft;
use super::live::Live;
use crate::release::rollout_of;
use crate::shape::items;

/// What ECS has of a pair of groups beside them, with the manifest's fields for it.
const WIRED: [(&str, &str); 3] = [
    ("productionListenerRule", "traffic.listenerRule"),
    ("testListenerRule", "traffic.testListenerRule"),
    ("roleArn", "traffic.role"),
];

pub(super) fn add(draft: &mut Draft, live: &Live) {
    let configuration = live.whole_service.get("deploymentConfiguration");
    let configuration = configuration.and_then(Value::as_object);
    if let Some(rollout) = configuration.and_then(rollout_of) {
        let said = json!(rollout);
        for (name, value) in said.as_object().into_iter().flatten() {
            if let Some(value) = written(value) {
                draft.set(&format!("rollout.{name}"), value);
            }
        }
    }
    traffic(draft, live);
}

/// Writes the pair of groups and its rules.
fn traffic(draft: &mut Draft, live: &Live) {
    let balancers: Vec<&Value> = items(live.service.get("loadBalancers")).collect();
    let [only] = balancers[..] else { return };
    let advanced = &only["advancedConfiguration"];
    let pair = (
        &only["targetGroupArn"],
        &advanced["alternateTargetGroupArn"],
    );
    let (Value::String(first), Value::String(second)) = pair else {
        return;
    };
    if only["containerName"] != live.container.as_str() {
        return;
    }
    draft.set("traffic", json!({"targetGroups": [first, second]}));
    for (theirs, ours) in WIRED {
        if let Some(value) = advanced[theirs].as_str() {
            draft.set(ours, json!(value));
        }
    }
}

/// Returns a value as somebody would write it: without what is not there, and whole numbers whole.
fn written(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(all) if all.is_empty() => None,
        Value::Array(all) => Some(all.iter().filter_map(written).collect()),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.filter_map(|(name, value)| Some((name.clone(), written(value)?)));
            Some(Value::Object(members.collect()))
        }
        Value::Number(number) => {
            let mut all = 0..=100_u32;
            let whole = all.find(|whole| number.as_f64() == Some(f64::from(*whole)));
            Some(whole.map_or_else(|| value.clone(), |whole| json!(whole)))
        }
        Value::Bool(_) | Value::String(_) => Some(value.clone()),
    }
}
