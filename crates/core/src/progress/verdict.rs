//! The verdict on a watched deployment.

/// How the watching of a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// ECS reports the deployment as successful.
    Succeeded,
    /// It failed, and the service is back on the revision before.
    RolledBack,
    /// It failed, and nothing was rolled back.
    Failed,
    /// A newer deployment took its place.
    Superseded,
    /// Time ran out; the deployment goes on.
    TimedOut,
    /// It waits for promote or abort.
    Paused,
    /// It has come as far as it was to be watched; it goes on.
    Reached,
    /// A signal ended the watching; the deployment goes on.
    Interrupted(Interrupt),
    /// The service was deleted while the deployment ran.
    Deleted,
    /// It ended, and production traffic does not go to the tasks that should serve.
    Misrouted,
    /// It ended, and nobody may see where production traffic goes.
    TrafficUnseen,
}

impl Verdict {
    /// Returns whether the release itself did not come about, so that there is a cause to name.
    #[must_use]
    pub fn is_failure(self) -> bool {
        match self {
            Self::RolledBack | Self::Failed | Self::TimedOut => true,
            Self::Succeeded
            | Self::Superseded
            | Self::Paused
            | Self::Reached
            | Self::Interrupted(_)
            | Self::Deleted
            | Self::Misrouted
            | Self::TrafficUnseen => false,
        }
    }
}

/// Why watching was cut short from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// Ctrl-C: SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
}
