//! Why there is no verdict, in words.

use super::ExperimentView;
use mlship_stats::Reason;

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
        Some(Reason::TooFewEvents) => format!(
            "too few events for a verdict, {} of the {} that every variant needs",
            reading.fewest_events, reading.needed_events
        ),
        Some(Reason::Contradiction) => {
            "the data contradict themselves: what earlier looks ruled out, the last ones find"
                .to_owned()
        }
        Some(Reason::GuardrailsInconclusive) => {
            "one is better, and not all guardrails pass yet".to_owned()
        }
        Some(Reason::IntervalTooWide) => {
            "both a difference that matters and none are possible".to_owned()
        }
        None => "there is nothing to compare".to_owned(),
    }
}
