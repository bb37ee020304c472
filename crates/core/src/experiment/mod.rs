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
pub mod open;
mod reading;
mod record;
mod refusal;
mod shift;
pub mod start;
pub mod stop;
mod tagging;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod window;

pub use ask::{Questions, Source, Sources};
pub use close::close;
pub use count::{Answers, Counts, Look, Tally};
pub use definition::{Arm, Definition, Step};
pub use reading::{Course, Material, MetricReading, Reading, Role, VariantReading, word};
pub use record::{DISTURBED, End, Record, State, weights};
pub use refusal::Refusal;
pub use shift::{ShiftError, shift};
pub use tagging::tag;
pub use window::{Part, Window};
