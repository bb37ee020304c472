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
            imported.variables.join(", ")
        ));
    }
    for note in &imported.notes {
        page.line(format!("note: {note}"));
    }
    page
}

/// Returns the same for programs.
#[must_use]
pub fn init_document(imported: &Imported) -> Value {
    json!({
        "manifest": imported.manifest,
        "notes": imported.notes,
        "variables": imported.variables,
    })
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    #[test]
    fn variables_and_notes_are_told_beside_the_manifest() {
        let imported = Imported {
            manifest: "kind: ModelRelease\n".to_owned(),
            notes: vec!["the task definition alone has the tags a".to_owned()],
            variables: vec!["API_KEY".to_owned(), "DB_PASSWORD".to_owned()],
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
note: what looks secret became variables, to be set to what the service has: API_KEY, DB_PASSWORD
note: the task definition alone has the tags a

"#]]
        );
        assert_data_eq!(
            init_document(&imported).to_string(),
            str![[
                r#"{"manifest":"kind: ModelRelease/n","notes":["the task definition alone has the tags a"],"variables":["API_KEY","DB_PASSWORD"]}"#
            ]]
        );
    }
}
