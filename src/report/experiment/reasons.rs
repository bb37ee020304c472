//! Why there is no verdict, in words.

use super::{EffectScale, ExperimentView, clients};
use mlship_core::experiment::{MetricReading, Reading};
use mlship_stats::{OpenReason, Reason};

/// Returns what keeps an experiment from a verdict.
pub(super) fn why_open(shown: &ExperimentView<'_>) -> String {
    let reading = shown.reading;
    let is_empty = reading
        .sample
        .as_ref()
        .is_some_and(|sample| sample.seen == 0);
    if is_empty && reading.window.is_empty() {
        return "nothing has come in yet".to_owned();
    }
    if is_empty && reading.counted.is_empty() {
        return "no outcome counts yet".to_owned();
    }
    match reading.readout.reason {
        Some(Reason::MoreTrialsThanRequests) => {
            "the primary metric has more trials than there were requests, so it does not count \
             what it is said to count"
                .to_owned()
        }
        Some(Reason::RequestsMissing) => {
            "the load balancer's data are missing, so nobody knows whether trials are what they \
             are said to be"
                .to_owned()
        }
        Some(Reason::UnitIsRequest) => {
            "the primary metric counts requests, and clients are assigned: their requests are \
             not independent"
                .to_owned()
        }
        Some(Reason::MeasuresUnknown) => {
            "what is measured, and what decides, only the manifest says".to_owned()
        }
        Some(Reason::NothingKnown) => {
            "the primary metric has no numbers of both that can be compared".to_owned()
        }
        Some(Reason::NoLookYet) => "no planned look was taken yet".to_owned(),
        Some(Reason::RowsMissing) if reading.rows.is_some() => {
            "the primary metric is in rows of clients, and the file has none below its header"
                .to_owned()
        }
        Some(Reason::RowsMissing) => {
            "the primary metric is in rows of clients, which --rows FILE gives".to_owned()
        }
        Some(Reason::RowsUnfit) => reading
            .rows
            .as_ref()
            .map_or_else(String::new, clients::why_unfit),
        Some(Reason::TooFewEvents) => format!(
            "too few events for a verdict, {} of the {} that every variant needs",
            reading.fewest_events, reading.needed_events
        ),
        Some(Reason::TooFewLargeValues) => {
            let is_proportion = EffectScale::of(shown).is_proportion;
            few_effective_events(is_proportion, reading.fewest_events, reading.needed_events)
        }
        Some(Reason::NeedsRows) => NEEDS_ROWS.to_owned(),
        Some(Reason::Contradiction) => {
            "the data contradict themselves: what earlier looks ruled out, the last ones find"
                .to_owned()
        }
        Some(Reason::GuardrailsInconclusive) => {
            "the challenger is better, and not all its guardrails pass yet".to_owned()
        }
        Some(Reason::IntervalTooWide) => {
            "both a difference that matters and none are possible".to_owned()
        }
        None => "there is nothing to compare".to_owned(),
    }
}

const NEEDS_ROWS: &str = "some values are below 0, which takes rows of clients rather than sums";

/// Says it of a mean; of a proportion, whose clients a covariate adjusts, nothing is large.
fn few_effective_events(is_proportion: bool, seen: u64, needed: u64) -> String {
    if is_proportion {
        format!("too few clients with an event to judge: {seen} of {needed}")
    } else {
        format!("too few large values to judge: {seen} of {needed} effective events")
    }
}

/// Returns why a guardrail is open, where its numbers don't show it.
pub(super) fn why_guardrail_open(reading: &Reading, metric: &MetricReading) -> Option<String> {
    match metric.open? {
        OpenReason::NothingKnown | OpenReason::IntervalTooWide => None,
        OpenReason::TooFewTrials => {
            Some("too few requests or clients for a margin that small".to_owned())
        }
        OpenReason::TooFewStretches => {
            Some("it may be a few clients' requests, which twelve hours of traffic tell".to_owned())
        }
        OpenReason::FewClients => Some(
            "worse, and a few clients may be why: only what is far worse at once stops the test"
                .to_owned(),
        ),
        OpenReason::NeedsRows => Some(NEEDS_ROWS.to_owned()),
        OpenReason::TooFewLargeValues => Some(few_effective_events(
            metric.is_proportion,
            metric.evidence.events(),
            reading.needed_events,
        )),
    }
}
