//! The definition of an experiment for the load balancer: from its manifest and its releases, or
//! from what its rule says.

use std::collections::BTreeMap;

use super::record::Record;
use crate::release::Forward;
use crate::release::ids::{ClusterName, RuleArn, ServiceId, ServiceName, TargetGroupArn};
use mlship_manifest::RecordPlace;
use mlship_manifest::schema::Experiment;
use mlship_stats::{Method, Phase};

/// The traffic of an experiment as the manifest wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The experiment's name.
    pub name: String,
    /// The rule that shares the traffic.
    pub rule: RuleArn,
    /// How long a client stays with its variant, in seconds.
    pub stickiness: Option<u32>,
    /// The header by which callers assign themselves.
    pub header: Option<String>,
    /// What is expected.
    pub hypothesis: Option<String>,
    /// The variants, in the manifest's order.
    pub arms: Vec<Arm>,
    /// The shares that the challengers get before those of their weights, in percent.
    pub ramp: Vec<u32>,
    /// What the verdict rests on, as a digest: changed after a look, it voids the verdict.
    pub analysis_digest: String,
    /// Where its ledger is, where that was said.
    pub ledger: Option<RecordPlace>,
}

/// A variant, with where its requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The variant's name.
    pub name: String,
    /// Its target group.
    pub group: TargetGroupArn,
    /// Its service.
    pub service: ServiceId,
    /// Its weight among the weights of all.
    pub weight: u32,
    /// Whether the others are compared with it.
    pub is_control: bool,
    /// Whether it was taken out of the experiment: it gets no traffic, and is compared no more.
    pub is_dropped: bool,
}

impl Arm {
    /// Returns its weight, as long as it takes part.
    #[must_use]
    pub fn share(&self) -> u32 {
        if self.is_dropped { 0 } else { self.weight }
    }
}

/// Weights that hold for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RampStep {
    /// The challengers' share in percent, where the ramp says so.
    pub percent: Option<u32>,
    /// The weight of each variant, in their order.
    pub weights: Vec<u32>,
}

/// The greatest weight of a target group.
const HEAVIEST: u64 = 999;

impl Definition {
    /// Reads a valid manifest, with the service and the target group of each variant.
    #[must_use]
    pub fn new(experiment: &Experiment, homes: &[(ServiceId, TargetGroupArn)]) -> Self {
        let life = experiment.cookie_life().as_secs();
        let arms = experiment.variants.iter().zip(homes);
        let header = experiment
            .assignment
            .as_ref()
            .map(|assignment| assignment.header.clone());
        Self {
            name: experiment.metadata.name.clone(),
            rule: RuleArn::new(&experiment.listener_rule),
            stickiness: u32::try_from(life).ok().filter(|life| *life > 0),
            header,
            hypothesis: experiment.hypothesis.clone(),
            arms: arms
                .map(|(variant, (service, group))| Arm {
                    name: variant.name.clone(),
                    group: group.clone(),
                    service: service.clone(),
                    weight: variant.weight,
                    is_control: variant.is_control(),
                    is_dropped: false,
                })
                .collect(),
            ramp: experiment.ramp.clone(),
            analysis_digest: analysis_digest(experiment),
            // What leads nowhere is found by the rules; a stop goes on without.
            ledger: place(experiment.record.as_deref()),
        }
    }

    /// Reads what the rule of an experiment says of it: the phase that it has, without the ramp. None
    /// where the rule does not say, or says it of another phase.
    #[must_use]
    pub fn of_record(rule: &RuleArn, record: &Record) -> Option<Self> {
        let recorded = record.variants.as_ref()?;
        let weights: BTreeMap<&str, u32> = record
            .weights
            .split(' ')
            .map(|pair| {
                let (group, weight) = pair.split_once('=')?;
                Some((group, weight.parse().ok()?))
            })
            .collect::<Option<_>>()?;
        let arms: Vec<Arm> = recorded
            .variants
            .iter()
            .map(|variant| {
                let group = variant.group(rule);
                Some(Arm {
                    name: variant.name.clone(),
                    weight: *weights.get(group.name())?,
                    group,
                    service: variant.service.clone(),
                    is_control: variant.is_control,
                    is_dropped: variant.is_dropped,
                })
            })
            .collect::<Option<_>>()?;
        (arms.len() == weights.len()).then(|| Self {
            name: record.name.clone(),
            rule: rule.clone(),
            stickiness: recorded.stickiness,
            header: recorded.header.clone(),
            hypothesis: record.hypothesis.clone(),
            arms,
            ramp: Vec::new(),
            analysis_digest: record.analysis_digest.clone(),
            ledger: place(record.ledger.as_deref()),
        })
    }

    /// Returns it without the variants that were dropped, by what its rule says: a manifest may still
    /// have them.
    #[must_use]
    pub fn as_in(&self, record: &Record) -> Self {
        let mut definition = self.clone();
        if record.name == self.name {
            for arm in &mut definition.arms {
                arm.is_dropped |= record.is_dropped(&arm.name);
            }
        }
        definition
    }

    /// Returns the variants that are compared with the control.
    pub fn challengers(&self) -> impl Iterator<Item = &Arm> {
        let is_compared = |arm: &&Arm| !arm.is_control && !arm.is_dropped;
        self.arms.iter().filter(is_compared)
    }

    /// Returns the weights, step by step: those of the ramp, then the variants' own.
    #[must_use]
    pub fn steps(&self) -> Vec<RampStep> {
        let ramp = self.ramp.iter().map(|percent| RampStep {
            percent: Some(*percent),
            weights: self.ramped(u64::from(*percent)),
        });
        let own = RampStep {
            percent: None,
            weights: self.arms.iter().map(Arm::share).collect(),
        };
        let mut steps: Vec<RampStep> = ramp.collect();
        // A ramp may end at the variants' own shares.
        if steps
            .last()
            .is_some_and(|last| reduced(&last.weights) == reduced(&own.weights))
        {
            steps.pop();
        }
        steps.push(own);
        steps
    }

    /// Returns the phase that decides: that of the last declared step.
    #[must_use]
    pub fn last_phase(&self) -> Phase {
        let steps = u32::try_from(self.steps().len()).unwrap_or(u32::MAX);
        Phase::Declared { step: steps, steps }
    }

    /// Returns the phase of an experiment that decides, wherever its variants are.
    #[must_use]
    pub fn deciding_phase(experiment: &Experiment) -> Phase {
        let service = ServiceId {
            cluster: ClusterName::new(""),
            name: ServiceName::new(""),
            place: None,
        };
        let nowhere = (service, TargetGroupArn::new(""));
        let homes = vec![nowhere; experiment.variants.len()];
        Self::new(experiment, &homes).last_phase()
    }

    /// Returns how the rule shares requests in a step. Where callers assign themselves it keeps
    /// those that don't with the control.
    #[must_use]
    pub fn forward(&self, step: &RampStep) -> Forward {
        let weight = |arm: &Arm, weight: u32| match (&self.header, arm.is_control) {
            (None, _) => weight,
            (Some(_), is_control) => u32::from(is_control),
        };
        // A cookie would keep clients with a group that is in the rule, whatever its weight.
        let stays = |arm: &Arm| !arm.is_dropped || self.stickiness.is_none();
        let arms = self.arms.iter().zip(&step.weights);
        Forward {
            weights: arms
                .filter(|(arm, _)| stays(arm))
                .map(|(arm, own)| (arm.group.clone(), weight(arm, *own)))
                .collect(),
            stickiness: self.stickiness,
        }
    }

    /// Returns the shares that clients are to have in a step, whoever assigns them.
    #[must_use]
    pub fn shares(&self, step: &RampStep) -> Forward {
        let arms = self.arms.iter().zip(&step.weights);
        Forward {
            weights: arms.map(|(arm, own)| (arm.group.clone(), *own)).collect(),
            stickiness: self.stickiness,
        }
    }

    /// Says whether each request is assigned by itself: not where a cookie keeps a client with its
    /// variant, or callers assign themselves.
    #[must_use]
    pub fn assigns_requests(&self) -> bool {
        self.stickiness.is_none() && self.header.is_none()
    }

    /// Returns the variant that a target group is of.
    #[must_use]
    pub fn arm_of(&self, group: &TargetGroupArn) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.group == *group)
    }

    /// Returns the variant of a name.
    #[must_use]
    pub fn arm(&self, name: &str) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.name == name)
    }

    /// Returns the variant that the others are compared with.
    #[must_use]
    pub fn control(&self) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.is_control)
    }

    /// Returns weights by which the challengers together have a share in percent, among
    /// themselves by their own weights.
    fn ramped(&self, percent: u64) -> Vec<u32> {
        let all: u64 = self.challengers().map(|arm| u64::from(arm.weight)).sum();
        let weights = self.arms.iter().map(|arm| {
            if arm.is_control {
                (100 - percent.min(100)) * all
            } else {
                percent * u64::from(arm.share())
            }
        });
        let weights: Vec<u64> = weights.collect();
        let weights = reduced_wide(&weights);
        let heaviest = weights.iter().copied().max().unwrap_or(0);
        let fit = |weight: u64| {
            if heaviest <= HEAVIEST || weight == 0 {
                return weight;
            }
            // To the nearest, and never to nothing.
            ((weight * HEAVIEST + heaviest / 2) / heaviest).max(1)
        };
        let narrow = |weight: u64| u32::try_from(fit(weight)).unwrap_or(u32::MAX);
        weights.into_iter().map(narrow).collect()
    }
}

/// Returns where a ledger is, if an address leads to one.
fn place(written: Option<&str>) -> Option<RecordPlace> {
    RecordPlace::parse(written?).ok()
}

fn reduced(weights: &[u32]) -> Vec<u64> {
    let wide: Vec<u64> = weights.iter().map(|weight| u64::from(*weight)).collect();
    reduced_wide(&wide)
}

/// Returns weights of the same proportions without a common divisor.
fn reduced_wide(weights: &[u64]) -> Vec<u64> {
    let common = weights.iter().copied().fold(0, divisor).max(1);
    weights.iter().map(|weight| weight / common).collect()
}

fn divisor(first: u64, other: u64) -> u64 {
    if other == 0 {
        first
    } else {
        divisor(other, first % other)
    }
}

/// Digests what the verdict rests on.
fn analysis_digest(experiment: &Experiment) -> String {
    let mut analysis_digest = serde_json::json!([
        experiment.primary,
        experiment.guardrails,
        experiment.metrics,
        experiment.accepted_alpha(),
        experiment.planned_sample,
        experiment.events_per_arm(),
    ]);
    // What nobody wrote before leaves the digests of before as they were.
    if let Some(terms) = analysis_digest.as_array_mut() {
        if let Method::GroupSequential { looks } = experiment.method() {
            terms.push(looks.into());
        }
        if let Some(within) = &experiment.outcome_within {
            terms.push(within.as_str().into());
        }
    }
    let mut digest = mlship_text::digest::digest(&analysis_digest);
    digest.truncate(16);
    digest
}

#[cfg(test)]
mod tests;
