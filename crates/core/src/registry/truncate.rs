//! Shortens texts of a registry for output.

use mlship_text::words::shortened;

/// The most that is repeated of one.
const REPEATED: usize = 200;

/// Returns the beginning of a text.
#[must_use]
pub fn truncated(text: &str) -> String {
    shortened(text, REPEATED)
}
