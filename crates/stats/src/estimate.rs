//! Estimates of an effect: the difference and the lift, with their intervals.

use serde::Serialize;

/// From `lower` to `upper`, both finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The least value that the data don't speak against.
    pub lower: f64,
    /// The greatest.
    pub upper: f64,
}

/// An absolute difference, challenger − control.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The difference of the means or proportions.
    pub value: f64,
    /// Where it lies; `value` is inside, at one look.
    pub interval: Interval,
    /// The p-value of no difference.
    pub p: f64,
}

/// A relative difference, (challenger − control) / |control|: 0.1 is 10 % more. It has no p: what
/// speaks against no lift is what speaks against no [`Difference`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lift {
    /// The lift.
    pub value: f64,
    /// Where it lies; `value` is inside.
    pub interval: Interval,
}

impl Interval {
    pub(super) fn around(value: f64, half_width: f64) -> Option<Self> {
        let (lower, upper) = (value - half_width, value + half_width);
        (lower.is_finite() && upper.is_finite()).then_some(Self { lower, upper })
    }

    /// Cuts off what can't be. What is cut by has the estimate inside.
    pub(super) fn cut(self, least: f64, greatest: f64) -> Self {
        Self {
            lower: self.lower.max(least),
            upper: self.upper.min(greatest),
        }
    }

    /// Returns the least interval with both inside.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            lower: self.lower.min(other.lower),
            upper: self.upper.max(other.upper),
        }
    }

    /// Returns whether a value is inside, the ends included.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Returns whether all of it is nearer to 0 than `distance`.
    #[must_use]
    pub fn is_within(self, distance: f64) -> bool {
        -distance < self.lower && self.upper < distance
    }
}
