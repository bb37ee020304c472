//! A test in which two versions took part: what it said of the second, held against the first.

use jiff::Timestamp;
use serde::Serialize;

use super::{TestResult, Which};
use crate::ledger::{ExperimentRecord, MetricFinding, Part, Readout, StartId};
use mlship_manifest::schema::Direction;

/// A test in which both versions took part.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedTest {
    /// Its name.
    pub experiment: String,
    /// The id of its start.
    pub id: StartId,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The verdict at which it was ended, by its word.
    pub outcome: String,
    /// The variant that got all the traffic.
    pub winner: String,
    /// What each version was in it.
    pub sides: [Side; 2],
    /// How many variants there were.
    pub variants: usize,
    /// The metric that decides; none where the numbers were not recorded.
    pub metric: Option<String>,
    /// Whether that is a proportion, rather than a mean.
    pub is_proportion: bool,
    /// Which way of it is better, where that was recorded.
    pub direction: Option<Direction>,
    /// The accepted chance of a wrong winner, of the whole test.
    pub alpha: Option<f64>,
    /// `sequential`, `group_sequential` or `fixed_horizon`.
    pub inference: Option<String>,
    /// By how much the second is more than the first, or why that is not known.
    pub effect: Result<Effect, NoEffect>,
    /// The p-value.
    pub p: Option<f64>,
    /// Whether its trials are requests of clients that were assigned.
    pub is_approximate: bool,
    /// What it said of the second version.
    pub result: TestResult,
    /// What must not get worse, of those of the two that are challengers.
    pub guardrails: Vec<GuardrailFinding>,
    /// What a reader should know before believing it.
    pub notes: Vec<String>,
}

/// What a version was in a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The variant.
    pub variant: String,
    /// Whether the others were compared with it.
    pub control: bool,
    /// Its proportion or mean.
    pub rate: Option<f64>,
    /// Its trials.
    pub trials: Option<u64>,
}

/// By how much the second version is more than the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// By so much.
    pub value: f64,
    /// Where that may be: from here
    pub lower: Option<f64>,
    /// to here.
    pub upper: Option<f64>,
}

/// Why a difference is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEffect {
    /// The numbers are not in the record.
    NotRecorded,
    /// The split was broken, so that no number holds.
    BrokenSplit,
    /// Both were compared with a third one, the control.
    BothChallengers,
    /// Nothing was counted that can be compared.
    NotMeasured,
}

/// What a guardrail said of a challenger.
#[derive(Debug, Clone, PartialEq)]
pub struct GuardrailFinding {
    /// The metric.
    pub metric: String,
    /// Which version it is about.
    pub which: Which,
    /// The word for what it comes to.
    pub state: String,
    /// By how much that version is more than the control, as it was recorded.
    pub effect: Option<f64>,
}

impl SharedTest {
    /// Takes what a record says of two of its variants, of which each is one of the versions.
    pub(super) fn of(record: &ExperimentRecord, parts: [&Part; 2]) -> Self {
        let readout = record.readout.as_ref();
        let found = Found::of(readout, parts);
        let metric = found.as_ref().ok().map(|found| found.metric);
        let metrics = readout.map_or(&[][..], |readout| &readout.metrics);
        let decides = metrics.iter().find(|metric| metric.is_primary());
        let design = record.design.as_ref();
        let primary = design.map(|design| &design.primary);
        Self {
            experiment: record.experiment.clone(),
            id: record.id.clone(),
            started: record.started,
            ended: record.ended,
            outcome: record.outcome.clone(),
            winner: record.winner.clone(),
            sides: parts.map(|part| Side::of(part, readout)),
            variants: record.variants.len(),
            metric: decides.map(|metric| metric.metric.clone()),
            is_proportion: decides.is_none_or(|metric| metric.proportion),
            direction: primary.map(|primary| primary.direction),
            alpha: design.map(|design| design.alpha),
            inference: readout.map(|readout| readout.inference.clone()),
            effect: found.as_ref().map_err(|why| *why).and_then(Found::effect),
            p: metric.and_then(|metric| metric.p),
            is_approximate: metric.is_some_and(|metric| metric.approximate),
            result: match &found {
                Ok(found) => TestResult::of(&found.metric.state, found.challenger),
                Err(NoEffect::BrokenSplit) => TestResult::Void,
                Err(NoEffect::NotRecorded | NoEffect::BothChallengers | NoEffect::NotMeasured) => {
                    TestResult::Unknown
                }
            },
            guardrails: guardrails(metrics, parts),
            notes: record.remarks(),
        }
    }

    /// Returns how long it took.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.ended.duration_since(self.started).as_secs_f64() / 86_400.0
    }
}

/// What the primary metric said of the one of two versions that was compared with the other.
struct Found<'a> {
    metric: &'a MetricFinding,
    challenger: Which,
}

impl<'a> Found<'a> {
    fn of(readout: Option<&'a Readout>, parts: [&Part; 2]) -> Result<Self, NoEffect> {
        let readout = readout.ok_or(NoEffect::NotRecorded)?;
        if readout.split_broken {
            return Err(NoEffect::BrokenSplit);
        }
        let [first, second] = parts;
        let (challenger, name) = match (first.control, second.control) {
            (true, _) => (Which::Second, &second.name),
            (false, true) => (Which::First, &first.name),
            (false, false) => return Err(NoEffect::BothChallengers),
        };
        let metric = readout.primary(name).ok_or(NoEffect::NotMeasured)?;
        Ok(Self { metric, challenger })
    }

    /// Returns the difference of the second version to the first.
    fn effect(&self) -> Result<Effect, NoEffect> {
        let metric = self.metric;
        let value = metric.effect.ok_or(NoEffect::NotMeasured)?;
        Ok(match self.challenger {
            Which::Second => Effect {
                value,
                lower: metric.lower,
                upper: metric.upper,
            },
            Which::First => Effect {
                value: turned(value),
                lower: metric.upper.map(turned),
                upper: metric.lower.map(turned),
            },
        })
    }
}

/// Turns a sign, of which nothing has none.
fn turned(value: f64) -> f64 {
    0.0 - value
}

impl Side {
    fn of(part: &Part, readout: Option<&Readout>) -> Self {
        let metrics = readout.map_or(&[][..], |readout| &readout.metrics);
        let mut primary = metrics.iter().filter(|metric| metric.is_primary());
        let rate = if part.control {
            primary.find_map(|metric| metric.control_rate)
        } else {
            primary
                .find(|metric| metric.variant == part.name)
                .and_then(|metric| metric.rate)
        };
        let counts = readout.map_or(&[][..], |readout| &readout.variants);
        let counts = counts.iter().find(|counts| counts.name == part.name);
        Self {
            variant: part.name.clone(),
            control: part.control,
            rate,
            trials: counts.and_then(|counts| counts.count),
        }
    }
}

fn guardrails(metrics: &[MetricFinding], parts: [&Part; 2]) -> Vec<GuardrailFinding> {
    let mut found = Vec::new();
    for (part, which) in parts.into_iter().zip([Which::First, Which::Second]) {
        let own = metrics.iter();
        let own = own.filter(|metric| !metric.is_primary() && metric.variant == part.name);
        found.extend(own.map(|metric| GuardrailFinding {
            metric: metric.metric.clone(),
            which,
            state: metric.state.clone(),
            effect: metric.effect,
        }));
    }
    found
}
