//! When a step is looked at: once its bake is over, and for as long as nobody can tell, each time
//! that twice as many minutes are there.
//!
//! Everything follows from when ECS began to wait, which ECS says: whoever attaches later, or once
//! more, takes the same looks at the same minutes, and comes to the same.

use jiff::{SignedDuration, Timestamp};

use crate::experiment::Window;
use mlship_manifest::schema::Analysis;
use mlship_stats::Alpha;

/// The looks at one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    from: Timestamp,
    /// How many minutes the first one is about.
    minutes: u32,
}

impl Looks {
    /// After this many there are more minutes than ECS waits.
    pub(super) const MOST: u32 = 12;

    /// Returns the looks at a step that baked for so many minutes before ECS began to wait; `None`
    /// where these are too few to tell anything.
    #[must_use]
    pub fn new(analysis: &Analysis, bake: u32, waits_since: Timestamp) -> Option<Self> {
        let minutes = analysis.judged_minutes(bake)?;
        let before = i64::from(bake) - i64::from(analysis.warm_up());
        let from = waits_since.checked_sub(SignedDuration::from_mins(before));
        let from = from.ok()?.as_second();
        let from = Timestamp::from_second(from + (-from).rem_euclid(60)).ok()?;
        Some(Self { from, minutes })
    }

    /// Returns the minutes that a look is about, counted from 1; none past the last look.
    #[must_use]
    pub fn window(&self, look: u32) -> Option<Window> {
        let doublings = look
            .checked_sub(1)
            .filter(|doublings| *doublings < Self::MOST)?;
        let minutes = i64::from(self.minutes) << doublings;
        let to = self.from.checked_add(SignedDuration::from_mins(minutes));
        Some(Window {
            from: self.from,
            to: to.ok()?,
        })
    }

    /// Returns when the points of a look are there.
    #[must_use]
    pub fn ready(&self, look: u32) -> Option<Timestamp> {
        let late = SignedDuration::from_mins(Analysis::LATE_MINUTES.into());
        self.window(look)?.to.checked_add(late).ok()
    }

    /// Returns a look's part of the significance level: a half, a quarter and so on, so that all
    /// together have no more than all of it.
    #[must_use]
    pub(super) fn level(look: u32, alpha: f64, shared_by: usize) -> Alpha {
        let part = alpha * 0.5_f64.powi(i32::try_from(look.min(Self::MOST)).unwrap_or(1));
        Alpha::new(part).unwrap_or_default().shared_by(shared_by)
    }
}
