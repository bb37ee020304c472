//! The schemas of JSON output, as strict as tests want them. Used by the LocalStack suite, too.

use std::path::Path;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

/// Returns a schema as readers get it.
pub(crate) fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Fails when a line is not as its schema says, or has more than the schema names.
pub(crate) fn check_line(line: &Value) {
    check(line, lines());
}

/// Fails when a document of a kind that has a schema is not as that says.
pub(crate) fn check_document(document: &Value) {
    static DOCUMENTS: OnceLock<Validator> = OnceLock::new();
    let kinds = [
        "services",
        "entries",
        "findings",
        "experiments",
        "metrics",
        "variables",
        "plans",
        "phases",
        "versions",
    ];
    if kinds.iter().any(|kind| document[kind].is_array()) {
        check(
            document,
            DOCUMENTS.get_or_init(|| strict("documents.schema.json")),
        );
    }
}

pub(crate) fn lines() -> &'static Validator {
    static LINES: OnceLock<Validator> = OnceLock::new();
    LINES.get_or_init(|| strict("events.schema.json"))
}

fn check(value: &Value, validator: &Validator) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{value:#}\n{}", errors.join("\n"));
}

/// A schema with every object closed: readers must expect new members, the page must name them.
fn strict(name: &str) -> Validator {
    let mut schema = schema(name);
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
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
