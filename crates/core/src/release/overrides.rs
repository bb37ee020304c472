//! The escape hatch: ECS's own fields, merged over what the manifest's fields came to.

use serde_json::Value;

use super::path::{Path, Segment};
use super::{Document, leaves};

/// Merges the overrides into the document: objects merge, `containerDefinitions` merge by name
/// and keep the model's container first, everything else is replaced.
pub(super) fn merge(document: &mut Document, overrides: &Document) {
    for (field, value) in overrides {
        match (document.get_mut(field), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (Some(Value::Array(below)), Value::Array(above)) if field == "containerDefinitions" => {
                merge_containers(below, above);
            }
            _ => {
                document.insert(field.clone(), value.clone());
            }
        }
    }
}

fn merge_containers(below: &mut Vec<Value>, above: &[Value]) {
    for container in above {
        let same = below
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .find(|known| known.get("name") == container.get("name"));
        match (same, container) {
            (Some(known), Value::Object(fields)) => merge(known, fields),
            _ => below.push(container.clone()),
        }
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
                .and_then(|items| items.iter().find(|item| goes_by(item, key))),
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
            if let Some(item) = items.iter_mut().find(|item| goes_by(item, key)) {
                rename_within(item, rest, name);
            }
        }
        (Value::Object(members), path) => rename(members, &Path(path.to_vec()), name),
        _ => {}
    }
}

/// Says whether an item of a list has this name.
#[must_use]
pub fn goes_by(item: &Value, key: &str) -> bool {
    let mut members = item.as_object().into_iter().flatten();
    members.any(|(_, member)| match member {
        Value::String(text) => text == key,
        Value::Number(number) => key
            .parse()
            .is_ok_and(|key: i64| number.as_i64() == Some(key)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    })
}
