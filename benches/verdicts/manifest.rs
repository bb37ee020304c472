//! The manifest of an experiment that is simulated, and the traffic that it asks for.

use mlship_core::experiment::{Arm, Definition};
use mlship_core::release::ids::{ClusterName, RuleArn, ServiceId, ServiceName, TargetGroupArn};
use mlship_manifest::schema::Experiment;

/// The variants' names.
pub(crate) const NAMES: [&str; 3] = ["control", "challenger", "third"];

/// How an experiment is set up, besides its traffic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design {
    /// How many variants.
    pub(crate) arms: usize,
    /// Whether the primary metric is a mean, and a mean is a guardrail.
    pub(crate) of_means: bool,
    /// `outcomeWithin`, where that is said.
    pub(crate) outcome_within: Option<&'static str>,
    /// Whether points have the time of exposure.
    pub(crate) stamped: bool,
    /// The planned sample.
    pub(crate) planned: u32,
    /// Planned looks rather than a sequence.
    pub(crate) looks: Option<u32>,
    /// Whether only what is far worse at once is a breach.
    pub(crate) at_once: bool,
}

impl Design {
    /// Writes the manifest and reads it.
    pub(crate) fn experiment(self) -> Result<Experiment, serde_yaml::Error> {
        let stamped = if self.stamped {
            ", stamped: exposure"
        } else {
            ""
        };
        let breach = if self.at_once {
            ", breach: at-once"
        } else {
            ""
        };
        let primary = if self.of_means {
            "{ metric: basket, type: mean, direction: up, minimumEffect: 0.000001 }"
        } else {
            "{ metric: conversion, type: proportion, direction: up, minimumEffect: 0.00001 }"
        };
        let guarded = if self.of_means {
            "  - { metric: basket, type: mean, direction: up, margin: 0.005 }\n"
        } else {
            ""
        };
        let outcomes = self
            .outcome_within
            .map(|time| format!("outcomeWithin: {time}\n"));
        let looks = self
            .looks
            .map(|looks| format!("design: group-sequential\nlooks: {looks}\n"));
        let variants = NAMES.iter().take(self.arms).enumerate();
        let variants: Vec<String> = variants
            .map(|(place, name)| {
                let control = if place == 0 { ", control: true" } else { "" };
                format!("  - {{ name: {name}, release: {name}.yaml, weight: 1{control} }}")
            })
            .collect();
        let variants = variants.join("\n");
        let text = format!(
            "apiVersion: mlship/v1
kind: Experiment
metadata: {{ name: simulated }}
listenerRule: arn
stickiness: 7d
variants:
{variants}
primary: {primary}
guardrails:
  - {{ metric: error_rate, type: proportion, direction: down, margin: 0.002{breach} }}
{guarded}metrics:
  conversion: {{ namespace: Shop, successes: Converted, trials: Clients{stamped} }}
  basket: {{ namespace: Shop, sum: Spent, sumSquares: SpentSquares, count: Clients{stamped} }}
plannedSample: {}
{}{}",
            self.planned,
            outcomes.unwrap_or_default(),
            looks.unwrap_or_default(),
        );
        serde_yaml::from_str(&text)
    }

    /// Returns the traffic that it asks for.
    pub(crate) fn definition(self) -> Definition {
        let arms = NAMES.iter().take(self.arms).enumerate();
        Definition {
            name: "simulated".to_owned(),
            rule: RuleArn::new("arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3"),
            stickiness: Some(7 * 24 * 3600),
            header: None,
            hypothesis: None,
            arms: arms
                .map(|(place, name)| Arm {
                    name: (*name).to_owned(),
                    group: TargetGroupArn::new(format!(
                        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/6d0e"
                    )),
                    service: ServiceId {
                        cluster: ClusterName::new("ml"),
                        name: ServiceName::new(*name),
                        place: None,
                    },
                    weight: 1,
                    is_dropped: false,
                    is_control: place == 0,
                })
                .collect(),
            ramp: Vec::new(),
            analysis_digest: String::new(),
            ledger: None,
        }
    }
}
