//! Random numbers of simulated experiments, from a fixed seed.

use fastrand::Rng;

/// Returns a standard normal number, by Box and Muller.
pub(crate) fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.f64()).cos()
}

/// Returns a number of Poisson's distribution; of a mean from 30, of the normal one that is nearest.
pub(crate) fn poisson(mean: f64, rng: &mut Rng) -> u64 {
    if mean >= 30.0 {
        return rounded(mean + mean.sqrt() * normal(rng));
    }
    let end = (-mean).exp();
    let (mut product, mut events) = (rng.f64(), 0);
    while product > end {
        product *= rng.f64();
        events += 1;
    }
    events
}

/// Returns how many of some trials succeed.
pub(crate) fn binomial(trials: u64, rate: f64, rng: &mut Rng) -> u64 {
    let rate = rate.clamp(0.0, 1.0);
    let expected = real(trials) * rate;
    if trials <= 12 {
        return (0..trials).filter(|_| rng.f64() < rate).count() as u64;
    }
    if rate > 0.5 {
        return trials - binomial(trials, 1.0 - rate, rng);
    }
    if expected < 30.0 {
        return geometric_jumps(trials, rate, rng);
    }
    rounded(expected + (expected * (1.0 - rate)).sqrt() * normal(rng)).min(trials)
}

/// Counts successes by the gaps between them.
fn geometric_jumps(trials: u64, rate: f64, rng: &mut Rng) -> u64 {
    if rate <= 0.0 {
        return 0;
    }
    let log = (1.0 - rate).ln();
    let (mut at, mut successes) = (0.0, 0);
    loop {
        at += ((1.0 - rng.f64()).ln() / log).floor() + 1.0;
        if at > real(trials) {
            return successes;
        }
        successes += 1;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
pub(crate) fn rounded(value: f64) -> u64 {
    value.round() as u64
}
