//! Notes on risky changes, for the reviewer of a plan.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Effect;
use super::diff::Change;
use super::wired;
use crate::release::ids::TargetGroupArn;
use crate::release::{Document, LiveService};
use crate::shape::items;

pub(super) fn owned_note(count: Option<u64>, service: &LiveService) -> Option<String> {
    let is = service.desired_count;
    let wanted = count.filter(|count| *count != u64::from(is))?;
    Some(format!(
        "service.desired {wanted} is ignored: autoscaling owns the number of tasks, now {is}"
    ))
}

pub(super) fn effect_note(effect: Effect, service: &LiveService) -> Option<String> {
    match effect {
        Effect::ReplaceTasks => {
            let (runs, wanted) = (running_tasks(service), service.desired_count);
            Some(if runs == wanted {
                format!("replaces {}", counted(runs))
            } else if runs == 0 {
                format!("no task runs: starts {}", counted(wanted))
            } else {
                format!("replaces {} and starts {wanted}", counted(runs))
            })
        }
        Effect::InPlace => Some("no restart".to_owned()),
        Effect::Create | Effect::None => None,
    }
}

/// Returns how many of the tasks that there should be really run: none where a first release failed,
/// or all have died.
pub(super) fn running_tasks(service: &LiveService) -> u32 {
    let is_told = service.document.contains_key("runningCount");
    if is_told {
        // During a rollout more run than there should be.
        service.running_count.min(service.desired_count)
    } else {
        service.desired_count
    }
}

/// Says that a deploy takes somebody's word for it.
pub(super) fn adoption_note(adopts: bool, effect: Effect) -> Option<String> {
    let how = match effect {
        Effect::None => "with its tags, which replace no task",
        Effect::InPlace | Effect::ReplaceTasks | Effect::Create => "--adopt",
    };
    adopts.then(|| format!("takes over a service that mlship did not make ({how})"))
}

/// Names the changes whose consequences a line of a diff would play down.
pub(super) fn risk_notes(service: &LiveService, document: &Document) -> Vec<String> {
    let mut notes = Vec::new();
    if document.contains_key("networkConfiguration") {
        notes.push("replaces the network".to_owned());
    }
    match document.get("loadBalancers").and_then(Value::as_array) {
        Some(none) if none.is_empty() => notes.push("detaches from the load balancer".to_owned()),
        Some(_) if is_other_balancer(service, document) => {
            notes.push("replaces the load balancer".to_owned());
        }
        Some(_) | None => {}
    }
    let strategy = |configuration: Option<&Value>| {
        let strategy = configuration.and_then(|configuration| configuration["strategy"].as_str());
        strategy.unwrap_or("ROLLING").to_owned()
    };
    let before = strategy(service.document.get("deploymentConfiguration"));
    let after = strategy(
        document
            .get("deploymentConfiguration")
            .or(service.document.get("deploymentConfiguration")),
    );
    if before != after {
        notes.push(format!("changes the strategy: {before} → {after}"));
    } else if after == "ROLLING" {
        notes.extend(unread_rule_note(service, document));
    }
    notes
}

/// Warns where tasks leave their target group for another: the manifest of a rolling release names
/// no rule, so that nobody sees whether requests follow.
fn unread_rule_note(service: &LiveService, document: &Document) -> Option<String> {
    let groups = |document: &Document| -> BTreeSet<TargetGroupArn> {
        let balancers = items(document.get("loadBalancers"));
        let pairs = balancers.flat_map(|balancer| {
            let other = &balancer["advancedConfiguration"]["alternateTargetGroupArn"];
            [&balancer["targetGroupArn"], other]
        });
        let groups = pairs.filter_map(Value::as_str);
        groups.map(TargetGroupArn::new).collect()
    };
    let (there, sent) = (groups(&service.document), groups(document));
    let new: Vec<&str> = sent.difference(&there).map(TargetGroupArn::name).collect();
    (!there.is_empty() && !new.is_empty()).then(|| {
        format!(
            "warning: requests follow the tasks to {} only where a rule of the load balancer sends \
             them there, which is not looked at",
            new.join(", ")
        )
    })
}

/// Says whether load balancers are sent that are not there: what is there may be sent in full.
fn is_other_balancer(service: &LiveService, document: &Document) -> bool {
    let is = service.document.get("loadBalancers");
    let sent = document.get("loadBalancers");
    sent.map(|sent| wired::in_order_of(is, sent)).as_ref() != is
}

/// A new version in the very same container is most likely no new version at all.
pub(super) fn same_container_note(changes: &[Change]) -> Option<String> {
    let is_name = |change: &Change| ["model.version", "model.ref"].contains(&&*change.path);
    let only_the_name = !changes.is_empty() && changes.iter().all(is_name);
    only_the_name.then(|| "image, weights and settings stay the same".to_owned())
}

pub(super) fn scale_note(service: &LiveService, document: &Document) -> Option<String> {
    let (before, after) = (service.desired_count, count(document.get("desiredCount")));
    document.get("desiredCount")?;
    let what = if after < before {
        "scales in"
    } else {
        "scales out"
    };
    Some(format!("{what}: {before} → {}", counted(after)))
}

pub(super) fn counted(tasks: u32) -> String {
    if tasks == 1 {
        "1 task".to_owned()
    } else {
        format!("{tasks} tasks")
    }
}

pub(super) fn count(value: Option<&Value>) -> u32 {
    let number = value.and_then(Value::as_u64).unwrap_or(0);
    u32::try_from(number).unwrap_or(u32::MAX)
}
