//! Group-sequential inference: a few looks that are planned, at little more than the sample of a
//! test with one look.

mod boundaries;
mod grid;
mod looks;
mod root;
mod spending;
#[cfg(test)]
mod tests;
mod walk;

pub use looks::{Looks, MOST_LOOKS, next_look};

use super::alpha::Alpha;
use super::arm::Arms;
use super::effect::Effect;
use super::estimate::{Difference, Lift};

/// Inference at the last of some looks, by boundaries that spend alpha as Lan and `DeMets`
/// (Biometrika 70 (1983), 659–663) do, in the way of O'Brien and Fleming: computed from the looks
/// that were taken, which need not be the planned ones. The number of looks and their times must not
/// depend on what was seen.
///
/// - The interval is the repeated confidence interval of Jennison and Turnbull (Journal of the Royal
///   Statistical Society B 51 (1989), 305–361): the boundary times the standard error. All
///   intervals of a test together hold with 1 − alpha, whatever ends it.
/// - p is the repeated p-value: the least alpha at which this look would end the test. It is at or
///   below alpha exactly when the interval leaves out 0.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSequential {
    alpha: f64,
    looks: Looks,
    boundary: f64,
}

impl GroupSequential {
    /// Takes the looks up to the one at which is inferred.
    #[must_use]
    pub fn new(alpha: Alpha, looks: Looks) -> Self {
        let boundary = last(alpha.get(), &looks);
        Self {
            alpha: alpha.get(),
            looks,
            boundary,
        }
    }

    /// Returns how many standard errors an effect must have at the last look to end the test.
    #[must_use]
    pub fn boundary(&self) -> f64 {
        self.boundary
    }

    /// Returns the difference of the arms, as they are at the last look.
    ///
    /// `None` as for [`Sequence::difference`](super::Sequence::difference).
    #[must_use]
    pub fn difference(&self, arms: &Arms) -> Option<Difference> {
        let effect = Effect::absolute(arms)?;
        Some(Difference {
            value: effect.value,
            interval: effect.interval(self.boundary * effect.variance.sqrt())?,
            p: self.p(effect.value.abs() / effect.variance.sqrt()),
        })
    }

    /// Returns the lift, by the delta method.
    ///
    /// `None` as for [`Sequence::lift`](super::Sequence::lift).
    #[must_use]
    pub fn lift(&self, arms: &Arms) -> Option<Lift> {
        let effect = Effect::relative(arms)?;
        Some(Lift {
            value: effect.value,
            interval: effect.interval(self.boundary * effect.variance.sqrt())?,
        })
    }

    fn p(&self, z: f64) -> f64 {
        // On the side of alpha that the boundary says, so that p and interval never disagree.
        let own = self.alpha.ln();
        let ends = if z >= self.boundary {
            [LEAST, own]
        } else {
            [own, 0.0]
        };
        let missed = |log: f64| last(log.exp(), &self.looks) - z;
        let p = root::root(ends, 1e-5, missed).exp();
        if z >= self.boundary {
            p.min(self.alpha)
        } else {
            p.max(self.alpha * (1.0 + f64::EPSILON))
        }
    }
}

/// The logarithm of the least p, 10⁻¹²: nobody needs a smaller one, and the integration of tails
/// that are smaller is less exact.
const LEAST: f64 = -27.631;

fn last(alpha: f64, looks: &Looks) -> f64 {
    let all = boundaries::boundaries(alpha, looks);
    all.last().copied().unwrap_or(f64::INFINITY)
}

/// Returns the chance that one of these looks finds an effect whose z at full information has this
/// mean.
pub(super) fn power(drift: f64, alpha: Alpha, looks: &Looks) -> f64 {
    boundaries::power(drift, alpha.get(), looks)
}

/// Returns the mean that z at full information must have to be found with this power.
pub(super) fn drift(power: f64, alpha: Alpha, looks: &Looks) -> f64 {
    boundaries::drift(power, alpha.get(), looks)
}
