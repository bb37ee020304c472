//! How a command on an experiment ended: its word in JSON and its exit code in one type.

use crate::progress::{ExitCode, Fault, Interrupt, Refusal};

/// How a command on an experiment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// There was nothing to do.
    Unchanged,
    /// Traffic is shared as asked for.
    Started,
    /// The experiment is over.
    Stopped,
    /// The experiment is over, since something did harm.
    StoppedForHarm,
    /// The control's service has the winner's release, and all the traffic.
    Promoted,
    /// The control's service did not get the winner's release: its deploy ended like this.
    NotPromoted(ExitCode),
    /// A challenger is better; nothing was moved.
    Decided,
    /// A variant was taken out of it.
    Dropped,
    /// The test goes on.
    GoesOn,
    /// What the losers ran on is scaled down.
    CleanedUp,
    /// A check said no, or the rule is not what was planned on.
    Refused(Refusal),
    /// It would give more traffic to what does harm.
    Harms,
    /// A variant is not there: its deploy ended like this.
    NotDeployed(ExitCode),
    /// Time ran out before every variant was well.
    TimedOut,
    /// A signal ended the command.
    Interrupted(Interrupt),
    /// There was no usable answer.
    Error(Fault),
}

impl Conclusion {
    /// Returns the word that programs know it by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Started => "started",
            Self::Stopped | Self::StoppedForHarm => "stopped",
            Self::Promoted => "promoted",
            Self::NotPromoted(_) => "not_promoted",
            Self::Decided => "decided",
            Self::Dropped => "dropped",
            Self::GoesOn => "goes_on",
            Self::CleanedUp => "cleaned_up",
            Self::Refused(_) | Self::Harms | Self::NotDeployed(_) => "refused",
            Self::TimedOut => "timed_out",
            Self::Interrupted(_) => "interrupted",
            Self::Error(_) => "error",
        }
    }

    /// Returns the exit code.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Unchanged
            | Self::Started
            | Self::Stopped
            | Self::Promoted
            | Self::Decided
            | Self::Dropped
            | Self::GoesOn
            | Self::CleanedUp => ExitCode::Done,
            Self::Refused(refusal) => refusal.into(),
            Self::Harms | Self::StoppedForHarm => ExitCode::Harm,
            Self::NotDeployed(code) | Self::NotPromoted(code) => code,
            Self::TimedOut => ExitCode::TimedOut,
            Self::Interrupted(interrupt) => interrupt.into(),
            Self::Error(fault) => fault.into(),
        }
    }

    /// Says whether the same command may do better a little later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        match self {
            Self::Refused(Refusal::Stale) | Self::Error(Fault::Unreachable) => true,
            Self::Unchanged
            | Self::Started
            | Self::Stopped
            | Self::StoppedForHarm
            | Self::Promoted
            | Self::NotPromoted(_)
            | Self::Decided
            | Self::Dropped
            | Self::GoesOn
            | Self::CleanedUp
            | Self::Refused(Refusal::Manifest | Refusal::Check)
            | Self::Harms
            | Self::NotDeployed(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Error(Fault::Broken | Fault::Usage | Fault::SaidNo) => false,
        }
    }

    /// Says whether what was asked for is so.
    #[must_use]
    pub fn is_done(self) -> bool {
        match self {
            Self::Unchanged
            | Self::Started
            | Self::Stopped
            | Self::StoppedForHarm
            | Self::Promoted
            | Self::Decided
            | Self::Dropped
            | Self::GoesOn
            | Self::CleanedUp => true,
            Self::Refused(_)
            | Self::Harms
            | Self::NotDeployed(_)
            | Self::NotPromoted(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Error(_) => false,
        }
    }
}
