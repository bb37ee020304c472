//! The file of rows that a command is given.

use std::fs::File;
use std::io::{Read, Result, stdin};
use std::path::Path;

use jiff::Timestamp;

use crate::cli::{Global, output};
use mlship_core::experiment::rows::RowsError;
use mlship_core::progress::ExitCode;

/// The name of standard input on a command line.
pub(super) const STANDARD_INPUT: &str = "-";

/// Returns how a file is called in what is said of it.
pub(super) fn name(file: &str) -> &str {
    if file == STANDARD_INPUT {
        "<stdin>"
    } else {
        file
    }
}

/// Returns when a file was last written; none where that says nothing of what is in it.
pub(super) fn written(file: &str) -> Option<Timestamp> {
    let about = std::fs::metadata(Path::new(file)).ok();
    let about = about.filter(|about| file != STANDARD_INPUT && about.is_file());
    about?.modified().ok()?.try_into().ok()
}

/// Opens a file.
pub(super) fn open(file: &str) -> Result<Box<dyn Read + Send>> {
    if file == STANDARD_INPUT {
        return Ok(Box::new(stdin()));
    }
    Ok(Box::new(File::open(file)?))
}

/// Says what is wrong with rows, and returns the exit code.
pub(super) fn complain(error: &RowsError, global: &Global) -> ExitCode {
    output::bad_file(&error.to_string(), &error.hint, global)
}
