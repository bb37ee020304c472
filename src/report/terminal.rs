//! Text of others, made unable to do anything to a terminal but to be read.

use std::iter::Peekable;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
/// The one character that begins a control sequence by itself.
const SEQUENCE: char = '\u{9b}';
const BELL: char = '\u{7}';
const STRING_END: char = '\u{9c}';

/// Returns a line without control characters and escape sequences. Colours stay, and end with
/// the line; of what was written over itself, as progress bars are, the last state stays.
#[must_use]
pub(super) fn harmless(line: &str) -> String {
    let states = line.rsplit('\r').find(|state| !state.is_empty());
    let mut out = String::with_capacity(line.len());
    let mut rest = states.unwrap_or_default().chars().peekable();
    let mut is_colored = false;
    while let Some(c) = rest.next() {
        match c {
            ESCAPE => match rest.next() {
                Some('[') => is_colored |= keep_color(&mut rest, &mut out),
                // Operating system commands and their like: titles, links, the clipboard.
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut rest),
                // A designation of a character set has one more.
                Some(' '..='/') => _ = rest.next(),
                Some(_) | None => {}
            },
            SEQUENCE => is_colored |= keep_color(&mut rest, &mut out),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut rest),
            '\t' => out.push(c),
            c if c.is_control() || is_reordering(c) => {}
            c => out.push(c),
        }
    }
    if is_colored {
        out.push_str("\u{1b}[0m");
    }
    out
}

/// Reads a control sequence, and keeps it if all it does is colour.
fn keep_color(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> bool {
    let mut parameters = String::new();
    while let Some(c) = rest.next_if(|c| matches!(c, ' '..='?')) {
        parameters.push(c);
    }
    let is_color = rest.next_if(|c| matches!(c, '@'..='~')) == Some('m')
        && parameters
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ';' | ':'));
    if is_color {
        out.push_str("\u{1b}[");
        out.push_str(&parameters);
        out.push('m');
    }
    is_color
}

/// Skips a string that only its end ends.
fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    while let Some(c) = rest.next() {
        if matches!(c, BELL | STRING_END) || c == ESCAPE && rest.next_if_eq(&'\\').is_some() {
            return;
        }
    }
}

/// Marks that show letters in another order than they stand.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(harmless(line), expected, "{line:?}");
    }

    #[test]
    fn colours_stay_and_end_with_the_line() {
        check(
            "\u{1b}[31mERROR\u{1b}[0m x",
            "\u{1b}[31mERROR\u{1b}[0m x\u{1b}[0m",
        );
        check("\u{9b}1;31mx", "\u{1b}[1;31mx\u{1b}[0m");
    }

    #[test]
    fn nothing_else_reaches_the_terminal() {
        check("a\u{1b}[2Jb\u{1b}[1;1Hc", "abc");
        check("a\u{1b}]0;title\u{7}b", "ab");
        check("a\u{1b}]52;c;aGk=\u{1b}\\b", "ab");
        check("a\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "alink");
        check("a\u{1b}Pq\u{9c}b\u{1b}cc\u{1b}(0d", "abcd");
        check("a\u{8}b\u{0}c\u{7f}d\u{85}e\tf", "abcde\tf");
        check("a\u{1b}[>4;2mb\u{1b}[", "ab");
        check("abc\u{202e}def", "abcdef");
    }

    #[test]
    fn of_a_progress_bar_the_last_state_stays() {
        check("\r 10%\r 20%\r 100%\r", " 100%");
    }

    proptest! {
        #[test]
        fn any_line_has_only_colours_left(
            line in prop::collection::vec(prop::sample::select(vec![
                "\u{1b}", "[", "]", "m", "1", ";", "J", "\u{7}", "\u{9b}", "\\", "x", "P", "\r",
            ]), 0..20).prop_map(|parts| parts.concat()),
        ) {
            let out = harmless(&line);
            prop_assert_eq!(&harmless(&out).replace("\u{1b}[0m", ""), &out.replace("\u{1b}[0m", ""));
            for (at, _) in out.match_indices(ESCAPE) {
                let rest = &out[at + 1..];
                let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                prop_assert!(rest.starts_with('[') && rest[end..].starts_with('m'));
            }
        }
    }
}
