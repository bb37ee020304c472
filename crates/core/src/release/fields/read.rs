//! Reads from a document what fields of the manifest would be written to it: the way back of
//! [`fill`](super::fill).

use serde_json::Value;

use super::pattern::{PatternSegment, steps};
use super::{FIELDS, Request};
use crate::release::Document;

/// Returns the fields that are sent as they are written, with what the manifest would say in each.
#[must_use]
pub fn read(document: &Document, request: Request, model: &str) -> Vec<(&'static str, Value)> {
    let mut found = Vec::new();
    for field in FIELDS {
        let places = field.places.iter();
        let mut places = places.filter(|place| place.request == request);
        let value = places.find_map(|place| {
            let path = place.path.strip_suffix("[*]").unwrap_or(place.path);
            place.form.written(at(document, path, model)?)
        });
        if let Some(value) = value {
            let name = field.manifest.strip_suffix(".*").unwrap_or(field.manifest);
            found.push((name, value));
        }
    }
    found
}

/// Returns what stands at the place that a pattern without `*` names.
fn at<'a>(document: &'a Document, pattern: &str, model: &str) -> Option<&'a Value> {
    let mut steps = steps(pattern);
    let PatternSegment::Field(first) = steps.next()? else {
        return None;
    };
    steps.try_fold(document.get(first)?, |value, step| match step {
        PatternSegment::Field(name) => value.get(name),
        PatternSegment::Key(key) => {
            let name = if key == "@model" { model } else { key };
            value.as_array()?.iter().find(|item| item["name"] == name)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::release::fields::fill;

    /// What a manifest writes is read back from what ECS gets for it.
    #[test]
    fn what_is_filled_in_is_read_back() {
        let written = json!({
            "image": "m:1",
            "runtime": {"cpu": 512, "memory": 1024, "command": ["serve"], "sharedMemoryMiB": 64,
                "env": {"A": "1", "B": ""}, "secrets": {"S": "arn:s"}, "roles": {"task": "ml"}},
            "health": {"container": {"command": ["CMD", "true"], "interval": 10}},
        });
        let mut document = Document::new();
        fill(&mut document, Request::TaskDefinition, &written, "m");
        let found = read(&document, Request::TaskDefinition, "m");
        assert_eq!(found.len(), 10, "{found:?}");
        for (field, value) in found {
            let said = field.split('.').fold(&written, |at, step| &at[step]);
            assert_eq!(*said, value, "{field}");
        }
    }

    #[test]
    fn a_name_that_comes_twice_is_left_to_overrides() {
        let document = json!({"containerDefinitions": [{"name": "m", "environment": [
            {"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]});
        let document = document.as_object().unwrap();
        assert_eq!(read(document, Request::TaskDefinition, "m"), []);
    }
}
