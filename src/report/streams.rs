//! Standard output and error: answers on the one, progress and diagnostics on the other.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

/// Fixes for the whole process whether colour is written.
pub fn choose_color(choice: ColorChoice) {
    choice.write_global();
}

/// Returns standard output, which drops colour where nobody sees it.
#[must_use]
pub fn stdout() -> Box<dyn Write> {
    Box::new(AutoStream::auto(std::io::stdout()))
}

/// Returns standard error, which drops colour where nobody sees it.
#[must_use]
pub fn stderr() -> Box<dyn Write> {
    Box::new(AutoStream::auto(std::io::stderr()))
}

/// Returns whether a person watches standard error.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}
