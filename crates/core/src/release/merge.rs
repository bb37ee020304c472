//! Merges ECS documents. Knows no field but the containers'.

use serde_json::Value;

use super::Document;

/// What becomes of a list that both have.
#[derive(Clone, Copy)]
enum Lists {
    /// The upper one is taken.
    Replace,
    /// The items of both are.
    Join,
}

/// Lays a document over another: objects merge, containers merge by name and keep the model's
/// first, everything else is replaced.
pub(super) fn merge(below: &mut Document, above: &Document) {
    lay(below, above, Lists::Replace);
}

/// Adds to a document: as [`merge`], and lists are joined.
pub(super) fn add(below: &mut Document, above: &Document) {
    lay(below, above, Lists::Join);
}

/// Returns a value laid over another, as [`merge`] does.
#[must_use]
pub fn merge_over(below: Option<&Value>, above: &Value) -> Value {
    match (below, above) {
        (Some(Value::Object(below)), Value::Object(above)) => {
            let mut merged = below.clone();
            merge(&mut merged, above);
            Value::Object(merged)
        }
        (Some(_) | None, above) => above.clone(),
    }
}

fn lay(below: &mut Document, above: &Document, lists: Lists) {
    for (field, value) in above {
        match (below.get_mut(field), value) {
            (Some(Value::Object(below)), Value::Object(above)) => lay(below, above, lists),
            (Some(Value::Array(below)), Value::Array(above)) if field == "containerDefinitions" => {
                lay_containers(below, above, lists);
            }
            (Some(Value::Array(below)), Value::Array(above)) => match lists {
                Lists::Replace => below.clone_from(above),
                Lists::Join => below.extend_from_slice(above),
            },
            _ => {
                below.insert(field.clone(), value.clone());
            }
        }
    }
}

fn lay_containers(below: &mut Vec<Value>, above: &[Value], lists: Lists) {
    for container in above {
        let same = below
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .find(|known| known.get("name") == container.get("name"));
        match (same, container) {
            (Some(known), Value::Object(fields)) => lay(known, fields, lists),
            _ => below.push(container.clone()),
        }
    }
}
