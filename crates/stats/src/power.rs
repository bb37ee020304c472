//! The sample size for a given power.

use super::alpha::Alpha;
use super::count::{real, whole};
use super::quantile::{normal_cdf, normal_quantile};
use super::sequence::Sequence;

/// Returns the trials that each arm needs for the [fixed-horizon](super::FixedHorizon) z-test to
/// tell the rates p₁ and p₂ apart with this power:
///
/// ```text
/// (z_{α/2} √(2 p̄ q̄) + z_β √(p₁q₁ + p₂q₂))² / (p₁ − p₂)²
/// ```
///
/// as R's `power.prop.test` does. `None` where the rates are the same, and where they or the
/// power are not strictly between 0 and 1.
#[must_use]
pub fn sample_an_arm(rates: [f64; 2], power: f64, alpha: Alpha) -> Option<f64> {
    if !rates.into_iter().chain([power]).all(is_open_share) {
        return None;
    }
    let mean = f64::midpoint(rates[0], rates[1]);
    let under_none = 2.0 * mean * (1.0 - mean);
    let under_effect: f64 = rates.iter().map(|rate| rate * (1.0 - rate)).sum();
    let errors = normal_quantile(alpha.get() / 2.0) * under_none.sqrt()
        + normal_quantile(1.0 - power) * under_effect.sqrt();
    let trials = (errors / (rates[0] - rates[1])).powi(2);
    trials.is_finite().then_some(trials)
}

/// A comparison of two proportions that is planned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    control: f64,
    challenger: f64,
    share: f64,
}

impl Design {
    /// Takes the control's rate, the challenger's difference to it, and the challenger's share
    /// of both arms' trials. `None` where the difference is 0, and where a rate or the share is
    /// not strictly between 0 and 1.
    #[must_use]
    pub fn new(base: f64, effect: f64, share: f64) -> Option<Self> {
        let design = Self {
            control: base,
            challenger: base + effect,
            share,
        };
        let shares = [design.control, design.challenger, design.share];
        let is_one = shares.into_iter().all(is_open_share) && design.effect() > 0.0;
        is_one.then_some(design)
    }

    /// Returns the chance that a [`Sequence`] leaves out 0 when the planned sample, of both arms
    /// together, is full: with k its half-width in standard errors,
    ///
    /// ```text
    /// Φ(d/se − k) + Φ(−d/se − k)
    /// ```
    ///
    /// It is of that look alone. With looks all the way there is more: 0.29 for 0.21 in a
    /// simulation of 40 looks.
    #[must_use]
    pub fn power(&self, planned: u64, alpha: Alpha) -> f64 {
        let planned = planned.max(1);
        let effect = self.effect() / (self.variance() / real(planned)).sqrt();
        let bound = Sequence::new(alpha, planned).standard_errors(real(planned));
        normal_cdf(effect - bound) + normal_cdf(-effect - bound)
    }

    /// Returns the planned sample, of both arms together, at which a [`Sequence`] has this
    /// power: `(k + z_β)² (σA²/(1 − s) + σB²/s) / d²`, with s the challenger's share. At an even
    /// split, alpha of 5 % and power of 80 % it is 1.9 times the fixed-horizon sample.
    ///
    /// `None` where the power is not strictly between 0 and 1.
    #[must_use]
    pub fn sample(&self, power: f64, alpha: Alpha) -> Option<u64> {
        if !is_open_share(power) {
            return None;
        }
        // At the planned sample, whatever it is, the sequence is as wide.
        let bound = Sequence::new(alpha, 1).standard_errors(1.0);
        let errors = (bound + normal_quantile(1.0 - power)).max(0.0);
        Some(whole((errors / self.effect()).powi(2) * self.variance()))
    }

    fn effect(&self) -> f64 {
        (self.challenger - self.control).abs()
    }

    /// The variance of the difference, times the trials of both arms.
    fn variance(&self) -> f64 {
        self.control * (1.0 - self.control) / (1.0 - self.share)
            + self.challenger * (1.0 - self.challenger) / self.share
    }
}

fn is_open_share(share: f64) -> bool {
    share > 0.0 && share < 1.0
}
