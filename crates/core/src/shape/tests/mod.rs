mod cases;
mod over_the_model;

use serde_json::Value;

use super::{Defaults, Document, DocumentKind, leaves, same};

/// Returns the paths in which two documents differ to ECS.
fn different(kind: DocumentKind, before: &Value, after: &Value) -> Vec<String> {
    let document = |value: &Value| -> Document { value.as_object().unwrap().clone() };
    let defaults = match kind {
        DocumentKind::TaskDefinition => Defaults::of_task_definition(&document(after)),
        DocumentKind::Service => Defaults::of_service(),
    };
    let (before, after) = (leaves(kind, before), leaves(kind, after));
    let paths: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    paths
        .into_iter()
        .filter(|path| !same(path, before.get(path), after.get(path), defaults))
        .map(ToString::to_string)
        .collect()
}
