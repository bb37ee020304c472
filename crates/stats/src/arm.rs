//! The counts of an experiment's arms.

use super::count::real;

/// Trials that each succeed or don't: clients that converted, requests that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    /// Trials that succeeded.
    pub successes: u64,
    /// All trials.
    pub trials: u64,
}

/// Values summed over units, with their squares: what `CloudWatch` gives, which knows no variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Units.
    pub count: u64,
    /// Sum of their values.
    pub sum: f64,
    /// Sum of the squares of their values.
    pub sum_squares: f64,
}

/// A value estimated from units of which each was looked at: a mean, a mean adjusted by a
/// covariate, or a ratio of sums.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Units.
    pub count: u64,
    /// The value.
    pub value: f64,
    /// The variance of one unit: that of the value, times the units.
    pub variance: f64,
    /// The effective number of events: as many values of one size would say as much.
    pub events: u64,
}

/// The two arms of a comparison, in one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arms {
    /// Of proportions.
    Proportions {
        /// What the challenger is compared with.
        control: Proportion,
        /// The arm in question.
        challenger: Proportion,
    },
    /// Of means.
    Means {
        /// What the challenger is compared with.
        control: Mean,
        /// The arm in question.
        challenger: Mean,
    },
    /// Of values estimated from single units.
    Estimates {
        /// What the challenger is compared with.
        control: Estimate,
        /// The arm in question.
        challenger: Estimate,
    },
}

impl Proportion {
    /// Returns the share of successes, and `None` without trials or with more successes than
    /// trials, as late points may show for a moment.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        let is_possible = self.trials > 0 && self.successes <= self.trials;
        is_possible.then(|| real(self.successes) / real(self.trials))
    }
}

impl Mean {
    /// Returns the mean, and `None` without units or where a sum is not finite.
    #[must_use]
    pub fn mean(self) -> Option<f64> {
        let mean = self.sum / real(self.count);
        mean.is_finite().then_some(mean)
    }
}

impl Estimate {
    /// The variance of the value.
    pub(super) fn of_the_value(&self) -> f64 {
        self.variance / real(self.count)
    }
}

impl Arms {
    /// Returns the fewest events of an arm: successes of a proportion, units of a mean, effective
    /// events of an estimate.
    #[must_use]
    pub fn fewest_events(&self) -> u64 {
        match self {
            Self::Proportions {
                control,
                challenger,
            } => control.successes.min(challenger.successes),
            Self::Means {
                control,
                challenger,
            } => control.count.min(challenger.count),
            Self::Estimates {
                control,
                challenger,
            } => control.events.min(challenger.events),
        }
    }
}
