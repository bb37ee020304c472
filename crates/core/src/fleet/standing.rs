//! What the end of one release means to the others.

use crate::progress::Conclusion;

/// What the end of one release means to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Who depends on it can begin.
    Met,
    /// Who depends on it can't begin.
    Unmet,
    /// Nor can it, and it counts as a failure.
    Failed,
}

impl From<Conclusion> for Standing {
    fn from(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Succeeded | Conclusion::Unchanged => Self::Met,
            // Nobody knows yet how it ends, or it never had its turn.
            Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::NotBegun => Self::Unmet,
            Conclusion::RolledBack
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => Self::Failed,
        }
    }
}

impl Standing {
    /// Returns what the end of a way back means to those that the service depends on.
    #[must_use]
    pub fn of_return(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Returned | Conclusion::Unchanged | Conclusion::Succeeded => Self::Met,
            Conclusion::Started
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::NotBegun
            | Conclusion::RolledBack
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => Self::Unmet,
        }
    }
}
