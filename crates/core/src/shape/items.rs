//! Reads lists that may not be there.

use serde_json::Value;

/// Returns the items of a list, if there is one.
pub fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}
