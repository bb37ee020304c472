//! Simulated experiments by the thousand, from fixed seeds.

mod draw;
mod group_sequential;
mod peeking;
mod power;
mod split;

use draw::{Batch, NO_TRIALS, NO_UNITS, Pool};
use fastrand::Rng;

use super::real;
use crate::{Alpha, Arms};

const RUNS: u32 = 2_000;
const LOOKS: u64 = 40;
const ALPHA: f64 = 0.05;

fn alpha() -> Alpha {
    Alpha::new(ALPHA).unwrap()
}

/// Returns the part of experiments that fulfil a condition.
fn part(seed: u64, mut run: impl FnMut(&mut Rng) -> bool) -> f64 {
    let mut rng = Rng::with_seed(seed);
    let hits = (0..RUNS).filter(|_| run(&mut rng)).count();
    real(hits as u64) / f64::from(RUNS)
}

/// Returns whether a condition held at any look at two arms of proportions.
fn ever(control: &Batch, challenger: &Batch, rng: &mut Rng, at: impl Fn(&Arms) -> bool) -> bool {
    let (mut of_control, mut of_challenger) = (NO_TRIALS, NO_TRIALS);
    (0..LOOKS).any(|_| {
        control.add_to(&mut of_control, rng);
        challenger.add_to(&mut of_challenger, rng);
        at(&Arms::Proportions {
            control: of_control,
            challenger: of_challenger,
        })
    })
}

/// Returns whether a condition held at any look at two arms of means.
fn ever_of_means(pool: &Pool, rng: &mut Rng, at: impl Fn(&Arms) -> bool) -> bool {
    let (mut control, mut challenger) = (NO_UNITS, NO_UNITS);
    (0..LOOKS).any(|_| {
        pool.add_to(&mut control, rng);
        pool.add_to(&mut challenger, rng);
        at(&Arms::Means {
            control,
            challenger,
        })
    })
}
