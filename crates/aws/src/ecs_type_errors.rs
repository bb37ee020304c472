//! Finds the parts of a document that do not fit ECS's types, by leaving parts out until it reads.

use serde_json::{Map, Value, json};

use mlship_core::release::Document;

/// How many fields of one mapping are tried: each costs a reading.
const MOST: usize = 200;

/// A value that ECS cannot read.
#[derive(Debug, PartialEq)]
pub(crate) struct TypeError {
    /// Where it stands: names of fields, and positions in lists.
    pub(crate) path: Vec<PathStep>,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to write instead, where that is clear.
    pub(crate) instead: Option<String>,
}

/// One step towards a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PathStep {
    Field(String),
    /// The position in a list, and the name that the item goes by.
    Item(usize, Option<String>),
}

const TEXT: &str = "text";

/// Says why a document can't be read, if it can't.
type TypeCheck<'a> = &'a dyn Fn(&Document) -> Option<String>;

/// Returns every part of a document that can't be read on its own.
pub(crate) fn type_errors(document: &Document, reading: TypeCheck<'_>) -> Vec<TypeError> {
    let mut found = Vec::new();
    for (field, value) in document {
        let around = |value: &Value| {
            let mut alone = Map::new();
            alone.insert(field.clone(), value.clone());
            reading(&alone)
        };
        let step = PathStep::Field(field.clone());
        search(value, &[step], &around, &mut found);
    }
    found
}

/// Looks for the smallest unreadable part of a value; `reading` reads it in its place.
fn search(
    value: &Value,
    path: &[PathStep],
    reading: &dyn Fn(&Value) -> Option<String>,
    found: &mut Vec<TypeError>,
) {
    let Some(reason) = reading(value) else {
        return;
    };
    let before = found.len();
    match value {
        Value::Array(items) if reading(&json!([])).is_none() => {
            for (index, item) in items.iter().enumerate().take(MOST) {
                let name = item["name"].as_str().map(str::to_owned);
                let path = [path, &[PathStep::Item(index, name)]].concat();
                search(item, &path, &|item| reading(&json!([item])), found);
            }
        }
        Value::Object(members) if members.len() <= MOST => {
            // Each on its own, unless some are required.
            let nothing = Map::new();
            let is_free = reading(&Value::Object(nothing.clone())).is_none();
            let others = if is_free { &nothing } else { members };
            for (name, member) in members {
                let within = |member: &Value| {
                    let mut changed = others.clone();
                    changed.insert(name.clone(), member.clone());
                    reading(&Value::Object(changed))
                };
                // A fault elsewhere is none of this member's, and stays when it is left out.
                if within(&Value::Null).is_none() || expected(&within).is_some() {
                    let path = [path, &[PathStep::Field(name.clone())]].concat();
                    search(member, &path, &within, found);
                }
            }
        }
        _ => {}
    }
    if found.len() == before {
        let expected = expected(reading);
        let is_plain = matches!(value, Value::Number(_) | Value::Bool(_));
        let instead = (is_plain && expected == Some(TEXT)).then(|| format!("\"{value}\""));
        found.push(TypeError {
            path: path.to_vec(),
            message: message(expected, &reason),
            instead,
        });
    }
}

/// Returns the kind of value that can be read here, if only the kind is wrong.
fn expected(reading: &dyn Fn(&Value) -> Option<String>) -> Option<&'static str> {
    let samples = [
        (json!(""), TEXT),
        (json!(0), "a number"),
        (json!(true), "`true` or `false`"),
        (json!([]), "a list"),
        (json!({}), "a mapping"),
    ];
    let fits = |(sample, _): &&(Value, &str)| reading(sample).is_none();
    samples.iter().find(fits).map(|(_, kind)| *kind)
}

fn message(expected: Option<&str>, reason: &str) -> String {
    if let Some(name) = reason
        .split_once(" was missing")
        .map(|(name, _)| camel_case(name))
    {
        return format!("`{name}` is missing, and ECS needs it here");
    }
    match expected {
        Some(expected) => format!("ECS takes {expected} here"),
        None => format!("ECS cannot read this: {reason}"),
    }
}

/// `log_driver` becomes `logDriver`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        name + &first.into_iter().chain(letters).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::unknown_in_task_definition;

    #[track_caller]
    fn check(document: &Value, expected: &[(&str, &str)]) {
        let document = document.as_object().unwrap();
        let reading = |document: &Document| unknown_in_task_definition(document).err();
        let text = |step: &PathStep| match step {
            PathStep::Field(name) => name.clone(),
            PathStep::Item(index, _) => index.to_string(),
        };
        let found: Vec<(String, String)> = type_errors(document, &reading)
            .into_iter()
            .map(|error| {
                (
                    error.path.iter().map(text).collect::<Vec<_>>().join("."),
                    error.message,
                )
            })
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_very_value_is_found_and_every_one_of_them() {
        check(
            &json!({"cpu": 256, "memory": "512", "containerDefinitions": [
                {"name": "a", "essential": "yes"},
                {"name": 2, "portMappings": [{"containerPort": 1}, {"containerPort": "80"}]},
            ]}),
            &[
                (
                    "containerDefinitions.0.essential",
                    "ECS takes `true` or `false` here",
                ),
                ("containerDefinitions.1.name", "ECS takes text here"),
                (
                    "containerDefinitions.1.portMappings.1.containerPort",
                    "ECS takes a number here",
                ),
                ("cpu", "ECS takes text here"),
            ],
        );
    }

    #[test]
    fn what_is_missing_is_named_as_ecs_names_it() {
        check(
            &json!({"containerDefinitions": [{"name": "a", "logConfiguration": {"options": {}}}]}),
            &[(
                "containerDefinitions.0.logConfiguration",
                "`logDriver` is missing, and ECS needs it here",
            )],
        );
    }
}
