//! How far the sample is, for people.

use std::fmt::Write as _;

use jiff::SignedDuration;

use super::{ExperimentView, number};
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
        let _ = write!(text, "; it should have ended after {most} days");
    }
    text
}

fn is_overdue(shown: &ExperimentView<'_>, most: u32) -> bool {
    let runs = shown
        .record
        .started
        .filter(|_| shown.record.state.is_open());
    let most = SignedDuration::from_hours(24 * i64::from(most));
    runs.is_some_and(|started| shown.at.duration_since(started) > most)
}
