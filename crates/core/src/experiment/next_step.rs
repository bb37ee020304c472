//! What follows from a look at an experiment that runs by itself. Pure.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::definition::Definition;
use super::outcome_window::outcomes_in;
use super::reading::Reading;
use super::record::Record;
use mlship_manifest::schema::{Experiment, OnWinner};
use mlship_stats::{Reason, TestVerdict};

/// How long a phase has counts before it says anything at all.
const LEAST_PHASE: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What follows from a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// To look again later.
    Wait(Wait),
    /// To go to the ramp's next step.
    Ramp,
    /// A challenger is better; nothing is moved.
    Keep(String),
    /// A challenger is better, and its release is to be the control's.
    Promote(String),
    /// To give the control all the traffic.
    End(EndReason),
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// A verdict, or that the sample is complete.
    Verdict,
    /// The sample is complete, and its last outcomes may still come.
    LastOutcomes,
    /// A step of the ramp has not been there for long enough, or its outcomes may still come, until
    /// then.
    Step(Timestamp),
    /// A variant of a step of the ramp has had no requests yet, or the counts contradict
    /// themselves.
    Counts,
}

/// Why an experiment ends without a challenger that is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// A guardrail is breached, the split is broken, or the control is better.
    Harm(TestVerdict),
    /// If there is a difference, it is smaller than the least that matters.
    NoDifference,
    /// The planned sample is complete, without a verdict.
    SampleComplete,
    /// The days are over, without a verdict.
    DaysOver,
}

/// What was seen of an experiment that runs.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// What was written of it.
    pub experiment: &'a Experiment,
    /// The traffic that it asks for.
    pub definition: &'a Definition,
    /// What its rule says.
    pub record: &'a Record,
    /// What was counted.
    pub reading: &'a Reading,
    /// Whether the sample was complete so long ago that its outcomes are in.
    pub is_settled: bool,
    /// When.
    pub now: Timestamp,
}

/// Says what follows.
#[must_use]
pub fn next_step(seen: &Seen<'_>) -> NextStep {
    let reading = seen.reading;
    if let Some(harm) = harm(reading) {
        return NextStep::End(EndReason::Harm(harm));
    }
    match (reading.readout.verdict, &reading.winner) {
        (TestVerdict::ChallengerBetter, Some(winner)) => {
            return match seen.experiment.on_winner.unwrap_or_default() {
                OnWinner::Keep => NextStep::Keep(winner.clone()),
                OnWinner::Promote => NextStep::Promote(winner.clone()),
            };
        }
        (TestVerdict::NoDifference, _) => return NextStep::End(EndReason::NoDifference),
        (
            TestVerdict::ChallengerBetter
            | TestVerdict::Inconclusive
            | TestVerdict::GuardrailBreached
            | TestVerdict::BrokenSplit
            | TestVerdict::ControlBetter,
            _,
        ) => {}
    }
    // A look that could not be put down yet may decide it.
    let looks = reading.looks.as_ref();
    if looks.is_some_and(|looks| looks.due.is_some()) {
        return NextStep::Wait(Wait::Verdict);
    }
    if is_over(seen) {
        return NextStep::End(EndReason::DaysOver);
    }
    if (seen.record.step as usize) < seen.definition.steps().len() {
        return of_ramp(seen);
    }
    match &reading.sample {
        _ if reading.stays_open() => NextStep::End(EndReason::SampleComplete),
        _ if looks.is_some() => NextStep::Wait(Wait::Verdict),
        Some(sample) if sample.seen >= sample.planned && seen.is_settled => {
            NextStep::End(EndReason::SampleComplete)
        }
        Some(sample) if sample.seen >= sample.planned => NextStep::Wait(Wait::LastOutcomes),
        Some(_) | None => NextStep::Wait(Wait::Verdict),
    }
}

/// Returns the verdict on what does harm, where something does. By the guardrails before the verdict:
/// a variant whose answers fail may break the split too, and that is said first.
#[must_use]
pub fn harm(reading: &Reading) -> Option<TestVerdict> {
    let verdict = reading.readout.verdict;
    match verdict {
        TestVerdict::GuardrailBreached | TestVerdict::BrokenSplit | TestVerdict::ControlBetter => {
            Some(verdict)
        }
        TestVerdict::ChallengerBetter | TestVerdict::NoDifference | TestVerdict::Inconclusive => {
            let is_breached = !reading.breached().is_empty();
            is_breached.then_some(TestVerdict::GuardrailBreached)
        }
    }
}

fn is_over(seen: &Seen<'_>) -> bool {
    let days = seen.experiment.maximum_days.zip(seen.record.started);
    days.is_some_and(|(days, started)| {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let end = started.saturating_add(DAY * days);
        end.is_ok_and(|end| end <= seen.now)
    })
}

fn of_ramp(seen: &Seen<'_>) -> NextStep {
    let since = seen.record.since.unwrap_or(seen.now);
    let known = outcomes_in(seen.experiment, since).saturating_add(LEAST_PHASE);
    let known = known.unwrap_or(Timestamp::MAX);
    if seen.now < known {
        return NextStep::Wait(Wait::Step(known));
    }
    let reading = seen.reading;
    let mut variants = reading.variants.iter().filter(|variant| variant.weight > 0);
    let is_counted = variants.all(|variant| variant.requests > 0);
    if is_counted && reading.readout.reason.is_none_or(bears_numbers) {
        NextStep::Ramp
    } else {
        NextStep::Wait(Wait::Counts)
    }
}

/// Says whether counts of which no verdict follows for this reason can be believed.
fn bears_numbers(reason: Reason) -> bool {
    match reason {
        Reason::MoreTrialsThanRequests
        | Reason::RequestsMissing
        | Reason::MeasuresUnknown
        | Reason::RowsMissing
        | Reason::RowsUnfit
        | Reason::Contradiction => false,
        Reason::UnitIsRequest
        | Reason::NothingKnown
        | Reason::NoLookYet
        | Reason::TooFewEvents
        | Reason::TooFewLargeValues
        | Reason::NeedsRows
        | Reason::GuardrailsInconclusive
        | Reason::IntervalTooWide => true,
    }
}
