//! Lays a text out in lines, which no picture does by itself.

use crate::report::columns::width;

/// As many columns as the width of a picture holds, whatever the letters.
const COLUMNS: usize = 52;

/// Returns a text in lines; what is longer than a line goes on in the next.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let fits = |line: &str| width(line) + 1 + width(word) <= COLUMNS;
        if !line.is_empty() && fits(&line) {
            line.push(' ');
        } else if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            if width(&line) >= COLUMNS - 1 {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::columns::widest;

    #[test]
    fn no_line_is_longer_than_a_picture_is_wide_and_nothing_is_lost() {
        for text in [
            "",
            "short",
            "challenger better: conversion of challenger: +1.20 pp, and so on and so forth, on and on",
            &"w".repeat(200),
            &"字".repeat(80),
            &"🚀 to the moon ".repeat(20),
        ] {
            let lines = lines(text);
            assert!(widest(&lines) <= COLUMNS, "{lines:?}");
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(bare(&lines.concat()), bare(text));
        }
    }
}
