//! Lays the chosen environment over the rest: maps merge, lists and scalars replace.
//!
//! Every value keeps the place where it was written, so a later complaint points into the overlay
//! or the base, wherever the value came from. Knows no field but `environments`.

use super::diagnostic::Diagnostic;
use super::node::{Entry, Kind, Node};
use super::suggest;
use crate::manifest::Code;

const FIELD: &str = "environments";

/// The document with one environment laid over it, or with none.
pub(super) struct Overlaid {
    /// The document without `environments`.
    pub(super) root: Node,
    /// The environments that the file knows, as written.
    pub(super) known: Vec<String>,
}

/// Takes `environments` out of a document and lays the asked one over the rest.
pub(super) fn overlay(
    mut root: Node,
    asked: Option<&str>,
    found: &mut Vec<Diagnostic>,
) -> Overlaid {
    let environments = take(&mut root);
    let known = names(environments.as_ref());
    found.extend(bad_names(environments.as_ref()));
    if let Some(asked) = asked {
        let overlay = environments
            .as_ref()
            .and_then(|entry| entry.value.get(asked));
        match overlay {
            Some(overlay) => root = merge(root, overlay.clone()),
            None => found.push(unknown(asked, &known, environments.as_ref(), &root)),
        }
    }
    Overlaid { root, known }
}

fn take(root: &mut Node) -> Option<Entry> {
    let Kind::Mapping(entries) = &mut root.kind else {
        return None;
    };
    let at = entries.iter().position(|entry| entry.key.text == FIELD)?;
    Some(entries.remove(at))
}

fn names(environments: Option<&Entry>) -> Vec<String> {
    match environments.map(|entry| &entry.value.kind) {
        Some(Kind::Mapping(entries)) => {
            entries.iter().map(|entry| entry.key.text.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn bad_names(environments: Option<&Entry>) -> Vec<Diagnostic> {
    let Some(Kind::Mapping(entries)) = environments.map(|entry| &entry.value.kind) else {
        return Vec::new();
    };
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let good = |name: &str| !name.is_empty() && name.len() <= 64 && name.chars().all(allowed);
    let complain = |entry: &Entry| {
        let message = "an environment's name has 1 to 64 letters, digits, hyphens and underscores";
        Diagnostic::error(Code::BAD_ENVIRONMENT_NAME, message)
            .at(entry.key.span.clone())
            .help("choose a name such as `staging`")
    };
    entries
        .iter()
        .filter(|entry| !good(&entry.key.text))
        .map(complain)
        .collect()
}

fn unknown(asked: &str, known: &[String], entry: Option<&Entry>, root: &Node) -> Diagnostic {
    let span = entry.map_or_else(|| root.visible(None), |entry| entry.key.span.clone());
    if known.is_empty() {
        let message = format!("environment `{asked}` was asked for, and the manifest has none");
        return Diagnostic::error(Code::UNKNOWN_ENVIRONMENT, message)
            .at(span)
            .help(format!(
                "add it under `environments: {{ {asked}: … }}`, or leave `--env` out"
            ));
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Diagnostic::error(
        Code::UNKNOWN_ENVIRONMENT,
        format!("unknown environment `{asked}`"),
    )
    .at(span)
    .help(suggest::help(
        asked,
        &known,
        &format!("the manifest has {}", suggest::list(&known)),
    ))
}

/// Lays a value over another.
fn merge(base: Node, over: Node) -> Node {
    match (base.kind, over.kind) {
        (Kind::Mapping(base_entries), Kind::Mapping(over_entries)) => Node {
            kind: Kind::Mapping(merge_entries(base_entries, over_entries)),
            span: base.span,
            written: base.written,
            style: base.style,
        },
        (_, kind) => Node { kind, ..over },
    }
}

fn merge_entries(mut base: Vec<Entry>, over: Vec<Entry>) -> Vec<Entry> {
    for entry in over {
        let at = base
            .iter()
            .position(|below| below.key.text == entry.key.text);
        let merged = match at.map(|at| base.remove(at)) {
            Some(below) => {
                let both = matches!(
                    (&below.value.kind, &entry.value.kind),
                    (Kind::Mapping(_), Kind::Mapping(_))
                );
                // A map that is only added to is still the base's; a replaced value is not.
                let key = if both { below.key } else { entry.key };
                Entry {
                    key,
                    value: merge(below.value, entry.value),
                }
            }
            None => entry,
        };
        let at = at.unwrap_or(base.len());
        base.insert(at, merged);
    }
    base
}

#[cfg(test)]
mod tests;
