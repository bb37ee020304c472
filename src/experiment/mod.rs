//! A/B experiments between running releases.

mod metric;
mod rule;
pub mod stats;

pub use metric::{Point, Query};
pub use rule::{Condition, Forward, ListenerRule, Routing, TargetGroup, TargetHealth};
