//! The asymptotic confidence sequence: intervals and p-values that hold at all looks together.

use super::alpha::Alpha;
use super::arm::Arms;
use super::blocks::Spread;
use super::count::real;
use super::effect::Effect;
use super::estimate::{Difference, Interval, Lift};
use super::quantile::{normal_cdf, t_quantile};

/// Below, a chance is none that a distribution's tail tells: it is of looks at the first trials.
const LEAST_TAIL: f64 = 1e-12;

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
        effect.interval(self.one_sided(effect.count) * effect.variance.sqrt())
    }

    /// Returns bounds as [`Self::bounds`] does, by a variance that so few stretches of time tell:
    /// as many standard errors as Student's distribution has the normal one's chance beyond.
    pub(super) fn bounds_between(&self, arms: &Arms, spread: &Spread) -> Option<Interval> {
        between(arms, spread, |count| self.one_sided(count))
    }

    /// Returns the interval of [`Self::difference`], by such a variance.
    pub(super) fn interval_between(&self, arms: &Arms, spread: &Spread) -> Option<Interval> {
        between(arms, spread, |count| self.standard_errors(count))
    }

    /// The distance of a one-sided bound in standard errors, after so many trials.
    fn one_sided(&self, count: f64) -> f64 {
        let widened = count * rho_squared(2.0 * self.alpha, self.planned);
        let log = ((widened + 1.0).sqrt() / (2.0 * self.alpha)).ln_1p();
        width(widened, log)
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

fn between(arms: &Arms, spread: &Spread, errors: impl Fn(f64) -> f64) -> Option<Interval> {
    let effect = Effect::absolute(arms)?.spread_by(spread.variance)?;
    let normal = errors(effect.count);
    let tail = normal_cdf(-normal).max(LEAST_TAIL);
    let errors = t_quantile(tail, spread.freedom).max(normal);
    effect.interval(errors * effect.variance.sqrt())
}

fn rho_squared(alpha: f64, planned: f64) -> f64 {
    let twice = -2.0 * alpha.ln();
    (twice + twice.ln_1p()) / planned
}

/// Takes nρ² and the logarithm of the sequence's formula.
fn width(widened: f64, log: f64) -> f64 {
    (2.0 * (widened + 1.0) / widened * log).sqrt()
}
