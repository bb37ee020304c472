//! Use cases of experiments: start, status, stop, cleanup, and the guard for other commands. Output
//! goes to the given [`ExperimentReport`] alone.

mod by_service;
mod cleanup;
mod comparison;
mod deploy_options;
mod drop;
mod ended;
mod existing_metrics;
pub mod guard;
mod if_it_wins;
mod late_outcomes;
mod notify_registry;
mod observing;
mod outcome;
mod past;
mod readout;
mod recording;
mod report;
mod rows;
mod run;
pub(super) mod served;
mod start;
mod status;
mod stop;
mod take_look;

pub use comparison::{ClearedExperiment, Comparison, NamedVariant, Origin, WrittenExperiment};
pub use drop::Drop;
pub use ended::Ended;
pub use existing_metrics::{of_metrics, warn};
pub use notify_registry::RegistryNotice;
pub use observing::observe;
pub use outcome::{Conclusion, Details, Outcome};
pub use past::Past;
pub use readout::{ReadRequest, Readout};
pub use recording::LedgerNotice;
pub use report::{ExperimentEvent, ExperimentReport};
pub use rows::RowsInput;
pub use run::{Run, RunOptions};
pub use start::{Start, StartOptions};
pub use status::{Guard, LookEnd, Status, StatusOptions, StopOn};
pub use stop::{Ending, Stop, StopOptions};
