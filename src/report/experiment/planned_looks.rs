//! How far the planned looks of an experiment are, for people.

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
