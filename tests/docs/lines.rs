//! The schema of JSON lines, as strict as tests want it. Used by the LocalStack suite, too.

use std::path::Path;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

pub(crate) fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/events.schema.json");
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Fails when a line is not as the schema says, or has more than the schema names.
pub(crate) fn check(line: &Value) {
    let errors: Vec<String> = strict()
        .iter_errors(line)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{line:#}\n{}", errors.join("\n"));
}

/// The schema with every object closed: readers must expect new members, the page must name them.
pub(crate) fn strict() -> &'static Validator {
    static STRICT: OnceLock<Validator> = OnceLock::new();
    STRICT.get_or_init(|| {
        let mut schema = schema();
        close(&mut schema);
        jsonschema::validator_for(&schema).unwrap()
    })
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // What has a comment is open, and the comment says why.
            if members.contains_key("properties") && !members.contains_key("$comment") {
                members
                    .entry("unevaluatedProperties")
                    .or_insert(json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
