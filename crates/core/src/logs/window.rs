//! How far back each poll of a followed log reads, and when the next one comes. Pure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A driver sends lines in batches of some seconds, and `CloudWatch` shows them a little later.
const OVERLAP: SignedDuration = SignedDuration::from_secs(30);
/// A driver that was cut off sends what it has kept.
const DEEP: SignedDuration = SignedDuration::from_mins(5);
/// Every so many looks is a deep one.
const DEEP_EVERY: u32 = 10;

/// Returns where look number `look` begins in streams that were read up to `newest`.
#[must_use]
pub(super) fn begin(newest: Option<Timestamp>, now: Timestamp, look: u32) -> Option<Timestamp> {
    // The clock of a host may be ahead: its lines must not push those of others out of sight.
    let known = newest?.min(now);
    let back = if look.is_multiple_of(DEEP_EVERY) {
        DEEP
    } else {
        OVERLAP
    };
    known.checked_sub(back).ok()
}

/// Returns the time before which no look begins any more.
#[must_use]
pub(super) fn forgettable(newest: Timestamp, now: Timestamp) -> Option<Timestamp> {
    newest.min(now).checked_sub(DEEP * 2).ok()
}

/// Returns the wait after a look of so many requests, with no new line for `quiet`. An account
/// has five `FilterLogEvents` a second in a region, for everybody together.
#[must_use]
pub(super) fn pause(requests: u32, quiet: Duration) -> Duration {
    let least = if quiet < Duration::from_secs(30) {
        Duration::from_secs(2)
    } else {
        Duration::from_secs(4)
    };
    least.max(Duration::from_millis(500) * requests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn check(newest: i64, now: i64, look: u32, begins: i64) {
        let found = begin(Some(at(newest)), at(now), look);
        assert_eq!(found, Some(at(begins)), "{newest} {now} {look}");
    }

    #[test]
    fn looks_overlap_and_now_and_then_go_far_back() {
        check(1000, 1005, 1, 970);
        check(1000, 1005, 10, 700);
        assert_eq!(begin(None, at(1000), 1), None);
    }

    #[test]
    fn a_clock_that_is_ahead_hides_nobody_elses_lines() {
        check(5000, 1005, 1, 975);
    }

    #[test]
    fn nothing_is_forgotten_that_a_deep_look_meets() {
        let forgotten = forgettable(at(1000), at(1005)).unwrap();
        assert!(forgotten < begin(Some(at(1000)), at(1005), 0).unwrap());
    }

    #[test]
    fn looks_leave_most_of_the_rate_to_others() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(1, seconds(0)), seconds(2));
        assert_eq!(pause(1, seconds(60)), seconds(4));
        assert_eq!(pause(20, seconds(0)), seconds(10));
    }
}
