//! Standard output and error: answers on the one, progress and diagnostics on the other.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};

use crate::text::secrets::KnownSecrets;

/// Fixes for the whole process whether colour is written.
pub fn choose_color(choice: ColorChoice) {
    choice.write_global();
}

static KNOWN: Mutex<Option<KnownSecrets>> = Mutex::new(None);

/// Keeps values out of all that the process writes from here on.
pub fn conceal(secrets: KnownSecrets) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().extend(secrets);
}

/// Returns what must not be written.
#[must_use]
pub fn concealed() -> KnownSecrets {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.clone().unwrap_or_default()
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
