use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, milliseconds: u64) {
    assert_eq!(
        duration(text),
        Ok(Duration::from_millis(milliseconds)),
        "{text}"
    );
}

#[track_caller]
fn refuse(text: &str, error: DurationError) {
    assert_eq!(duration(text), Err(error), "{text}");
}

#[test]
fn a_length_has_numbers_and_units() {
    check("90s", 90_000);
    check("30m", 30 * 60_000);
    check("1h30m", 90 * 60_000);
    check("1h 30m", 90 * 60_000);
    check("1h, 30m", 90 * 60_000);
    check("1d", 24 * 3_600_000);
    check("1d12h", 36 * 3_600_000);
    check("1w", 7 * 24 * 3_600_000);
    check("2 days", 48 * 3_600_000);
    check("250ms", 250);
    check("1.5s", 1_500);
    check("1.5h", 90 * 60_000);
    check("90 minutes", 90 * 60_000);
    check("PT1H30M", 90 * 60_000);
    check("P1D", 24 * 3_600_000);
    check("36h90m", 37 * 3_600_000 + 30 * 60_000);
    check("0", 0);
    check("0s", 0);
    check("0d", 0);
    check("-0s", 0);
}

#[test]
fn what_is_refused_says_why() {
    for text in ["300", "7", "1.5", "-5", "007", "1_000"] {
        refuse(text, DurationError::NoUnit);
    }
    for text in ["-1s", "-1d", "2h ago", "-PT1H"] {
        refuse(text, DurationError::Negative);
    }
    for text in ["1 month", "1mo", "2y", "1y2d", "P1M"] {
        refuse(text, DurationError::NotFixed);
    }
    for text in [
        "99999999999999999d",
        "9223372036854775807s",
        "99999999999h",
        "18446744073709551616s",
    ] {
        refuse(text, DurationError::TooLong);
    }
    for text in [
        "",
        " ",
        "a week",
        "1M",
        "10 x",
        "1d-2h",
        "１０m",
        "½h",
        "−1h",
        "1h\u{200b}",
        "1,5",
        "s",
        "1e3s",
        "inf",
        "NaN",
        "0x10s",
        "1h1h",
    ] {
        refuse(text, DurationError::Unreadable);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = duration(&text);
    }

    #[test]
    fn nothing_like_a_length_makes_it_panic(text in "[-+]?[0-9]{0,30}[.,]?[0-9]{0,30} ?[a-zA-Zµ]{0,5}( ?[0-9]{0,9}[a-z]{0,3}){0,4}") {
        if let Ok(length) = duration(&text) {
            // Whoever waits for it adds it to a clock.
            prop_assert!(std::time::Instant::now().checked_add(length).is_some());
        }
    }

    #[test]
    fn what_is_written_is_read_back(seconds in 0..400_000_000_000_i64, rest in 0..1_000_000_000_i32) {
        let length = SignedDuration::new(seconds, rest);
        for text in [format!("{length:#}"), length.to_string()] {
            prop_assert_eq!(duration(&text).map(signed), Ok(length));
        }
    }

    #[test]
    fn units_add_up(days in 0..10_000_u64, hours in 0..100_u64, minutes in 0..100_u64, seconds in 0..100_u64, milliseconds in 0..2000_u64) {
        let text = format!("{days}d{hours}h{minutes}m{seconds}s{milliseconds}ms");
        let whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
        prop_assert_eq!(duration(&text), Ok(Duration::from_millis(whole * 1000 + milliseconds)));
    }
}
