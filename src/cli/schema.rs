//! `mlship schema`

use clap::{Args, ValueEnum};

use super::{examples, output};
use mlship_core::progress::ExitCode;

/// Print a JSON Schema: of manifests, for editors, or of what mlship writes
#[derive(Debug, Args)]
#[command(after_help = examples::SCHEMA)]
pub(super) struct Schema {
    /// Whose
    #[arg(value_enum, default_value_t = Of::Manifest, hide_default_value = true)]
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Of a manifest
    Manifest,
    /// Of a line of `-o json`
    Events,
    /// Of a document of `-o json`
    Documents,
}

const EVENTS: &str = include_str!("../../docs/events.schema.json");
const DOCUMENTS: &str = include_str!("../../docs/documents.schema.json");

pub(super) fn run(command: &Schema) -> ExitCode {
    match command.of {
        Of::Manifest => output::revealed(&mlship_manifest::editor_schema()),
        Of::Events => written(EVENTS),
        Of::Documents => written(DOCUMENTS),
    }
}

/// Prints a schema as its file has it.
fn written(schema: &str) -> ExitCode {
    output::revealed_page(&schema.lines().collect());
    ExitCode::Done
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_published_can_be_read() {
        for schema in [EVENTS, DOCUMENTS] {
            assert!(serde_json::from_str::<Value>(schema).is_ok());
        }
    }
}
