//! A/B experiments between running releases.
//!
//! ```text
//! manifest ─► Definition ─┐
//!                         ├─► start | stop ─► what is written to the rule
//! the rule ─► Record ─────┘
//! CloudWatch ─► points ─► counts ─► stats ─► Reading
//! ```

mod ask;
mod close;
mod count;
mod definition;
mod metric;
pub mod open;
mod reading;
mod record;
mod refusal;
mod rule;
mod shift;
pub mod start;
pub mod stats;
pub mod stop;
mod tagging;
#[cfg(test)]
pub(crate) mod testing;
mod window;

pub use ask::{Questions, Source, Sources};
pub use close::close;
pub use count::{Answers, Counts, Look, Tally};
pub use definition::{Arm, Definition, Step};
pub use metric::{Point, Query};
pub use reading::{Course, Material, MetricReading, Reading, Role, VariantReading, word};
pub use record::{DISTURBED, EXPERIMENT, End, Record, State, weights};
pub use refusal::Refusal;
pub use rule::{Condition, Forward, ListenerRule, Routing, TargetGroup, TargetHealth};
pub use shift::{ShiftError, shift};
pub(crate) use tagging::tag;
pub use window::{Part, Window};
