//! The width of text on a terminal, where some letters take two columns.

use unicode_width::UnicodeWidthStr;

use super::sanitize::{self, Colors};

/// Returns how many columns a text takes once it is harmless.
#[must_use]
pub fn width(text: &str) -> usize {
    sanitize::line(text, Colors::Drop).width()
}

/// Returns the width of the widest text.
#[must_use]
pub fn widest<Text: AsRef<str>>(texts: impl IntoIterator<Item = Text>) -> usize {
    let widths = texts.into_iter().map(|text| width(text.as_ref()));
    widths.max().unwrap_or(0)
}

/// Returns a text with blanks behind it, as many as a column of this width needs.
#[must_use]
pub fn padded(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns_and_colours_none() {
        assert_eq!(width("fraud"), 5);
        assert_eq!(width("中文"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("\u{1b}[31mred\u{1b}[0m"), 3);
        assert_eq!(padded("中", 4), "中  ");
        assert_eq!(padded("fraud", 3), "fraud");
        assert_eq!(widest(["a", "中文", "abc"]), 4);
        assert_eq!(widest::<&str>([]), 0);
    }
}
