//! The counts of an experiment's arms.

use super::count::{real, whole_below};
use super::evidence::Evidence;

/// A spread of values below this part of their mean square can't be told from the rounding of
/// the sums: with it, values differ by less than a thirty-thousandth of their size.
pub(super) const RESOLUTION: f64 = 1e-9;

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

    /// Returns (Σx)²/Σx²: as many units of one value, and otherwise none, would be as uncertain.
    /// Of values that are 1 or 0 it is the number of ones. 0 where sums are not finite.
    #[must_use]
    pub fn effective_events(self) -> u64 {
        let mean_square = self.sum_squares / real(self.count);
        let mean = self.sum / real(self.count);
        let part = mean * mean / mean_square;
        if part.is_finite() {
            whole_below(part.min(1.0) * real(self.count) * (1.0 + RESOLUTION))
        } else {
            0
        }
    }

    /// Says whether some value was below 0, as far as sums tell: their sum is, or the square of
    /// their sum is below the sum of their squares.
    #[must_use]
    pub fn has_negative_values(self) -> bool {
        let root = self.sum_squares.sqrt();
        self.sum < 0.0 || self.sum < root * (1.0 - RESOLUTION)
    }
}

impl Estimate {
    /// The variance of the value.
    pub(super) fn of_the_value(&self) -> f64 {
        self.variance / real(self.count)
    }
}

impl Arms {
    /// Returns how much the arm of fewer events has to judge by.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        match *self {
            Self::Proportions {
                control,
                challenger,
            } => Evidence::Events(control.successes.min(challenger.successes)),
            Self::Means {
                control,
                challenger,
            } if control.has_negative_values() || challenger.has_negative_values() => {
                Evidence::NeedsRows
            }
            Self::Means {
                control,
                challenger,
            } => Evidence::EffectiveEvents(
                control
                    .effective_events()
                    .min(challenger.effective_events()),
            ),
            Self::Estimates {
                control,
                challenger,
            } => Evidence::EffectiveEvents(control.events.min(challenger.events)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Mean {
        Mean {
            count: values.len() as u64,
            sum: values.iter().sum(),
            sum_squares: values.iter().map(|value| value * value).sum(),
        }
    }

    #[test]
    fn events_of_a_mean_are_those_of_equal_values() {
        for (values, events) in [
            (&[][..], 0),
            (&[0.0, 0.0], 0),
            (&[0.1, 0.1, 0.1], 3),
            (&[5.0, 0.0, 5.0, 0.0, 0.0], 2),
            (&[100.0, 1.0, 1.0, 1.0], 1),
        ] {
            assert_eq!(of(values).effective_events(), events, "{values:?}");
        }
        let none = Mean {
            sum: f64::NAN,
            ..of(&[1.0])
        };
        assert_eq!(none.effective_events(), 0);
    }

    #[test]
    fn a_negative_value_is_seen_where_sums_can_tell() {
        for (values, is_seen) in [
            (&[][..], false),
            (&[0.0, 0.0], false),
            (&[3.0], false),
            (&[0.1, 0.2, 0.3], false),
            (&[-1.0, 0.5], true),
            (&[3.0, -1.0], true),
        ] {
            assert_eq!(of(values).has_negative_values(), is_seen, "{values:?}");
        }
    }
}
