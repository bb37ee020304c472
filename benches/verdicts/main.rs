//! Simulates whole experiments, hour by hour as `CloudWatch` would count them, reads them once a day
//! as `experiment status` does, and prints what was called at any look. See the README beside it.
#![expect(clippy::print_stdout, reason = "its table is what it is for")]

#[path = "../experiment/draws.rs"]
mod draws;
mod manifest;
mod rows;
#[path = "../experiment/runs.rs"]
mod runs;
mod scenario;
mod scenarios;
mod traffic;

use scenarios::{of_rows, scenarios};

/// Enough for a look; the table of the README has 2,000.
const RUNS: u64 = 100;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let runs = arguments.next().and_then(|runs| runs.parse().ok());
    let wanted = arguments.next();
    scenario::head();
    for scenario in scenarios() {
        let is_wanted = |name: &String| scenario.name.contains(name.as_str());
        if wanted.as_ref().is_none_or(is_wanted) {
            scenario.print(runs.unwrap_or(RUNS), None);
        }
    }
    for (scenario, of_rows) in of_rows() {
        let is_wanted = |name: &String| scenario.name.contains(name.as_str());
        if wanted.as_ref().is_none_or(is_wanted) {
            scenario.print(runs.unwrap_or(RUNS), Some(&of_rows));
        }
    }
}
