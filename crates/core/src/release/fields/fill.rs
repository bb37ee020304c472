//! Writes values to their places in a document, beside what is there.

use serde_json::{Value, json};

use super::pattern::{PatternSegment, steps};
use super::{FIELDS, Request};
use crate::release::Document;
use crate::release::merge::add;

/// Fills in the fields that are sent as they are written.
pub(in crate::release) fn fill(
    document: &mut Document,
    request: Request,
    manifest: &Value,
    model: &str,
) {
    for field in FIELDS {
        let written = written(manifest, field.manifest);
        let places = field.places.iter();
        for place in places.filter(|place| place.request == request) {
            if let Some(value) = place.form.sent(written) {
                // What is sent for a mapping is the list of all its pairs.
                let path = place.path.strip_suffix("[*]").unwrap_or(place.path);
                put(document, path, model, value);
            }
        }
    }
}

/// Returns what the manifest says in a field; of a mapping with names of its own, all of it.
fn written<'a>(manifest: &'a Value, field: &str) -> &'a Value {
    let field = field.strip_suffix(".*").unwrap_or(field);
    field.split('.').fold(manifest, |at, step| &at[step])
}

/// Puts a value at the place that a pattern without `*` names, and makes what leads there.
pub(in crate::release) fn put(document: &mut Document, pattern: &str, model: &str, value: Value) {
    let mut whole = value;
    let steps: Vec<PatternSegment<'_>> = steps(pattern).collect();
    for step in steps.iter().rev() {
        whole = match step {
            PatternSegment::Field(name) => json!({*name: whole}),
            PatternSegment::Key(key) => {
                let name = if *key == "@model" { model } else { key };
                add_name(&mut whole, name);
                json!([whole])
            }
        };
    }
    if let Value::Object(members) = whole {
        add(document, &members);
    }
}

fn add_name(item: &mut Value, name: &str) {
    if let Value::Object(members) = item {
        members.entry("name").or_insert_with(|| json!(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fields_of_one_object_both_stay() {
        let mut document = Document::new();
        put(
            &mut document,
            "containerDefinitions[@model].linuxParameters.sharedMemorySize",
            "m",
            json!(64),
        );
        put(
            &mut document,
            "containerDefinitions[@model].linuxParameters.initProcessEnabled",
            "m",
            json!(true),
        );
        put(
            &mut document,
            "containerDefinitions[@model].mountPoints",
            "m",
            json!([{"containerPath": "/a"}]),
        );
        put(
            &mut document,
            "containerDefinitions[@model].mountPoints",
            "m",
            json!([{"containerPath": "/b"}]),
        );
        assert_eq!(
            Value::Object(document),
            json!({"containerDefinitions": [{
                "name": "m",
                "linuxParameters": {"sharedMemorySize": 64, "initProcessEnabled": true},
                "mountPoints": [{"containerPath": "/a"}, {"containerPath": "/b"}],
            }]})
        );
    }
}
