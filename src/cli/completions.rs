//! `mlship completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, examples, output};
use mlship_core::progress::ExitCode;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = examples::COMPLETIONS)]
pub(super) struct Completions {
    /// The shell to complete commands in
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(command: &Completions) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Cli::command(), "mlship", &mut script);
    output::page(&String::from_utf8_lossy(&script).lines().collect());
    ExitCode::Done
}
