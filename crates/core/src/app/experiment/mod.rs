//! Use cases of experiments: start, status, stop, cleanup, and the guard for other commands. Output
//! goes to the given [`ExperimentReport`] alone.

mod by_service;
mod cleanup;
mod comparison;
mod ended;
pub mod guard;
mod notify_registry;
mod outcome;
mod readout;
mod report;
mod rows;
mod start;
mod status;
mod stop;

pub use comparison::{
    ClearedExperiment, Comparison, NamedVariant, Origin, WrittenExperiment, observe,
};
pub use ended::Ended;
pub use notify_registry::RegistryNotice;
pub use outcome::{Conclusion, Details, Outcome};
pub use readout::{ReadRequest, Readout};
pub use report::{ExperimentEvent, ExperimentReport};
pub use rows::RowsInput;
pub use start::{Start, StartOptions};
pub use status::{LookEnd, Status, StatusOptions};
pub use stop::{Ending, Stop, StopOptions};
