//! The asymptotic confidence sequence: intervals and p-values that hold at all looks together.

use super::alpha::Alpha;
use super::arm::Arms;
use super::count::real;
use super::effect::Effect;
use super::estimate::{Difference, Interval, Lift};

/// The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
/// ([arXiv 2103.06476](https://arxiv.org/abs/2103.06476), equations 9, 155 and 161 of version 7;
/// 134 for one-sided bounds), narrowest at the planned sample.
///
/// With n trials in both arms, an effect d of variance se² and
/// ρ² = (−2 ln α + ln(1 − 2 ln α)) / planned:
///
/// ```text
/// half-width  √(se² · 2(nρ² + 1)/(nρ²) · ln(√(nρ² + 1)/α))
/// one-sided   √(se² · 2(nρ² + 1)/(nρ²) · ln(1 + √(nρ² + 1)/(2α))), with ρ at 2α
/// p           min(1, √(nρ² + 1) · exp(−nρ² d² / (2 se² (nρ² + 1))))
/// ```
///
/// The interval leaves out 0 exactly when p ≤ α.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequence {
    alpha: f64,
    planned: f64,
}

impl Sequence {
    /// Takes how many trials both arms together are planned to have; the sequence holds whatever
    /// comes of the plan. A plan of none counts as one of one.
    #[must_use]
    pub fn new(alpha: Alpha, planned: u64) -> Self {
        Self {
            alpha: alpha.get(),
            planned: real(planned.max(1)),
        }
    }

    /// Returns the difference of the arms.
    ///
    /// `None` where an arm has no trials, fewer than two units, or sums that no values have, and
    /// where neither arm's values differ among themselves.
    #[must_use]
    pub fn difference(&self, arms: &Arms) -> Option<Difference> {
        let effect = Effect::absolute(arms)?;
        Some(Difference {
            value: effect.value,
            interval: effect.interval(self.half_width(&effect))?,
            p: self.p(&effect),
        })
    }

    /// Returns the lift, by the delta method.
    ///
    /// `None` where there is no difference, and where the control's mean is 0.
    #[must_use]
    pub fn lift(&self, arms: &Arms) -> Option<Lift> {
        let effect = Effect::relative(arms)?;
        Some(Lift {
            value: effect.value,
            interval: effect.interval(self.half_width(&effect))?,
        })
    }

    /// Returns bounds on the difference, each by itself with an error of at most alpha.
    ///
    /// `None` where there is no difference.
    #[must_use]
    pub fn bounds(&self, arms: &Arms) -> Option<Interval> {
        let effect = Effect::absolute(arms)?;
        let widened = effect.count * rho_squared(2.0 * self.alpha, self.planned);
        let log = ((widened + 1.0).sqrt() / (2.0 * self.alpha)).ln_1p();
        effect.interval(width(widened, log) * effect.variance.sqrt())
    }

    /// The half-width in standard errors, after so many trials.
    pub(super) fn standard_errors(&self, count: f64) -> f64 {
        let widened = count * rho_squared(self.alpha, self.planned);
        width(widened, 0.5 * widened.ln_1p() - self.alpha.ln())
    }

    fn half_width(&self, effect: &Effect) -> f64 {
        self.standard_errors(effect.count) * effect.variance.sqrt()
    }

    fn p(&self, effect: &Effect) -> f64 {
        let widened = effect.count * rho_squared(self.alpha, self.planned);
        // Divided first: a square of a tiny or huge effect alone is none.
        let z = effect.value / effect.variance.sqrt();
        let log = 0.5 * widened.ln_1p() - z * z * widened / (2.0 * (widened + 1.0));
        log.min(0.0).exp()
    }
}

fn rho_squared(alpha: f64, planned: f64) -> f64 {
    let twice = -2.0 * alpha.ln();
    (twice + twice.ln_1p()) / planned
}

/// Takes nρ² and the logarithm of the sequence's formula.
fn width(widened: f64, log: f64) -> f64 {
    (2.0 * (widened + 1.0) / widened * log).sqrt()
}
