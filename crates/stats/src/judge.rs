//! Computes the verdict of a readout.

mod challenger;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::alpha::Alpha;
use super::evidence::Evidence;
use super::guardrail::{Direction, Gate};
use super::holm::{bonferroni, holm};
use super::running::Running;
use super::split::BROKEN_BELOW;

/// What an experiment's readout says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestVerdict {
    /// Trials did not come in as the weights say; every other number is void.
    BrokenSplit,
    /// A challenger does more harm than a guardrail allows.
    GuardrailBreached,
    /// The challenger is better, and all its guardrails pass.
    ChallengerBetter,
    /// The control is better, whatever guardrails don't know yet.
    ControlBetter,
    /// If there is a difference, it is smaller than the least that matters.
    NoDifference,
    /// None of these yet.
    Inconclusive,
}

/// Why there is no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The primary metric has more trials than there were requests: what it counts is not what it
    /// is said to count, and no other number holds.
    MoreTrialsThanRequests,
    /// The load balancer's data are missing where there are trials: nobody knows whether they are
    /// what they are said to be.
    RequestsMissing,
    /// The primary metric counts requests while clients are assigned, whose requests are not
    /// independent: neither its interval nor the split's test holds.
    UnitIsRequest,
    /// Nobody says what is measured, and what of it decides.
    MeasuresUnknown,
    /// The primary metric's counts say nothing.
    NothingKnown,
    /// None of the looks that alone decide was taken.
    NoLookYet,
    /// The primary metric is in rows of clients, and there are none.
    RowsMissing,
    /// Too many of the rows of clients should not be there.
    RowsUnfit,
    /// An arm has fewer events than the asymptotics need.
    TooFewEvents,
    /// An arm of a mean has fewer [effective events](Evidence::EffectiveEvents) than they need:
    /// its values come from a few large ones.
    TooFewLargeValues,
    /// A mean can be below 0, which takes rows of clients rather than sums.
    NeedsRows,
    /// What looks ruled out together leaves nothing: the data contradict themselves, as where what
    /// is measured changed on the way.
    Contradiction,
    /// The challenger is better, but not all its guardrails pass.
    GuardrailsInconclusive,
    /// The interval has 0 in it, and more than the differences that don't matter.
    IntervalTooWide,
}

/// How the trials of the primary metric go with the requests that brought them, arm by arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// No arm has more of them than requests.
    Fit,
    /// An arm has more of them than requests.
    MoreThanRequests,
    /// The requests of an arm that has some are not known.
    RequestsMissing,
}

/// What the experiment asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// How often any challenger may be called different that isn't.
    pub alpha: Alpha,
    /// The primary metric's good direction.
    pub direction: Direction,
    /// The least absolute difference in the primary metric that matters.
    pub minimum_effect: f64,
    /// The events that each arm needs.
    pub minimum_events: u64,
    /// Whether it is known which metric is the primary one: where not, only the split and guardrails
    /// that every experiment has can be judged.
    pub is_known: bool,
    /// Whether the primary metric counts what the experiment assigns: false for requests of
    /// clients that a cookie assigns.
    pub counts_what_is_assigned: bool,
    /// Whether its trials can be what they are said to be.
    pub units: Units,
    /// The comparisons that are paid for at least, those that are made no more among them.
    pub comparisons: usize,
}

/// A challenger against the control.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The difference in the primary metric, at alpha
    /// [shared](super::Alpha::shared_by) by all challengers, of all looks so far.
    pub primary: Option<Running>,
    /// What there is to judge the primary metric by.
    pub evidence: Evidence,
    /// How each guardrail was judged.
    pub guardrails: Vec<Gate>,
}

/// The verdict on one challenger.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: TestVerdict,
    /// Why it is inconclusive, when it is.
    pub reason: Option<Reason>,
    /// The primary metric's p-value, adjusted for the other challengers.
    pub p: Option<f64>,
}

/// The verdict on an experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Readout {
    /// The verdict.
    pub verdict: TestVerdict,
    /// Why it is inconclusive, when it is.
    pub reason: Option<Reason>,
    /// The place of the best of the challengers that are better than the control.
    pub best: Option<usize>,
    /// The verdict on each challenger, in their order.
    pub challengers: Vec<Judgement>,
}

/// Judges an experiment, by the p-value of its [split](super::split) and its comparisons.
///
/// The first that holds, for each challenger: the primary metric's units can't be what they are
/// said to be, so that nothing is decided; the split is broken; one of its guardrails is
/// breached; its p-value, by Holm's procedure over all challengers, is at or below alpha, and it is
/// worse, or it is better and all its guardrails pass; the whole interval is nearer to 0 than the
/// minimum effect. All findings on the primary metric need the minimum of events in each arm.
/// Where the primary metric does not count what is assigned, only a guardrail may be found
/// breached.
///
/// Of the experiment: a broken split; a breach by any challenger; a challenger that is better,
/// the best first; a control that is better than all; no difference, where there is none to any
/// challenger that is not worse.
#[must_use]
pub fn judge(question: &Question, split: Option<f64>, comparisons: &[Comparison]) -> Readout {
    judge_corrected(question, split, comparisons, holm)
}

/// Judges as [`judge`] does, by looks that were planned: with several challengers, by Bonferroni's
/// procedure, since Holm's would rest on looks at which a challenger is not decided on yet.
#[must_use]
pub fn judge_by_planned_looks(
    question: &Question,
    split: Option<f64>,
    comparisons: &[Comparison],
) -> Readout {
    judge_corrected(question, split, comparisons, bonferroni)
}

fn judge_corrected(
    question: &Question,
    split: Option<f64>,
    comparisons: &[Comparison],
    corrected: fn(&[Option<f64>]) -> Vec<Option<f64>>,
) -> Readout {
    let is_unfit = question.units == Units::MoreThanRequests;
    let is_broken =
        !is_unfit && question.counts_what_is_assigned && split.is_some_and(|p| p < BROKEN_BELOW);
    let mut paid: Vec<Option<f64>> = comparisons
        .iter()
        .map(|comparison| comparison.primary.map(|primary| primary.difference.p))
        .collect();
    paid.resize(paid.len().max(question.comparisons), None);
    let challengers: Vec<Judgement> = comparisons
        .iter()
        .zip(corrected(&paid))
        .map(|(comparison, p)| {
            let (verdict, reason) = if is_unfit {
                let reason = Reason::MoreTrialsThanRequests;
                (TestVerdict::Inconclusive, Some(reason))
            } else if is_broken {
                (TestVerdict::BrokenSplit, None)
            } else {
                challenger::judge(question, comparison, p)
            };
            Judgement { verdict, reason, p }
        })
        .collect();
    let verdict = if is_broken {
        TestVerdict::BrokenSplit
    } else {
        of_all(&challengers)
    };
    let is_open = |challenger: &&Judgement| {
        verdict == TestVerdict::Inconclusive && challenger.reason.is_some()
    };
    Readout {
        verdict,
        reason: challengers
            .iter()
            .find(is_open)
            .and_then(|challenger| challenger.reason),
        best: best(question, comparisons, &challengers),
        challengers,
    }
}

fn of_all(challengers: &[Judgement]) -> TestVerdict {
    let any = |verdict| {
        challengers
            .iter()
            .any(|challenger| challenger.verdict == verdict)
    };
    let mut race = challengers
        .iter()
        .filter(|challenger| challenger.verdict != TestVerdict::ControlBetter)
        .peekable();
    if any(TestVerdict::GuardrailBreached) {
        TestVerdict::GuardrailBreached
    } else if any(TestVerdict::ChallengerBetter) {
        TestVerdict::ChallengerBetter
    } else if challengers.is_empty() {
        TestVerdict::Inconclusive
    } else if race.peek().is_none() {
        TestVerdict::ControlBetter
    } else if race.all(|challenger| challenger.verdict == TestVerdict::NoDifference) {
        TestVerdict::NoDifference
    } else {
        TestVerdict::Inconclusive
    }
}

fn best(
    question: &Question,
    comparisons: &[Comparison],
    challengers: &[Judgement],
) -> Option<usize> {
    let gains = comparisons.iter().zip(challengers).enumerate();
    gains
        .filter(|(_, (_, challenger))| challenger.verdict == TestVerdict::ChallengerBetter)
        .filter_map(|(place, (comparison, _))| {
            Some((
                place,
                question
                    .direction
                    .gain(comparison.primary?.difference.value),
            ))
        })
        .max_by(|(_, gain), (_, other)| gain.total_cmp(other))
        .map(|(place, _)| place)
}
