//! When a release is judged beside the one that serves, and by how much.

use std::borrow::Cow;
use std::time::Duration;

use super::experiment::Measure;
use super::schema::{Analysis, AnalysisMetric, BalancerMetric, Pause, Rollout, Stage};
use mlship_text::duration::duration;

const ALPHA: f64 = 0.05;
const WARM_UP: u32 = 2;
const MINIMUM_REQUESTS: u32 = 1000;

impl Analysis {
    /// Fewer minutes say too little of how much the difference varies between them.
    pub const FEWEST_MINUTES: u32 = 12;
    /// Points of `CloudWatch` may be this many minutes late.
    pub const LATE_MINUTES: u32 = 3;

    /// Returns the chance of each kind of error.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        self.alpha.unwrap_or(ALPHA)
    }

    /// Returns the minutes at the beginning of each step that don't count.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        self.warm_up_minutes.unwrap_or(WARM_UP)
    }

    /// Returns the minutes that a step has to bake at least, so that there is enough to judge it by.
    #[must_use]
    pub fn least_bake(&self) -> u32 {
        self.warm_up()
            .saturating_add(Self::FEWEST_MINUTES + Self::LATE_MINUTES)
    }

    /// Returns the minutes of a bake that a step is judged by: those whose points are there once it
    /// ends. None where it is too short.
    #[must_use]
    pub fn judged_minutes(&self, bake: u32) -> Option<u32> {
        let minutes = bake.checked_sub(self.warm_up().saturating_add(Self::LATE_MINUTES))?;
        (minutes >= Self::FEWEST_MINUTES).then_some(minutes)
    }

    /// Returns the wait before each step in which the one before it is judged. Whatever becomes of
    /// whoever judges, it goes back in the end.
    fn pause(&self) -> Pause {
        Pause {
            stage: Stage::PreProductionTrafficShift,
            timeout_minutes: self.timeout_minutes,
            on_timeout: None,
        }
    }
}

impl AnalysisMetric {
    /// Returns where its numbers come from.
    #[must_use]
    pub fn measure(&self) -> Measure<'static> {
        match self.metric {
            BalancerMetric::ErrorRate => Measure::ErrorRate,
            BalancerMetric::SlowRequests => Measure::SlowRequests,
        }
    }

    /// Returns the requests that each of both must have answered.
    #[must_use]
    pub fn minimum_requests(&self) -> u64 {
        self.minimum_requests.unwrap_or(MINIMUM_REQUESTS).into()
    }

    /// Returns the response time from which a request is slow, for `slow_requests`.
    #[must_use]
    pub fn slow_after(&self) -> Option<Duration> {
        duration(self.threshold.as_deref()?).ok()
    }
}

impl BalancerMetric {
    /// Returns the name that a manifest has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ErrorRate => "error_rate",
            Self::SlowRequests => "slow_requests",
        }
    }
}

impl Rollout {
    /// Returns all waits for somebody's word, that of the analysis among them.
    pub fn pauses(&self) -> impl Iterator<Item = Cow<'_, Pause>> {
        let own = self.pause.iter().map(Cow::Borrowed);
        own.chain(
            self.analysis
                .iter()
                .map(|analysis| Cow::Owned(analysis.pause())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bake_is_judged_by_is_what_is_left_of_warm_up_and_late_points() {
        let analysis = Analysis {
            metrics: Vec::new(),
            alpha: None,
            warm_up_minutes: Some(5),
            timeout_minutes: None,
        };
        assert_eq!(analysis.least_bake(), 20);
        assert_eq!(analysis.judged_minutes(20), Some(12));
        assert_eq!(analysis.judged_minutes(19), None);
        assert_eq!(analysis.judged_minutes(0), None);
        assert_eq!(analysis.judged_minutes(1440), Some(1432));
    }
}
