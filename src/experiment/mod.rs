//! A/B experiments between running releases.
//!
//! ```text
//! manifest ─► Definition ─┐
//!                         ├─► start | stop ─► what is written to the rule
//! the rule ─► Record ─────┘
//! CloudWatch ─► points ─► counts ─► stats ─► Reading
//! ```

mod definition;
mod metric;
mod record;
mod refusal;
mod rule;
mod shift;
pub mod start;
pub mod stats;
pub mod stop;
#[cfg(test)]
mod testing;

pub use definition::{Arm, Definition, Step};
pub use metric::{Point, Query};
pub use record::{EXPERIMENT, End, Record, State, weights};
pub use refusal::Refusal;
pub use rule::{Condition, Forward, ListenerRule, Routing, TargetGroup, TargetHealth};
pub use shift::{ShiftError, shift};
