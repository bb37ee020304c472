//! A manifest as its author would want to find it: sections in their order, below a comment.

use serde_json::json;

use super::variables::Written;
use crate::release::ids::ServiceId;
use mlship_text::yaml;

/// The sections in the order in which a manifest is read.
const SECTIONS: [&str; 13] = [
    "apiVersion",
    "kind",
    "model",
    "image",
    "service",
    "runtime",
    "network",
    "health",
    "traffic",
    "rollout",
    "autoscaling",
    "tags",
    "overrides",
];

/// Returns the text of a manifest.
pub(super) fn manifest(
    id: &ServiceId,
    written: &Written,
) -> Result<String, impl std::fmt::Display> {
    let mut text = format!(
        "# yaml-language-server: $schema=./mlship.schema.json\n\
         #\n\
         # Written by `mlship init --from-service` after service {id} as it ran then: its diff is empty.\n\
         #   mlship diff FILE     what a deploy would change\n\
         #   mlship deploy FILE   the first one puts mlship's tags on the service and replaces no task\n\
         # The first line is for editors: `mlship schema > mlship.schema.json` writes what it names.\n"
    );
    if !written.values.is_empty() {
        let names: Vec<&str> = written.values.keys().map(String::as_str).collect();
        text.push_str("# Needs the variables ");
        text.push_str(&names.join(", "));
        text.push_str(", which stand for what looks secret.\n");
    }
    for section in SECTIONS {
        if let Some(value) = written.manifest.get(section) {
            match yaml::document(&json!({ section: value })) {
                Ok(lines) => text.push_str(&lines),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(text)
}
