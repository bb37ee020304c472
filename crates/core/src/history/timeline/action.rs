//! What a rollback comes to, and by how much of the past that is told.

use super::Attempt;

/// How much of a service's past is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything that ECS keeps.
    Whole,
    /// The newest deployments.
    Newest,
}

/// What a rollback has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackAction<'a> {
    /// ECS is on its way back already.
    FollowRollback {
        /// The deployment that it takes back.
        from: &'a Attempt,
        /// What serves again in the end, when that is known.
        to: Option<&'a Attempt>,
    },
    /// A deployment has not ended that is such a way back itself, be it that ECS is undoing it.
    Attach(&'a Attempt),
    /// A deployment still runs; stopping it leads back to what it replaces.
    Stop {
        /// That deployment.
        from: &'a Attempt,
        /// What it replaces.
        to: &'a Attempt,
    },
    /// This has to be deployed again.
    Deploy(&'a Attempt),
    /// Somebody has gone back already, and nobody tried to go on since.
    AlreadyDone {
        /// What serves.
        at: &'a Attempt,
        /// What was left.
        left: &'a Attempt,
    },
    /// Nothing that succeeded is left.
    NoTarget,
}
