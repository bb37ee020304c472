//! The schema itself.

use super::*;

/// The keywords that the walker understands, or may leave to others.
const KEYWORDS: [&str; 23] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
];

#[test]
fn the_schema_uses_nothing_that_the_walker_does_not_understand() {
    fn visit(schema: &serde_json::Value, names_are_free: bool) {
        match schema {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let known = KEYWORDS.contains(&name.as_str());
                    assert!(names_are_free || known, "{name} in {schema}");
                    let free = !names_are_free && matches!(name.as_str(), "properties" | "$defs");
                    if names_are_free || !matches!(name.as_str(), "examples" | "required" | "type")
                    {
                        visit(member, free);
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, false)),
            _ => {}
        }
    }
    for stages in [&schemas().release, &schemas().experiment] {
        visit(&stages.file, false);
        visit(&stages.overlaid, false);
    }
}

#[test]
fn editors_get_what_the_walker_checks() {
    let published = crate::manifest::json_schema();
    let kinds = [
        ("ModelRelease", &schemas().release),
        ("Experiment", &schemas().experiment),
    ];
    for (kind, stages) in kinds {
        let whole = &published["$defs"][kind];
        assert_eq!(whole["required"], stages.overlaid["required"]);
        for (name, definition) in stages.file["$defs"].as_object().unwrap() {
            assert_eq!(&published["$defs"][name], definition, "{kind}: {name}");
        }
        let fields = stages.overlaid["properties"].as_object().unwrap();
        for (name, field) in fields {
            assert_eq!(&whole["properties"][name], field, "{kind}: {name}");
        }
        let published = whole["properties"].as_object().unwrap();
        assert_eq!(published.len(), fields.len() + 1, "and `environments`");
    }
}

#[test]
fn every_integer_has_a_range_that_its_type_can_hold() {
    fn visit(schema: &serde_json::Value) {
        if schema["type"] == "integer" {
            let most = schema["maximum"].as_u64().unwrap();
            assert!(schema["minimum"].as_u64().is_some(), "{schema}");
            assert!(u32::try_from(most).is_ok(), "{schema}");
        }
        match schema {
            serde_json::Value::Object(members) => members.values().for_each(visit),
            serde_json::Value::Array(items) => items.iter().for_each(visit),
            _ => {}
        }
    }
    visit(&crate::manifest::json_schema());
}

#[test]
fn every_field_has_a_description_in_words_without_a_line_break() {
    let schema = crate::manifest::json_schema();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            let description = property["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{name}.{field}");
            assert!(!description.contains('\n'), "{name}.{field}");
        }
    }
    assert!(!GOOD.is_empty());
}
