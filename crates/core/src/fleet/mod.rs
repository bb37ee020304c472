//! Fleets: in which order the releases of one run begin, how many at a time, and when nothing
//! begins any more. Knows no clock and no network: what ended, and that time is up, is told to it.

mod order;
mod schedule;
mod share;
mod standing;
#[cfg(test)]
mod tests;
mod waves;

pub use order::{Candidate, Order, OrderProblem};
pub use schedule::{Limits, NotBegun, Schedule, Step};
pub use share::{FailureBudget, Share};
pub use standing::Standing;
pub use waves::WaveSizes;
