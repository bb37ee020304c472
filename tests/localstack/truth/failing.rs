//! Releases whose tasks fail: with a circuit breaker, on the first release, and without one.

use serde_json::json;

use super::{Ends, Trial, conditions, nothing, unchanged};
use crate::stage::SPEED;

/// Such a trial, on a clock that suits failures: checks take a quarter of an hour to fail thrice.
fn trial(change: impl Fn(&str) -> String) -> Option<Trial> {
    let trial = Trial::new(change)?;
    trial.stage.set_speed(3 * SPEED);
    Some(trial)
}

fn check_rolled_back(kind: &str, cause: &'static str) {
    let Some(trial) = trial(unchanged) else {
        return;
    };
    trial.serve("good");
    trial.stage.break_version("bad-[0-9]", kind);
    for (number, condition) in conditions().iter().enumerate() {
        let version = format!("bad-{number}");
        let ends = Ends::bad(31, Some(cause), Some("good"));
        trial.check(condition, (&version, &[]), nothing, &ends);
    }
}

/// There is nothing to go back to.
fn check_first(kind: &str, cause: &'static str) {
    let Some(mut trial) = trial(unchanged) else {
        return;
    };
    trial.stage.break_version("bad-[0-9]", kind);
    for (number, condition) in conditions().iter().enumerate() {
        trial.begin_service(format!("first-{number}"));
        let version = format!("bad-{number}");
        let ends = Ends::bad(30, Some(cause), None);
        trial.check(condition, (&version, &[]), nothing, &ends);
    }
}

/// Nobody waits for a deployment whose tasks fail alike, whether or not ECS counts them.
fn check_given_up(change: impl Fn(&str) -> String, fault: &serde_json::Value, cause: &'static str) {
    let Some(trial) = trial(change) else {
        return;
    };
    trial.serve("good");
    trial
        .stage
        .control("task-faults", json!({"faults": [fault]}));
    let asked = [
        "clean",
        "throttled",
        "every call fails twice",
        "reset after",
    ];
    let conditions = conditions();
    let conditions = conditions
        .iter()
        .filter(|condition| asked.contains(&condition.name));
    for (number, condition) in conditions.enumerate() {
        let version = format!("bad-{number}");
        let ends = Ends::bad(31, Some(cause), Some("good"));
        let result = trial.check(condition, (&version, &[]), nothing, &ends);
        assert_eq!(result["verdict"], "rolled_back");
    }
}

fn without_breaker(manifest: &str) -> String {
    manifest.replace("circuitBreaker: true", "circuitBreaker: false")
}

/// Nothing ends such a deployment but patience.
fn check_timed_out(kind: &str, cause: &'static str) {
    let Some(trial) = trial(|text| {
        text.replace(
            "circuitBreaker: true",
            "circuitBreaker: false\n  abortAfter: 0",
        )
    }) else {
        return;
    };
    trial.serve("good");
    trial.stage.break_version("bad-[0-9]", kind);
    for (number, condition) in conditions().iter().enumerate() {
        let version = format!("bad-{number}");
        let arguments = ["--timeout", "1m", "--if-busy", "supersede"];
        let ends = Ends::bad(32, Some(cause), None);
        trial.check(condition, (&version, &arguments), nothing, &ends);
    }
}

macro_rules! tasks_fail {
    ($($name:ident: $kind:literal, $cause:literal;)*) => {$(
        mod $name {
            use serde_json::json;

            #[test]
            fn is_rolled_back() {
                super::check_rolled_back($kind, $cause);
            }

            #[test]
            fn in_a_first_release_has_nothing_to_go_back_to() {
                super::check_first($kind, $cause);
            }

            #[test]
            fn without_a_circuit_breaker_is_given_up() {
                let fault = json!({"image": ":bad-[0-9]$", "kind": $kind});
                super::check_given_up(super::without_breaker, &fault, $cause);
            }

            #[test]
            fn without_anybody_to_end_it_times_out() {
                super::check_timed_out($kind, $cause);
            }
        }
    )*};
}

tasks_fail! {
    image_not_found: "pull", "image_not_found";
    crash_before_running: "crash", "container_exited";
    out_of_memory: "oom", "out_of_memory";
    wrong_processor: "exec_format", "exec_format";
    secret_missing: "secret", "secret_missing";
    container_check: "unhealthy", "container_unhealthy";
    load_balancer_check: "lb_unhealthy", "load_balancer_unhealthy";
}

#[test]
fn no_capacity_is_rolled_back_by_the_circuit_breaker() {
    check_rolled_back("capacity", "no_capacity");
}

#[test]
fn no_capacity_without_a_circuit_breaker_times_out() {
    check_timed_out("capacity", "no_capacity");
}

/// Takes every check of the tasks' health out of the manifest.
pub(super) fn without_checks(manifest: &str) -> String {
    let (before, rest) = manifest.split_once("health:\n").unwrap();
    let (_, after) = rest.split_once("traffic:\n").unwrap();
    let manifest = format!("{before}traffic:\n{after}");
    let is_kept = |line: &&str| !line.contains("raffic:") && !line.contains("  targetGroup:");
    manifest
        .lines()
        .filter(is_kept)
        .collect::<Vec<_>>()
        .join("\n")
}

fn late_crash() -> serde_json::Value {
    json!({"image": ":bad-[0-9]$", "kind": "crash", "after": 15})
}

#[test]
fn a_crash_after_running_that_nobody_checks_is_given_up() {
    check_given_up(without_checks, &late_crash(), "container_exited");
}

#[test]
fn a_crash_after_running_that_nobody_checks_times_out_where_nothing_is_given_up() {
    let patient = |text: &str| {
        without_checks(text).replace(
            "circuitBreaker: true",
            "circuitBreaker: true\n  abortAfter: 0",
        )
    };
    let Some(trial) = trial(patient) else {
        return;
    };
    trial.serve("good");
    trial
        .stage
        .control("task-faults", json!({"faults": [late_crash()]}));
    for (number, condition) in conditions().iter().enumerate() {
        let version = format!("bad-{number}");
        let arguments = ["--timeout", "1m", "--if-busy", "supersede"];
        let ends = Ends::bad(32, Some("container_exited"), None);
        trial.check(condition, (&version, &arguments), nothing, &ends);
    }
}

#[test]
fn a_forced_deployment_is_rolled_back() {
    let Some(trial) = trial(unchanged) else {
        return;
    };
    for condition in &conditions() {
        trial.stage.control("task-faults", json!({"faults": []}));
        trial.serve("good");
        trial.stage.break_version("good", "pull");
        let ends = Ends {
            made: (0, 1),
            ..Ends::bad(31, Some("image_not_found"), Some("good"))
        };
        let forced = ["--force-new-deployment"];
        trial.check(condition, ("good", &forced), nothing, &ends);
    }
}
