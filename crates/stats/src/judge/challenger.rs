//! Computes the verdict on one challenger.

use super::{Comparison, Question, Reason, TestVerdict, Units};
use crate::evidence::Evidence;
use crate::guardrail::Gate;

/// Judges a challenger of a sound split. Takes its p-value, adjusted for the others.
pub(super) fn judge(
    question: &Question,
    comparison: &Comparison,
    p: Option<f64>,
) -> (TestVerdict, Option<Reason>) {
    let inconclusive = |reason| (TestVerdict::Inconclusive, Some(reason));
    let gates = &comparison.guardrails;
    if gates.contains(&Gate::Breached) {
        return (TestVerdict::GuardrailBreached, None);
    }
    if !question.is_known {
        return inconclusive(Reason::MeasuresUnknown);
    }
    if question.units == Units::RequestsMissing {
        return inconclusive(Reason::RequestsMissing);
    }
    if !question.counts_what_is_assigned {
        return inconclusive(Reason::UnitIsRequest);
    }
    let least = question.minimum_events;
    if let Some(reason) = unmeasured(comparison.evidence, least) {
        return inconclusive(reason);
    }
    let (Some(primary), Some(p)) = (comparison.primary, p) else {
        return inconclusive(Reason::NothingKnown);
    };
    if comparison.evidence.events() < least {
        return inconclusive(Reason::TooFewEvents);
    }
    if primary.is_contradictory {
        return inconclusive(Reason::Contradiction);
    }
    let is_different = p <= question.alpha.get();
    if is_different && question.direction.gain(primary.clearest) < 0.0 {
        // Nothing that its guardrails may say makes up for that.
        (TestVerdict::ControlBetter, None)
    } else if is_different && gates.iter().all(|gate| *gate == Gate::Passed) {
        (TestVerdict::ChallengerBetter, None)
    } else if primary
        .difference
        .interval
        .is_within(question.minimum_effect)
    {
        (TestVerdict::NoDifference, None)
    } else if is_different {
        inconclusive(Reason::GuardrailsInconclusive)
    } else {
        inconclusive(Reason::IntervalTooWide)
    }
}

/// Returns why a mean says nothing, whatever its difference.
fn unmeasured(evidence: Evidence, least: u64) -> Option<Reason> {
    match evidence {
        Evidence::NeedsRows => Some(Reason::NeedsRows),
        Evidence::EffectiveEvents(events) => (events < least).then_some(Reason::TooFewLargeValues),
        Evidence::Events(_) => None,
    }
}
