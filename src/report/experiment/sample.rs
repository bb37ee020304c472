//! How far the sample is, and what it shows, for people.

use std::fmt::Write as _;

use jiff::SignedDuration;

use super::{EffectScale, ExperimentView, number};
use mlship_text::words::duration;

/// Returns how far the sample is, and whether the experiment should have ended.
pub(super) fn sample(shown: &ExperimentView<'_>) -> String {
    let Some(sample) = &shown.reading.sample else {
        return "sample: only the manifest says what a trial is, and how many are planned"
            .to_owned();
    };
    let mut text = format!(
        "sample {} of {} trials",
        number::count(sample.seen),
        number::count(sample.planned)
    );
    match (sample.left.trials, sample.left.time) {
        (0, _) => text.push_str(", complete"),
        (_, Some(time)) => {
            let _ = write!(text, ", {} left at this rate", duration(time.as_secs_f64()));
        }
        (_, None) => {}
    }
    if let Some(most) = shown.maximum_days.filter(|most| is_overdue(shown, *most)) {
        let days = number::counted(most.into(), "day");
        let _ = write!(text, "; it should have ended after {days}");
    }
    text
}

/// Returns which differences of the primary metric the sample shows.
pub(super) fn power(shown: &ExperimentView<'_>) -> Option<String> {
    let sensitivity = shown.reading.sensitivity?;
    let is_proportion = EffectScale::of(shown).is_proportion;
    let size = |effect: f64| number::size(effect, is_proportion);
    let often = format!("in {:.0} of 100 tests", 100.0 * sensitivity.power);
    match (sensitivity.seen, sensitivity.planned) {
        (Some(seen), Some(planned)) => Some(format!(
            "these trials show a difference of {} or more {often}, the planned ones one of {}",
            size(seen),
            size(planned)
        )),
        (Some(seen), None) => Some(format!(
            "these trials show a difference of {} or more {often}",
            size(seen)
        )),
        (None, Some(planned)) => Some(format!(
            "the planned trials show a difference of {} or more {often}",
            size(planned)
        )),
        (None, None) => None,
    }
}

fn is_overdue(shown: &ExperimentView<'_>, most: u32) -> bool {
    let runs = shown
        .record
        .started
        .filter(|_| shown.record.state.is_open());
    let most = SignedDuration::from_hours(24 * i64::from(most));
    runs.is_some_and(|started| shown.at.duration_since(started) > most)
}
