//! Fixtures for the tests of experiments.

#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests alone, also those of other crates, where what is wrong shall fail"
)]

use super::definition::{Arm, Definition};
use super::start::Situation;
pub use crate::cloud::fake::FakeBalancer;
use crate::release::ids::{ClusterName, RuleArn, ServiceId, ServiceName, TargetGroupArn};
use crate::release::{ListenerRule, TargetGroup};

pub const NAMES: [&str; 3] = ["control", "challenger", "third"];

#[must_use]
pub fn group(name: &str) -> TargetGroupArn {
    let arn =
        format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/6d0e");
    TargetGroupArn::new(arn)
}

#[must_use]
pub fn rule_arn() -> RuleArn {
    RuleArn::new("arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3")
}

/// An experiment of variants with these weights, the first the control.
#[must_use]
pub fn definition(weights: &[u32]) -> Definition {
    let arms = NAMES.iter().zip(weights).enumerate();
    Definition {
        name: "v9".to_owned(),
        rule: rule_arn(),
        stickiness: None,
        header: None,
        hypothesis: None,
        arms: arms
            .map(|(index, (name, weight))| Arm {
                name: (*name).to_owned(),
                // In the order of the variants.
                group: group(&format!("{index}-{name}")),
                service: ServiceId {
                    cluster: ClusterName::new("ml"),
                    name: ServiceName::new(*name),
                    place: None,
                },
                weight: *weight,
                is_control: index == 0,
                is_dropped: false,
            })
            .collect(),
        ramp: Vec::new(),
        analysis_digest: "0a1b".to_owned(),
        ledger: None,
    }
}

/// A rule that shares requests among groups.
#[must_use]
pub fn rule(shares: &[(&TargetGroupArn, u32)]) -> ListenerRule {
    let shares = shares.iter();
    let shares: Vec<(&str, u32)> = shares
        .map(|(group, weight)| (group.as_str(), *weight))
        .collect();
    ListenerRule {
        priority: Some(10),
        ..ListenerRule::forwarding(rule_arn().as_str(), &shares)
    }
}

/// An experiment's surroundings, all in order, with everything at the control.
#[must_use]
pub fn situation(definition: &Definition) -> Situation {
    let control = &definition.arms[0].group;
    let rule = rule(&[(control, 1)]);
    let arms = definition.arms.iter();
    Situation {
        siblings: vec![rule.clone()],
        rule: Some(rule),
        groups: arms
            .map(|arm| TargetGroup {
                arn: arm.group.clone(),
                load_balancers: Vec::new(),
            })
            .collect(),
        services: vec![None; definition.arms.len()],
    }
}
