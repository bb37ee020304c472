//! Use cases: what a command does, from a manifest to a result. Generic over the ports, so that
//! they run against the stand-in on paused time; they read no arguments, no environment, and
//! write to nobody but the observer they are given.

mod context;
pub mod deploy;
pub mod experiment;
mod fault;
mod invocation;
pub mod model_version;
pub mod planning;
pub mod registry_update;
pub mod results;
pub mod rollback;
pub mod serving;
pub mod stop_and_follow;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod watch;

pub use context::{Context, Interrupts};
pub use fault::{conclusion_of, fault};
pub use invocation::Invocation;
