//! The choice between sequential and classical inference.

use super::arm::Arms;
use super::blocks::{Course, Spread, spreads};
use super::estimate::{Difference, Interval, Lift};
use super::fixed::FixedHorizon;
use super::sequence::Sequence;

/// How effects are inferred from counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Inference {
    /// Holds at all looks together.
    Sequential(Sequence),
    /// Holds for one look.
    FixedHorizon(FixedHorizon),
}

impl Inference {
    /// See [`Sequence::difference`] and [`FixedHorizon::difference`].
    #[must_use]
    pub fn difference(&self, arms: &Arms) -> Option<Difference> {
        match self {
            Self::Sequential(sequence) => sequence.difference(arms),
            Self::FixedHorizon(fixed) => fixed.difference(arms),
        }
    }

    /// See [`Sequence::lift`] and [`FixedHorizon::lift`].
    #[must_use]
    pub fn lift(&self, arms: &Arms) -> Option<Lift> {
        match self {
            Self::Sequential(sequence) => sequence.lift(arms),
            Self::FixedHorizon(fixed) => fixed.lift(arms),
        }
    }

    /// See [`Sequence::bounds`] and [`FixedHorizon::bounds`].
    #[must_use]
    pub fn bounds(&self, arms: &Arms) -> Option<Interval> {
        match self {
            Self::Sequential(sequence) => sequence.bounds(arms),
            Self::FixedHorizon(fixed) => fixed.bounds(arms),
        }
    }

    /// Returns where a difference lies that is of requests of the same clients: as far as it varies
    /// between stretches of time, too.
    #[must_use]
    pub fn widened(&self, arms: &Arms, interval: Interval, course: &Course) -> Interval {
        let between = |spread: &Spread| match self {
            Self::Sequential(sequence) => sequence.interval_between(arms, spread),
            Self::FixedHorizon(fixed) => fixed.interval_between(arms, spread),
        };
        let spreads = spreads(&course.stretches);
        let intervals = spreads.iter().filter_map(between);
        intervals.fold(interval, Interval::and)
    }

    pub(super) fn bounds_between(&self, arms: &Arms, spread: &Spread) -> Option<Interval> {
        match self {
            Self::Sequential(sequence) => sequence.bounds_between(arms, spread),
            Self::FixedHorizon(fixed) => fixed.bounds_between(arms, spread),
        }
    }
}
