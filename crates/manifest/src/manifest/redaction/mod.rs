//! Decides what diagnostics must not show: values of environment variables and secrets, and
//! whatever else looks confidential.
//!
//! Works twice: on the tree, exactly; and on bare text, generously, for files that don't parse.

mod guess;
mod reference;

use std::ops::Range;

use super::node::{Kind, Node};
use super::{schema_check, suggest};
pub(super) use guess::guess;
use mlship_text::secrets::{is_secret_name, is_secret_under, is_secret_value, redact_arguments};
use reference::{is_secret_arn, is_variable};

/// Fields whose values are confidential, in the manifest's and in ECS's names.
const FIELDS: [&str; 3] = ["env", "secrets", "environment"];

/// Says whether what is under this key stays hidden.
pub(super) fn hides(key: &str) -> bool {
    FIELDS.contains(&key) || is_secret_name(key) || is_misspelt(key)
}

/// Says whether a key was most likely meant for a confidential field.
fn is_misspelt(key: &str) -> bool {
    // Most keys are fields, and looking one up costs far less than comparing it.
    !schema_check::is_field(key) && suggest::nearest(key, FIELDS).is_some()
}

/// Says whether a scalar's text should not be repeated.
pub(super) fn looks_secret(text: &str) -> bool {
    is_secret_value(text) || has_secret_reference(text)
}

/// Says whether a message should not repeat what was written.
pub(super) fn unrepeatable(raw: &str) -> bool {
    // Several lines may have swallowed others that were meant to be fields of their own.
    raw.contains('\n') || looks_secret(raw)
}

/// `${DB_PASSWORD}`
fn has_secret_reference(text: &str) -> bool {
    text.split("${").skip(1).any(|part| {
        let name = part
            .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .next();
        name.is_some_and(is_secret_name)
    })
}

/// Returns the bytes of everything confidential in a tree.
pub(super) fn concealed(root: &Node) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    collect(root, Hidden::No, &mut ranges);
    // An alias is met where it stands, and its text is where its anchor is.
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    ranges
}

/// How far below a hidden key something is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    No,
    /// A mapping's keys here are names, as in `env`.
    Values,
    /// A mapping here was meant to be a value, keys and all.
    Everything,
}

fn collect(node: &Node, hidden: Hidden, ranges: &mut Vec<Range<usize>>) {
    match &node.kind {
        Kind::Null => {}
        Kind::Sequence(items) => {
            for item in items {
                collect(item, hidden, ranges);
            }
            arguments(items, ranges);
        }
        Kind::Mapping(entries) => {
            for entry in entries {
                let below = match hidden {
                    Hidden::No
                        if hides(&entry.key.text)
                            || is_secret_under(&entry.key.text, text(&entry.value)) =>
                    {
                        Hidden::Values
                    }
                    Hidden::No => Hidden::No,
                    Hidden::Values | Hidden::Everything => Hidden::Everything,
                };
                if hidden == Hidden::Everything {
                    ranges.push(entry.key.span.range());
                }
                // What a variable is said to need may be the secret itself.
                if is_secret_name(&entry.key.text) && text(&entry.value).contains(":?") {
                    ranges.push(entry.value.written.clone());
                }
                collect(&entry.value, below, ranges);
            }
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::String(_) | Kind::Unresolved(_) => {
            let raw = node.raw();
            let is_secret = match hidden {
                Hidden::No => looks_secret(raw),
                Hidden::Values | Hidden::Everything => !is_secret_arn(raw),
            };
            // A snippet shows what was written: of a variable its name, never its value.
            if is_secret && !is_variable(raw) {
                ranges.push(node.written.clone());
            }
        }
    }
}

/// A flag's value may be the next item of a command.
fn arguments(items: &[Node], ranges: &mut Vec<Range<usize>>) {
    let texts: Vec<&str> = items.iter().map(text).collect();
    for (item, redacted) in items.iter().zip(redact_arguments(&texts)) {
        if redacted != text(item) {
            ranges.push(item.written.clone());
        }
    }
}

/// Returns what a scalar says, and nothing for anything else.
fn text(node: &Node) -> &str {
    match &node.kind {
        Kind::String(text) | Kind::Unresolved(text) => text,
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::Sequence(_)
        | Kind::Mapping(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_secret_are_hidden() {
        for key in [
            "env",
            "secrets",
            "environment",
            "DB_PASSWORD",
            "api-key",
            "authToken",
        ] {
            assert!(hides(key), "{key}");
        }
        for key in [
            "environments",
            "cpu",
            "image",
            "targetGroup",
            "accessPoint",
            "key",
        ] {
            assert!(!hides(key), "{key}");
        }
    }

    #[test]
    fn texts_that_look_secret_are_hidden() {
        for text in [
            "--api-token=abc",
            "serve --password=x",
            "postgres://me:word@db/x",
            "https://me:WO/RD@host/x",
            "x-${DB_PASSWORD}",
            "${GITHUB_TOKEN:-abc}",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in [
            "fraud:${GIT_SHA}",
            "https://host/a:b@c",
            "https://host:8080/a@2.1",
            "--workers=2",
            "--token=",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }
}
