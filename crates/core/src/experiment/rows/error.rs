//! What is wrong with a file of rows, where, and what to do about it.

use std::fmt;

/// Why rows can't be read. Nothing of the file counts then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsError {
    /// The file's name.
    pub file: String,
    /// The line, from 1, where one is at fault.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: String,
}

impl fmt::Display for RowsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(out, "{line}:")?;
        }
        write!(out, " {}", self.message)
    }
}

impl std::error::Error for RowsError {}

/// What is wrong with a row or the header, before it is known in which line that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(super) fn at(self, file: &str, line: Option<u64>) -> RowsError {
        RowsError {
            file: file.to_owned(),
            line,
            message: self.message,
            hint: self.hint,
        }
    }
}

/// How much of a value is quoted.
const QUOTED: usize = 40;

/// Returns a value between quotes: enough of it to be found, and no more.
pub(super) fn quote(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        quoted.push('…');
    }
    format!("`{quoted}`")
}
