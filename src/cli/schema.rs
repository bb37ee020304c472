//! `mlship schema`

use clap::Args;

use super::output;
use crate::manifest;
use crate::progress::ExitCode;

/// Print the manifest's JSON Schema, for editors
#[derive(Debug, Args)]
pub(super) struct Schema {}

pub(super) fn run(_: &Schema) -> ExitCode {
    output::document(&manifest::json_schema())
}
