//! Texts of a registry, made fit to be repeated.

use crate::text::words::shortened;

/// The most that is repeated of one.
const REPEATED: usize = 200;

/// Returns the beginning of a text.
pub(crate) fn beginning(text: &str) -> String {
    shortened(text, REPEATED)
}
