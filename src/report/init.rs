//! What `mlship init` writes: a manifest, and what its reader should know.

use serde_json::{Value, json};

use mlship_core::import::Imported;
use mlship_text::Page;

/// Returns a manifest as people get it. Variables stand in it for what looks secret.
#[must_use]
pub fn init_page(imported: &Imported) -> Page {
    imported.manifest.lines().collect()
}

/// Returns what is said beside the manifest.
#[must_use]
pub fn init_notes(imported: &Imported) -> Page {
    let mut page = Page::default();
    if !imported.variables.is_empty() {
        page.line(format!(
            "note: what looks secret became variables, to be set to what the service has: {}",
            variables(imported)
        ));
    }
    for note in &imported.notes {
        page.line(format!("note: {note}"));
    }
    page
}

/// Names the variables, each with its field, where that goes by another name.
fn variables(imported: &Imported) -> String {
    let named = |(name, field): (&String, &String)| {
        if field.ends_with(&format!(".{name}")) {
            name.clone()
        } else {
            format!("{name} ({field})")
        }
    };
    let all: Vec<String> = imported.variables.iter().map(named).collect();
    all.join(", ")
}

/// Returns the same for programs.
#[must_use]
pub fn init_document(imported: &Imported) -> Value {
    json!({
        "manifest": imported.manifest,
        "notes": imported.notes,
        "variables": imported.variables.keys().collect::<Vec<_>>(),
        "variable_fields": imported.variables,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use snapbox::{assert_data_eq, str};

    use super::*;

    #[test]
    fn variables_and_notes_are_told_beside_the_manifest() {
        let imported = Imported {
            manifest: "kind: ModelRelease\n".to_owned(),
            notes: vec!["the task definition alone has the tags a".to_owned()],
            variables: BTreeMap::from(
                [
                    ("COMMAND_3", "runtime.command[2]"),
                    ("DB_PASSWORD", "runtime.env.DB_PASSWORD"),
                ]
                .map(|(name, field)| (name.to_owned(), field.to_owned())),
            ),
        };
        assert_data_eq!(
            init_page(&imported).to_string(),
            str![[r#"
kind: ModelRelease

"#]]
        );
        assert_data_eq!(
            init_notes(&imported).to_string(),
            str![[r#"
note: what looks secret became variables, to be set to what the service has: COMMAND_3 (runtime.command[2]), DB_PASSWORD
note: the task definition alone has the tags a

"#]]
        );
        assert_data_eq!(
            init_document(&imported).to_string(),
            str![[
                r#"{"manifest":"kind: ModelRelease/n","notes":["the task definition alone has the tags a"],"variable_fields":{"COMMAND_3":"runtime.command[2]","DB_PASSWORD":"runtime.env.DB_PASSWORD"},"variables":["COMMAND_3","DB_PASSWORD"]}"#
            ]]
        );
    }
}
