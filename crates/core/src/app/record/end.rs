//! How a command on one service ended, as programs read it.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::progress::{Conclusion, ExitCode, Fault, Interrupt};

/// How a command ended, as programs read it: a word, and the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub(super) conclusion: Conclusion,
    /// Whether the registry was to be told, and was not.
    pub(super) is_unrecorded: bool,
    /// Whether it is that of a deployment that was to bring an earlier release back.
    pub(super) is_return: bool,
    /// Whether the deployment goes on, and nobody could watch it any longer.
    pub(super) is_out_of_sight: bool,
    /// Why it was not begun, where that means something to others.
    pub(super) not_begun: Option<NotBegunFor>,
}

/// Why a release was not begun, where that means something to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotBegunFor {
    /// A signal ended the run.
    Interrupt(Interrupt),
    /// Its content failed before, and it would again.
    Failure,
    /// Releases failed, more than the run was to bear.
    Budget,
}

impl From<Conclusion> for End {
    fn from(conclusion: Conclusion) -> Self {
        Self {
            conclusion,
            is_unrecorded: false,
            not_begun: None,
            is_return: false,
            is_out_of_sight: false,
        }
    }
}

impl End {
    pub(super) fn exit_code(self) -> ExitCode {
        if let (Conclusion::NotBegun, Some(NotBegunFor::Interrupt(interrupt))) =
            (self.conclusion, self.not_begun)
        {
            return interrupt.into();
        }
        let code = self.conclusion.exit_code();
        // A release that went badly is worse news than a registry that does not know.
        if self.is_unrecorded && code == ExitCode::Done {
            return Fault::Unreachable.into();
        }
        code
    }
}

impl Serialize for End {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("End", 2)?;
        members.serialize_field("verdict", self.conclusion.word())?;
        members.serialize_field("exit_code", &self.exit_code())?;
        members.end()
    }
}
