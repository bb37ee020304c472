//! Writes YAML: text with characters that a terminal or a reader could misread is quoted and
//! escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::json;
use super::sanitize::{has_command, is_harmful};

/// Returns a value as a YAML document.
///
/// # Errors
/// When the writer can't.
pub fn document(value: &Value) -> Result<String, serde_yaml::Error> {
    let mut quoted = Quoted::default();
    let stem = stem(value);
    let written = serde_yaml::to_string(&quoted.replaced(value, &stem))?;
    // Names end with a letter, so that none is the beginning of another.
    let lines = quoted
        .texts
        .iter()
        .fold(written, |written, (name, text)| written.replace(name, text));
    Ok(lines)
}

/// Returns the beginning of a name that the value does not hold.
fn stem(value: &Value) -> String {
    let text = value.to_string();
    let mut stem = "quoted".to_owned();
    while text.contains(&stem) {
        stem.push('q');
    }
    stem
}

/// Texts that are quoted by hand, and what stands for them until then.
#[derive(Default)]
struct Quoted {
    texts: BTreeMap<String, String>,
}

impl Quoted {
    fn replaced(&mut self, value: &Value, stem: &str) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text, stem)),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.replaced(item, stem));
                Value::Array(items.collect())
            }
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, member)| (self.text(name, stem), self.replaced(member, stem)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn text(&mut self, text: &str, stem: &str) -> String {
        let is_raw = |character| character != '\n' && is_harmful(character);
        if !text.contains(is_raw) && !has_command(text) && !reads_differently(text) {
            return text.to_owned();
        }
        let name = format!("{stem}{}x", self.texts.len());
        self.texts.insert(name.clone(), double_quoted(text));
        name
    }
}

/// What YAML 1.1, and with it many a tool, reads as something else than a text.
const WORDS: [&str; 11] = [
    "yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", "<<",
];

/// Says whether tools disagree about what a text is without quotes: an old boolean, a number, a
/// time or a date.
fn reads_differently(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-', '.']);
    let is_of_numbers =
        |character: char| character.is_ascii_hexdigit() || "_:.+-xoTZ".contains(character);
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.chars().all(is_of_numbers);
    is_number || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// YAML reads JSON's escapes, but for pairs: those it spells with eight digits.
fn double_quoted(text: &str) -> String {
    let mut quoted = String::new();
    for character in Value::String(text.to_owned()).to_string().chars() {
        if u32::from(character) > 0xffff && is_harmful(character) {
            let _ = write!(quoted, "\\U{:08x}", u32::from(character));
        } else {
            quoted.push(character);
        }
    }
    json::escaped(&quoted).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let value = json!({ "a": text, "b": [text, {text: text}], "quoted0x": "quoted1x" });
        let written = document(&value).unwrap();
        let is_raw = |character: char| character != '\n' && is_harmful(character);
        assert!(!written.contains(is_raw), "{written:?}");
        assert!(!has_command(&written), "{written:?}");
        assert_eq!(
            serde_yaml::from_str::<Value>(&written).unwrap(),
            value,
            "{written}"
        );
    }

    #[test]
    fn what_is_harmful_is_quoted_and_reads_back() {
        for text in [
            "plain",
            "a\u{200b}b",
            "\u{1b}[2J",
            "\u{202e}x",
            "\u{e0041}",
            "::error::x",
            "a\n ::b\n",
            "##[x]",
            "a \"b\" \\ \u{85}",
            "- a: b\u{feff}",
            "\u{7f}",
            "two\nlines\n",
            "on",
            "Y",
            "1.10",
            "12:30",
            "0x1f",
            "2026-11-05",
            "1_000",
        ] {
            check(text);
        }
    }

    #[test]
    fn what_is_harmless_is_written_as_ever() {
        let value = json!({"image": "fraud:7", "text": "two\nlines\n"});
        assert_eq!(
            document(&value).unwrap(),
            serde_yaml::to_string(&value).unwrap()
        );
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in any::<String>()) {
            check(&text);
        }
    }
}
