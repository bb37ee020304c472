//! Which clients count, by when they were first seen.

use std::time::Duration;

use jiff::Timestamp;

/// Clients that were first seen from one time to another, once their outcomes are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowWindow {
    /// When the experiment began, where it did.
    pub started: Option<Timestamp>,
    /// From when on clients count.
    pub from: Timestamp,
    /// Whether somebody asked for that beginning.
    pub is_from_asked: bool,
    /// Until when they do: to the end of the experiment, or to what was asked for.
    pub to: Timestamp,
    /// Until when outcomes are known.
    pub known_to: Timestamp,
    /// How long after a client is first seen its outcome may come.
    pub outcome_within: Duration,
    /// The time.
    pub now: Timestamp,
}

/// Where a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Its outcome is known.
    Inside,
    /// Its outcome may still come.
    Waiting,
    /// In an earlier phase, after the end, or not asked for.
    Outside,
    /// Where nobody can be.
    Stray,
}

/// What clocks may differ by, and times may be rounded by.
const ROUNDING: Duration = Duration::from_mins(1);

impl RowWindow {
    pub(super) fn place(&self, first_seen: Timestamp) -> Place {
        let later = |time: Timestamp, by: Duration| time.saturating_add(by).unwrap_or(time);
        if first_seen > later(self.now, ROUNDING) {
            return Place::Stray;
        }
        if first_seen < self.from {
            let is_early = self
                .started
                .is_some_and(|started| later(first_seen, ROUNDING) < started);
            return if is_early && !self.is_from_asked {
                Place::Stray
            } else {
                Place::Outside
            };
        }
        if first_seen > self.to {
            return Place::Outside;
        }
        if later(first_seen, self.outcome_within) > self.known_to {
            return Place::Waiting;
        }
        Place::Inside
    }

    /// Returns the time at which a client counts.
    pub(super) fn counts_at(&self, first_seen: Timestamp) -> Timestamp {
        first_seen
            .saturating_add(self.outcome_within)
            .unwrap_or(self.known_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    fn window() -> RowWindow {
        RowWindow {
            started: Some(at(10)),
            from: at(20),
            is_from_asked: false,
            to: at(100),
            known_to: at(100),
            outcome_within: Duration::from_hours(5),
            now: at(100),
        }
    }

    #[test]
    fn a_client_counts_once_its_window_is_over() {
        let window = window();
        for (hour, place) in [
            (9, Place::Stray),
            (10, Place::Outside),
            (19, Place::Outside),
            (20, Place::Inside),
            (95, Place::Inside),
            (96, Place::Waiting),
            (100, Place::Waiting),
            (102, Place::Stray),
        ] {
            assert_eq!(window.place(at(hour)), place, "{hour}");
        }
    }

    #[test]
    fn what_was_asked_for_explains_who_is_outside() {
        let asked = RowWindow {
            is_from_asked: true,
            to: at(50),
            known_to: at(50),
            ..window()
        };
        for (hour, place) in [
            (1, Place::Outside),
            (45, Place::Inside),
            (46, Place::Waiting),
            (51, Place::Outside),
        ] {
            assert_eq!(asked.place(at(hour)), place, "{hour}");
        }
    }

    #[test]
    fn clocks_may_differ_a_little() {
        let window = RowWindow {
            from: at(10),
            ..window()
        };
        let seen = at(10).saturating_sub(Duration::from_secs(30)).unwrap();
        assert_eq!(window.place(seen), Place::Outside);
        let seen = at(100).saturating_add(Duration::from_secs(30)).unwrap();
        assert_eq!(window.place(seen), Place::Outside);
    }
}
