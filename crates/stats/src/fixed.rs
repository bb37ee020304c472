//! Classical (fixed-horizon) inference, for a readout that is looked at once.

use super::alpha::Alpha;
use super::arm::{Arms, Proportion};
use super::blocks::Spread;
use super::count::real;
use super::effect::Effect;
use super::estimate::{Difference, Interval, Lift};
use super::quantile::{normal_cdf, normal_quantile, t_quantile, t_tail};

/// Inference that holds for one look at a sample whose size was fixed before: at about half the
/// sample of a [`Sequence`](super::Sequence), and wrong far more often than alpha when looked at
/// again and again.
///
/// - Proportions: the pooled z-test, without continuity correction, and Newcombe's hybrid score
///   interval (Statistics in Medicine 17 (1998), 873–890, method 10). The two may disagree at
///   the edge.
/// - Means and other estimates: Welch's test and interval (Biometrika 34 (1947), 28–35), which agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedHorizon {
    alpha: f64,
}

impl FixedHorizon {
    /// Takes how often it may be wrong, in one look.
    #[must_use]
    pub fn new(alpha: Alpha) -> Self {
        Self { alpha: alpha.get() }
    }

    /// Returns the difference of the arms. Where all trials of both arms ended the same way, p
    /// is 1.
    ///
    /// `None` where an arm has no trials, fewer than two units, or sums that no values have, and
    /// where neither arm's values differ among themselves.
    #[must_use]
    pub fn difference(&self, arms: &Arms) -> Option<Difference> {
        let tail = self.alpha / 2.0;
        let (value, interval, p) = match *arms {
            Arms::Proportions {
                control,
                challenger,
            } => (
                challenger.rate()? - control.rate()?,
                newcombe(control, challenger, tail)?,
                pooled_p(control, challenger)?,
            ),
            Arms::Means { .. } | Arms::Estimates { .. } => {
                let effect = Effect::absolute(arms)?;
                let t = effect.value.abs() / effect.variance.sqrt();
                let p = 2.0 * t_tail(t, effect.freedom);
                (effect.value, student(&effect, tail)?, p)
            }
        };
        Some(Difference { value, interval, p })
    }

    /// Returns the lift, by the delta method with Welch's degrees of freedom.
    ///
    /// `None` where there is no difference, and where the control's mean is 0.
    #[must_use]
    pub fn lift(&self, arms: &Arms) -> Option<Lift> {
        let effect = Effect::relative(arms)?;
        Some(Lift {
            value: effect.value,
            interval: student(&effect, self.alpha / 2.0)?,
        })
    }

    /// Returns bounds on the difference, each by itself with an error of at most alpha.
    ///
    /// `None` where there is no difference.
    #[must_use]
    pub fn bounds(&self, arms: &Arms) -> Option<Interval> {
        match *arms {
            Arms::Proportions {
                control,
                challenger,
            } => newcombe(control, challenger, self.alpha),
            Arms::Means { .. } | Arms::Estimates { .. } => {
                student(&Effect::absolute(arms)?, self.alpha)
            }
        }
    }
}

impl FixedHorizon {
    /// Returns bounds as [`Self::bounds`] does, by a variance that so few stretches of time tell.
    pub(super) fn bounds_between(self, arms: &Arms, spread: &Spread) -> Option<Interval> {
        between(arms, spread, self.alpha)
    }

    /// Returns the interval of [`Self::difference`], by such a variance.
    pub(super) fn interval_between(self, arms: &Arms, spread: &Spread) -> Option<Interval> {
        between(arms, spread, self.alpha / 2.0)
    }
}

fn between(arms: &Arms, spread: &Spread, tail: f64) -> Option<Interval> {
    let effect = Effect::absolute(arms)?.spread_by(spread.variance)?;
    effect.interval(t_quantile(tail, spread.freedom) * effect.variance.sqrt())
}

fn student(effect: &Effect, tail: f64) -> Option<Interval> {
    effect.interval(t_quantile(tail, effect.freedom) * effect.variance.sqrt())
}

fn pooled_p(control: Proportion, challenger: Proportion) -> Option<f64> {
    let (a, b) = (real(control.trials), real(challenger.trials));
    let pooled = (real(control.successes) + real(challenger.successes)) / (a + b);
    let variance = pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b);
    if variance <= 0.0 {
        return Some(1.0);
    }
    let z = (challenger.rate()? - control.rate()?).abs() / variance.sqrt();
    Some(2.0 * normal_cdf(-z))
}

/// d ± √(the squared distances of both rates to the ends of their Wilson intervals that make the
/// difference smaller or greater).
fn newcombe(control: Proportion, challenger: Proportion, tail: f64) -> Option<Interval> {
    let (a, b) = (control.rate()?, challenger.rate()?);
    let (of_a, of_b) = (wilson(control, tail)?, wilson(challenger, tail)?);
    let value = b - a;
    Some(Interval {
        lower: value - (b - of_b.lower).hypot(of_a.upper - a),
        upper: value + (of_b.upper - b).hypot(a - of_a.lower),
    })
}

/// Wilson's score interval of a rate.
fn wilson(arm: Proportion, tail: f64) -> Option<Interval> {
    let (rate, trials) = (arm.rate()?, real(arm.trials));
    let z = normal_quantile(tail);
    let weight = z * z / trials;
    let middle = (rate + weight / 2.0) / (1.0 + weight);
    let variance = rate * (1.0 - rate) / trials + weight / (4.0 * trials);
    let half_width = z * variance.sqrt() / (1.0 + weight);
    // Rounding may put an end at the wrong side of a rate of 0 or 1.
    Some(Interval {
        lower: (middle - half_width).clamp(0.0, rate),
        upper: (middle + half_width).clamp(rate, 1.0),
    })
}
