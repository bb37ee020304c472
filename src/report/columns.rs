//! Columns of what is written: what is secret in a cell is hidden before it is measured, since a
//! line that is hidden afterwards stands askew.

use mlship_text::columns as text;
use mlship_text::sanitize::Colors;

use super::streams::guard;

/// Returns how many columns a text takes once it is written.
pub(super) fn width(cell: &str) -> usize {
    text::width(&guard(cell, Colors::Keep))
}

/// Returns the width of the widest text.
pub(super) fn widest<Text: AsRef<str>>(cells: impl IntoIterator<Item = Text>) -> usize {
    let widths = cells.into_iter().map(|cell| width(cell.as_ref()));
    widths.max().unwrap_or(0)
}

/// Returns a text as it is written, with as many blanks behind it as a column of this width needs.
pub(super) fn padded(cell: &str, columns: usize) -> String {
    text::padded(&guard(cell, Colors::Keep), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::conceal;
    use mlship_text::secrets::KnownSecrets;

    #[test]
    fn what_is_hidden_takes_the_room_of_what_is_shown_instead() {
        let mut secrets = KnownSecrets::none();
        secrets.declare("a-long-secret-of-columns");
        conceal(secrets);
        let cells = ["a-long-secret-of-columns", "8", "中"];
        let widest = widest(cells);
        let lines = cells.map(|cell| format!("{}|", padded(cell, widest)));
        assert_eq!(lines, ["***|", "8  |", "中 |"]);
        assert_eq!(
            padded("\u{1b}[31mred\u{1b}[0m", 4),
            "\u{1b}[31mred\u{1b}[0m "
        );
    }
}
