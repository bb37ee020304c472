//! `mlship schema`

use clap::Args;

use super::{examples, output};
use crate::manifest;
use crate::progress::ExitCode;

/// Print the manifest's JSON Schema, for editors
#[derive(Debug, Args)]
#[command(after_help = examples::SCHEMA)]
pub(super) struct Schema {}

pub(super) fn run(_: &Schema) -> ExitCode {
    output::revealed(&manifest::json_schema())
}
