//! Overrides: ECS's own fields, merged over the documents that the manifest resolves to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::path::{Path, Segment};
use super::{Document, leaves, merge::merge};

/// The leaves of a document that overrides wrote, or took away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overridden(BTreeSet<Path>);

impl Overridden {
    /// Merges the overrides into the document, and returns what became different by it.
    pub(super) fn merge(document: &mut Document, overrides: &Document) -> Self {
        let before = leaves(&Value::Object(document.clone()));
        merge(document, overrides);
        let after = leaves(&Value::Object(document.clone()));
        let paths = before.keys().chain(after.keys());
        let differ = paths.filter(|path| before.get(path) != after.get(path));
        Self(differ.cloned().collect())
    }

    /// Says whether overrides decided about a leaf.
    #[must_use]
    pub fn contains(&self, path: &Path) -> bool {
        self.0.contains(path)
    }

    /// Says whether overrides wrote something beside a leaf: what lacks there, they left out.
    #[must_use]
    pub fn is_beside(&self, path: &Path) -> bool {
        let Some((_, parent)) = path.0.split_last() else {
            return false;
        };
        !parent.is_empty() && self.0.iter().any(|known| known.0.starts_with(parent))
    }
}

/// Returns the paths that a document has and its reading by ECS's model has not: fields that ECS
/// does not know, or values of a type that it does not take there.
#[must_use]
pub fn unknown_fields(document: &Value, understood: &Value) -> Vec<Path> {
    let known = leaves(understood);
    leaves(document)
        .into_keys()
        .filter(|path| !known.contains_key(path))
        .map(|path| first_unknown(&path, understood))
        .fold(Vec::new(), |mut found, path| {
            if !found.contains(&path) {
                found.push(path);
            }
            found
        })
}

/// Shortens a path to the first step that is not understood: the word the user mistyped.
fn first_unknown(path: &Path, understood: &Value) -> Path {
    let mut at = Path::default();
    let mut value = understood;
    for segment in &path.0 {
        at = at.join(segment.clone());
        let next = match segment {
            Segment::Field(name) => value.get(name),
            Segment::Key(key) => value
                .as_array()
                .and_then(|items| items.iter().find(|item| has_key(item, key))),
        };
        match next {
            Some(inner) => value = inner,
            None => return at,
        }
    }
    at
}

/// Gives the field at a path another name, unless there is one of that name beside it.
pub fn rename(document: &mut Document, path: &Path, name: &str) {
    match path.0.as_slice() {
        [Segment::Field(last)] if !document.contains_key(name) => {
            if let Some(value) = document.remove(last) {
                document.insert(name.to_owned(), value);
            }
        }
        [Segment::Field(next), rest @ ..] => {
            if let Some(value) = document.get_mut(next) {
                rename_within(value, rest, name);
            }
        }
        [] | [Segment::Key(_), ..] => {}
    }
}

fn rename_within(value: &mut Value, path: &[Segment], name: &str) {
    match (value, path) {
        (Value::Array(items), [Segment::Key(key), rest @ ..]) => {
            if let Some(item) = items.iter_mut().find(|item| has_key(item, key)) {
                rename_within(item, rest, name);
            }
        }
        (Value::Object(members), path) => rename(members, &Path(path.to_vec()), name),
        _ => {}
    }
}

/// Says whether an item of a list has this name.
#[must_use]
pub fn has_key(item: &Value, key: &str) -> bool {
    let mut members = item.as_object().into_iter().flatten();
    members.any(|(_, member)| match member {
        Value::String(text) => text == key,
        Value::Number(number) => key
            .parse()
            .is_ok_and(|key: i64| number.as_i64() == Some(key)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    })
}
