//! Metrics that must not get worse: one-sided non-inferiority.

use serde::Serialize;

use super::arm::Arms;
use super::estimate::Interval;
use super::evidence::Evidence;
use super::inference::Inference;

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

impl Direction {
    /// How much better a difference is; below 0 when it is worse.
    pub(super) fn gain(self, difference: f64) -> f64 {
        match self {
            Self::Up => difference,
            Self::Down => -difference,
        }
    }
}

/// A metric that may get worse by less than a margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guardrail {
    /// The good direction.
    pub direction: Direction,
    /// The harm that is one, as an absolute difference.
    pub margin: f64,
    /// The effective events that each arm of a mean needs.
    pub minimum_events: u64,
}

/// Whether a guardrail holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The harm is below the margin.
    Passed,
    /// The harm is above the margin.
    Breached,
    /// It may be either.
    Inconclusive,
}

/// Why it is not known yet whether a guardrail holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenReason {
    /// There are no counts of both arms, or none that can be compared.
    NothingKnown,
    /// A mean can be below 0, which takes rows of clients rather than sums.
    NeedsRows,
    /// An arm of a mean has too few [effective events](Evidence::EffectiveEvents).
    TooFewLargeValues,
    /// The harm may be below the margin as well as above it.
    IntervalTooWide,
}

/// What a guardrail says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuardrailJudgement {
    /// Whether it holds.
    pub gate: Gate,
    /// Why that is not known, where it is not.
    pub open: Option<OpenReason>,
}

impl GuardrailJudgement {
    /// One that is breached.
    pub const BREACHED: Self = Self {
        gate: Gate::Breached,
        open: None,
    };

    const PASSED: Self = Self {
        gate: Gate::Passed,
        open: None,
    };

    fn open(reason: OpenReason) -> Self {
        Self {
            gate: Gate::Inconclusive,
            open: Some(reason),
        }
    }
}

impl Guardrail {
    /// Judges by one-sided bounds on challenger − control: passed when the upper bound of harm
    /// is below the margin, breached when the lower one is above it. At most one of the two can
    /// be wrong, so that the bounds' alpha holds for either.
    #[must_use]
    pub fn judge(self, arms: Option<&Arms>, inference: &Inference) -> GuardrailJudgement {
        let Some(arms) = arms else {
            return GuardrailJudgement::open(OpenReason::NothingKnown);
        };
        match arms.evidence() {
            Evidence::NeedsRows => return GuardrailJudgement::open(OpenReason::NeedsRows),
            Evidence::EffectiveEvents(events) if events < self.minimum_events => {
                return GuardrailJudgement::open(OpenReason::TooFewLargeValues);
            }
            Evidence::EffectiveEvents(_) | Evidence::Events(_) => {}
        }
        match inference.bounds(arms) {
            Some(bounds) => self.within(bounds),
            None => GuardrailJudgement::open(OpenReason::NothingKnown),
        }
    }

    fn within(self, bounds: Interval) -> GuardrailJudgement {
        let (one, other) = (
            -self.direction.gain(bounds.lower),
            -self.direction.gain(bounds.upper),
        );
        let (least, greatest) = (one.min(other), one.max(other));
        if greatest < self.margin {
            GuardrailJudgement::PASSED
        } else if least > self.margin {
            GuardrailJudgement::BREACHED
        } else {
            GuardrailJudgement::open(OpenReason::IntervalTooWide)
        }
    }
}

#[cfg(test)]
mod tests;
