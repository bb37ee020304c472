//! Guesses from keys and indentation what is confidential in text that is not valid YAML.

use std::ops::Range;

use super::super::schema_check;
use super::super::source::Source;
use super::{hides, looks_secret};
use mlship_text::secrets::is_secret_name;

/// How many lines up a hidden key is looked for.
const FURTHEST: usize = 5000;

/// Returns the bytes of a line that no snippet may show. Rather too much than too little.
pub(in super::super) fn guess(source: &Source, index: usize) -> Option<Range<usize>> {
    let line = Line::new(source, index);
    let from = if is_doubtful(source, index, &line) {
        line.value
    } else {
        line.hidden_value()?
    };
    let hidden = line.text.get(from..)?;
    let from = from + (hidden.len() - hidden.trim_start().len());
    (!hidden.trim().is_empty()).then(|| line.start + from..line.start + line.text.trim_end().len())
}

/// Says whether nobody can tell that a line is harmless.
fn is_doubtful(source: &Source, index: usize, line: &Line<'_>) -> bool {
    // Broken indentation may have moved a variable anywhere, but not made a field's name of it.
    let unknown = match line.key {
        Some(key) => !schema_check::is_field(key.trim_matches(['"', '\''])),
        None => (0..index)
            .rev()
            .take(FURTHEST)
            .any(|above| Line::new(source, above).hidden_value().is_some()),
    };
    unknown || looks_secret(line.text) || is_below_hidden_key(source, index)
}

struct Line<'a> {
    text: &'a str,
    start: usize,
    indent: usize,
    key: Option<&'a str>,
    /// Where the value begins; without a key, everything is value.
    value: usize,
}

impl<'a> Line<'a> {
    fn new(source: &'a Source, index: usize) -> Self {
        let range = source.line_range(index);
        let text = &source.text()[range.clone()];
        let body = text.trim_start_matches([' ', '\t', '-', '?', '\u{feff}']);
        let indent = text.len() - body.len();
        let name = body
            .find(|character| !is_name(character))
            .unwrap_or(body.len());
        let keyed = name > 0 && body[name..].starts_with(':');
        let key = keyed.then(|| &body[..name]);
        Self {
            text,
            start: range.start,
            indent,
            key,
            value: if keyed { indent + name + 1 } else { indent },
        }
    }

    /// Returns where the value of the first hidden key begins, be it the line's own key or one
    /// within braces; a colon may have been forgotten.
    fn hidden_value(&self) -> Option<usize> {
        let mut words = self.text.split_inclusive(|character| !is_name(character));
        let mut end = 0;
        words.find_map(|word| {
            end += word.len();
            let key = word.trim_end_matches(|character| !is_name(character));
            let next = self.text[end - (word.len() - key.len())..].trim_start();
            let opens = next.is_empty() || next.starts_with([':', '{', '[']);
            let key = key.trim_matches(['"', '\'']);
            let before = self.text[..end - word.len()].trim_end_matches([' ', '\t', '-', '?']);
            // Where a key stands, what follows is its value.
            let is_key = before.is_empty() || before.ends_with(['{', ',']);
            let hidden = (opens && hides(key)) || (is_key && is_secret_name(key));
            hidden.then(|| self.text.len() - next.trim_start_matches(':').len())
        })
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '"' | '\'')
}

/// Says whether a line belongs to a hidden key further up.
fn is_below_hidden_key(source: &Source, index: usize) -> bool {
    let line = Line::new(source, index);
    // A line without a key continues what is above it, wherever it begins.
    let mut indent = if line.key.is_some() {
        line.indent
    } else {
        usize::MAX
    };
    let mut closed = 0_i64;
    for above in (0..index).rev().take(FURTHEST) {
        let line = Line::new(source, above);
        closed += balance(line.text);
        let hidden = line.hidden_value().is_some();
        if hidden && (line.indent < indent || closed < 0) {
            return true;
        }
        if line.key.is_some() && line.indent < indent {
            indent = line.indent;
        }
    }
    false
}

/// Returns how many more brackets a line closes than it opens.
fn balance(line: &str) -> i64 {
    line.chars().fold(0, |balance, character| match character {
        '{' | '[' => balance - 1,
        '}' | ']' => balance + 1,
        _ => balance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is left of each line.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = Source::new("a.yaml", text);
        let shown = |index: usize| {
            let line = source.line_range(index);
            let hidden = guess(&source, index).unwrap_or(line.end..line.end);
            format!(
                "{}{}",
                &text[line.start..hidden.start],
                if hidden.is_empty() { "" } else { "#" }
            )
        };
        let lines: Vec<String> = (0..text.lines().count()).map(shown).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_block_under_a_hidden_key_is_hidden_and_its_neighbours_are_not() {
        check(
            "runtime:\n  cpu: 1\n  env:\n    A: b\n    C: \"d\n      e\n  port: 1\n",
            &[
                "runtime:",
                "  cpu: 1",
                "  env:",
                "    A: #",
                "    C: #",
                "      #",
                "  port: 1",
            ],
        );
    }

    #[test]
    fn a_hidden_key_within_braces_hides_the_rest_of_its_line() {
        check(
            "runtime: { cpu: 1, env: { A: b }",
            &["runtime: { cpu: 1, env: #"],
        );
        check(
            "runtime: { env: {\nA: b,\nC: d } }\nimage: y",
            &["runtime: { env: #", "A: #", "C: #", "image: y"],
        );
    }

    #[test]
    fn names_that_sound_secret_are_hidden_anywhere() {
        check("dbPassword: x\nname: y", &["dbPassword: #", "name: y"]);
        check("- name: A\n  value: 1", &["- name: A", "  value: #"]);
        check(
            "environment:\n- name: A\n  value: 1",
            &["environment:", "- name: #", "  value: #"],
        );
    }

    #[test]
    fn a_secret_behind_a_forgotten_colon_is_hidden() {
        check(
            "options:\n  splunk-url: x\n  splunk-token hunter2x\n  a: b",
            &["options:", "  splunk-url: #", "  splunk-token #", "  a: #"],
        );
        check(
            "runtime: { splunk-token hunter2x, port: 1 }",
            &["runtime: { splunk-token #"],
        );
    }

    #[test]
    fn broken_lines_in_a_hidden_block_are_hidden_as_a_whole() {
        check("env:\n  A b c\n\tX: y", &["env:", "  #", "\tX: #"]);
        check("env:\n  A: b secrets: c", &["env:", "  A: #"]);
    }
}
