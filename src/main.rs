//! The `mlship` binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    ExitCode::from(mlship::cli::run(&mlship::cli::Cli::parse()))
}
