//! ECS's model as tests walk it: the paths of three requests, from the fixture.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::lists::{List, is_free_map, list_at};
use super::{DocumentKind, Implied, defaults};

/// What stands at a place of ECS's model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    List,
    Map,
    Text,
    Choice(Vec<String>),
    Integer,
    Double,
    Switch,
}

/// The places of a request, in the order of the model.
pub(crate) type Places = BTreeMap<String, Type>;

static MODEL: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../tests/fixtures/ecs-model.json")).unwrap()
});

/// Returns the places of an operation's request.
pub(crate) fn places(operation: &str) -> Places {
    let places = MODEL[operation].as_object().unwrap();
    let read = |value: &Value| match value {
        Value::Array(choices) => Type::Choice(
            choices
                .iter()
                .map(|choice| choice.as_str().unwrap().to_owned())
                .collect(),
        ),
        value => match value.as_str().unwrap() {
            "list" => Type::List,
            "map" => Type::Map,
            "string" => Type::Text,
            "integer" => Type::Integer,
            "double" => Type::Double,
            "boolean" => Type::Switch,
            other => panic!("{other}"),
        },
    };
    places
        .iter()
        .map(|(place, value)| (place.clone(), read(value)))
        .collect()
}

/// Returns the places of all requests of a kind.
pub(crate) fn all_places(kind: DocumentKind) -> Places {
    match kind {
        DocumentKind::TaskDefinition => places("RegisterTaskDefinition"),
        DocumentKind::Service => {
            let mut all = places("CreateService");
            all.extend(places("UpdateService"));
            all
        }
    }
}

/// Returns the smallest document that has a value at a place. Items of lists have the members
/// that tell them apart.
pub(crate) fn document_with(kind: DocumentKind, place: &str, value: Value) -> Map<String, Value> {
    match around(kind, "", place, value) {
        Value::Object(document) => document,
        other => panic!("{other}"),
    }
}

fn around(kind: DocumentKind, here: &str, place: &str, value: Value) -> Value {
    let rest = &place[here.len()..];
    if rest.is_empty() {
        return value;
    }
    if let Some(rest) = rest.strip_prefix("[*]") {
        let item_place = &place[..place.len() - rest.len()];
        let mut item = around(kind, item_place, place, value);
        let list = list_at(kind, here).unwrap_or(List::Ordered);
        if let Value::Object(members) = &mut item {
            let names: &[&str] = match list {
                List::Named(keys) => &keys[..1],
                List::Pairs(key, _) => &[key],
                List::Ports => &["containerPort"],
                List::Hooks => &["hookTargetArn"],
                List::Ordered | List::Set => &[],
            };
            for name in names {
                let at = format!("{item_place}.{name}");
                let operations: &[&str] = match kind {
                    DocumentKind::TaskDefinition => &["RegisterTaskDefinition"],
                    DocumentKind::Service => &["CreateService", "UpdateService"],
                };
                let is_number = operations
                    .iter()
                    .any(|operation| MODEL[operation][&at] == json!("integer"));
                let key = if is_number { json!(7000) } else { json!("n") };
                members.entry((*name).to_owned()).or_insert(key);
            }
        }
        return json!([item]);
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let name = &rest[..end];
    let next = if is_free_map(kind, here) {
        place.len()
    } else {
        place.len() - rest.len() + end
    };
    json!({name: around(kind, &place[..next], place, value)})
}

/// Returns values of a type that differ from each other.
pub(crate) fn samples(of: &Type) -> Vec<Value> {
    match of {
        Type::List => vec![json!(["first", "second"]), json!(["first", "third"])],
        Type::Map => vec![json!({"a": "1"}), json!({"a": "2"}), json!({"b": "1"})],
        Type::Text => vec![json!("one"), json!("two")],
        Type::Choice(choices) => choices.iter().map(|choice| json!(choice)).collect(),
        Type::Integer => vec![json!(11), json!(12)],
        Type::Double => vec![json!(11.5), json!(12.0)],
        Type::Switch => vec![json!(true), json!(false)],
    }
}

/// Returns a document as ECS may answer it: its defaults filled in, and the lists whose order
/// says nothing turned round.
pub(crate) fn answered(kind: DocumentKind, document: &Map<String, Value>) -> Map<String, Value> {
    let mut value = Value::Object(document.clone());
    let name = if kind == DocumentKind::TaskDefinition {
        document.get("networkMode").and_then(Value::as_str)
    } else {
        None
    };
    fill(
        kind,
        "",
        "",
        &mut value,
        matches!(name, Some("awsvpc" | "host")),
    );
    match value {
        Value::Object(answer) => answer,
        other => panic!("{other}"),
    }
}

fn fill(kind: DocumentKind, place: &str, name: &str, value: &mut Value, same_ports: bool) {
    match value {
        Value::Object(members) if !is_free_map(kind, place) => {
            for (at, implied) in defaults(kind) {
                let (parent, field) = at.rsplit_once('.').unwrap_or(("", at));
                if parent != place || members.contains_key(field) {
                    continue;
                }
                let filled = match implied {
                    Implied::Text(text) => json!(text),
                    Implied::Number(number) => json!(number),
                    Implied::On => json!(true),
                    Implied::Name => json!(name),
                    Implied::HostPort if same_ports => members["containerPort"].clone(),
                    Implied::HostPort => json!(0),
                };
                members.insert(field.to_owned(), filled);
            }
            for (field, member) in members.iter_mut() {
                let within = if place.is_empty() {
                    field.clone()
                } else {
                    format!("{place}.{field}")
                };
                fill(kind, &within, field, member, same_ports);
            }
        }
        Value::Array(items) => {
            let list = list_at(kind, place).unwrap_or(List::Ordered);
            for item in items.iter_mut() {
                let name = list.name(item);
                fill(kind, &format!("{place}[*]"), &name, item, same_ports);
            }
            if list != List::Ordered {
                items.reverse();
            }
        }
        _ => {}
    }
}
