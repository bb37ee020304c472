//! Use cases of experiments: start, status, stop, cleanup, and the guard for other commands. Output
//! goes to the given [`ExperimentReport`] alone.

mod by_service;
mod cleanup;
mod comparison;
mod ended;
mod existing_metrics;
pub mod guard;
mod late_outcomes;
mod notify_registry;
mod outcome;
mod readout;
mod report;
mod start;
mod status;
mod stop;

pub use comparison::{
    ClearedExperiment, Comparison, NamedVariant, Origin, WrittenExperiment, observe,
};
pub use ended::Ended;
pub use existing_metrics::{of_metrics, warn};
pub use notify_registry::RegistryNotice;
pub use outcome::{Conclusion, Details, Outcome};
pub use readout::{ReadRequest, Readout};
pub use report::{ExperimentEvent, ExperimentReport};
pub use start::{Start, StartOptions};
pub use status::{Guard, LookEnd, Status, StatusOptions, StopOn};
pub use stop::{Ending, Stop, StopOptions};
