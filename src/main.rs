//! The `mlship` binary: arguments in, exit code out.

use std::process::ExitCode;

use mlship::cli::{Cli, run, settle, tell_panics};

fn main() -> ExitCode {
    #[cfg(debug_assertions)]
    hurry();
    tell_panics();
    let code = Cli::read().map_or_else(|code| code, |cli| run(&cli));
    ExitCode::from(settle(code).number())
}

/// Lets the tests of this repository say how fast their simulated ECS is.
#[cfg(debug_assertions)]
fn hurry() {
    let asked = std::env::var("MLSHIP_TEST_HASTE").ok();
    if let Some(times) = asked.and_then(|times| times.parse().ok()) {
        mlship_core::pause::hurry(times);
    }
}
