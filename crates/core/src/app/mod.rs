//! Use cases: what each command does, from a manifest to a result. Generic over the ports, so that
//! tests run them against a fake on paused time. They read no arguments and no environment, and
//! write only to the given observer.

mod adoption;
pub mod at_once;
pub mod compare;
mod context;
pub mod deploy;
pub mod experiment;
mod fault;
mod first_look;
pub mod fleet;
pub mod history;
mod idle;
pub mod importing;
mod invocation;
pub mod ledgers;
pub mod logs;
pub mod manifests;
pub mod model_version;
pub mod not_there;
mod on_record;
pub mod parameters;
pub mod plan_file;
pub mod planning;
pub mod previews;
pub mod promote;
mod record;
#[cfg(test)]
pub(crate) mod recording_report;
pub mod registry_update;
pub mod rendering;
pub mod results;
pub mod rollback;
pub mod route;
pub mod serving;
pub mod status;
pub mod stop_and_follow;
mod subject;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod traffic;
pub mod verify;
pub mod watch;

pub use context::{Context, Interrupts};
pub use fault::{conclusion_of, ended_by, fault};
pub use fleet::RunRecord;
pub use invocation::{Address, Invocation, pasted};
pub use record::{AliasMove, End, RegistryRecord, ReleaseRecord, ResultRecord};
pub use subject::{Cleared, Subject};

use crate::progress::Observer;
use mlship_manifest::Diagnostic;

/// Takes in what happens, and how it ended.
pub trait Report: Observer {
    /// A command on a service ended.
    fn result(&mut self, result: &ResultRecord);

    /// Something is not as it should be, and holds nothing up.
    fn warning(&mut self, text: &str);

    /// A check found something in a manifest.
    fn findings(&mut self, findings: &[Diagnostic]);

    /// A run over several services ended.
    fn run(&mut self, run: &RunRecord);
}
