//! Output of experiments: for people, for programs, and as a picture.

mod chart;
mod clients;
mod html;
mod json;
mod list;
mod number;
mod picture;
mod plan;
mod planned_looks;

mod reason_reference;
mod reasons;
mod record;
mod sample;
mod sample_plans;
mod shares;
#[cfg(test)]
mod tests;
mod text;
mod versions;

pub use html::{experiment_html, record_html};
pub use json::experiment_document;
pub use list::{experiments_document, experiments_text};
pub use picture::experiment_svg;
pub use plan::{start_document, start_text, stop_text};
pub use reason_reference::{open_reason_meaning, reason_meaning};
pub use record::{record_document, record_svg, record_text, records_document, records_text};
pub use sample_plans::{SamplePlansView, sample_plans_document, sample_plans_text};
pub use text::{experiment_text, headline};
pub use versions::{comparison_document, comparison_text};

use jiff::Timestamp;

use mlship_core::app::experiment::Ended;
use mlship_core::experiment::{Reading, Record};
use mlship_stats::Interval;

/// Returns the least and the greatest difference that a picture shows: the later half of the looks
/// whole, since intervals begin as wide as can be.
fn range_shown(looks: impl ExactSizeIterator<Item = Interval>, minimum_effect: f64) -> (f64, f64) {
    let earlier = looks.len() / 2;
    looks.skip(earlier).fold(
        (-minimum_effect, minimum_effect),
        |(least, greatest), interval| (least.min(interval.lower), greatest.max(interval.upper)),
    )
}

/// What differences of a primary metric are shown in.
#[derive(Debug, Clone, Copy)]
struct EffectScale {
    /// The smallest difference that matters; 0 where it is not known.
    minimum_effect: f64,
    /// Whether it is a difference of proportions, rather than of means.
    is_proportion: bool,
    /// Whether intervals hold at one look only.
    is_fixed: bool,
}

impl EffectScale {
    fn of(shown: &ExperimentView<'_>) -> Self {
        let primary = shown.reading.metrics.first();
        Self {
            minimum_effect: shown.minimum_effect.unwrap_or_default(),
            is_proportion: primary.is_none_or(|metric| metric.is_proportion),
            is_fixed: shown.reading.fixed,
        }
    }
}

/// A readout with what it is a readout of.
#[derive(Debug, Clone)]
pub struct ExperimentView<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// What the rule says of it.
    pub record: &'a Record,
    /// What was expected when it began.
    pub hypothesis: Option<&'a str>,
    /// The numbers.
    pub reading: &'a Reading,
    /// What the primary metric decides on; none where it is not known which that is.
    pub minimum_effect: Option<f64>,
    /// The margins of the guardrails, by their metric.
    pub margins: Vec<(&'a str, f64)>,
    /// The accepted chance of a wrong winner; none where it is not known.
    pub alpha: Option<f64>,
    /// The days after which it should have ended.
    pub maximum_days: Option<u32>,
    /// What a reader should know before believing the numbers.
    pub notes: Vec<String>,
    /// How it ended, where it did.
    pub ended: Option<&'a Ended>,
    /// When it was read.
    pub at: Timestamp,
}
