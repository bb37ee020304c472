//! Follows a deployment to its verdict.
//!
//! The machine is pure: snapshots and elapsed time in, events and a verdict out. The driver is
//! the one place in the crate that polls and sleeps.

mod autopsy;
mod cause;
mod departed;
mod driver;
mod idle;
mod locate;
mod look;
mod machine;
mod pace;
mod room;
mod verdict;

pub use autopsy::{Scene, examine};
pub use cause::{Cause, Check, Circumstances, Evidence, Group, diagnose};
pub use departed::departed;
pub use driver::follow;
pub use idle::until_idle;
pub use look::{Alike, Follow, Look, Next, ServiceSighting, Sighting, Snapshot, Step};
pub use machine::Machine;
pub use verdict::{Failure, Outcome};
