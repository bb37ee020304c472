//! The variance of a difference by how it varies between stretches of time.
//!
//! Requests of one client are not independent, so that a count of requests says nothing of how
//! sure a rate is. Whole stretches of time are, as far as clients do not come in two of them.

use super::arm::{Arms, Estimate, Mean, Proportion};
use super::count::real;

/// Fewer stretches say too little of how much they vary.
const FEWEST: usize = 12;
/// Of longer ones fewer do, since Student's distribution pays for it: they may only add to what the
/// short ones say.
const FEWEST_LONGER: usize = 6;

/// How many stretches are put together at a time: whoever comes back within some hours is in one
/// of the longer stretches, and the longest are days.
const LENGTHS: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 24];

/// What both arms counted, piece by piece.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Course {
    /// Stretches of time, one after the other, each as long.
    pub stretches: Vec<Arms>,
    /// The minutes of which that is known, one after the other; none where some are missing
    /// between two.
    pub minutes: Vec<Option<Arms>>,
}

/// The variance of a difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) variance: f64,
    /// The degrees of freedom that it is known with.
    pub(super) freedom: f64,
}

/// Returns the variance of challenger − control, for each length of which there are enough
/// stretches; none where there are too few of the shortest. `stretches` are what both arms counted
/// one after the other, each as long.
pub(super) fn spreads(stretches: &[Arms]) -> Vec<Spread> {
    let totals: Vec<[Total; 2]> = stretches.iter().map(Total::of).collect();
    if totals.iter().filter(|pair| has_trials(pair)).count() < FEWEST {
        return Vec::new();
    }
    LENGTHS
        .into_iter()
        .filter_map(|length| {
            let longer: Vec<[Total; 2]> = totals.chunks(length).map(Total::sum).collect();
            spread(&longer, if length == 1 { FEWEST } else { FEWEST_LONGER })
        })
        .collect()
}

/// Pairs the arms within each stretch: what a busy hour or an outage of the database does to both
/// is in neither's favour.
fn spread(stretches: &[[Total; 2]], fewest: usize) -> Option<Spread> {
    let known: Vec<&[Total; 2]> = stretches.iter().filter(|pair| has_trials(pair)).collect();
    if known.len() < fewest {
        return None;
    }
    let all = Total::sum(stretches);
    let part = |arm: usize, of: &[Total; 2]| {
        let rate = all[arm].sum / all[arm].count;
        (of[arm].sum - rate * of[arm].count) / all[arm].count
    };
    let number = real(known.len() as u64);
    let squares: f64 = known
        .iter()
        .map(|pair| (part(1, pair) - part(0, pair)).powi(2))
        .sum();
    let variance = squares * number / (number - 1.0);
    // A few busy stretches are as good as fewer.
    let sizes = known.iter().map(|pair| pair[0].count + pair[1].count);
    let (sum, of_squares) = sizes.fold((0.0, 0.0), |(sum, squares), size| {
        (sum + size, squares + size * size)
    });
    let effective = (sum * sum / of_squares).min(number);
    let spread = Spread {
        variance,
        freedom: effective - 1.0,
    };
    (variance.is_finite() && spread.freedom >= 1.0).then_some(spread)
}

fn has_trials(pair: &[Total; 2]) -> bool {
    pair[0].count + pair[1].count > 0.0
}

#[derive(Debug, Clone, Copy)]
struct Total {
    sum: f64,
    count: f64,
}

impl Total {
    const NONE: Self = Self {
        sum: 0.0,
        count: 0.0,
    };

    fn of(arms: &Arms) -> [Self; 2] {
        let of_proportion = |arm: Proportion| Self {
            sum: real(arm.successes),
            count: real(arm.trials),
        };
        let of_mean = |arm: Mean| Self {
            sum: arm.sum,
            count: real(arm.count),
        };
        let of_estimate = |arm: Estimate| Self {
            sum: arm.value * real(arm.count),
            count: real(arm.count),
        };
        match *arms {
            Arms::Proportions {
                control,
                challenger,
            } => [of_proportion(control), of_proportion(challenger)],
            Arms::Means {
                control,
                challenger,
            } => [of_mean(control), of_mean(challenger)],
            Arms::Estimates {
                control,
                challenger,
            } => [of_estimate(control), of_estimate(challenger)],
        }
    }

    fn sum(pairs: &[[Self; 2]]) -> [Self; 2] {
        pairs
            .iter()
            .fold([Self::NONE; 2], |[a, b], [c, d]| [a.with(*c), b.with(*d)])
    }

    fn with(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            count: self.count + other.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of a thousand requests an arm, of which so many of the challenger's fail.
    fn stretches(failed: &[u64]) -> Vec<Arms> {
        let of = |failed: &u64| Arms::Proportions {
            control: Proportion {
                successes: 10,
                trials: 1_000,
            },
            challenger: Proportion {
                successes: *failed,
                trials: 1_000,
            },
        };
        failed.iter().map(of).collect()
    }

    #[test]
    fn it_takes_twelve_stretches() {
        assert_eq!(spreads(&stretches(&[10; 11])), []);
        assert!(!spreads(&stretches(&[10, 20].repeat(6))).is_empty());
        // What is idle is none.
        let idle = Arms::Proportions {
            control: Proportion {
                successes: 0,
                trials: 0,
            },
            challenger: Proportion {
                successes: 0,
                trials: 0,
            },
        };
        assert_eq!(spreads(&[idle; 20]), []);
    }

    #[test]
    fn what_does_not_vary_has_no_variance_and_what_does_has_its_own() {
        let steady = spreads(&stretches(&[30; 24]));
        assert!(steady.iter().all(|spread| spread.variance < 1e-20));
        // Each is off the mean by 5 in 24,000: the sum of squares over 24, by 24/23.
        let varying = spreads(&stretches(&[10, 20].repeat(12)));
        let expected = 24.0 * (5.0_f64 / 24_000.0).powi(2) * 24.0 / 23.0;
        assert!((varying[0].variance / expected - 1.0).abs() < 1e-9);
        assert!((varying[0].freedom - 23.0).abs() < 1e-9);
    }

    #[test]
    fn what_stays_for_hours_varies_more_between_longer_stretches() {
        let hours = [[10; 6], [40; 6]].concat().repeat(4);
        let found = spreads(&stretches(&hours));
        let widest = found
            .iter()
            .map(|spread| spread.variance)
            .fold(0.0, f64::max);
        assert!(widest > 4.0 * found[0].variance, "{found:?}");
    }

    #[test]
    fn what_happens_to_both_arms_is_no_difference() {
        let both = |failed| Arms::Proportions {
            control: Proportion {
                successes: failed,
                trials: 1_000,
            },
            challenger: Proportion {
                successes: failed,
                trials: 1_000,
            },
        };
        let stretches: Vec<Arms> = [5, 500].repeat(12).into_iter().map(both).collect();
        assert!(spreads(&stretches)[0].variance < 1e-20);
    }
}
