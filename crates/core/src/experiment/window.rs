//! The time window of a readout, and the periods it is queried in.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// From a minute to a minute, the second not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first minute.
    pub from: Timestamp,
    /// The minute after its last.
    pub to: Timestamp,
}

/// A part of a window, in periods that begin at whole ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// How long each period is.
    pub period: Duration,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
/// Points may be this late.
const LATE: i64 = 2 * MINUTE;
/// How old points of each period are at most, by the `CloudWatch` user guide, "Metrics
/// retention": 15 days, 63 days, 455 days. An hour less, since requests take a while.
const KEPT: [(i64, i64); 2] = [
    (15 * 24 * HOUR - HOUR, MINUTE),
    (63 * 24 * HOUR - HOUR, 5 * MINUTE),
];

impl Window {
    /// Returns the whole minutes from `from` to `to`, without those that points may still come
    /// for. It may be empty.
    #[must_use]
    pub fn new(from: Timestamp, to: Timestamp, now: Timestamp) -> Self {
        let last = now.as_second().saturating_sub(LATE);
        let kept = |time: i64| finest(now.as_second(), time);
        let (from, to) = (seconds_up(from), to.as_second().min(last));
        let from = up(from, kept(from));
        // By the periods of its last part, which may be coarser than those of its end alone.
        let hour = last_hour(to);
        let part = if up(from, HOUR) < hour { hour } else { from };
        let (from, to) = (at(from), at(down(to, kept(part.min(to)))));
        Self {
            from,
            to: to.max(from),
        }
    }

    /// Says whether there is no minute in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to <= self.from
    }

    /// Returns from when on all points of its first minute are there.
    #[must_use]
    pub fn first_known(&self) -> Timestamp {
        at(self.from.as_second().saturating_add(MINUTE + LATE))
    }

    /// Returns how long it is.
    #[must_use]
    pub fn length(&self) -> Duration {
        let length = self.to.duration_since(self.from).max(SignedDuration::ZERO);
        length.unsigned_abs()
    }

    /// Returns its parts: whole hours, and what is before and after them, the last hour included,
    /// in the finest periods that `CloudWatch` still has. Weeks of minutes would be tens of thousands of points a
    /// metric.
    #[must_use]
    pub fn parts(&self, now: Timestamp) -> Vec<Part> {
        let (from, to) = (self.from.as_second(), self.to.as_second());
        let (first, last) = (up(from, HOUR), last_hour(to));
        let parts = if first < last {
            vec![(from, first, false), (first, last, true), (last, to, false)]
        } else {
            vec![(from, to, false)]
        };
        let parts = parts.into_iter().filter(|(from, to, _)| from < to);
        let part = |(from, to, is_hours): (i64, i64, bool)| {
            let period = if is_hours {
                HOUR
            } else {
                finest(now.as_second(), from)
            };
            Part {
                from: at(from),
                to: at(to),
                period: Duration::from_secs(period.unsigned_abs()),
            }
        };
        parts.map(part).collect()
    }
}

/// Returns when the whole hours of a window end: an hour or more before it does, since what went
/// wrong in the last minutes is seen by the minute.
fn last_hour(to: i64) -> i64 {
    down(to.saturating_sub(HOUR), HOUR)
}

/// Returns the seconds of the finest period of which there still are points of a time.
fn finest(now: i64, time: i64) -> i64 {
    let age = now.saturating_sub(time);
    let kept = KEPT.into_iter().find(|(oldest, _)| age <= *oldest);
    kept.map_or(HOUR, |(_, period)| period)
}

fn seconds_up(time: Timestamp) -> i64 {
    time.as_second() + i64::from(time.subsec_nanosecond() > 0)
}

fn up(second: i64, step: i64) -> i64 {
    down(second.saturating_add(step - 1), step)
}

fn down(second: i64, step: i64) -> i64 {
    second - second.rem_euclid(step)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Timestamp {
        format!("2026-05-{text}Z").parse().unwrap()
    }

    fn parts(window: &Window, now: Timestamp) -> Vec<(String, String, u64)> {
        let show = |time: Timestamp| time.to_string()[8..16].to_owned();
        let parts = window.parts(now).into_iter();
        parts
            .map(|part| (show(part.from), show(part.to), part.period.as_secs()))
            .collect()
    }

    fn expected(parts: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
        let own = |(from, to, period): &(&str, &str, u64)| {
            ((*from).to_owned(), (*to).to_owned(), *period)
        };
        parts.iter().map(own).collect()
    }

    #[test]
    fn it_begins_after_the_phase_does_and_ends_before_points_are_late() {
        let now = time("03T12:00:59");
        let window = Window::new(time("01T10:00:01"), now, now);
        assert_eq!(
            window,
            Window {
                from: time("01T10:01:00"),
                to: time("03T11:58:00")
            }
        );
        assert_eq!(
            parts(&window, now),
            expected(&[
                ("01T10:01", "01T11:00", 60),
                ("01T11:00", "03T10:00", 3600),
                ("03T10:00", "03T11:58", 60),
            ])
        );
    }

    #[test]
    fn a_phase_that_just_began_has_no_window() {
        let now = time("03T12:00:59");
        let window = Window::new(time("03T11:58:01"), now, now);
        assert!(window.is_empty());
        assert_eq!(
            (window.length(), parts(&window, now)),
            (Duration::ZERO, vec![])
        );
    }

    #[test]
    fn within_an_hour_there_are_minutes_alone() {
        let now = time("03T12:30:00");
        let window = Window::new(time("03T12:05:00"), now, now);
        assert_eq!(
            parts(&window, now),
            expected(&[("03T12:05", "03T12:28", 60)])
        );
    }

    #[test]
    fn what_is_old_has_coarser_points() {
        let now = time("31T12:00:00");
        let window = Window::new(time("01T10:01:00"), time("31T11:00:00"), now);
        assert_eq!(
            parts(&window, now),
            expected(&[
                ("01T10:05", "01T11:00", 300),
                ("01T11:00", "31T10:00", 3600),
                ("31T10:00", "31T11:00", 60)
            ])
        );
        let long_ago: Timestamp = "2026-01-01T10:01:00Z".parse().unwrap();
        let window = Window::new(long_ago, time("31T11:00:00"), now);
        assert_eq!(window.from, "2026-01-01T11:00:00Z".parse().unwrap());
    }

    #[test]
    fn an_end_between_coarse_and_fine_points_is_that_of_coarse_ones() {
        let now = time("31T12:34:56");
        // 15 days less an hour ago, within the hour.
        let window = Window::new(time("01T10:00:00"), time("16T13:36:00"), now);
        assert_eq!(window.to, time("16T13:35:00"));
        let within = Window::new(time("16T13:05:00"), time("16T13:52:00"), now);
        assert_eq!(within.to, time("16T13:50:00"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn parts_are_the_window_once(age in 0_i64..40_000_000, length in 0_i64..40_000_000) {
            let now = time("31T12:34:56");
            let from = at(now.as_second() - age);
            let window = Window::new(from, at(from.as_second() + length), now);
            let mut next = window.from;
            for part in window.parts(now) {
                prop_assert_eq!(part.from, next);
                prop_assert!(part.from < part.to);
                let period = i64::try_from(part.period.as_secs()).unwrap();
                prop_assert_eq!(part.from.as_second() % period, 0);
                prop_assert_eq!(part.to.as_second() % period, 0);
                next = part.to;
            }
            prop_assert!(window.is_empty() || next == window.to);
        }
    }
}
