//! The `mlship` binary: arguments in, exit code out.

use std::process::ExitCode;

use mlship::cli::{Cli, final_code, guarded, report_panics, run};

fn main() -> ExitCode {
    #[cfg(debug_assertions)]
    speed_up();
    report_panics();
    let code = guarded(|| Cli::read().map_or_else(|code| code, |cli| run(&cli)));
    ExitCode::from(final_code(code).number())
}

/// Lets the tests of this repository say how fast their simulated ECS is.
#[cfg(debug_assertions)]
fn speed_up() {
    let asked = std::env::var("MLSHIP_TEST_HASTE").ok();
    if let Some(times) = asked.and_then(|times| times.parse().ok()) {
        mlship_core::pause::speed_up(times);
    }
}
