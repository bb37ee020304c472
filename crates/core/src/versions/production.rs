//! A test in which two versions took part: what it said of the second, held against the first.

use jiff::Timestamp;
use serde::Serialize;

use super::{TestResult, Which};
use crate::ledger::{ExperimentRecord, MetricFinding, Part, StartId};
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
    /// The variant was dropped, and what was counted until then is not in the record.
    Dropped,
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
        let found = Found::of(record, parts);
        let metric = found.as_ref().ok().and_then(|found| found.metric);
        let metrics = readout.map_or(&[][..], |readout| &readout.metrics);
        let decides = metrics.iter().find(|metric| metric.is_primary()).or(metric);
        let design = record.design.as_ref();
        let primary = design.map(|design| &design.primary);
        Self {
            experiment: record.experiment.clone(),
            id: record.id.clone(),
            started: record.started,
            ended: record.ended,
            outcome: record.outcome.clone(),
            winner: record.winner.clone(),
            sides: parts.map(|part| Side::of(record, part, parts)),
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
                Ok(found) => TestResult::of(found.state, found.challenger),
                Err(NoEffect::BrokenSplit) => TestResult::Void,
                Err(
                    NoEffect::NotRecorded
                    | NoEffect::BothChallengers
                    | NoEffect::Dropped
                    | NoEffect::NotMeasured,
                ) => TestResult::Unknown,
            },
            guardrails: guardrails(record, metrics, parts),
            notes: record.remarks(),
        }
    }

    /// Returns how long it took.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.ended.duration_since(self.started).as_secs_f64() / 86_400.0
    }
}

/// What a test said of the one of two versions that was compared with the other.
struct Found<'a> {
    /// The primary metric; none where only a guardrail says something.
    metric: Option<&'a MetricFinding>,
    /// The word for what it comes to.
    state: &'a str,
    challenger: Which,
}

impl<'a> Found<'a> {
    fn of(record: &'a ExperimentRecord, parts: [&Part; 2]) -> Result<Self, NoEffect> {
        let [first, second] = parts;
        let (challenger, name) = match (first.control, second.control) {
            (false, true) => (Which::First, &first.name),
            (true, _) | (false, false) => (Which::Second, &second.name),
        };
        let dropped = record.dropped(name);
        let readout = record.readout.as_ref();
        let is_broken = readout.is_some_and(|readout| readout.split_broken);
        if readout.is_none() && dropped.is_none() {
            return Err(NoEffect::NotRecorded);
        }
        // What was dropped had no part in what was broken later.
        if is_broken && dropped.is_none() {
            return Err(NoEffect::BrokenSplit);
        }
        if !first.control && !second.control {
            return Err(NoEffect::BothChallengers);
        }
        let metric = record.primary(name);
        let state = match (metric, dropped) {
            // What it was dropped for is the reason, whatever the primary metric said.
            (_, Some(dropped)) if !dropped.breached.is_empty() => GUARDRAIL_BREACHED,
            (Some(metric), _) => &metric.state,
            (None, _) if record.was_dropped(name) => return Err(NoEffect::Dropped),
            (None, _) => return Err(NoEffect::NotMeasured),
        };
        Ok(Self {
            metric,
            state,
            challenger,
        })
    }

    /// Returns the difference of the second version to the first.
    fn effect(&self) -> Result<Effect, NoEffect> {
        let metric = self.metric.ok_or(NoEffect::NotMeasured)?;
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
    /// Takes what is known of one of two variants: where one was dropped, by what was counted of
    /// both until then.
    fn of(record: &ExperimentRecord, part: &Part, parts: [&Part; 2]) -> Self {
        let readout = record.readout.as_ref();
        let dropped = parts.iter().find_map(|part| record.dropped(&part.name));
        let until_then = dropped.and_then(|dropped| dropped.primary.as_ref());
        let metrics = readout.map_or(&[][..], |readout| &readout.metrics);
        let mut primary = metrics.iter().filter(|metric| metric.is_primary());
        let rate = match (part.control, until_then) {
            (true, Some(until_then)) => until_then.control_rate,
            (true, None) => primary.find_map(|metric| metric.control_rate),
            (false, _) => record.primary(&part.name).and_then(|metric| metric.rate),
        };
        let counts = readout.map_or(&[][..], |readout| &readout.variants);
        let counts = counts.iter().find(|counts| counts.name == part.name);
        let counted = match (part.control, until_then) {
            (true, Some(until_then)) => until_then.control_trials,
            (false, Some(own)) if own.variant == part.name => own.trials,
            (_, _) => counts.and_then(|counts| counts.count),
        };
        Self {
            variant: part.name.clone(),
            control: part.control,
            rate,
            trials: counted,
        }
    }
}

/// The word of a record for what breached a guardrail.
const GUARDRAIL_BREACHED: &str = "guardrail_breached";

fn guardrails(
    record: &ExperimentRecord,
    metrics: &[MetricFinding],
    parts: [&Part; 2],
) -> Vec<GuardrailFinding> {
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
        let dropped = record.dropped(&part.name).into_iter();
        let breached = dropped.flat_map(|dropped| &dropped.breached);
        found.extend(breached.map(|metric| GuardrailFinding {
            metric: metric.clone(),
            which,
            state: "breached".to_owned(),
            effect: None,
        }));
    }
    found
}
