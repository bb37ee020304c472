//! Times such as `7d` or `300ms`.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Reads a time: whole numbers with their units, or 0.
pub(crate) fn period(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let span: Span = text.parse().ok()?;
    let days = SpanRelativeTo::days_are_24_hours();
    Duration::try_from(span.to_duration(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        let milliseconds = expected.map(Duration::from_millis);
        assert_eq!(period(text), milliseconds, "{text}");
    }

    #[test]
    fn a_time_has_a_unit() {
        check("7d", Some(7 * 24 * 3_600_000));
        check("1d12h", Some(36 * 3_600_000));
        check("300ms", Some(300));
        check("1.5s", Some(1500));
        check("0", Some(0));
        check("0s", Some(0));
        for wrong in [
            "",
            "300",
            "7",
            "-1s",
            "1 month",
            "a week",
            "99999999999999999d",
        ] {
            check(wrong, None);
        }
    }
}
