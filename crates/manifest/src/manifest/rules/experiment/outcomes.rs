//! How late outcomes may come: those of one phase must not be counted in the next.

use std::time::Duration;

use super::super::super::path;
use super::super::super::schema::Experiment;
use super::super::findings::Findings;
use super::traffic::no_time;
use crate::manifest::Code;
use mlship_text::duration::duration;

/// How far back the points of `PutMetricData` may be stamped.
const FURTHEST_BACK: Duration = Duration::from_hours(14 * 24);

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let written = experiment.outcome_within.as_deref();
    let time = match written.map(duration) {
        Some(Err(error)) => {
            let written = ("outcomeWithin", written.unwrap_or_default());
            return no_time(error, written, "2d", findings);
        }
        Some(Ok(time)) => Some(time),
        None if findings.is_broken("outcomeWithin") => return,
        None => None,
    };
    let mut is_missing = false;
    for (name, metric) in &experiment.metrics {
        if !metric.is_stamped_with_exposure() {
            continue;
        }
        let stamped = path::member(&path::member("metrics", name), "stamped");
        match time {
            None => {
                is_missing = true;
                findings.error(
                    &stamped,
                    Code::OUTCOME_TIME_MISSING,
                    "nobody says how long after the exposure its outcomes may come",
                    "write `outcomeWithin`, such as `2d`",
                );
            }
            Some(time) if time > FURTHEST_BACK => findings.error(
                "outcomeWithin",
                Code::OUTCOME_TOO_LATE,
                format!("CloudWatch takes no points that far back, and `{name}` is stamped"),
                "write at most 14 days, or put outcomes when they happen, without `stamped`",
            ),
            Some(_) => {}
        }
    }
    let is_mixed = time.is_none() && !is_missing && experiment.business_metrics().next().is_some();
    let keeps_clients = !experiment.cookie_life().is_zero();
    if !experiment.ramp.is_empty() && keeps_clients && is_mixed {
        findings.error(
            "ramp",
            Code::RAMP_WITHOUT_OUTCOME_TIME,
            "clients stay with their variant, and outcomes of one step of the ramp would be \
             counted in the next",
            "write `outcomeWithin`: how long after a client is first seen its outcome may come, \
             `0` where that is at once; or leave `ramp` out",
        );
    }
}
