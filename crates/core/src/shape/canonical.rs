//! One spelling for values that mean the same to ECS.

use serde_json::{Map, Number, Value, json};

use super::DocumentKind;

/// Returns a value without what says nothing in it: members that are null, empty or blank.
pub(super) fn without_blanks(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let kept = names.into_iter().filter_map(|name| {
                let member = without_blanks(&members[name]);
                (!is_blank(&member)).then(|| (name.clone(), member))
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(without_blanks).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns a leaf as ECS answers it, however it was written.
pub(super) fn spelled(kind: DocumentKind, place: &str, value: &Value) -> Value {
    match (kind, place, value) {
        (DocumentKind::TaskDefinition, "cpu", Value::String(text)) => units(text, "vcpu"),
        (DocumentKind::TaskDefinition, "memory", Value::String(text)) => units(text, "gb"),
        (_, _, Value::Number(number)) => Value::Number(whole(number)),
        _ => value.clone(),
    }
}

/// ECS takes `1 vCPU` and `2 GB`, and answers `1024` and `2048`.
fn units(text: &str, unit: &str) -> Value {
    let lower = text.trim().to_ascii_lowercase();
    let units = lower
        .strip_suffix(unit)
        .and_then(|number| number.trim().parse::<f64>().ok());
    match units {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "ECS's sizes are far below 2^53"
        )]
        Some(units) => json!(((units * 1024.0).round() as i64).to_string()),
        None => json!(lower),
    }
}

/// `10.0` and `10` are one percentage.
fn whole(number: &Number) -> Number {
    // Rust writes a whole float without its fraction, and no integer otherwise.
    let float = number.as_f64().filter(|_| number.is_f64());
    let integer = float.and_then(|float| float.to_string().parse::<i64>().ok());
    integer.map_or_else(|| number.clone(), Number::from)
}
