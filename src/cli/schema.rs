//! `mlship schema`

use clap::Args;

use super::{examples, output};

use mlship_core::progress::ExitCode;

/// Print the manifest's JSON Schema, for editors
#[derive(Debug, Args)]
#[command(after_help = examples::SCHEMA)]
pub(super) struct Schema {}

pub(super) fn run(_: &Schema) -> ExitCode {
    output::revealed(&mlship_manifest::editor_schema())
}
