//! Reads text that was written for a terminal as the terminal would have shown it. That makes it
//! readable, not safe: see `sanitize`.

use std::iter::Peekable;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
/// The one character that begins a control sequence by itself.
const SEQUENCE: char = '\u{9b}';
const BELL: char = '\u{7}';
const STRING_END: char = '\u{9c}';

/// Returns the physical lines of a message as they stand on a terminal in the end.
pub fn physical_lines(message: &str) -> impl Iterator<Item = String> {
    message
        .trim_end_matches(['\r', '\n'])
        .split('\n')
        .map(settled)
}

/// Returns a line without control sequences but those that style. Of what was written over itself,
/// as progress bars are, the last state stays.
fn settled(line: &str) -> String {
    let state = line.rsplit('\r').find(|state| !state.is_empty());
    let mut out = String::with_capacity(line.len());
    let mut rest = state.unwrap_or_default().chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ESCAPE => match rest.next() {
                Some('[') => keep_style(&mut rest, &mut out),
                // Operating system commands and their like: titles, links, the clipboard.
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut rest),
                // A designation of a character set has one more.
                Some(' '..='/') => _ = rest.next(),
                Some(_) | None => {}
            },
            SEQUENCE => keep_style(&mut rest, &mut out),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut rest),
            '\u{7}' | '\u{8}' => {}
            character => out.push(character),
        }
    }
    out
}

/// Reads a control sequence, and keeps it if all it does is style.
fn keep_style(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut parameters = String::new();
    while let Some(character) = rest.next_if(|character| matches!(character, ' '..='?')) {
        parameters.push(character);
    }
    if rest.next_if(|character| matches!(character, '@'..='~')) == Some('m') {
        out.push_str("\u{1b}[");
        out.push_str(&parameters);
        out.push('m');
    }
}

/// Skips a string that only its end ends.
fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    while let Some(character) = rest.next() {
        let is_end = matches!(character, BELL | STRING_END)
            || character == ESCAPE && rest.next_if_eq(&'\\').is_some();
        if is_end {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &[&str]) {
        let lines: Vec<String> = physical_lines(message).collect();
        assert_eq!(lines, expected, "{message:?}");
    }

    #[test]
    fn sequences_go_and_styles_stay() {
        check("a\u{1b}[2Jb\u{1b}[1;1Hc", &["abc"]);
        check("a\u{1b}]0;title\u{7}b", &["ab"]);
        check("a\u{1b}]52;c;aGk=\u{1b}\\b", &["ab"]);
        check(
            "a\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\",
            &["alink"],
        );
        check("a\u{1b}Pq\u{9c}b\u{1b}cc\u{1b}(0d", &["abcd"]);
        check("\u{9b}1;31mx\u{1b}[", &["\u{1b}[1;31mx"]);
    }

    #[test]
    fn of_a_progress_bar_the_last_state_stays() {
        check("\r 10%\r 20%\r 100%\r", &[" 100%"]);
    }

    #[test]
    fn a_message_of_several_lines_is_as_many() {
        check("a\r\nb\n\nc\n", &["a", "b", "", "c"]);
        check("", &[""]);
    }
}
