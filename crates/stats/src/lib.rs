//! The statistics of A/B experiments: from counts to a readout's verdict. Pure.
//!
//! A readout is looked at every day, and a test meant for one look then finds differences that
//! are not there: at 40 looks a 5 % test is wrong in about 31 % of experiments without any
//! effect. So inference is [sequential](Sequence) unless asked otherwise: its intervals and p
//! hold at all looks together. [`FixedHorizon`] is the classical inference, for one look.
//!
//! ```text
//! Arms ──► Inference ─┬─► Difference ─────────┐
//!                     └─► bounds ─► Guardrail ┼─► judge ─► Readout
//! Share ─► split ─────────────────────────────┘
//! ```
//!
//! Every number returned is finite. Where nothing can be said there is `None`; each function
//! says when.

mod alpha;
mod arm;
mod blocks;
mod count;
mod effect;
mod estimate;
mod evidence;
mod fixed;
mod group_sequential;
mod guardrail;
mod holm;
mod inference;
mod judge;
mod moments;
mod pairs;
mod phase;
mod power;
mod quantile;
mod remaining;
mod running;
mod sequence;
pub mod split;
#[cfg(test)]
mod tests;

pub use alpha::Alpha;
pub use arm::{Arms, Estimate, Mean, Proportion};
pub use blocks::Course;
pub use estimate::{Difference, Interval, Lift};
pub use evidence::Evidence;
pub use fixed::FixedHorizon;
pub use group_sequential::{GroupSequential, Looks, MOST_LOOKS, next_look};
pub use guardrail::{Direction, Gate, Guardrail, GuardrailJudgement, OpenReason};
pub use holm::holm;
pub use inference::Inference;
pub use judge::{
    Comparison, Judgement, Question, Readout, Reason, TestVerdict, Units, judge,
    judge_by_planned_looks,
};
pub use pairs::{Adjusted, Pairs, adjusted};
pub use phase::Phase;
pub use power::{Design, Method, least_effect, sample_an_arm};
pub use remaining::{Remaining, left};
pub use running::Running;
pub use sequence::Sequence;
