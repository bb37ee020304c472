//! What the numbers of an experiment said when it ended, as a ledger keeps it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::experiment::{EffectHistory, MetricReading, Reading, VariantReading, word};

/// What the numbers said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Readout {
    /// The verdict, by its word in documents.
    pub verdict: String,
    /// The variant that won, if one did.
    pub winner: Option<String>,
    /// From when they are.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// `sequential`, `group_sequential` or `fixed_horizon`.
    pub inference: String,
    /// The p-value of the split.
    pub split_p: Option<f64>,
    /// Whether the split was broken, so that every other number is void.
    pub split_broken: bool,
    /// Trials of the primary metric, of all variants.
    pub sample: Option<u64>,
    /// Trials that were planned.
    pub planned: Option<u64>,
    /// What was counted of each variant.
    pub variants: Vec<VariantCounts>,
    /// The primary metric and the guardrails, challenger by challenger.
    pub metrics: Vec<MetricFinding>,
    /// The primary metric of each challenger over time.
    #[serde(default)]
    pub course: Vec<Course>,
}

/// What was counted of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantCounts {
    /// Its name.
    pub name: String,
    /// Its weight in the last phase.
    pub weight: u32,
    /// Its requests.
    pub requests: u64,
    /// Its trials of the primary metric.
    pub count: Option<u64>,
}

/// What a metric said of a challenger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricFinding {
    /// The metric's name.
    pub metric: String,
    /// `primary` or `guardrail`.
    pub role: String,
    /// The challenger.
    pub variant: String,
    /// Whether it is a proportion, rather than a mean.
    pub proportion: bool,
    /// The trials of the control; a record of an earlier mlship has none.
    #[serde(default)]
    pub control_trials: Option<u64>,
    /// The challenger's.
    #[serde(default)]
    pub trials: Option<u64>,
    /// The control's proportion or mean.
    pub control_rate: Option<f64>,
    /// The challenger's.
    pub rate: Option<f64>,
    /// The difference to the control.
    pub effect: Option<f64>,
    /// Where it may be: from here
    pub lower: Option<f64>,
    /// to here.
    pub upper: Option<f64>,
    /// The lift over the control.
    pub lift: Option<f64>,
    /// Where it may be: from here
    pub lift_lower: Option<f64>,
    /// to here.
    pub lift_upper: Option<f64>,
    /// The p-value.
    pub p: Option<f64>,
    /// The word for what it comes to.
    pub state: String,
    /// Whether its trials are requests of clients that were assigned, which are not independent.
    pub approximate: bool,
}

/// The primary metric of a challenger over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// The challenger.
    pub variant: String,
    /// Some of the looks, the last among them.
    pub looks: Vec<Look>,
}

/// The difference to the control at one look.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub time: Timestamp,
    /// The difference.
    pub effect: f64,
    /// Where it may be: from here
    pub lower: f64,
    /// to here.
    pub upper: f64,
}

/// How many looks are kept of a challenger: as many as a picture shows apart.
const LOOKS: usize = 60;

impl Readout {
    /// Takes what there is to keep of a reading.
    #[must_use]
    pub fn of(reading: &Reading) -> Self {
        let sample = reading.sample.as_ref();
        Self {
            verdict: word(reading.readout.verdict).to_owned(),
            winner: reading.winner.clone(),
            from: reading.window.from,
            to: reading.window.to,
            inference: reading.inference().to_owned(),
            split_p: reading.split,
            split_broken: reading.is_broken(),
            sample: sample.map(|sample| sample.seen),
            planned: sample.map(|sample| sample.planned),
            variants: reading.variants.iter().map(VariantCounts::of).collect(),
            metrics: reading.metrics.iter().map(MetricFinding::of).collect(),
            course: reading.course.iter().map(Course::of).collect(),
        }
    }

    /// Returns what the primary metric said of a challenger.
    #[must_use]
    pub fn primary(&self, variant: &str) -> Option<&MetricFinding> {
        let mut found = self.metrics.iter();
        found.find(|metric| metric.role == PRIMARY && metric.variant == variant)
    }
}

pub(super) const PRIMARY: &str = "primary";

impl VariantCounts {
    fn of(reading: &VariantReading) -> Self {
        Self {
            name: reading.name.clone(),
            weight: reading.weight,
            requests: reading.requests,
            count: reading.count,
        }
    }
}

impl MetricFinding {
    fn of(reading: &MetricReading) -> Self {
        let (difference, lift) = (reading.difference.as_ref(), reading.lift.as_ref());
        let role = match reading.role {
            crate::experiment::Role::Primary => PRIMARY,
            crate::experiment::Role::Guardrail => "guardrail",
        };
        Self {
            metric: reading.metric.clone(),
            role: role.to_owned(),
            variant: reading.variant.clone(),
            proportion: reading.is_proportion,
            control_trials: reading.trials.map(|(control, _)| control),
            trials: reading.trials.map(|(_, own)| own),
            control_rate: reading.control,
            rate: reading.rate,
            effect: difference.map(|difference| difference.value),
            lower: difference.map(|difference| difference.interval.lower),
            upper: difference.map(|difference| difference.interval.upper),
            lift: lift.map(|lift| lift.value),
            lift_lower: lift.map(|lift| lift.interval.lower),
            lift_upper: lift.map(|lift| lift.interval.upper),
            p: reading.p,
            state: reading.state.to_owned(),
            approximate: reading.is_approximate,
        }
    }

    /// Says whether it is the metric that decided.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.role == PRIMARY
    }
}

impl Course {
    fn of(history: &EffectHistory) -> Self {
        let step = history.looks.len().div_ceil(LOOKS).max(1);
        // From the end, so that the last is there.
        let looks = history.looks.iter().rev().step_by(step);
        let mut looks: Vec<Look> = looks
            .map(|(time, difference)| Look {
                time: *time,
                effect: difference.value,
                lower: difference.interval.lower,
                upper: difference.interval.upper,
            })
            .collect();
        looks.reverse();
        Self {
            variant: history.variant.clone(),
            looks,
        }
    }
}
