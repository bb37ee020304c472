//! From when until when the points of a metric count in a phase, so that no outcome of another phase
//! is among them, and none is missing that may still come.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::window::Window;
use mlship_manifest::Measure;
use mlship_manifest::schema::Experiment;

/// How long `CloudWatch` may take to show points that are stamped less than a day back, and those
/// that are stamped further back ("Publish custom metrics" in its user guide).
const SHOWN_AFTER: [Duration; 2] = [Duration::from_hours(2), Duration::from_hours(48)];
const DAY: Duration = Duration::from_hours(24);

/// Returns when the outcomes of clients that were first seen at a time are in, of every business
/// metric that decides, and shown.
#[must_use]
pub fn outcomes_in(experiment: &Experiment, seen: Timestamp) -> Timestamp {
    let within = experiment.outcome_time().unwrap_or(Duration::ZERO);
    let waits = experiment.business_metrics().map(|(_, metric)| {
        if metric.is_stamped_with_exposure() {
            within.saturating_add(shown_after(within))
        } else {
            within
        }
    });
    // Of rows each client counts once its window is over.
    let wait = waits.max().unwrap_or(within);
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    seen.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// Returns how long points that are stamped so far back may take to be shown.
fn shown_after(within: Duration) -> Duration {
    let [soon, late] = SHOWN_AFTER;
    if within < DAY { soon } else { late }
}

/// From when until when points count, where not in the whole window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutcomeWindow {
    /// Points from before may be of the phase before.
    pub from: Option<Timestamp>,
    /// Outcomes of clients that were first seen after it may still come.
    pub until: Option<Timestamp>,
}

/// A phase, as far as it matters to outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseTimes {
    /// The number of the phase, from 1.
    pub phase: u32,
    /// When its weights were set.
    pub since: Timestamp,
    /// When it is looked at.
    pub now: Timestamp,
}

impl OutcomeWindow {
    /// Returns what counts of a metric in a phase.
    #[must_use]
    pub fn of(experiment: &Experiment, measure: Measure<'_>, times: PhaseTimes) -> Self {
        let (Measure::Business(metric), Some(within)) = (measure, experiment.outcome_time()) else {
            return Self::default();
        };
        let after = |time: Timestamp, wait: Duration| {
            time.saturating_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
                .unwrap_or(Timestamp::MAX)
        };
        let before = |time: Timestamp, wait: Duration| {
            time.saturating_sub(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
                .unwrap_or(Timestamp::MIN)
        };
        if metric.is_stamped_with_exposure() {
            Self {
                from: None,
                until: Some(before(
                    times.now,
                    within.saturating_add(shown_after(within)),
                )),
            }
        } else {
            let is_later = times.phase > 1 && !within.is_zero();
            Self {
                from: is_later.then(|| after(times.since, within)),
                until: None,
            }
        }
    }

    /// Says whether all of a period counts.
    #[must_use]
    pub fn takes(&self, from: Timestamp, to: Timestamp) -> bool {
        !self.is_before(from) && self.until.is_none_or(|until| to <= until)
    }

    /// Says whether a period begins before points count.
    #[must_use]
    pub fn is_before(&self, from: Timestamp) -> bool {
        self.from.is_some_and(|own| from < own)
    }

    /// Returns the part of a window in which points count. It may be empty.
    #[must_use]
    pub fn within(&self, window: Window) -> Window {
        let from = self.from.map_or(window.from, |from| from.max(window.from));
        let to = self.until.map_or(window.to, |until| until.min(window.to));
        Window {
            from: from.min(window.to.max(window.from)),
            to: to.max(from.min(window.to.max(window.from))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: &str = "2026-05-10T00:00:00Z";
    const NOW: &str = "2026-05-20T00:00:00Z";

    /// Returns from when until when a metric counts.
    fn check(within: Option<&str>, stamped: bool, phase: u32, wanted: [Option<&str>; 2]) {
        let within = within.map_or(String::new(), |within| format!("outcomeWithin: {within}\n"));
        let stamped = if stamped { ", stamped: exposure" } else { "" };
        let text = format!(
            "apiVersion: mlship/v1\nkind: Experiment\nmetadata: {{ name: v9 }}\n\
             listenerRule: arn\nstickiness: 7d\nvariants: []\n{within}\
             primary: {{ metric: c, type: proportion, direction: up, minimumEffect: 0.01 }}\n\
             metrics:\n  c: {{ namespace: n, successes: s, trials: t{stamped} }}\n\
             plannedSample: 1000\n"
        );
        let experiment: Experiment = serde_yaml::from_str(&text).unwrap();
        let measure = experiment.measure("c").unwrap();
        let times = PhaseTimes {
            phase,
            since: SINCE.parse().unwrap(),
            now: NOW.parse().unwrap(),
        };
        let found = OutcomeWindow::of(&experiment, measure, times);
        let [from, until] = wanted.map(|time| time.map(|time| time.parse().unwrap()));
        assert_eq!(found, OutcomeWindow { from, until }, "{text}");
        let errors = OutcomeWindow::of(&experiment, Measure::ErrorRate, times);
        assert_eq!(
            errors,
            OutcomeWindow::default(),
            "the load balancer's own come at once"
        );
    }

    #[test]
    fn a_later_phase_counts_once_outcomes_of_the_one_before_are_in() {
        check(Some("2d"), false, 1, [None, None]);
        check(Some("2d"), false, 2, [Some("2026-05-12T00:00:00Z"), None]);
        check(Some("0"), false, 2, [None, None]);
        check(None, false, 2, [None, None]);
    }

    #[test]
    fn clients_by_their_exposure_count_once_their_outcomes_are_shown() {
        for phase in [1, 2] {
            check(
                Some("2d"),
                true,
                phase,
                [None, Some("2026-05-16T00:00:00Z")],
            );
            check(
                Some("1d"),
                true,
                phase,
                [None, Some("2026-05-17T00:00:00Z")],
            );
            check(
                Some("3h"),
                true,
                phase,
                [None, Some("2026-05-19T19:00:00Z")],
            );
        }
    }

    #[test]
    fn it_is_a_part_of_the_window() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let window = Window {
            from: time(SINCE),
            to: time(NOW),
        };
        let until = |until: &str| OutcomeWindow {
            from: None,
            until: Some(time(until)),
        };
        assert_eq!(OutcomeWindow::default().within(window), window);
        let shorter = until("2026-05-16T00:00:00Z").within(window);
        assert_eq!(
            (shorter.from, shorter.to),
            (window.from, time("2026-05-16T00:00:00Z"))
        );
        assert!(until("2026-05-01T00:00:00Z").within(window).is_empty());
        let later = OutcomeWindow {
            from: Some(time("2026-06-01T00:00:00Z")),
            until: None,
        };
        assert!(later.within(window).is_empty());
    }
}
