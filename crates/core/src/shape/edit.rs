//! Puts a leaf into a document, or takes it out.

use serde_json::{Map, Value, json};

use super::leaves::keyed;
use super::lists::{List, hook_of, list_at};
use super::path::member_of;
use super::{Document, DocumentKind, Path, Segment};

/// The member by which an item is found while its own members change. No member of ECS's is
/// named so.
const NAME: &str = "\0name";

/// Gives leaves other values, or none. What leads there is made, and what is left empty goes.
pub fn set_leaves<'a>(
    kind: DocumentKind,
    document: &mut Document,
    edits: impl IntoIterator<Item = (&'a Path, Option<&'a Value>)>,
) {
    let mut whole = Value::Object(std::mem::take(document));
    name_items(kind, &mut whole, "");
    for (path, value) in edits {
        set(kind, &mut whole, "", &path.0, value);
    }
    forget_names(&mut whole);
    if let Value::Object(members) = whole {
        *document = members;
    }
}

fn name_items(kind: DocumentKind, value: &mut Value, place: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                name_items(kind, member, &member_of(place, name));
            }
        }
        Value::Array(items) => {
            let list = list_at(kind, place).unwrap_or(List::Ordered);
            if matches!(list, List::Ordered | List::Set) {
                return;
            }
            for (name, index) in keyed(list, items) {
                name_items(kind, &mut items[index], &format!("{place}[*]"));
                if let Value::Object(members) = &mut items[index] {
                    members.insert(NAME.to_owned(), json!(name));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn forget_names(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove(NAME);
            members.values_mut().for_each(forget_names);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn set(kind: DocumentKind, at: &mut Value, place: &str, path: &[Segment], value: Option<&Value>) {
    match path.split_first() {
        None => *at = value.cloned().unwrap_or_default(),
        Some((Segment::Field(name), rest)) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            let Value::Object(members) = at else { return };
            let within = member_of(place, name);
            let member = members.entry(name.clone()).or_insert(Value::Null);
            set(kind, member, &within, rest, value);
            if is_empty(member) {
                members.remove(name);
            }
        }
        Some((Segment::Key(key), rest)) => {
            if !at.is_array() {
                *at = json!([]);
            }
            let Value::Array(items) = at else { return };
            set_in_item(kind, items, place, (key, rest), value);
        }
    }
}

fn set_in_item(
    kind: DocumentKind,
    items: &mut Vec<Value>,
    place: &str,
    (key, rest): (&str, &[Segment]),
    value: Option<&Value>,
) {
    let list = list_at(kind, place).unwrap_or(List::Ordered);
    let known = items.iter().position(|item| item[NAME] == key);
    let index = match (known, value) {
        (Some(index), _) => index,
        (None, None) => return,
        (None, Some(_)) => {
            let mut item = new_item(list, key);
            item[NAME] = json!(key);
            items.push(item);
            items.len() - 1
        }
    };
    if let (List::Pairs(_, held), []) = (list, rest) {
        match value {
            Some(value) => items[index][held] = value.clone(),
            None => {
                items.remove(index);
            }
        }
        return;
    }
    let item = &mut items[index];
    set(kind, item, &format!("{place}[*]"), rest, value);
    if item.as_object().is_some_and(|members| members.len() == 1) {
        // Nothing is left but its name.
        items.remove(index);
    }
}

/// Returns an item that goes by a name.
fn new_item(list: List, name: &str) -> Value {
    // A second one of a name is told from the first by its position.
    let name = name.split_once('#').map_or(name, |(name, _)| name);
    match list {
        List::Ordered | List::Set => json!({}),
        List::Pairs(key, _) => json!({ key: name }),
        List::Named(keys) => json!({ keys[0]: name }),
        List::Hooks => hook_of(name),
        List::Ports => {
            let (port, protocol) = match name.split_once('/') {
                Some((port, protocol)) => (port, Some(protocol)),
                None => (name, None),
            };
            let mut item = match port.parse::<u32>() {
                Ok(port) => json!({"containerPort": port}),
                Err(_) => json!({"containerPortRange": port}),
            };
            if let Some(protocol) = protocol {
                item["protocol"] = json!(protocol);
            }
            item
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::leaves;
    use crate::shape::model::{Type, all_places, document_with, samples};

    /// Whatever differs can be taken from one document into another.
    #[test]
    fn every_leaf_can_be_carried_over() {
        for kind in [DocumentKind::TaskDefinition, DocumentKind::Service] {
            let all = all_places(kind);
            for (place, of) in &all {
                let (place, of) = (place.as_str(), of.clone());
                let within = format!("{place}[*].");
                if of == Type::List && all.keys().any(|other| other.starts_with(&within)) {
                    continue;
                }
                let samples = samples(&of);
                let mut document = document_with(kind, place, samples[0].clone());
                let other = document_with(kind, place, samples.last().unwrap().clone());
                let (from, to) = (
                    leaves(kind, &Value::Object(document.clone())),
                    leaves(kind, &Value::Object(other)),
                );
                let paths = from.keys().chain(to.keys());
                set_leaves(kind, &mut document, paths.map(|path| (path, to.get(path))));
                assert_eq!(leaves(kind, &Value::Object(document)), to, "{place}");
            }
        }
    }

    #[test]
    fn a_container_of_somebody_elses_comes_and_goes_whole() {
        let kind = DocumentKind::TaskDefinition;
        let mut document = Document::new();
        let other = json!({"containerDefinitions": [{"name": "agent", "image": "a:1",
            "portMappings": [{"containerPort": 53, "protocol": "udp"}],
            "environment": [{"name": "A", "value": ""}]}]});
        let theirs = leaves(kind, &other);
        set_leaves(
            kind,
            &mut document,
            theirs.iter().map(|(path, value)| (path, Some(value))),
        );
        assert_eq!(
            leaves(kind, &Value::Object(document.clone())),
            leaves(kind, &other)
        );
        set_leaves(kind, &mut document, theirs.keys().map(|path| (path, None)));
        assert_eq!(Value::Object(document), json!({}));
    }
}
