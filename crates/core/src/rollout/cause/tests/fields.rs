//! Checks that explanations name fields that the manifest has.

use serde_json::Value;

use mlship_manifest::json_schema;

const SPOKEN: [&str; 5] = [
    include_str!("../log_patterns.rs"),
    include_str!("../explain/exit.rs"),
    include_str!("../explain/health.rs"),
    include_str!("../explain/placement.rs"),
    include_str!("../explain/start.rs"),
];

const SECTIONS: [&str; 8] = [
    "health",
    "model",
    "network",
    "rollout",
    "runtime",
    "service",
    "traffic",
    "autoscaling",
];

/// Returns the words of a text that read like `section.field`.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let words = text
        .split(move |c| !is_part(c))
        .map(|word| word.trim_end_matches('.'));
    words.filter(|word| {
        let section = word.split_once('.').map(|(section, _)| section);
        section.is_some_and(|section| SECTIONS.contains(&section))
    })
}

fn has_field(schema: &Value, path: &str) -> bool {
    let mut at = &schema["$defs"]["ModelRelease"];
    for name in path.split('.') {
        let resolved = resolve(schema, at);
        let Some(next) = resolved.get("properties").and_then(|all| all.get(name)) else {
            return false;
        };
        at = next;
    }
    true
}

/// Follows references, also those of optional fields.
fn resolve<'a>(schema: &'a Value, at: &'a Value) -> &'a Value {
    if let Some(target) = at["$ref"].as_str() {
        return schema.pointer(target.trim_start_matches('#')).unwrap();
    }
    let mut choices = at["anyOf"].as_array().into_iter().flatten();
    choices
        .find(|choice| choice.get("$ref").is_some())
        .map_or(at, |choice| resolve(schema, choice))
}

#[test]
fn every_field_that_a_next_step_names_is_one_of_the_manifest() {
    let schema = json_schema();
    let mut found = 0;
    for field in SPOKEN.iter().flat_map(|text| fields(text)) {
        // Code of this crate's own reads alike.
        if field.contains("rs") && !field.contains("secrets") {
            continue;
        }
        assert!(has_field(&schema, field), "{field}");
        found += 1;
    }
    assert!(found > 30, "{found}");
    assert!(!has_field(&schema, "runtime.sharedMemoryMib"));
}
