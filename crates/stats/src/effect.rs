//! A point estimate with its variance, the basis of an interval.

use super::arm::Arms;
use super::estimate::Interval;

/// An effect of the challenger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effect {
    pub(super) value: f64,
    /// The variance of `value`, more than 0.
    pub(super) variance: f64,
    /// Trials or units of both arms.
    pub(super) count: f64,
    /// Welch's degrees of freedom.
    pub(super) freedom: f64,
    /// What the effect can be at all.
    range: (f64, f64),
}

impl Effect {
    /// The difference, of variance σA²/nA + σB²/nB, with A the control.
    ///
    /// `None` where an arm has no moments or both no variance.
    pub(super) fn absolute(arms: &Arms) -> Option<Self> {
        let (control, challenger) = arms.moments()?;
        let range = match arms {
            Arms::Proportions { .. } => (-1.0, 1.0),
            Arms::Means { .. } | Arms::Estimates { .. } => (f64::MIN, f64::MAX),
        };
        let (of_control, of_challenger) = (control.of_the_mean(), challenger.of_the_mean());
        let variance = of_control + of_challenger;
        Self {
            value: challenger.mean - control.mean,
            variance,
            count: control.count + challenger.count,
            // By shares of the variance, whose squares can't vanish together.
            freedom: 1.0
                / ((of_control / variance).powi(2) / (control.count - 1.0).max(1.0)
                    + (of_challenger / variance).powi(2) / (challenger.count - 1.0).max(1.0)),
            range,
        }
        .known()
    }

    /// The lift by the delta method, of variance σB²/(nB μA²) + σA² μB²/(nA μA⁴).
    ///
    /// `None` where there is no absolute difference, and where the control's mean is not above 0: of
    /// what is below it a part more is less.
    pub(super) fn relative(arms: &Arms) -> Option<Self> {
        let (control, challenger) = arms.moments()?;
        let absolute = Self::absolute(arms)?;
        if control.mean < 0.0 {
            return None;
        }
        let ratio = challenger.mean / control.mean;
        let range = match arms {
            Arms::Proportions { .. } => (-1.0, f64::MAX),
            Arms::Means { .. } | Arms::Estimates { .. } => (f64::MIN, f64::MAX),
        };
        Self {
            value: absolute.value / control.mean,
            variance: (challenger.of_the_mean() + control.of_the_mean() * ratio * ratio)
                / (control.mean * control.mean),
            range,
            ..absolute
        }
        .known()
    }

    /// The same, of a variance that is known otherwise.
    pub(super) fn spread_by(self, variance: f64) -> Option<Self> {
        Self { variance, ..self }.known()
    }

    pub(super) fn interval(&self, half_width: f64) -> Option<Interval> {
        let (least, greatest) = self.range;
        Some(Interval::around(self.value, half_width)?.cut(least, greatest))
    }

    fn known(self) -> Option<Self> {
        let is_known = self.value.is_finite()
            && self.variance.is_finite()
            && self.variance > 0.0
            && self.freedom.is_finite();
        is_known.then_some(self)
    }
}
