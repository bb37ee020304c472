//! Metrics that must not get worse: one-sided non-inferiority.

use serde::Serialize;

use super::estimate::Interval;

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

impl Direction {
    /// How much better a difference is; below 0 when it is worse.
    pub(super) fn gain(self, difference: f64) -> f64 {
        match self {
            Self::Up => difference,
            Self::Down => -difference,
        }
    }
}

/// A metric that may get worse by less than a margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guardrail {
    /// The good direction.
    pub direction: Direction,
    /// The harm that is one, as an absolute difference.
    pub margin: f64,
}

/// Whether a guardrail holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The harm is below the margin.
    Passed,
    /// The harm is above the margin.
    Breached,
    /// It may be either.
    Inconclusive,
}

impl Guardrail {
    /// Judges by one-sided bounds on challenger − control: passed when the upper bound of harm
    /// is below the margin, breached when the lower one is above it. At most one of the two can
    /// be wrong, so that the bounds' alpha holds for either. Without bounds, inconclusive.
    #[must_use]
    pub fn judge(self, bounds: Option<Interval>) -> Gate {
        let Some(bounds) = bounds else {
            return Gate::Inconclusive;
        };
        let (one, other) = (
            -self.direction.gain(bounds.lower),
            -self.direction.gain(bounds.upper),
        );
        let (least, greatest) = (one.min(other), one.max(other));
        if greatest < self.margin {
            Gate::Passed
        } else if least > self.margin {
            Gate::Breached
        } else {
            Gate::Inconclusive
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(direction: Direction, lower: f64, upper: f64) -> Gate {
        let guardrail = Guardrail {
            direction,
            margin: 0.002,
        };
        guardrail.judge(Some(Interval { lower, upper }))
    }

    #[test]
    fn harm_is_more_of_what_should_be_less() {
        assert_eq!(judge(Direction::Down, -0.004, 0.001), Gate::Passed);
        assert_eq!(judge(Direction::Down, 0.003, 0.004), Gate::Breached);
        assert_eq!(judge(Direction::Down, 0.001, 0.003), Gate::Inconclusive);
        assert_eq!(judge(Direction::Down, -0.001, 0.002), Gate::Inconclusive);
    }

    #[test]
    fn harm_is_less_of_what_should_be_more() {
        assert_eq!(judge(Direction::Up, -0.001, 0.004), Gate::Passed);
        assert_eq!(judge(Direction::Up, -0.004, -0.003), Gate::Breached);
        assert_eq!(judge(Direction::Up, -0.003, -0.001), Gate::Inconclusive);
    }

    #[test]
    fn nothing_known_is_neither() {
        let guardrail = Guardrail {
            direction: Direction::Up,
            margin: 1.0,
        };
        assert_eq!(guardrail.judge(None), Gate::Inconclusive);
    }
}
