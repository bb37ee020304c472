//! Count, mean and variance of an arm.

use super::arm::{Arms, Estimate, Mean, Proportion, RESOLUTION};
use super::count::real;

/// An arm with less than this part of the units of both has no variance below the pooled one: the
/// fewer its units, the likelier that it lacks the large values of which most variance is.
const SMALL: f64 = 0.2;

/// What inference rests on, whatever was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    /// Trials or units.
    pub(super) count: f64,
    /// Their mean.
    pub(super) mean: f64,
    /// The variance of one.
    pub(super) variance: f64,
}

impl Moments {
    /// The variance is that of Laplace's estimate, (x + 1) / (n + 2). It is a little above the
    /// textbook's p(1 − p), with the difference gone as trials come in, and never 0: no error in
    /// a thousand requests is not yet a proof that none can happen.
    ///
    /// `None` without trials and with more successes than trials.
    pub(super) fn of_proportion(arm: Proportion) -> Option<Self> {
        let mean = arm.rate()?;
        let (successes, trials) = (real(arm.successes), real(arm.trials));
        let expected = (successes + 1.0) / (trials + 2.0);
        let unexpected = (trials - successes + 1.0) / (trials + 2.0);
        Some(Self {
            count: trials,
            mean,
            variance: expected * unexpected,
        })
    }

    /// The unbiased variance (Σx² − (Σx)²/n) / (n − 1); 0 where all values are the same as far
    /// as their sums can tell.
    ///
    /// `None` with fewer than two units, and where no values have such sums, or none of a
    /// finite variance.
    pub(super) fn of_mean(arm: Mean) -> Option<Self> {
        if arm.count < 2 {
            return None;
        }
        let count = real(arm.count);
        let (mean, mean_square) = (arm.mean()?, arm.sum_squares / count);
        let spread = mean_square - mean * mean;
        let noise = RESOLUTION * mean_square;
        if !spread.is_finite() || spread < -noise {
            return None;
        }
        let variance = if spread > noise {
            spread * (count / (count - 1.0))
        } else {
            0.0
        };
        Some(Self {
            count,
            mean,
            variance,
        })
    }

    /// `None` with fewer than two units, and where a number is not finite or can't be.
    fn of_estimate(arm: Estimate) -> Option<Self> {
        let is_known = arm.count > 1
            && arm.value.is_finite()
            && arm.variance.is_finite()
            && arm.variance >= 0.0;
        is_known.then(|| Self {
            count: real(arm.count),
            mean: arm.value,
            variance: arm.variance,
        })
    }

    /// What is believed of an arm of a mean beside the other.
    fn beside(self, other: &Self) -> Self {
        let both = self.count + other.count;
        if self.count >= SMALL * both {
            return self;
        }
        let pooled = (self.variance * self.count + other.variance * other.count) / both;
        Self {
            variance: self.variance.max(pooled),
            ..self
        }
    }

    /// The variance of the mean.
    pub(super) fn of_the_mean(&self) -> f64 {
        self.variance / self.count
    }
}

impl Mean {
    /// Returns the variance of one value, and `None` as where nothing can be inferred.
    #[must_use]
    pub fn variance(self) -> Option<f64> {
        Moments::of_mean(self).map(|moments| moments.variance)
    }
}

impl Arms {
    /// Returns what is known of control and challenger, if it is of both.
    pub(super) fn moments(&self) -> Option<(Moments, Moments)> {
        match *self {
            Self::Proportions {
                control,
                challenger,
            } => Some((
                Moments::of_proportion(control)?,
                Moments::of_proportion(challenger)?,
            )),
            Self::Means {
                control,
                challenger,
            } => {
                let control = Moments::of_mean(control)?;
                let challenger = Moments::of_mean(challenger)?;
                Some((control.beside(&challenger), challenger.beside(&control)))
            }
            Self::Estimates {
                control,
                challenger,
            } => {
                let control = Moments::of_estimate(control)?;
                let challenger = Moments::of_estimate(challenger)?;
                Some((control.beside(&challenger), challenger.beside(&control)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::whole_below;

    fn mean(count: u64, sum: f64, sum_squares: f64) -> Option<Moments> {
        Moments::of_mean(Mean {
            count,
            sum,
            sum_squares,
        })
    }

    #[test]
    fn no_arm_of_proportions_is_certain() {
        for successes in [0, 1000] {
            let arm = Proportion {
                successes,
                trials: 1000,
            };
            let variance = Moments::of_proportion(arm).unwrap().variance;
            assert!((0.0009..0.0011).contains(&variance), "{variance}");
        }
    }

    #[test]
    fn what_cannot_have_been_counted_has_no_moments() {
        let proportion =
            |successes, trials| Moments::of_proportion(Proportion { successes, trials });
        assert_eq!(proportion(0, 0), None);
        assert_eq!(proportion(2, 1), None);
        for (count, sum, sum_squares) in [
            (0, 0.0, 0.0),
            (1, 3.0, 9.0),
            (10, 10.0, 1.0),
            (10, 0.0, -1.0),
            (10, f64::NAN, 1.0),
            (10, 1.0, f64::INFINITY),
            (10, 1e200, 1e300),
        ] {
            assert_eq!(mean(count, sum, sum_squares), None, "{count} {sum}");
        }
    }

    #[test]
    fn values_that_are_all_the_same_have_no_variance_whatever_rounding_says() {
        let tenth: f64 = (0..1_000_000).map(|_| 0.1).sum();
        let hundredth: f64 = (0..1_000_000).map(|_| 0.1 * 0.1).sum();
        assert!((tenth - 1e5).abs() > 1e-7, "the sum is off by its rounding");
        for (sum, sum_squares) in [(tenth, hundredth), (0.0, 0.0)] {
            let variance = mean(1_000_000, sum, sum_squares).unwrap().variance;
            assert!(variance <= 0.0, "{variance}");
        }
    }

    #[test]
    fn a_small_arm_is_not_surer_than_both_together() {
        let arms = |control: u64, challenger: u64| {
            let of = |count: u64, variance: f64| Mean {
                count,
                sum: 0.0,
                sum_squares: real(count - 1) * variance,
            };
            let arms = Arms::Means {
                control: of(control, 9.0),
                challenger: of(challenger, 1.0),
            };
            let (control, challenger) = arms.moments().unwrap();
            [control, challenger].map(|arm| whole_below(arm.variance.round()))
        };
        assert_eq!(arms(5_000, 5_000), [9, 1]);
        assert_eq!(arms(80_000, 20_000), [9, 1]);
        assert_eq!(arms(99_000, 1_000), [9, 9]);
        // What is large stays so.
        assert_eq!(arms(1_000, 99_000), [9, 1]);
    }

    #[test]
    fn a_small_spread_of_many_large_values_is_seen() {
        // A thousand billion values of 1000, with a standard deviation of 0.1.
        let arm = mean(1_000_000_000_000, 1e15, 1e12 * (1e6 + 0.01)).unwrap();
        assert!((arm.variance - 0.01).abs() < 1e-8, "{}", arm.variance);
    }
}
