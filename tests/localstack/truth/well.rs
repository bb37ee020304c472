//! Releases that go well, whatever AWS does.

use serde_json::json;

use super::{Ends, Trial, conditions, nothing, unchanged};

/// Deploys a good version under each condition.
fn check_good(change: impl Fn(&str) -> String) -> Option<Trial> {
    let trial = Trial::new(change)?;
    trial.serve("good");
    for (number, condition) in conditions().iter().enumerate() {
        let version = format!("good-{number}");
        let ends = Ends::good(&version);
        trial.check(condition, (&version, &[]), nothing, &ends);
    }
    Some(trial)
}

fn desired(count: u32) -> impl Fn(&str) -> String {
    move |manifest| {
        let staging = format!("cluster: ml-staging, desired: {count}");
        manifest.replace("cluster: ml-staging, desired: 1", &staging)
    }
}

#[test]
fn behind_a_load_balancer() {
    check_good(unchanged);
}

#[test]
fn without_a_load_balancer() {
    check_good(super::failing::without_checks);
}

#[test]
fn a_hundred_and_fifty_tasks() {
    let Some(trial) = check_good(desired(150)) else {
        return;
    };
    assert_eq!(trial.serving()["running"], 150);
}

#[test]
fn no_task_at_all() {
    let Some(trial) = check_good(desired(0)) else {
        return;
    };
    assert_eq!(trial.serving()["running"], 0);
}

#[test]
fn a_first_release() {
    let Some(mut trial) = Trial::new(unchanged) else {
        return;
    };
    for (number, condition) in conditions().iter().enumerate() {
        trial.begin_service(format!("first-{number}"));
        let version = format!("good-{number}");
        let ends = Ends::good(&version);
        trial.check(condition, (&version, &[]), nothing, &ends);
    }
}

#[test]
fn capacity_that_comes_late() {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    trial.serve("good");
    for (number, condition) in conditions().iter().enumerate() {
        let version = format!("good-{number}");
        let fault = json!({"image": format!(":{version}$"), "kind": "capacity", "times": 2});
        trial
            .stage
            .control("task-faults", json!({"faults": [fault]}));
        let ends = Ends::good(&version);
        trial.check(condition, (&version, &[]), nothing, &ends);
    }
}

#[test]
fn a_change_that_starts_no_deployment() {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    trial.serve("good");
    for (number, condition) in conditions().iter().enumerate() {
        trial.write(|manifest| {
            manifest.replace(
                "graceSeconds: 120",
                &format!("graceSeconds: {}", 130 + number),
            )
        });
        let ends = Ends {
            made: (0, 0),
            ..Ends::good("good")
        };
        trial.check(condition, ("good", &[]), nothing, &ends);
    }
}
