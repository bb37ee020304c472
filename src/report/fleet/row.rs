//! What is kept of a result: a row of the closing table.

use super::super::ResultRecord;
use mlship_core::fleet::Standing;
use mlship_core::progress::{Conclusion, ExitCode};

/// How one service's run ended.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) conclusion: Conclusion,
    pub(super) exit_code: ExitCode,
    /// From which version to which.
    pub(super) versions: String,
    pub(super) seconds: Option<f64>,
    pub(super) cause: String,
    /// Whether it was to go back, and is not.
    is_failed_return: bool,
}

impl Row {
    /// Takes a result; one that comes after another is that of the way back.
    pub(super) fn of(result: &ResultRecord, cause: Option<String>, before: Option<&Self>) -> Self {
        let is_back = before.is_some_and(|before| before.conclusion == Conclusion::Succeeded);
        let note = result.note.clone();
        let cause = match (cause, note) {
            (Some(cause), _) => cause,
            (None, Some(note)) => note,
            (None, None) if is_back => "taken back after it succeeded".to_owned(),
            (None, None) => String::new(),
        };
        Self {
            conclusion: result.conclusion(),
            exit_code: result.exit_code(),
            versions: if is_back && is_untouched(result.conclusion()) {
                stays(result)
            } else {
                versions(result)
            },
            seconds: result.duration_seconds,
            cause,
            is_failed_return: result.is_failed_return(),
        }
    }

    pub(super) fn is_bad(&self) -> bool {
        is_bad(self.conclusion)
    }

    /// Returns what the table calls the end.
    pub(super) fn verdict(&self) -> String {
        if self.is_failed_return {
            return "not back".to_owned();
        }
        verdict(self.conclusion)
    }
}

/// Says whether an end is a failure, of which there is more to say than that it came.
pub(super) fn is_bad(conclusion: Conclusion) -> bool {
    Standing::from(conclusion) == Standing::Failed
}

/// Returns the word for an end. A way back that was asked for is no failure.
pub(super) fn verdict(conclusion: Conclusion) -> String {
    match conclusion {
        Conclusion::Returned => "back".to_owned(),
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::Paused
        | Conclusion::Interrupted(_)
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => conclusion.word().replace('_', " "),
    }
}

/// Says whether a way back that ended so was never begun.
fn is_untouched(conclusion: Conclusion) -> bool {
    matches!(conclusion, Conclusion::NotBegun | Conclusion::Refused(_))
}

/// Returns what serves on where nothing was taken back.
fn stays(result: &ResultRecord) -> String {
    let release = result.release.as_ref();
    release.map_or_else(String::new, |release| format!("stays {}", release.version))
}

fn versions(result: &ResultRecord) -> String {
    let before = result.previous.as_ref();
    let before = before.map(|previous| previous.version_or_revision().to_owned());
    let after = result
        .release
        .as_ref()
        .map(|release| release.version.clone());
    match (before, after) {
        // What it should have left serves again.
        (Some(before), _) if result.is_failed_return() => before,
        (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
        (_, Some(version)) | (Some(version), None) => version,
        (None, None) => String::new(),
    }
}
