//! Follows a deployment to its verdict.
//!
//! The machine is pure: snapshots and elapsed time in, events and a verdict out. The driver is
//! the one place in the crate that polls and sleeps.

mod cause;
mod cluster_capacity;
mod diagnosis;
mod driver;
mod locate;
mod machine;
mod pauses;
mod poll_interval;
mod removed_deployment;
mod snapshot;
mod verdict;
mod wait_idle;

pub use cause::{Cause, Check, Circumstances, Evidence, Group, diagnose};
pub(crate) use cause::{of_ending, of_task};
pub use diagnosis::{FailureContext, enrich};
pub use driver::follow;
pub(crate) use machine::requested;
pub use machine::{DueJudgement, Machine};
pub use pauses::{PauseCommands, pauses, ways_on};
pub use removed_deployment::removed_deployment;
pub use snapshot::{
    Follow, MachineOutput, Next, Observation, PollRequest, RepeatedFailure, SeenTraffic,
    ServiceObservation, Snapshot, TrafficObservation, TrafficRequest, Until, WaitsEnded,
};
pub use verdict::{Failure, Outcome};
pub use wait_idle::{Awaiting, wait_until_idle};
