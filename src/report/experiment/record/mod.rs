//! Output of experiments that ended, as their ledger keeps them.

mod list;
#[cfg(test)]
pub(super) mod tests;
mod text;

pub use list::{records_document, records_text};
pub(super) use text::{against, served};
pub use text::{record_document, record_text};

use super::EffectScale;
use super::picture::courses_svg;
use mlship_core::experiment::EffectHistory;
use mlship_core::ledger::{ExperimentRecord, Readout};
use mlship_stats::{Difference, Interval};

/// Returns how it ended, in one line.
pub(super) fn headline(record: &ExperimentRecord) -> String {
    let mut outcome = record.outcome.replace('_', " ");
    if record.outcome == "guardrail_breached"
        && let Some(readout) = &record.readout
    {
        let breached = readout.metrics.iter();
        let breached = breached.filter(|metric| metric.state == "breached");
        let breached = breached.map(|metric| format!("{} of {}", metric.metric, metric.variant));
        let breached: Vec<String> = breached.collect();
        if !breached.is_empty() {
            outcome = format!("{outcome}: {}", breached.join(", "));
        }
    }
    let release = match &record.promoted {
        Some(promoted) => format!(" with the release of {promoted}"),
        None => String::new(),
    };
    format!(
        "ended, {outcome}, {} got all the traffic{release}",
        record.winner
    )
}

/// Returns the differences over time as a picture.
#[must_use]
pub fn record_svg(record: &ExperimentRecord) -> Option<String> {
    let readout = record.readout.as_ref()?;
    let title = format!("{}: {}", record.experiment, headline(record));
    Some(courses_svg(
        &title,
        &courses(readout),
        scale(record, readout),
    ))
}

/// Returns what the differences of its primary metric are shown in.
pub(super) fn scale(record: &ExperimentRecord, readout: &Readout) -> EffectScale {
    let primary = readout.metrics.iter().find(|metric| metric.is_primary());
    let design = record.design.as_ref();
    EffectScale {
        minimum_effect: design.map_or(0.0, |design| design.primary.minimum_effect),
        is_proportion: primary.is_none_or(|metric| metric.proportion),
        is_fixed: readout.inference == "fixed_horizon",
    }
}

/// Returns the primary metric of each challenger over time.
pub(super) fn courses(readout: &Readout) -> Vec<EffectHistory> {
    let courses = readout.course.iter();
    courses
        .map(|course| EffectHistory {
            variant: course.variant.clone(),
            looks: course
                .looks
                .iter()
                .map(|look| {
                    let difference = Difference {
                        value: look.effect,
                        interval: Interval {
                            lower: look.lower,
                            upper: look.upper,
                        },
                        // No picture shows it.
                        p: 1.0,
                    };
                    (look.time, difference)
                })
                .collect(),
        })
        .collect()
}
