//! What watching a rollout costs: releases of about three minutes each, at real-time speed.
//!
//! `cargo bench --bench rollout` takes ten minutes at the instance of `AWS_ENDPOINT_URL`, else
//! at the one that `localstack/start` finds or starts. Nothing is asserted.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that cannot go on has nothing to say, and what it measures is its output"
)]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../tests/localstack/stage/mod.rs"]
mod stage;

use std::thread::{sleep, spawn};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use stage::{SPEED, Stage};

const RUNS: usize = 3;

/// What one release cost.
struct Cost {
    /// From ECS's end of the deployment to mlship's.
    lag: f64,
    calls: u64,
    /// The most memory that was resident.
    mib: f64,
    /// How long ECS says that the deployment took.
    took: f64,
}

fn main() {
    let stage = Stage::with_controls().unwrap();
    // The way of a task to RUNNING and to healthy takes two and a half minutes; draining the
    // old tasks after that half a minute more.
    stage.control("profile", json!({"pulling": 110}));
    stage.set_speed(SPEED);
    assert_eq!(stage.deploy("0", &[]).code, 0);
    stage.set_speed(1);
    let costs: Vec<Cost> = (1..=RUNS).map(|number| release(&stage, number)).collect();
    for (what, of) in [
        ("rollout, s", (|cost| cost.took) as fn(&Cost) -> f64),
        ("detection lag, s", |cost| cost.lag),
        ("ECS calls", |cost| {
            f64::from(u32::try_from(cost.calls).unwrap())
        }),
        ("resident memory, MiB", |cost| cost.mib),
    ] {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        println!("{what:<22} {:>7.2}   of {values:.2?}", values[RUNS / 2]);
    }
    let unchanged = stage.deploy(&RUNS.to_string(), &[]).result();
    println!(
        "{:<22} {:>4}",
        "calls when unchanged", unchanged["api_calls"]
    );
}

fn release(stage: &Stage, number: usize) -> Cost {
    let running = stage.start_deploy(&number.to_string(), &[]);
    let process = running.id();
    let memory = spawn(move || most_resident(process));
    let run = running.end();
    let ended = now();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let ahead = stage.control("clock", json!({}))["now"].as_f64().unwrap() - now();
    let service = json!({"cluster": "ml-staging", "service": "fraud-scorer"});
    let newest = stage.ask("ListServiceDeployments", &service)["serviceDeployments"][0].take();
    let at = |field: &str| newest[field].as_f64().unwrap();
    Cost {
        lag: ended + ahead - at("finishedAt"),
        calls: run.result()["api_calls"].as_u64().unwrap(),
        mib: memory.join().unwrap(),
        took: at("finishedAt") - at("createdAt"),
    }
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

/// Reads a process's peak memory, as Linux tells it, until the process is gone.
fn most_resident(process: u32) -> f64 {
    let mut most = 0.0;
    let path = format!("/proc/{process}/status");
    while let Some(now) = std::fs::read_to_string(&path)
        .ok()
        .as_deref()
        .and_then(peak)
    {
        most = now;
        sleep(Duration::from_millis(100));
    }
    most
}

fn peak(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
