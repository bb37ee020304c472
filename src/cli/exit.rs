//! The exit codes: part of the contract with pipelines.

use crate::cloud::{CloudError, ErrorKind};
use crate::registry::{RegistryError, RegistryErrorKind};
use crate::rollout::{Interrupt, Verdict};

/// Done, or nothing to do.
pub(super) const DONE: u8 = 0;
/// An error nobody foresaw.
pub(super) const UNEXPECTED: u8 = 1;
/// The command line makes no sense.
pub(super) const USAGE: u8 = 2;
/// `diff --exit-code`: changes are pending.
pub(super) const PENDING: u8 = 3;
/// The manifest is invalid.
pub(super) const INVALID: u8 = 10;
/// A check refused.
pub(super) const REFUSED: u8 = 11;
/// The service changed since the plan was made.
pub(super) const STALE: u8 = 12;
/// AWS, or the model registry, said no.
pub(super) const AWS_SAID_NO: u8 = 20;
/// AWS, or the model registry, is out of reach.
pub(super) const UNREACHABLE: u8 = 21;

/// Timed out waiting.
pub(super) const TIMED_OUT: u8 = 32;
/// An experiment is inconclusive so far.
pub(super) const INCONCLUSIVE: u8 = 40;
/// In an experiment a guardrail is breached, or the split is broken.
pub(super) const HARM: u8 = 41;

/// From the worst to the best, as far as several manifests share one exit code.
const WORST_FIRST: [u8; 14] = [30, 1, 20, 21, 32, 33, 31, 12, 11, 10, 34, 143, 130, 0];

/// Returns the worst of several exit codes.
#[must_use]
pub(super) fn worst(codes: impl IntoIterator<Item = u8>) -> u8 {
    let rank = |code: &u8| {
        WORST_FIRST
            .iter()
            .position(|known| known == code)
            .unwrap_or(1)
    };
    codes.into_iter().min_by_key(rank).unwrap_or(DONE)
}

/// Returns the exit code of a command some of whose words could not be written. Who is told of
/// nothing worse must not believe that it was told everything.
#[must_use]
pub(super) fn settled(code: u8, is_untold: bool) -> u8 {
    match code {
        DONE | PENDING if is_untold => UNEXPECTED,
        code => code,
    }
}

/// Returns the exit code of a verdict.
#[must_use]
pub(super) fn of_verdict(verdict: Verdict, interrupt: Option<Interrupt>) -> u8 {
    match verdict {
        Verdict::Succeeded | Verdict::Unchanged | Verdict::Started => DONE,
        Verdict::Failed => 30,
        Verdict::RolledBack => 31,
        Verdict::TimedOut => TIMED_OUT,
        Verdict::Superseded => 33,
        Verdict::Paused => 34,
        Verdict::Deleted => AWS_SAID_NO,
        Verdict::Interrupted => match interrupt {
            Some(Interrupt::Interrupt) | None => 130,
            Some(Interrupt::Terminate) => 143,
        },
    }
}

/// Returns the exit code of a call to AWS that failed.
#[must_use]
pub(super) fn of_cloud_error(error: &CloudError) -> u8 {
    match error.kind {
        ErrorKind::Credentials | ErrorKind::Denied | ErrorKind::Missing | ErrorKind::Rejected => {
            AWS_SAID_NO
        }
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Lost => UNREACHABLE,
    }
}

/// Returns the exit code of a model registry that gave no usable answer.
#[must_use]
pub(super) fn of_registry_error(error: &RegistryError) -> u8 {
    match error.kind {
        RegistryErrorKind::Missing => REFUSED,
        RegistryErrorKind::Refused | RegistryErrorKind::NotARegistry => AWS_SAID_NO,
        RegistryErrorKind::Unreachable => UNREACHABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_manifests_exit_with_the_worst_outcome() {
        assert_eq!(worst([0, 31, 30, 10]), 30);
        assert_eq!(worst([0, 10, 11]), 11);
        assert_eq!(worst([31, 33, 32]), 32);
        assert_eq!(worst([0, 34]), 34);
        assert_eq!(worst([]), 0);
    }

    #[test]
    fn words_that_were_not_written_spoil_good_news_only() {
        assert_eq!([0, 3].map(|code| settled(code, true)), [1, 1]);
        assert_eq!([0, 3].map(|code| settled(code, false)), [0, 3]);
        for code in [1, 2, 10, 11, 30, 31, 34, 40, 41, 130] {
            assert_eq!(settled(code, true), code);
        }
    }
}
