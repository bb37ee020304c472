//! What can be run next for a service that is watched.

use crate::app::{Address, Invocation, Subject};
use crate::rollout::PauseCommands;
use mlship_manifest::Manifest;

/// Commands for the same service, as they can be pasted.
#[derive(Debug, Clone)]
pub struct Commands {
    /// Attaches to the deployment.
    pub(super) attach: String,
    /// Shows the logs of the tasks that failed.
    pub(super) logs: String,
    /// End a wait of the deployment.
    pub(in crate::app) pausing: PauseCommands,
    /// Goes back to the last release that succeeded.
    pub(super) rollback: String,
    /// Shows how its traffic should go.
    pub(super) repair: String,
}

impl Commands {
    /// Returns what can be run next for the service of a manifest.
    #[must_use]
    pub fn of(invocation: &Invocation, manifest: &Manifest) -> Self {
        let address = Address::Manifest(manifest.source.name().to_owned());
        Self::at(invocation, &address, Some(manifest))
    }

    /// Returns what can be run next for a service, by the words that it was named with.
    #[must_use]
    pub fn about(invocation: &Invocation, subject: &Subject) -> Self {
        Self::at(invocation, subject.address(), subject.whole())
    }

    fn at(invocation: &Invocation, address: &Address, manifest: Option<&Manifest>) -> Self {
        let watch = invocation.command_for("watch", address);
        let reference = manifest.and_then(|manifest| manifest.release.model.reference.as_ref());
        Self {
            // Who takes over the waiting takes over what comes after it, too.
            attach: match reference {
                Some(_) => format!("{watch} --record"),
                None => watch,
            },
            logs: format!("{} --failed", invocation.command_for("logs", address)),
            pausing: PauseCommands {
                promote: invocation.command_for("promote", address),
                abort: invocation.command_for("abort", address),
            },
            rollback: invocation.command_for("rollback", address),
            repair: invocation.command_for("traffic repair", address),
        }
    }
}
