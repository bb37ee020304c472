//! A/B experiments between running releases.
//!
//! ```text
//! manifest ─► Definition ─┐
//!                         ├─► start | stop ─► what is written to the rule
//! the rule ─► Record ─────┘
//! CloudWatch ─► points ─► counts ─► stats ─► Reading
//! ```

mod close;
mod count;
mod definition;
mod metric_queries;
pub mod open;
mod reading;
mod record;
mod refusal;
pub mod start;
pub mod stop;
mod tagging;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod update_traffic;
mod window;

pub use close::close;
pub use count::{Answers, Counts, Look, Tally};
pub use definition::{Arm, Definition, Step};
pub use metric_queries::{MetricQueries, Source, Sources};
pub use reading::{Course, Material, MetricReading, Reading, Role, VariantReading, word};
pub use record::{DISTURBED, End, Record, State, weights};
pub use refusal::Refusal;
pub use tagging::tag;
pub use update_traffic::{ShiftError, shift};
pub use window::{Part, Window};
