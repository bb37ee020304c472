//! What a service costs in fleets of 100 to 10,000: deployed by the engine itself to a stand-in for
//! ECS that takes requests at AWS's documented rates and rolls out in 80 seconds, on a clock that
//! is skipped ahead. Each size has a process of its own.
//!
//! `cargo bench --bench fleet_virtual` takes about a minute. Nothing is asserted; a run with a
//! failure ends it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on has nothing to say, and what it measures is its output"
)]

use std::cell::RefCell;
use std::io::sink;
use std::process::Command;
use std::time::Instant;

use mlship::report::{Color, Fleet, Writer};
use mlship_core::app::fleet::{Audience, Simulation, simulated};
use mlship_core::app::{Report, ResultRecord, RunRecord};
use mlship_core::progress::{Event, Observer};
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;
use mlship_text::sanitize::Colors;

const SIZES: [usize; 3] = [100, 1_000, 10_000];
/// Names a size to the processes that this one starts.
const SIZE: &str = "MLSHIP_BENCH_SERVICES";

fn main() {
    if let Ok(size) = std::env::var(SIZE) {
        return run(size.parse().unwrap());
    }
    println!(
        "{:>8} {:>12} {:>10} {:>14} {:>9} {:>10} {:>13}",
        "services",
        "simulated, s",
        "a service",
        "calls a service",
        "throttled",
        "real, s",
        "VmHWM, MiB"
    );
    for size in SIZES {
        let program = std::env::current_exe().unwrap();
        let ended = Command::new(program).env(SIZE, size.to_string()).status();
        assert!(ended.unwrap().success(), "{size} services");
    }
}

fn run(services: usize) {
    let real = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    // As a build log has it, which nobody reads here.
    let nobody = || Writer::new(sink(), Colors::Drop);
    let reader = Fleet::new(services, nobody(), nobody(), Color::default());
    let stage = Stage(RefCell::new(reader));
    let simulation = Simulation::of(services);
    let run = runtime.unwrap().block_on(simulated(simulation, &stage));
    assert_eq!(
        run.record.verdicts["succeeded"], services,
        "{:?}",
        run.record
    );
    stage.0.borrow_mut().run(&run.record);
    let each = |value: f64| value / as_float(services);
    let simulated = run.took.as_secs_f64();
    let calls = as_float(usize::try_from(run.record.api_calls).unwrap());
    println!(
        "{services:>8} {simulated:>12.0} {:>10.3} {:>14.2} {:>9} {:>10.2} {:>13.1}",
        each(simulated),
        each(calls),
        run.refused,
        real.elapsed().as_secs_f64(),
        peak_mib()
    );
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Returns the most memory that was resident, as Linux tells it.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kib.map_or(f64::NAN, |kib: f64| kib / 1024.0)
}

/// The reader of a command, which hears of every service.
struct Stage<'a>(RefCell<Fleet<'a>>);

impl Audience for Stage<'_> {
    fn report_of<'a>(&'a self, _: &'a ServiceId) -> Box<dyn Report + 'a> {
        Box::new(Part(&self.0))
    }
}

struct Part<'a, 'b>(&'a RefCell<Fleet<'b>>);

impl Observer for Part<'_, '_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        self.0.borrow_mut().event(service, event);
    }

    fn idle(&mut self, service: &ServiceId) {
        self.0.borrow_mut().idle(service);
    }
}

impl Report for Part<'_, '_> {
    fn result(&mut self, result: &ResultRecord) {
        self.0.borrow_mut().result(result);
    }

    fn warning(&mut self, text: &str) {
        self.0.borrow_mut().warning(text);
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.0.borrow_mut().findings(findings);
    }

    fn run(&mut self, run: &RunRecord) {
        self.0.borrow_mut().run(run);
    }
}
