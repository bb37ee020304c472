//! Overrides: ECS's own fields, merged over the documents that the manifest resolves to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Document, merge::merge};
use crate::shape::{DocumentKind, Path, Segment, item_at, written_leaves};

/// The leaves of a document that overrides wrote, or took away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overridden(BTreeSet<Path>);

impl Overridden {
    /// Merges the overrides into the document, and returns what became different by it.
    pub(super) fn merge(kind: DocumentKind, document: &mut Document, overrides: &Document) -> Self {
        let before = written_leaves(kind, &Value::Object(document.clone()));
        merge(document, overrides);
        let after = written_leaves(kind, &Value::Object(document.clone()));
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
pub fn unknown_fields(kind: DocumentKind, document: &Value, understood: &Value) -> Vec<Path> {
    let known = written_leaves(kind, understood);
    written_leaves(kind, document)
        .into_keys()
        .filter(|path| !known.contains_key(path))
        .map(|path| first_unknown(kind, &path, understood))
        .fold(Vec::new(), |mut found, path| {
            if !found.contains(&path) {
                found.push(path);
            }
            found
        })
}

/// Shortens a path to the first step that is not understood: the word the user mistyped.
fn first_unknown(kind: DocumentKind, path: &Path, understood: &Value) -> Path {
    let mut at = Path::default();
    let mut value = understood;
    for segment in &path.0 {
        let next = match segment {
            Segment::Field(name) => value.get(name),
            Segment::Key(key) => value.as_array().and_then(|items| {
                let index = item_at(kind, &at.place(), items, key)?;
                items.get(index)
            }),
        };
        at = at.join(segment.clone());
        match next {
            Some(inner) => value = inner,
            None => return at,
        }
    }
    at
}

/// Gives the field at a path another name, unless there is one of that name beside it.
pub fn rename(kind: DocumentKind, document: &mut Document, path: &Path, name: &str) {
    let Some((Segment::Field(last), around)) = path.0.split_last() else {
        return;
    };
    let Some((Segment::Field(first), rest)) = around.split_first() else {
        return rename_member(document, last, name);
    };
    let mut at = Path::default().join(Segment::Field(first.clone()));
    let mut value = document.get_mut(first);
    for segment in rest {
        value = match (value, segment) {
            (Some(Value::Array(items)), Segment::Key(key)) => {
                item_at(kind, &at.place(), items, key).and_then(|index| items.get_mut(index))
            }
            (Some(Value::Object(members)), Segment::Field(field)) => members.get_mut(field),
            _ => return,
        };
        at = at.join(segment.clone());
    }
    if let Some(Value::Object(members)) = value {
        rename_member(members, last, name);
    }
}

fn rename_member(members: &mut Document, from: &str, to: &str) {
    if members.contains_key(to) {
        return;
    }
    if let Some(value) = members.remove(from) {
        members.insert(to.to_owned(), value);
    }
}
