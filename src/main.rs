//! The `mlship` binary: arguments in, exit code out.

use std::process::ExitCode;

use mlship::cli::{Cli, run, settle};

fn main() -> ExitCode {
    let code = Cli::read().map_or_else(|code| code, |cli| run(&cli));
    ExitCode::from(settle(code).number())
}
