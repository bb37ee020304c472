//! Fleets: many services in one run, each by its own use case, all on one thread.

mod closing;
mod dependencies;
mod deploying;
mod driver;
mod foreseen;
mod listening;
mod not_begun;
mod options;
mod order;
mod run_record;
mod run_results;
#[cfg(any(test, feature = "testing"))]
pub(in crate::app) mod simulated;
#[cfg(test)]
mod tests;
mod way_back;

pub use closing::{Again, closing};
pub use deploying::{Audience, Fleet, FleetDeploy};
pub use driver::{Releases, Run};
pub use listening::Origin;
pub(in crate::app) use not_begun::TIME_IS_UP;
pub use options::{OnFailure, RunOptions};
pub(in crate::app) use order::findings;
pub use order::order_of;
pub use run_record::RunRecord;
pub use run_results::RunResults;
#[cfg(any(test, feature = "testing"))]
pub use simulated::{Simulated, Simulation, simulated};
