use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let now: Timestamp = "2026-05-03T12:00:00Z".parse().unwrap();
    let found = moment(text).map(|moment| moment.at(now).to_string());
    assert_eq!(found.as_deref(), Ok(expected), "{text}");
}

#[track_caller]
fn refuse(text: &str, says: &str) {
    let found = moment(text).map_err(|error| error.to_string());
    let error = found.expect_err(text);
    assert!(error.starts_with(says), "{text}: {error}");
}

#[test]
fn a_moment_is_a_time_with_a_zone_or_of_utc() {
    check("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z");
    check("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00Z");
    check("2026-05-01T12:00+02", "2026-05-01T10:00:00Z");
    check("2026-05-01T12:00[+02:00]", "2026-05-01T10:00:00Z");
    check("2026-05-01", "2026-05-01T00:00:00Z");
    check("2026-05-01T14:00", "2026-05-01T14:00:00Z");
    check("2026-05-01 14:00", "2026-05-01T14:00:00Z");
    check("2026-05-01T14:00:30.5", "2026-05-01T14:00:30.5Z");
    check("1969-05-01", "1970-01-01T00:00:00Z");
}

#[test]
fn a_moment_is_how_long_ago_it_was() {
    check("10m", "2026-05-03T11:50:00Z");
    check("1h30m", "2026-05-03T10:30:00Z");
    check("1h 30m", "2026-05-03T10:30:00Z");
    check("2d", "2026-05-01T12:00:00Z");
    check("1w", "2026-04-26T12:00:00Z");
    check("0d", "2026-05-03T12:00:00Z");
    check("1h ago", "2026-05-03T11:00:00Z");
    check("1h 30m ago", "2026-05-03T10:30:00Z");
    check("2d  ago", "2026-05-01T12:00:00Z");
    check("2dago", "2026-05-01T12:00:00Z");
    check("99999999h", "1970-01-01T00:00:00Z");
}

#[test]
fn what_is_no_moment_is_told_apart() {
    for text in [
        "",
        "yesterday",
        "10:00",
        "2026-05",
        "2026-13-01",
        "2026-02-30",
        "2026-05-01T25:00",
        "٢٠٢٦-٠٥-٠١",
    ] {
        refuse(text, "not a time:");
    }
    for text in ["0", "2026", "1767225600"] {
        refuse(text, "a number without a unit:");
    }
    refuse("-5m", "not a time that has been:");
    refuse("-5m ago", "not a time that has been:");
    refuse("ago", "not a time:");
    refuse("5 ago", "a number without a unit:");
    refuse("1h ago ago", "not a time that has been:");
    refuse("1month", "months and years differ in length:");
    refuse("9999999999999d", "longer ago than anything is:");
    refuse("2026-05-01T12:00[Nowhere/Here]", "not a time:");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), now in -10_000_i64..10_000_000_000) {
        let now = Timestamp::from_second(now).unwrap();
        let _ = moment(&text).map(|moment| moment.at(now));
    }

    #[test]
    fn nothing_like_a_moment_makes_it_panic(text in "[-+]?[0-9]{1,6}-?[0-9]{1,2}-?[0-9]{1,2}([T ][0-9]{1,2}(:[0-9]{1,2}){0,2}(\\.[0-9]{0,12})?)?(Z|[-+][0-9]{1,4}|\\[[A-Za-z/]{0,9}\\])?") {
        let _ = moment(&text).map(|moment| moment.at(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn what_is_written_is_read_back(seconds in 0_i64..250_000_000_000, rest in 0..1_000_000_000_i32) {
        let time = Timestamp::new(seconds, rest).unwrap();
        prop_assert_eq!(moment(&time.to_string()), Ok(Moment::At(time)));
        let civil = TimeZone::UTC.to_datetime(time).to_string();
        prop_assert_eq!(moment(&civil), Ok(Moment::At(time)));
    }

    #[test]
    fn every_length_is_also_so_long_ago(seconds in 1..10_000_000_i64) {
        let ago = SignedDuration::from_secs(seconds);
        prop_assert_eq!(moment(&format!("{ago:#}")), Ok(Moment::Ago(ago)));
    }
}
