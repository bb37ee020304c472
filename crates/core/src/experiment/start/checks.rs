//! Checks of the listener rule and the variants before a start, and warnings about them.

use super::{Situation, StartRequest};
use crate::experiment::definition::Definition;
use crate::experiment::record::{Record, State, VARIANT};
use crate::experiment::refusal::Refusal;
use crate::release::LiveService;
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{ListenerRule, Routing};

pub(super) fn of_rule(
    definition: &Definition,
    rule: &ListenerRule,
    record: Option<&Record>,
    asked: StartRequest,
) -> Vec<Refusal> {
    let mut found = Vec::new();
    if rule.priority.is_none() {
        found.push(Refusal::default_rule());
    }
    if let Some(other) = record.filter(|record| record.name != definition.name) {
        found.push(Refusal::another_runs(&other.name));
    }
    let is_own = |record: &&Record| record.name == definition.name;
    if record
        .filter(is_own)
        .is_some_and(|record| record.state == State::Stopping)
    {
        found.push(Refusal::is_stopping(&definition.name));
    }
    match &rule.routing {
        Routing::Forward(live) => {
            let serving = live.serving();
            let foreign = serving.filter(|group| definition.arm_of(group).is_none());
            let names: Vec<&str> = foreign.map(TargetGroupArn::name).collect();
            if !names.is_empty() && !asked.force {
                found.push(Refusal::others_serve(&names));
            }
        }
        Routing::Other(action) if action == "fixed-response" => {}
        Routing::Other(action) => found.push(Refusal::no_forward(action)),
    }
    found
}

pub(super) fn of_variants(
    definition: &Definition,
    rule: &ListenerRule,
    seen: &Situation,
) -> Vec<Refusal> {
    let mut found = Vec::new();
    let balancer = rule.arn.load_balancer();
    let arms = definition.arms.iter().enumerate();
    for (index, arm) in arms.filter(|(_, arm)| !arm.is_dropped) {
        match seen.groups.iter().find(|group| group.arn == arm.group) {
            None => found.push(Refusal::no_group(index, arm)),
            Some(group) => {
                let mut others = group.load_balancers.iter();
                let other = others.find(|arn| !arn.ends_with(&format!(":loadbalancer/{balancer}")));
                found.extend(other.map(|_| Refusal::other_balancer(index, arm)));
            }
        }
        let service = seen.services.get(index).and_then(Option::as_ref);
        if service.is_some_and(|service| owns(service, &rule.arn)) {
            found.push(Refusal::owned(arm));
        }
    }
    found
}

/// Says whether ECS moves a service's traffic by a rule: its strategy owns it.
fn owns(service: &LiveService, rule: &RuleArn) -> bool {
    let balancers = service.document.get("loadBalancers");
    let balancers = balancers.and_then(|list| list.as_array());
    balancers.into_iter().flatten().any(|balancer| {
        let advanced = &balancer["advancedConfiguration"];
        ["productionListenerRule", "testListenerRule"]
            .iter()
            .any(|field| advanced[*field] == rule.as_str())
    })
}

pub(super) fn warnings(
    definition: &Definition,
    rule: &ListenerRule,
    before: Option<&Record>,
    seen: &Situation,
) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(before) =
        before.filter(|record| record.analysis_digest != definition.analysis_digest)
    {
        let began = before
            .started
            .map_or(String::new(), |time| format!(" on {time}"));
        found.push(format!(
            "what decides is not what it was when the experiment began{began}: changed after a \
             look, the verdict may be wrong more often than alpha says"
        ));
    }
    if before.is_none()
        && let Routing::Forward(live) = &rule.routing
    {
        let all: u32 = live.weights.values().sum();
        let arms = definition.arms.iter().filter(|arm| !arm.is_control);
        for arm in arms {
            let own = live.weights.get(&arm.group).copied().unwrap_or(0);
            if own > 0 {
                found.push(format!(
                    "{} has {:.0} % of the traffic already, and a release that is deployed to it \
                     gets that until the traffic is shared: what serves now should be the control",
                    arm.name,
                    100.0 * f64::from(own) / f64::from(all)
                ));
            }
        }
    }
    for arm in &definition.arms {
        let elsewhere = seen.siblings.iter().find(|other| {
            let is_other = other.arn != rule.arn && !other.tags.contains_key(VARIANT);
            is_other
                && matches!(&other.routing, Routing::Forward(forward)
                if forward.weights.get(&arm.group).is_some_and(|weight| *weight > 0))
        });
        if let Some(other) = elsewhere {
            let place = other.priority.map_or_else(
                || "the default rule".to_owned(),
                |priority| format!("the rule of priority {priority}"),
            );
            found.push(format!(
                "{} gets requests by {place} too, and the load balancer counts them together",
                arm.group.name()
            ));
        }
    }
    found
}
