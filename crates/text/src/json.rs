//! Writes JSON with everything escaped that a terminal, a reader or a build runner could misread.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use super::sanitize::{Commands, is_harmful};

/// Returns a value on one line.
#[must_use]
pub fn line(value: &Value) -> String {
    escaped(&value.to_string()).into_owned()
}

/// Returns a value as a document to read, without a line break at its end.
#[must_use]
pub fn document(value: &Value) -> String {
    escaped(&format!("{value:#}")).into_owned()
}

/// Returns JSON that means the same and holds nothing harmful.
#[must_use]
pub fn escaped(json: &str) -> Cow<'_, str> {
    let is_harmless = |character| character == '\n' || !is_harmful(character);
    if json.chars().all(is_harmless) && !json.contains("##") {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    let mut commands = Commands::default();
    for character in json.chars() {
        // Outside of strings there is no `#` before a bracket, and no line begins with a colon.
        if !is_harmless(character) || commands.completes(character) {
            escape(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Writes a character as JSON's escape for it: a pair, where one has not enough digits.
fn escape(character: char, out: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::sanitize::has_command;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let value = json!({ "a": text, text: [text] });
        for written in [line(&value), document(&value)] {
            let is_raw = |character: char| character != '\n' && is_harmful(character);
            assert!(!written.contains(is_raw), "{written:?}");
            assert!(!has_command(&written), "{written:?}");
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
        let written = line(&json!(text));
        assert!(written.contains(expected), "{written:?}");
    }

    #[test]
    fn what_is_harmful_is_an_escape_that_means_the_same() {
        check("a\u{9b}31m\u{7f}\u{1b}[2J", "a\\u009b31m\\u007f\\u001b[2J");
        check(
            "\u{202e}\u{200b}\u{2028}\u{feff}",
            "\\u202e\\u200b\\u2028\\ufeff",
        );
        check("\u{e0041}", "\\udb40\\udc41");
        check("a ##[error]x", "##\\u005berror]");
        check("##vso[task]", "##vso\\u005btask]");
        check("::error::x\n::y", "::error::x\\n::y");
        check("größer 中文", "größer 中文");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            check(&text, "");
        }
    }
}
