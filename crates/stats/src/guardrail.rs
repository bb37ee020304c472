//! Metrics that must not get worse: one-sided non-inferiority.

mod at_once;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::arm::Arms;
use super::blocks::{Course, Spread, spreads};
use super::count::real;
use super::estimate::Interval;
use super::evidence::Evidence;
use super::inference::Inference;
use at_once::is_far_worse;

/// The trials that are to go wrong in each arm, where the harm is at the margin, before it passes.
const ENOUGH_EVENTS: f64 = 20.0;

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
    /// So few trials are to be expected to go wrong at the margin that their number is not near a
    /// normal one's yet.
    TooFewTrials,
    /// There may be a breach, but there are too few stretches of time to tell how much requests of
    /// the same clients vary.
    TooFewStretches,
    /// There may be a breach, but a few clients may have percents of all requests: then only what is
    /// far worse at once is one.
    FewClients,
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

    /// Says whether it is for what was counted, rather than for what is missing.
    fn is_by_numbers(self) -> bool {
        match self.open {
            Some(
                OpenReason::NothingKnown | OpenReason::NeedsRows | OpenReason::TooFewLargeValues,
            ) => false,
            Some(
                OpenReason::TooFewTrials
                | OpenReason::TooFewStretches
                | OpenReason::FewClients
                | OpenReason::IntervalTooWide,
            )
            | None => true,
        }
    }

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
            Some(bounds) => self.unless_thin(self.within(bounds), arms),
            None => GuardrailJudgement::open(OpenReason::NothingKnown),
        }
    }

    /// Judges a metric of requests whose clients are assigned: how the difference varies between
    /// stretches of time says how sure it is, where a count of requests doesn't. Without twelve of
    /// them it may pass, but is no breach, unless it is far worse, which is one at once.
    #[must_use]
    pub fn judge_requests(
        self,
        arms: Option<&Arms>,
        inference: &Inference,
        course: &Course,
    ) -> GuardrailJudgement {
        if let Some(arms) = arms
            && is_far_worse(self, arms, course)
        {
            return GuardrailJudgement::BREACHED;
        }
        let by_count = self.judge(arms, inference);
        let Some(arms) = arms.filter(|_| by_count.is_by_numbers()) else {
            return by_count;
        };
        let spreads = spreads(&course.stretches);
        let between = |spread: &Spread| inference.bounds_between(arms, spread);
        let bounds = spreads.iter().filter_map(between);
        let bounds = bounds.chain(inference.bounds(arms)).reduce(Interval::and);
        let judgement = bounds.map_or(by_count, |bounds| self.within(bounds));
        if judgement.gate == Gate::Breached && spreads.is_empty() {
            return GuardrailJudgement::open(OpenReason::TooFewStretches);
        }
        self.unless_thin(judgement, arms)
    }

    /// Judges a metric of requests of which a few clients may have percents: one of these that fails
    /// for days looks as a variant that does harm, so that only what is far worse at once is a
    /// breach.
    #[must_use]
    pub fn judge_requests_of_few(
        self,
        arms: Option<&Arms>,
        inference: &Inference,
        course: &Course,
    ) -> GuardrailJudgement {
        let judgement = self.judge_requests(arms, inference, course);
        let is_at_once = arms.is_some_and(|arms| is_far_worse(self, arms, course));
        match judgement.gate {
            Gate::Breached if !is_at_once => GuardrailJudgement::open(OpenReason::FewClients),
            Gate::Breached | Gate::Passed | Gate::Inconclusive => judgement,
        }
    }

    /// Returns the trials of each arm below which nothing passes, where this share of them goes
    /// wrong.
    #[must_use]
    pub fn fewest_trials(self, wrong: f64) -> f64 {
        ENOUGH_EVENTS / (wrong + self.margin)
    }

    /// Lets nothing pass before as many trials of each arm as are enough are to be expected to go
    /// wrong where the harm is at the margin: of fewer, too often so few do that it looks smaller.
    fn unless_thin(self, judgement: GuardrailJudgement, arms: &Arms) -> GuardrailJudgement {
        let Arms::Proportions {
            control,
            challenger,
        } = arms
        else {
            return judgement;
        };
        let wrong = control.rate().map_or(0.0, |rate| match self.direction {
            Direction::Up => 1.0 - rate,
            Direction::Down => rate,
        });
        let fewest = real(control.trials.min(challenger.trials));
        if judgement.gate == Gate::Passed && fewest < self.fewest_trials(wrong) {
            return GuardrailJudgement::open(OpenReason::TooFewTrials);
        }
        judgement
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
