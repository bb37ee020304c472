//! Tests for sample ratio mismatch: whether trials were split as the weights say. If not, no other
//! number can be trusted.

use statrs::distribution::{ChiSquared, ContinuousCDF};
use statrs::function::gamma::ln_gamma;

use super::count::real;

/// A split is broken when p is below.
pub const BROKEN_BELOW: f64 = 0.001;

/// How sure the sequential test's priors are that shares lie at the weights, in equal parts. The
/// last, optimizely/ssrm's default, is the quickest to see a share that is a little off; it takes
/// hundreds of trials to see that an arm gets none, which the first sees in twenty.
const CONCENTRATIONS: [f64; 3] = [2.0, 100.0, 10_000.0];

/// What an arm got, and its part of what all should get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Its trials.
    pub trials: u64,
    /// Its weight among the weights of all.
    pub weight: u32,
}

/// Returns the p-value of Pearson's χ² test, for one look.
///
/// 1 without trials, 0 where an arm of weight 0 has some; `None` with fewer than two arms of
/// weight.
#[must_use]
pub fn chi_square(shares: &[Share]) -> Option<f64> {
    test(shares, |counts, expected| {
        let total: f64 = counts.iter().sum();
        let terms = counts.iter().zip(expected).map(|(count, expected)| {
            let expected = total * expected;
            (count - expected) * (count - expected) / expected
        });
        let freedom = real(counts.len() as u64 - 1);
        Some(ChiSquared::new(freedom).ok()?.sf(terms.sum()))
    })
}

/// Returns an always-valid p-value: the chance of it ever being below some bound, over all looks
/// at a sound split, is at most that bound. It is 1 over the Bayes factor of the sequential
/// Dirichlet-multinomial test (Lindon and Malek, [arXiv 2011.03567], as in optimizely/ssrm) with
/// a mixture of the priors Dirichlet(2 × weights), Dirichlet(100 × weights) and
/// Dirichlet(10,000 × weights): a mean of Bayes factors is one, so the bound holds.
///
/// 1 without trials, 0 where an arm of weight 0 has some; `None` with fewer than two arms of
/// weight.
///
/// [arXiv 2011.03567]: https://arxiv.org/abs/2011.03567
#[must_use]
pub fn sequential(shares: &[Share]) -> Option<f64> {
    test(shares, |counts, expected| {
        let as_expected = log_likelihood(counts, expected);
        let factors = CONCENTRATIONS.map(|concentration| {
            let prior: Vec<f64> = expected.iter().map(|share| share * concentration).collect();
            log_marginal(counts, &prior) - as_expected
        });
        Some((-log_mean(factors)).min(0.0).exp())
    })
}

/// Logarithm of the mean of numbers that are given by theirs, which may be too large to write.
fn log_mean<const N: usize>(logarithms: [f64; N]) -> f64 {
    let greatest = logarithms.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logarithms
        .into_iter()
        .map(|logarithm| (logarithm - greatest).exp())
        .sum();
    greatest + (sum / real(N as u64)).ln()
}

/// Log probability of one sequence of trials with these counts, shares being drawn from a
/// Dirichlet prior.
pub(super) fn log_marginal(counts: &[f64], prior: &[f64]) -> f64 {
    let (total, strength): (f64, f64) = (counts.iter().sum(), prior.iter().sum());
    let arms = counts.iter().zip(prior);
    let of_arms = arms.map(|(count, prior)| ln_gamma(count + prior) - ln_gamma(*prior));
    of_arms.sum::<f64>() - (ln_gamma(total + strength) - ln_gamma(strength))
}

/// Log probability of one sequence of trials with these counts, shares being as expected.
pub(super) fn log_likelihood(counts: &[f64], expected: &[f64]) -> f64 {
    let arms = counts.iter().zip(expected);
    arms.map(|(count, expected)| count * expected.ln()).sum()
}

/// Hands the counts and expected shares of arms with a weight to a test.
fn test(shares: &[Share], p: impl Fn(&[f64], &[f64]) -> Option<f64>) -> Option<f64> {
    let weights: u64 = shares.iter().map(|share| u64::from(share.weight)).sum();
    let weighted: Vec<&Share> = shares.iter().filter(|share| share.weight > 0).collect();
    if weighted.len() < 2 {
        return None;
    }
    if shares
        .iter()
        .any(|share| share.weight == 0 && share.trials > 0)
    {
        return Some(0.0);
    }
    let counts: Vec<f64> = weighted.iter().map(|share| real(share.trials)).collect();
    if counts.iter().sum::<f64>() <= 0.0 {
        return Some(1.0);
    }
    let expected: Vec<f64> = weighted
        .iter()
        .map(|share| f64::from(share.weight) / real(weights))
        .collect();
    p(&counts, &expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares<const N: usize>(arms: [(u64, u32); N]) -> [Share; N] {
        arms.map(|(trials, weight)| Share { trials, weight })
    }

    #[test]
    fn what_is_not_split_is_not_tested() {
        for arms in [
            &shares([])[..],
            &shares([(5, 1)]),
            &shares([(5, 1), (0, 0)]),
        ] {
            assert_eq!((chi_square(arms), sequential(arms)), (None, None));
        }
    }

    #[test]
    fn nothing_yet_is_no_evidence() {
        let arms = shares([(0, 50), (0, 50)]);
        assert_eq!(
            (chi_square(&arms), sequential(&arms)),
            (Some(1.0), Some(1.0))
        );
    }

    #[test]
    fn an_arm_that_should_get_nothing_breaks_the_split() {
        let arms = shares([(1000, 50), (1000, 50), (1, 0)]);
        assert_eq!(
            (chi_square(&arms), sequential(&arms)),
            (Some(0.0), Some(0.0))
        );
        let arms = shares([(1000, 50), (1000, 50), (0, 0)]);
        assert_eq!(
            (chi_square(&arms), sequential(&arms)),
            (Some(1.0), Some(1.0))
        );
    }

    #[test]
    fn it_is_weights_that_are_compared_with() {
        let arms = shares([(9_000, 90), (1_000, 10)]);
        assert_eq!(
            (chi_square(&arms), sequential(&arms)),
            (Some(1.0), Some(1.0))
        );
        let arms = shares([(5_000, 90), (5_000, 10)]);
        assert!(chi_square(&arms).unwrap() < 1e-12 && sequential(&arms).unwrap() < 1e-12);
    }

    /// Returns after how many trials a test sees that the arm of the given weight gets none.
    fn seen_after(weight: u32, test: fn(&[Share]) -> Option<f64>) -> Option<u64> {
        let all = |trials| shares([(trials, 100 - weight), (0, weight)]);
        (0..1_000).find(|trials| test(&all(*trials)).unwrap() < BROKEN_BELOW)
    }

    #[test]
    fn an_arm_that_gets_nothing_is_seen_at_once() {
        for (weight, at_most) in [(50, 20), (5, 200), (1, 850)] {
            let after = seen_after(weight, sequential);
            assert!(after.is_some_and(|after| after <= at_most), "{after:?}");
        }
    }

    #[test]
    fn a_share_that_is_far_off_is_seen() {
        let p = sequential(&shares([(600, 50), (400, 50)])).unwrap();
        assert!(p < BROKEN_BELOW, "{p}");
    }

    #[test]
    fn huge_counts_are_told_apart_to_a_few_standard_deviations() {
        let half = 500_000_000_000;
        let off = 3_000_000;
        let (even, odd) = (
            shares([(half, 50), (half, 50)]),
            shares([(half + off, 50), (half - off, 50)]),
        );
        assert_eq!(
            (chi_square(&even), sequential(&even)),
            (Some(1.0), Some(1.0))
        );
        assert!(chi_square(&odd).unwrap() < BROKEN_BELOW);
        assert!(sequential(&odd).unwrap() < 0.01);
    }
}
