//! Fields of documents, out of SDK types and back. This SDK has no schemas to do it by.

use serde_json::Value;

use mlship_core::release::Document;

/// Puts together the fields that are there.
pub(super) fn document<const N: usize>(fields: [(&str, Option<Value>); N]) -> Document {
    let given = fields.into_iter();
    let given = given.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

pub(super) fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    Value::Object(document(fields))
}

pub(super) fn text(value: Option<&str>) -> Option<Value> {
    value.map(Value::from)
}

/// An empty list says nothing in this API, and is left out.
pub(super) fn list<T: Clone + Into<Value>>(values: &[T]) -> Option<Value> {
    (!values.is_empty()).then(|| Value::from(values))
}

pub(super) fn text_in(document: &Document, name: &str) -> Option<String> {
    document.get(name)?.as_str().map(str::to_owned)
}

pub(super) fn texts_in(document: &Document, name: &str) -> Option<Vec<String>> {
    let values = document.get(name)?.as_array()?.iter();
    Some(
        values
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

pub(super) fn object_in<'a>(document: &'a Document, name: &str) -> Option<&'a Document> {
    document.get(name)?.as_object()
}

pub(super) fn objects_in<'a>(
    document: &'a Document,
    name: &str,
) -> Option<impl Iterator<Item = &'a Document>> {
    let values = document.get(name)?.as_array()?.iter();
    Some(values.filter_map(Value::as_object))
}
