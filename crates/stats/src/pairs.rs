//! Moments of pairs of values, one pair a unit: what the adjustment by a covariate and a ratio of
//! two sums rest on. Units come in one by one, and may be taken out again.

use super::arm::{Arms, Estimate};
use super::count::{real, whole};

/// What is known of units that each have two values: an outcome, and a covariate or a
/// denominator.
///
/// By deviations from the mean (Welford, Technometrics 4 (1962), 419–420), since sums of squares
/// lose a small spread of large values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pairs {
    count: u64,
    outcome: Moment,
    other: Moment,
    /// Sum of the products of both deviations.
    product: f64,
}

/// What is known of one of the two values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Moment {
    mean: f64,
    /// Sum of the squared deviations.
    squares: f64,
    /// Sum of the values without their signs.
    sizes: f64,
}

/// Two arms whose outcomes were adjusted by a covariate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted {
    /// The arms, on the scale of the outcome.
    pub arms: Arms,
    /// By which part the difference's standard error is smaller than without: 0.3 is 30 %.
    pub narrowed: f64,
}

impl Pairs {
    /// Takes in a unit.
    pub fn add(&mut self, outcome: f64, other: f64) {
        self.count += 1;
        let share = 1.0 / real(self.count);
        let deviation = outcome - self.outcome.mean;
        self.outcome.add(outcome, share);
        self.other.add(other, share);
        self.product += deviation * (other - self.other.mean);
    }

    /// Takes out a unit that was taken in.
    pub fn remove(&mut self, outcome: f64, other: f64) {
        if self.count <= 1 {
            *self = Self::default();
            return;
        }
        self.count -= 1;
        let share = 1.0 / real(self.count);
        let deviation = other - self.other.mean;
        self.outcome.remove(outcome, share);
        self.other.remove(other, share);
        self.product -= deviation * (outcome - self.outcome.mean);
    }

    /// Returns what is known of the units of both (Chan, Golub and `LeVeque`, The American
    /// Statistician 37 (1983), 242–247).
    #[must_use]
    pub fn with(&self, more: &Self) -> Self {
        if self.count == 0 || more.count == 0 {
            return if self.count == 0 { *more } else { *self };
        }
        let (own, others) = (real(self.count), real(more.count));
        let (share, weight) = (others / (own + others), own * others / (own + others));
        let apart = |own: &Moment, other: &Moment| other.mean - own.mean;
        let outcome = apart(&self.outcome, &more.outcome);
        let other = apart(&self.other, &more.other);
        let both = |own: &Moment, more: &Moment, apart: f64| Moment {
            mean: own.mean + apart * share,
            squares: own.squares + more.squares + apart * apart * weight,
            sizes: own.sizes + more.sizes,
        };
        Self {
            count: self.count + more.count,
            outcome: both(&self.outcome, &more.outcome, outcome),
            other: both(&self.other, &more.other, other),
            product: self.product + more.product + outcome * other * weight,
        }
    }

    /// Returns the units.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the sum of the outcomes, to the nearest whole one: of outcomes of 0 and 1 their
    /// successes.
    #[must_use]
    pub fn successes(&self) -> u64 {
        whole((self.outcome.mean * real(self.count)).round())
    }

    /// Returns the mean of the outcomes, `None` without units.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0 && self.outcome.mean.is_finite()).then_some(self.outcome.mean)
    }

    /// Returns the sum of the outcomes over that of the other values, `None` where that is 0.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let ratio = self.outcome.mean / self.other.mean;
        (self.count > 0 && ratio.is_finite()).then_some(ratio)
    }

    /// Returns the estimate of the mean outcome.
    #[must_use]
    pub fn plain(&self) -> Estimate {
        Estimate {
            count: self.count,
            value: self.outcome.mean,
            variance: self.unbiased(self.outcome.squares),
            events: self.outcome.events(self.count),
        }
    }

    /// Returns the estimate of the ratio by the delta method: with means m and d, of variance
    /// σm²/d² − 2 σmd m/d³ + σd² m²/d⁴ a unit.
    #[must_use]
    pub fn of_ratio(&self) -> Option<Estimate> {
        let ratio = self.ratio()?;
        let spread =
            self.outcome.squares - 2.0 * ratio * self.product + ratio * ratio * self.other.squares;
        let base = self.other.mean;
        Some(Estimate {
            count: self.count,
            value: ratio,
            variance: self.unbiased(spread) / (base * base),
            events: self
                .outcome
                .events(self.count)
                .min(self.other.events(self.count)),
        })
    }

    fn unbiased(&self, squares: f64) -> f64 {
        // What rounding leaves of nothing is nothing.
        squares.max(0.0) / real(self.count.saturating_sub(1).max(1))
    }
}

impl Moment {
    fn add(&mut self, value: f64, share: f64) {
        let deviation = value - self.mean;
        self.mean += deviation * share;
        self.squares += deviation * (value - self.mean);
        self.sizes += value.abs();
    }

    fn remove(&mut self, value: f64, share: f64) {
        let deviation = value - self.mean;
        self.mean -= deviation * share;
        self.squares -= deviation * (value - self.mean);
        self.sizes -= value.abs();
    }

    /// The effective number of events, (Σ|x|)²/Σx²: as many values of one size would make as sure
    /// a sum. Of outcomes of 0 and 1 the successes.
    fn events(&self, count: u64) -> u64 {
        let squares = self.squares + self.mean * self.mean * real(count);
        if squares > 0.0 {
            // Rounding must not make 99 of a hundred.
            whole((self.sizes * self.sizes / squares - 0.5).max(0.0)).min(count)
        } else {
            0
        }
    }
}

/// Fewer effective values than a slope is believed of.
const FEW: u64 = 30;

/// Adjusts two arms by the covariate (CUPED; Deng, Xu, Kohavi and Walker, WSDM 2013): each
/// outcome y becomes y − θ(x − x̄), with θ = cov(y, x)/var(x) and x̄ over both arms. A covariate
/// that doesn't vary changes nothing, and neither does one that consists of a few large values: its
/// slope is theirs alone.
#[must_use]
pub fn adjusted(control: &Pairs, challenger: &Pairs) -> Adjusted {
    let joint = control.with(challenger);
    let slope = joint.product / joint.other.squares;
    let events = joint.other.events(joint.count);
    let is_of_few = events < FEW && events < joint.count / 2;
    let slope = if slope.is_finite() && !is_of_few {
        slope
    } else {
        0.0
    };
    let arm = |arm: &Pairs| {
        let spread =
            arm.outcome.squares - 2.0 * slope * arm.product + slope * slope * arm.other.squares;
        Estimate {
            value: arm.outcome.mean - slope * (arm.other.mean - joint.other.mean),
            variance: arm.unbiased(spread),
            ..arm.plain()
        }
    };
    let error = |control: Estimate, challenger: Estimate| {
        (control.of_the_value() + challenger.of_the_value()).sqrt()
    };
    let (own, other) = (arm(control), arm(challenger));
    let narrowed = 1.0 - error(own, other) / error(control.plain(), challenger.plain());
    Adjusted {
        arms: Arms::Estimates {
            control: own,
            challenger: other,
        },
        narrowed: if narrowed.is_finite() { narrowed } else { 0.0 },
    }
}

#[cfg(test)]
mod tests;
