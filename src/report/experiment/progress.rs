//! How far the sample and the planned looks of an experiment are, in a line each.

use std::fmt::Write as _;

use jiff::SignedDuration;

use super::ExperimentView;
use super::number::count;
use mlship_core::experiment::LookProgress;
use mlship_text::words::duration;

/// Says which look was taken last, and when the next one is due.
pub(super) fn looks(looks: &LookProgress) -> String {
    let planned = looks.planned;
    let taken = looks.taken.last().map_or_else(
        || format!("none of {planned} planned looks was taken"),
        |look| {
            let kind = if look.is_final {
                "the final look"
            } else {
                "a look"
            };
            let (at, trials) = (look.at.strftime("%Y-%m-%d %H:%M"), count(look.trials));
            format!("{kind} of {planned} planned ones was taken at {at} UTC, at {trials} trials")
        },
    );
    let Some(next) = looks.next else {
        return format!("{taken}; no other follows");
    };
    let at = count(next.trials);
    let when = match (next.left.trials, next.left.time) {
        (0, _) => format!("the next one is due, at {at}"),
        (_, Some(time)) => format!(
            "the next one at {at}, in about {}: until then nothing is decided",
            duration(time.as_secs_f64())
        ),
        (_, None) => format!("the next one at {at}: until then nothing is decided"),
    };
    format!("{taken}; {when}")
}

/// Says how far the sample is.
pub(super) fn sample(shown: &ExperimentView<'_>) -> String {
    let Some(sample) = &shown.reading.sample else {
        return "sample: only the manifest says what a trial is, and how many are planned"
            .to_owned();
    };
    let mut text = format!(
        "sample {} of {} trials",
        count(sample.seen),
        count(sample.planned)
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
