//! What `CloudWatch` has of an experiment's primary metric: what to plan a sample by.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::comparison::Comparison;
use crate::cloud::{Answer, Metrics};
use crate::experiment::{
    Baseline, CumulativeCounts, MetricCount, MetricQueries, Observed, Samples, Window,
};

/// How far back is looked: two whole weeks, whose days differ.
const PAST: Duration = Duration::from_hours(14 * 24);
const DAY: f64 = 86_400.0;

/// What was seen of the primary metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Past {
    /// From the first hour that has trials.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// Trials of the control.
    pub trials: u64,
    /// What a plan goes by.
    pub observed: Observed,
}

impl Past {
    /// Says whether it is less than a day, of which the other hours may be unlike.
    #[must_use]
    pub fn is_part_of_a_day(&self) -> bool {
        self.until.duration_since(self.from).as_secs_f64() < DAY
    }

    /// Reads what is known of two weeks; none where nothing is.
    ///
    /// # Errors
    /// When AWS gives no usable answer.
    pub async fn read<C: Metrics>(
        cloud: &C,
        comparison: &Comparison,
        now: Timestamp,
    ) -> Answer<Option<Self>> {
        let definition = &comparison.definition;
        let past = SignedDuration::try_from(PAST).unwrap_or(SignedDuration::ZERO);
        let window = Window::new(now.saturating_sub(past).unwrap_or(now), now, now);
        let questions = MetricQueries::of(comparison.measured(), definition);
        let mut answers = Samples::default();
        for part in window.parts(now) {
            let points = cloud.points(&questions.queries, part.from, part.to, part.period);
            answers.add(&part, &points.await?);
        }
        let control = definition.arms.iter().position(|arm| arm.is_control);
        let looks = answers.looks(&questions);
        Ok(control.and_then(|control| Self::of(&looks, control, &window)))
    }

    fn of(looks: &[CumulativeCounts], control: usize, window: &Window) -> Option<Self> {
        let first = looks.iter().position(|look| trials(look) > 0)?;
        let last = looks.last()?;
        // A period begins where the one before ends.
        let before = first.checked_sub(1).and_then(|before| looks.get(before));
        let hour = SignedDuration::from_hours(1);
        let began = looks[first].at.saturating_sub(hour).unwrap_or(window.from);
        let from = before.map_or(began, |before| before.at.max(began));
        let from = from.max(window.from);
        let counted = *last.arms.get(control)?.metrics.first()?;
        let days = window.to.duration_since(from).as_secs_f64() / DAY;
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let all = trials(last) as f64;
        (days > 0.0).then_some(Self {
            from,
            until: window.to,
            trials: counted.trials(),
            observed: Observed {
                baseline: baseline(counted),
                daily: all / days,
            },
        })
    }
}

fn trials(look: &CumulativeCounts) -> u64 {
    let primary = look.arms.iter().filter_map(|arm| arm.metrics.first());
    primary.map(|count| count.trials()).sum()
}

fn baseline(counted: MetricCount) -> Option<Baseline> {
    match counted {
        MetricCount::Proportion(one) => one.rate().map(Baseline::Proportion),
        MetricCount::Mean(one) => Some(Baseline::Mean {
            mean: one.mean()?,
            variance: one.variance()?,
        }),
        // CloudWatch has no rows.
        MetricCount::Clients(_) => None,
    }
}
