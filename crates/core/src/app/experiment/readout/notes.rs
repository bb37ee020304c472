//! What a reader should know before believing numbers.

use std::fmt::Write as _;
use std::time::Duration;

use super::ReadRequest;
use crate::app::experiment::comparison::Comparison;
use crate::cloud::CloudError;
use crate::experiment::{DISTURBED, Definition, PromotionState, Reading, Record, State};
use crate::ledger::DroppedEntry;
use crate::release::{Forward, ListenerRule, Routing};

/// Says what to know of an experiment before believing its numbers.
pub(super) fn notes(
    comparison: &Comparison,
    rule: &ListenerRule,
    record: &Record,
    request: ReadRequest,
) -> Vec<String> {
    let mut notes = Vec::new();
    let definition = &comparison.definition;
    if comparison.measured().is_none() {
        notes.push(
            "only the manifest says what is measured and what decides: the primary metric, its \
             guardrails and the sample are not looked at here; requests that reach no target, and \
             variants without a healthy one, are"
                .to_owned(),
        );
        if !definition.assigns_requests() {
            notes.push(
                "the split is not tested: clients are assigned, and only their requests are known"
                    .to_owned(),
            );
        }
    }
    if record.analysis_digest != definition.analysis_digest {
        notes.push(
            "what decides is not what it was when the phase began: changed after a look, the \
             verdict may be wrong more often than alpha says"
                .to_owned(),
        );
    }
    if let Some(disturbed) = rule.tags.get(DISTURBED) {
        notes.push(format!(
            "{disturbed} was released to by force, while it was compared: the numbers may be of \
             two releases"
        ));
    }
    match record.state {
        State::Starting => notes.push(
            "the phase was begun and not finished: `mlship experiment start` goes on with it"
                .to_owned(),
        ),
        State::Stopping => notes.push(
            "a stop was begun and not finished: `mlship experiment stop` goes on with it"
                .to_owned(),
        ),
        State::Running => {
            let is_kept = matches!(&rule.routing, Routing::Forward(forward)
                if definition.header.is_some() || is_kept(definition, forward, record));
            if !is_kept {
                notes.push(
                    "the rule is not as the phase left it: the numbers are of other shares, too"
                        .to_owned(),
                );
            }
        }
        State::Stopped => notes.push("the experiment is over".to_owned()),
    }
    notes.extend(
        record
            .dropped
            .iter()
            .map(|dropped| DroppedEntry::of(dropped).line()),
    );
    if let Some(promotion) = &record.promotion {
        let (since, winner) = (promotion.since, &promotion.winner);
        notes.push(match promotion.state {
            PromotionState::Stopped => format!(
                "it was stopped while the control's service was getting the release of {winner}, \
                 since {since}: the numbers are of before, and `mlship status` of that service \
                 tells what became of it"
            ),
            PromotionState::Deploying | PromotionState::Failed(_) | PromotionState::Deployed => {
                format!(
                    "since {since} the release of {winner} is on its way to the control's service, \
                     or there: the numbers are of before"
                )
            }
        });
    }
    if let Some(from) = request.from
        && record.since.is_some_and(|since| from < since)
    {
        notes.push(
            "the window begins before the phase does, when traffic was shared otherwise".to_owned(),
        );
    }
    notes
}

/// Says whether a rule shares requests as the phase left it, which may be without those that were
/// dropped.
fn is_kept(definition: &Definition, forward: &Forward, record: &Record) -> bool {
    let mut all = forward.clone();
    let arms = definition.arms.iter();
    let dropped = arms.filter(|arm| record.is_dropped(&arm.name));
    for arm in dropped {
        all.weights.entry(arm.group.clone()).or_insert(0);
    }
    crate::experiment::weights(&all) == record.weights
}

/// Says what a classical readout is worth.
pub(super) fn of_one_look(reading: &Reading) -> String {
    let mut note = "a fixed-horizon readout holds for one look, at the planned sample: looked at \
                    every day it finds differences that are not there, in 31 % of A/A tests at \
                    40 looks"
        .to_owned();
    if let Some(sample) = &reading.sample
        && sample.seen < sample.planned
    {
        let _ = write!(
            note,
            "; {} of {} trials are in",
            sample.seen, sample.planned
        );
    }
    note
}

/// Says that the idle timeout of the load balancer is not known.
pub(super) fn of_unknown_patience(usual: Duration, error: &CloudError) -> String {
    let mut note = format!(
        "how long the load balancer waits for an answer is not known, and taken for {} s: with a \
         longer idle timeout, requests that are answered late look unanswered in error_rate ({error})",
        usual.as_secs()
    );
    if let Some(hint) = &error.hint {
        let _ = write!(note, "; {hint}");
    }
    note
}
