//! How much of the planned sample is still to come, and how long it takes.

use std::time::Duration;

use super::count::real;

/// What is missing of the planned sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// Trials, over all arms.
    pub trials: u64,
    /// How long they take at the rate so far. `None` as long as nothing came in, and where the
    /// time is beyond all bounds.
    pub time: Option<Duration>,
}

/// Returns what is left of `planned` trials after `seen` came in within `elapsed`.
#[must_use]
pub fn left(planned: u64, seen: u64, elapsed: Duration) -> Remaining {
    let trials = planned.saturating_sub(seen);
    let seconds = elapsed.as_secs_f64() * (real(trials) / real(seen));
    Remaining {
        trials,
        time: Duration::try_from_secs_f64(seconds).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn the_rest_takes_as_long_as_its_part_did() {
        let found = left(40_000, 10_000, 2 * DAY);
        assert_eq!((found.trials, found.time), (30_000, Some(6 * DAY)));
    }

    #[test]
    fn a_full_sample_has_nothing_left() {
        let found = left(40_000, 50_000, 2 * DAY);
        assert_eq!((found.trials, found.time), (0, Some(Duration::ZERO)));
    }

    #[test]
    fn without_a_rate_there_is_no_time() {
        assert_eq!(left(40_000, 0, DAY).time, None);
        assert_eq!(left(0, 0, DAY).time, None);
        assert_eq!(left(u64::MAX, 1, Duration::MAX).time, None);
    }
}
