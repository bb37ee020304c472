//! What a metric counted piece by piece, from what it counted up to the end of each period.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{CumulativeCounts, Window};
use crate::experiment::samples::MetricCount;
use mlship_stats::{Course, Mean, Proportion};

const MINUTE: i64 = 60;

/// How long the stretches are by which a difference varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// Of what is looked at for days.
    Hour,
    /// Of what is over within hours.
    Minute,
}

impl Stretch {
    fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::Minute => MINUTE,
        }
    }
}

/// Returns the course of a metric in two arms: by stretches, and by the minute where it is known.
/// `of` returns what both have counted up to a look, the control first.
pub(crate) fn course(
    looks: &[CumulativeCounts],
    window: Window,
    stretch: Stretch,
    of: impl Fn(&CumulativeCounts) -> Option<[MetricCount; 2]>,
) -> Course {
    let mut stretches: BTreeMap<i64, [MetricCount; 2]> = BTreeMap::new();
    let mut minutes = Vec::new();
    let (mut before, mut since): (Option<[MetricCount; 2]>, Timestamp) = (None, window.from);
    for look in looks {
        let Some(now) = of(look) else {
            continue;
        };
        let more = match before {
            Some([control, own]) => [less(now[0], control), less(now[1], own)],
            None => now,
        };
        let end = look.at.as_second();
        // By the stretch in which it ends, which has all of it.
        let place = (end - 1).div_euclid(stretch.seconds());
        let all = stretches.get(&place).map_or(more, |[control, own]| {
            [plus(*control, more[0]), plus(*own, more[1])]
        });
        stretches.insert(place, all);
        let is_minute = end - since.as_second() == MINUTE;
        minutes.push(is_minute.then(|| more[1].against(more[0])).flatten());
        (before, since) = (Some(now), look.at);
    }
    Course {
        stretches: stretches
            .into_values()
            .filter_map(|[control, own]| own.against(control))
            .collect(),
        minutes,
    }
}

fn less(now: MetricCount, before: MetricCount) -> MetricCount {
    combined(now, before, u64::saturating_sub, |now, before| now - before)
}

fn plus(one: MetricCount, other: MetricCount) -> MetricCount {
    combined(one, other, u64::saturating_add, |one, other| one + other)
}

fn combined(
    one: MetricCount,
    other: MetricCount,
    counts: impl Fn(u64, u64) -> u64,
    sums: impl Fn(f64, f64) -> f64,
) -> MetricCount {
    match (one, other) {
        (MetricCount::Proportion(one), MetricCount::Proportion(other)) => {
            MetricCount::Proportion(Proportion {
                successes: counts(one.successes, other.successes),
                trials: counts(one.trials, other.trials),
            })
        }
        (MetricCount::Mean(one), MetricCount::Mean(other)) => MetricCount::Mean(Mean {
            count: counts(one.count, other.count),
            sum: sums(one.sum, other.sum),
            sum_squares: sums(one.sum_squares, other.sum_squares),
        }),
        // One metric is counted one way.
        (MetricCount::Proportion(_) | MetricCount::Mean(_) | MetricCount::Clients(_), _) => one,
    }
}
