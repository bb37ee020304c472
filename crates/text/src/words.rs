//! Formats numbers and durations for people.

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Returns a number with its noun, such as `1 task` and `3 tasks`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {}", plural(number, noun))
}

/// Returns a noun for a number of things.
#[must_use]
pub fn plural(number: usize, noun: &str) -> String {
    if number == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Returns how long something takes, no more exactly than a person needs.
#[must_use]
pub fn duration(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 10.0 * MINUTE => format!("{seconds:.0} s"),
        seconds if seconds < 2.0 * HOUR => format!("{:.0} min", seconds / MINUTE),
        seconds if seconds < DAY => several(seconds / HOUR, "hour"),
        seconds => several(seconds / DAY, "day"),
    }
}

/// One digit behind the point, where it says anything.
fn several(number: f64, what: &str) -> String {
    let text = format!("{number:.1}");
    match text.strip_suffix(".0").unwrap_or(&text) {
        "1" => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// Returns the beginning of a text, with a mark where it was cut.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_others_are_several() {
        assert_eq!(counted(0, "task"), "0 tasks");
        assert_eq!(counted(1, "task"), "1 task");
        assert_eq!(counted(2, "manifest"), "2 manifests");
    }

    #[test]
    fn a_time_is_told_in_the_unit_that_people_would_take() {
        let told = [0.4, 107.4, 599.0, 900.0, 3.0 * HOUR, DAY, 1.5 * DAY].map(duration);
        assert_eq!(
            told,
            [
                "0 s", "107 s", "599 s", "15 min", "3 hours", "1 day", "1.5 days"
            ]
        );
    }

    #[test]
    fn a_cut_leaves_a_mark() {
        assert_eq!(shortened("größer", 3), "grö…");
        assert_eq!(shortened("größer", 6), "größer");
    }
}
