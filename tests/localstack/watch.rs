//! Attaching to a deployment, and leaving one.

use std::time::Duration;

use serde_json::json;

use crate::stage::{FRAUD_SCORER, Run, Stage};

fn watch(stage: &Stage) -> Run {
    stage.mlship(&["watch", FRAUD_SCORER, "-e", "staging", "-o", "json"], "0")
}

#[test]
fn watch_attaches_to_a_running_deployment() {
    let stage = Stage::new();
    stage.deploy("7", &[]);
    stage.deploy("8", &["--detach"]);
    let run = watch(&stage);
    let result = run.result();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "succeeded");
    assert_eq!(result["release"]["version"], "8");
}

#[test]
fn a_watch_that_comes_too_late_tells_the_cause_as_the_deploy_did() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let crash = json!({"image": ":8$", "kind": "crash", "exit_code": 3, "log": ["bad weights"]});
    stage.control("task-faults", json!({"faults": [crash]}));
    let told = |run: &Run| {
        assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
        let failure = run.result()["failure"].take();
        let members = [
            "cause",
            "reason",
            "tasks",
            "exit_codes",
            "summary",
            "log_tail",
            "more",
        ];
        assert_eq!(failure["log_tail"], json!(["bad weights"]), "{failure}");
        members.map(|member| failure[member].clone())
    };
    let deployed = told(&stage.deploy("8", &[]));
    assert_eq!(told(&watch(&stage)), deployed);
    // The same release once more: its tasks are told apart from those of before.
    let again = told(&stage.deploy("8", &[]));
    assert_eq!(told(&watch(&stage)), again);
}

#[test]
fn an_interrupt_detaches_and_names_the_command_that_attaches() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("8", "hang");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut ours = stage.start_deploy("8", &[]);
        ours.wait_until_watching();
        ours.signal(signal);
        let run = ours.end();
        let result = run.result();
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
        assert_eq!(result["verdict"], "interrupted");
        let hint = "attach to it with mlship watch manifests/fraud-scorer.yaml --env staging";
        assert_eq!(result["hint"], hint);
    }
    assert_eq!(stage.deployments(), 2);
}

/// Kills a deploy at each of its first calls, and checks that the next run makes one release of
/// both.
fn check_killed(when: &str) {
    const BOUNDARIES: usize = 10;
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    for boundary in 0..BOUNDARIES {
        let version = format!("8-{boundary}");
        // The call hangs at this boundary until its caller is gone, and is carried out then.
        let hang = json!({"kind": "latency", "when": when, "latency": 1, "times": 1,
            "skip": boundary});
        stage.control("api-faults", json!({"faults": [hang]}));
        let before = stage.requests().len();
        let ours = stage.start_deploy(&version, &[]);
        stage.wait_until_struck();
        ours.signal("KILL");
        ours.end();
        while stage.requests().len() == before + boundary {
            std::thread::sleep(Duration::from_millis(20));
        }
        let at = &stage.requests()[before + boundary];
        let run = stage.deploy(&version, &[]);
        let told = format!("{at}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.code, 0, "{told}");
        assert_eq!(stage.serving()["release"]["version"], version, "{told}");
        let made = (stage.revisions(), stage.deployments());
        assert_eq!(made, (boundary + 2, boundary + 2), "{told}");
    }
}

#[test]
fn a_run_killed_before_a_call_is_understood_by_the_next_one() {
    check_killed("before");
}

#[test]
fn a_run_killed_after_a_call_is_understood_by_the_next_one() {
    check_killed("after");
}
