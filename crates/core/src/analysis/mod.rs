//! Judges a new release beside the one that serves while both have traffic, by what the load
//! balancer counted of each. Pure.
//!
//! ```text
//! the wait before a step ─► Looks ─► a window ─► points ─► StepJudgement
//! ```

mod judge;
mod looks;
#[cfg(test)]
mod tests;

pub use judge::{Observed, judge};
pub use looks::Looks;
