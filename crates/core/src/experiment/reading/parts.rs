//! What a readout says of the sample, a variant and a metric.

use serde::Serialize;

use mlship_stats::{Difference, Evidence, Lift, OpenReason, Remaining};

/// How far a sample is.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleProgress {
    /// Trials of the primary metric, of all variants.
    pub seen: u64,
    /// Trials that were planned.
    pub planned: u64,
    /// What is left of them.
    pub left: Remaining,
}

/// What is said of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantReading {
    /// Its name.
    pub name: String,
    /// Its weight in this phase.
    pub weight: u32,
    /// Whether the others are compared with it.
    pub is_control: bool,
    /// Its requests.
    pub requests: u64,
    /// Its trials of the primary metric; none where it is not known which that is.
    pub count: Option<u64>,
}

/// What a metric is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It decides.
    Primary,
    /// It must not get worse.
    Guardrail,
}

/// What a metric says of a challenger.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricReading {
    /// The metric's name.
    pub metric: String,
    /// What it is there for.
    pub role: Role,
    /// The challenger.
    pub variant: String,
    /// Whether it is a proportion, rather than a mean.
    pub is_proportion: bool,
    /// The control's proportion or mean.
    pub control: Option<f64>,
    /// The challenger's.
    pub rate: Option<f64>,
    /// The difference to the control.
    pub difference: Option<Difference>,
    /// The lift over the control.
    pub lift: Option<Lift>,
    /// The p-value; of the primary metric adjusted for the other challengers.
    pub p: Option<f64>,
    /// The word for what it comes to.
    pub state: &'static str,
    /// Why a guardrail is neither passed nor breached, where it isn't.
    pub open: Option<OpenReason>,
    /// What the arm of fewer events has to judge by.
    pub evidence: Evidence,
    /// Whether its trials are requests of clients that were assigned, which are not independent.
    pub is_approximate: bool,
    /// By which part a covariate narrows the interval, where there is one.
    pub narrowed: Option<f64>,
}

/// The primary metric of a challenger over time.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectHistory {
    /// The challenger.
    pub variant: String,
    /// The difference to the control at each look, where there is one.
    pub looks: Vec<(jiff::Timestamp, Difference)>,
}
