//! Makes the schema that editors get of the one that manifests are checked against.
//!
//! An editor sees a manifest before variables are filled in. Where the schema wants a number, a
//! name from a list or a text of some form, a text with a variable in it may become that.

use serde_json::{Map, Value, json};

/// What a value must be, as opposed to what is told of it.
const DEMANDS: [&str; 11] = [
    "type",
    "enum",
    "const",
    "oneOf",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
];

/// Fields by which a file is recognised before its variables are filled in.
const LITERAL: [&str; 3] = ["ApiVersion", "Kind", "ExperimentKind"];

/// Returns the published schema, with variables wherever a scalar stands.
pub(in super::super) fn with_variables(published: &Value) -> Value {
    let mut schema = published.clone();
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        for (name, definition) in definitions {
            if !LITERAL.contains(&name.as_str()) {
                accept_variables(definition);
            }
        }
    }
    schema
}

fn accept_variables(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    if refuses_variables(members) {
        let demands = DEMANDS.into_iter();
        let demanded: Map<String, Value> = demands
            .filter_map(|name| Some((name.to_owned(), members.remove(name)?)))
            .collect();
        let variable = json!({ "type": "string", "pattern": r"\$\{" });
        members.insert("anyOf".to_owned(), json!([demanded, variable]));
        return;
    }
    if let Some(Value::Object(fields)) = members.get_mut("properties") {
        fields.values_mut().for_each(accept_variables);
    }
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.iter_mut().for_each(accept_variables);
    }
    for name in ["items", "additionalProperties"] {
        if let Some(member) = members.get_mut(name) {
            accept_variables(member);
        }
    }
}

/// Says whether a scalar's schema has no place for just any text.
fn refuses_variables(members: &Map<String, Value>) -> bool {
    let is_number = members
        .get("type")
        .is_some_and(|name| name == "integer" || name == "number" || name == "boolean");
    let narrows = ["enum", "const", "oneOf", "pattern", "maxLength"];
    is_number || narrows.iter().any(|name| members.contains_key(*name))
}
