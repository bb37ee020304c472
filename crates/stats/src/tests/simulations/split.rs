//! Simulated error rates of the split test under 40 looks.

use super::{Batch, LOOKS, part};
use crate::split::{BROKEN_BELOW, Share, chi_square, sequential};

fn ever(seed: u64, rate: f64, test: impl Fn(&[Share]) -> bool) -> f64 {
    let batch = Batch::new(1_000, rate);
    part(seed, |rng| {
        let mut shares = [0, 0].map(|trials| Share { trials, weight: 50 });
        (0..LOOKS).any(|_| {
            let first = batch.draw(rng);
            shares[0].trials += first;
            shares[1].trials += batch.trials - first;
            test(&shares)
        })
    })
}

#[test]
fn it_is_seldom_called_broken() {
    let wrong = ever(14, 0.5, |shares| sequential(shares).unwrap() < BROKEN_BELOW);
    assert!(wrong <= BROKEN_BELOW, "{wrong}");
    let below = ever(15, 0.5, |shares| sequential(shares).unwrap() <= 0.05);
    assert!(below <= 0.05, "{below}");
}

#[test]
fn a_test_for_one_look_calls_it_broken_too_often() {
    let below = ever(16, 0.5, |shares| chi_square(shares).unwrap() <= 0.05);
    assert!((0.27..0.34).contains(&below), "{below}");
}

#[test]
fn a_broken_one_is_found() {
    let found = ever(17, 0.515, |shares| {
        sequential(shares).unwrap() < BROKEN_BELOW
    });
    assert!(found > 0.9, "{found}");
}

#[test]
fn nor_with_few_trials_a_look_and_any_weights() {
    for weights in [&[99, 1][..], &[80, 12, 8]] {
        let total: u32 = weights.iter().sum();
        let wrong = part(18, |rng| {
            let mut shares: Vec<Share> = weights
                .iter()
                .map(|weight| Share {
                    trials: 0,
                    weight: *weight,
                })
                .collect();
            (0..LOOKS).any(|_| {
                for _ in 0..5 {
                    let mut at = rng.u32(..total);
                    let arm = weights.iter().position(|weight| {
                        let is_here = at < *weight;
                        at = at.saturating_sub(*weight);
                        is_here
                    });
                    shares[arm.unwrap()].trials += 1;
                }
                sequential(&shares).unwrap() < BROKEN_BELOW
            })
        });
        assert!(wrong <= BROKEN_BELOW, "{weights:?}: {wrong}");
    }
}
