//! The running deployment, taken back.

use serde_json::json;

use crate::stage::{FRAUD_SCORER, Run, Stage};

fn abort(stage: &Stage) -> Run {
    let arguments = ["abort", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    stage.mlship(&arguments, "0")
}

#[test]
fn the_running_deployment_is_rolled_back_and_its_own_watcher_says_so() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
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
fn where_nothing_waits_promote_sends_nothing_and_says_what_is_there() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    for hook in [&[][..], &["--hook", "ecs-pause-1"]] {
        let promote = ["promote", FRAUD_SCORER, "-e", "staging", "-o", "json"];
        let run = stage.mlship(&[&promote, hook].concat(), "7");
        assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
        let said = run.result()["error"].to_string();
        assert!(said.contains("newest deployment has succeeded"), "{said}");
    }
    assert_eq!(stage.count("ContinueServiceDeployment"), 0);
}
