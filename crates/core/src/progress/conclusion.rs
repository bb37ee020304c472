//! How a command on one service ended: its word in JSON and its exit code in one type, so that they
//! always agree.

use super::{ExitCode, Interrupt, Verdict};

/// How a command on one service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// A deployment ended, and production traffic goes to the wrong group, or to an empty one.
    Misrouted,
    /// ECS reports the deployment that this command started or followed as successful.
    Succeeded,
    /// Nothing had to be written, and what serves had been deployed successfully.
    Unchanged,
    /// ECS accepted the deployment; nobody waited for its end.
    Started,
    /// The release failed, and the service is back on the one before.
    RolledBack,
    /// The command was to go back, and the service is back.
    Returned,
    /// The release failed, and nothing was rolled back.
    Failed,
    /// A newer deployment took its place.
    Superseded,
    /// Time ran out; the deployment goes on.
    TimedOut,
    /// It waits for promote or abort.
    Paused,
    /// A signal ended the command.
    Interrupted(Interrupt),
    /// The run ended before it was this service's turn, or what it waits for did not come about.
    NotBegun,
    /// mlship said no, before anything was written.
    Refused(Refusal),
    /// Nobody can say how it ends: nothing could be asked, or there was no usable answer.
    Error(Fault),
}

/// What made mlship say no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The manifest is invalid.
    Manifest,
    /// A check, a gate, or that there is nothing to go back to.
    Check,
    /// The service is not what the plan was made from.
    Stale,
}

/// Why there is no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The program itself is wrong.
    Broken,
    /// The command line makes no sense.
    Usage,
    /// AWS, or the model registry, said no.
    SaidNo,
    /// AWS, or the model registry, is out of reach.
    Unreachable,
}

impl Conclusion {
    /// Returns the word for it in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Misrouted => "misrouted",
            Self::Succeeded => "succeeded",
            Self::Unchanged => "unchanged",
            Self::Started => "started",
            Self::RolledBack | Self::Returned => "rolled_back",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
            Self::TimedOut => "timed_out",
            Self::Paused => "paused",
            Self::Interrupted(_) => "interrupted",
            Self::NotBegun => "not_begun",
            Self::Refused(_) => "refused",
            Self::Error(_) => "error",
        }
    }

    /// Returns the exit code for it.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Succeeded | Self::Unchanged | Self::Started | Self::Returned => ExitCode::Done,
            Self::Misrouted => ExitCode::Misrouted,
            Self::RolledBack => ExitCode::RolledBack,
            Self::Failed => ExitCode::Failed,
            Self::Superseded => ExitCode::Superseded,
            Self::TimedOut => ExitCode::TimedOut,
            Self::Paused => ExitCode::Paused,
            Self::Interrupted(interrupt) => interrupt.into(),
            Self::NotBegun => ExitCode::Refused,
            Self::Refused(refusal) => refusal.into(),
            Self::Error(fault) => fault.into(),
        }
    }

    /// Returns how it ended for a command that was to bring an earlier release back, and whose
    /// deployment ended like this.
    #[must_use]
    pub fn of_return(self) -> Self {
        match self {
            Self::Succeeded => Self::Returned,
            Self::Misrouted
            | Self::Unchanged
            | Self::Started
            | Self::Returned
            | Self::RolledBack
            | Self::Failed
            | Self::Superseded
            | Self::TimedOut
            | Self::Paused
            | Self::Interrupted(_)
            | Self::NotBegun
            | Self::Refused(_)
            | Self::Error(_) => self,
        }
    }
}

impl From<Verdict> for Conclusion {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Succeeded => Self::Succeeded,
            Verdict::RolledBack => Self::RolledBack,
            Verdict::Failed => Self::Failed,
            Verdict::Superseded => Self::Superseded,
            Verdict::TimedOut => Self::TimedOut,
            Verdict::Paused => Self::Paused,
            Verdict::Reached => Self::Started,
            Verdict::Interrupted(interrupt) => Self::Interrupted(interrupt),
            Verdict::Misrouted => Self::Misrouted,
            Verdict::Deleted | Verdict::TrafficUnseen => Self::Error(Fault::SaidNo),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_succeeds_when_its_deployment_does() {
        let check = |ended: Conclusion, means| assert_eq!(ended.of_return(), means);
        check(Conclusion::Succeeded, Conclusion::Returned);
        check(Conclusion::RolledBack, Conclusion::RolledBack);
        check(Conclusion::TimedOut, Conclusion::TimedOut);
    }

    #[test]
    fn only_who_asked_to_go_back_calls_a_rollback_done() {
        assert_eq!(Conclusion::Returned.exit_code(), ExitCode::Done);
        assert_eq!(Conclusion::RolledBack.exit_code(), ExitCode::RolledBack);
        assert_eq!(Conclusion::Returned.word(), Conclusion::RolledBack.word());
    }
}
