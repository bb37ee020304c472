//! Samples for simulations, from a fixed seed, fast where nothing is optimised.

use fastrand::Rng;

use crate::count::real;
use crate::{Mean, Proportion};

/// Trials that come in batches of one size: the distribution is tabulated once, and a batch is
/// one search in it.
pub(super) struct Batch {
    pub(super) trials: u64,
    /// The chance of at most so many successes.
    cumulated: Vec<f64>,
}

impl Batch {
    pub(super) fn new(trials: u64, rate: f64) -> Self {
        let odds = rate / (1.0 - rate);
        let mut chance = (1.0 - rate).powf(real(trials));
        let mut sum = 0.0;
        let cumulated = (0..=trials).map(|successes| {
            sum += chance;
            chance *= odds * real(trials - successes) / real(successes + 1);
            sum
        });
        let cumulated: Vec<f64> = cumulated.collect();
        assert!((sum - 1.0).abs() < 1e-9, "a batch of {trials} is too large");
        Self { trials, cumulated }
    }

    pub(super) fn draw(&self, rng: &mut Rng) -> u64 {
        let at = rng.f64();
        (self.cumulated.partition_point(|sum| *sum < at) as u64).min(self.trials)
    }

    pub(super) fn add_to(&self, arm: &mut Proportion, rng: &mut Rng) {
        arm.successes += self.draw(rng);
        arm.trials += self.trials;
    }
}

/// A heavy-tailed population: most clients buy nothing, a few a great deal. Batches of clients
/// are drawn from a pool, with replacement.
pub(super) struct Pool(Vec<Mean>);

impl Pool {
    pub(super) fn new(batches: usize, clients: u64, rng: &mut Rng) -> Self {
        let batch = |rng: &mut Rng| {
            let mut batch = NO_UNITS;
            for _ in 0..clients {
                let value = client(rng);
                batch.count += 1;
                batch.sum += value;
                batch.sum_squares += value * value;
            }
            batch
        };
        Self((0..batches).map(|_| batch(rng)).collect())
    }

    pub(super) fn add_to(&self, arm: &mut Mean, rng: &mut Rng) {
        let batch = &self.0[rng.usize(..self.0.len())];
        arm.count += batch.count;
        arm.sum += batch.sum;
        arm.sum_squares += batch.sum_squares;
    }
}

pub(super) const NO_TRIALS: Proportion = Proportion {
    successes: 0,
    trials: 0,
};

pub(super) const NO_UNITS: Mean = Mean {
    count: 0,
    sum: 0.0,
    sum_squares: 0.0,
};

/// One in five buys, for a log-normal sum with σ = 1.5: its variance is nine times the square of
/// its mean.
fn client(rng: &mut Rng) -> f64 {
    if rng.f64() < 0.8 {
        return 0.0;
    }
    // Box and Muller.
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    let normal = radius * (std::f64::consts::TAU * rng.f64()).cos();
    (1.5 * normal).exp()
}
