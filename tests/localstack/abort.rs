//! The running deployment, taken back.

use serde_json::json;

use crate::stage::{FRAUD_SCORER, Run, Running, SPEED, Stage};

fn abort(stage: &Stage) -> Run {
    let arguments = ["abort", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    stage.mlship(&arguments, "0")
}

#[test]
fn the_running_deployment_is_rolled_back_and_its_own_watcher_says_so() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    stage.break_version("8", "hang");
    let mut theirs = stage.start_deploy("8", &[]);
    theirs.wait_until_watching();
    let run = abort(&stage);
    let result = run.result();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "rolled_back", "{result}");
    assert_eq!(result["release"]["version"], "7", "{result}");
    assert_eq!(result["previous"]["version"], "8", "{result}");
    assert_eq!(stage.count("UpdateService"), 1);
    assert_eq!(stage.serving()["release"]["version"], "7");
    let theirs = theirs.end();
    assert_eq!(theirs.code, 31, "{}{}", theirs.stdout, theirs.stderr);
    let cause = theirs.result()["failure"]["cause"].take();
    assert_eq!(cause, "stopped_by_someone");
}

#[test]
fn a_lost_answer_does_not_hide_how_it_ended() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    for when in ["before", "after"] {
        stage.control("task-faults", json!({"faults": []}));
        assert_eq!(stage.deploy("7", &[]).code, 0);
        stage.break_version("8", "hang");
        assert_eq!(stage.deploy("8", &["--detach"]).code, 0);
        let lose = json!({"service": "ecs", "operation": "StopServiceDeployment",
            "kind": "reset", "when": when, "times": 1});
        stage.control("api-faults", json!({"faults": [lose]}));
        let run = abort(&stage);
        assert_eq!(run.code, 0, "{when}: {}{}", run.stdout, run.stderr);
        assert_eq!(stage.serving()["release"]["version"], "7", "{when}");
    }
}

#[test]
fn where_nothing_runs_nothing_is_done() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let run = abort(&stage);
    let result = run.result();
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    let hint = result["hint"].as_str().unwrap();
    assert!(hint.contains("mlship rollback"), "{result}");
    assert_eq!(stage.count("StopServiceDeployment"), 0);
}

#[test]
fn a_first_release_has_nothing_to_go_back_to_and_that_is_no_success() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.break_version("7", "hang");
    assert_eq!(stage.deploy("7", &["--detach"]).code, 0);
    let run = abort(&stage);
    assert_eq!(run.code, 30, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "failed");
}

#[test]
fn an_abort_while_ecs_goes_back_already_attaches_to_that() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    stage.break_version("8", "hang");
    let mut theirs = stage.start_deploy("8", &[]);
    theirs.wait_until_watching();
    // Nothing ends before both have met.
    stage.set_speed(0);
    let arguments = ["abort", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let both = [(); 2].map(|()| {
        let mut run = stage.start(&arguments, "0");
        run.wait_for_event("attached");
        run
    });
    stage.set_speed(SPEED);
    for run in both.map(Running::end) {
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(run.result()["release"]["version"], "7");
    }
    assert_eq!(theirs.end().code, 31);
}
