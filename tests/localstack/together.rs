//! Ten runs of one release at the same moment, each in a process and a pipeline of its own.

use crate::stage::{FRAUD_SCORER, Run, Running, Stage};

const RUNS: usize = 10;

/// Deploys a version from so many pipelines at once.
fn deploy_together(stage: &Stage, version: &str) -> Vec<Run> {
    let start = |number: usize| {
        let arguments = ["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"];
        let mut command = stage.command(&arguments, version);
        command
            .env("GITHUB_SERVER_URL", "https://git.example.com")
            .env("GITHUB_REPOSITORY", "team/models")
            .env("GITHUB_RUN_ID", format!("{number}"))
            .env("GITHUB_ACTOR", format!("developer-{number}"));
        Running::of(command)
    };
    let running: Vec<Running> = (0..RUNS).map(start).collect();
    running.into_iter().map(Running::end).collect()
}

/// Checks that all ended well, with one deployment more than before.
fn check_one(stage: &Stage, version: &str) {
    let before = stage.deployments();
    for run in deploy_together(stage, version) {
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
    assert_eq!(stage.deployments(), before + 1);
    assert_eq!(stage.serving()["release"]["version"], version);
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
}

/// How fast the clock runs here: the deployment must still run when the last of ten has started.
const SPEED: u32 = 10;

#[test]
fn ten_deploys_of_one_version_at_once_are_one_deployment() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.set_speed(SPEED);
    check_one(&stage, "8");
}

#[test]
fn ten_first_deploys_at_once_make_one_service() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.set_speed(SPEED);
    check_one(&stage, "7");
    assert_eq!(stage.count("CreateService"), 1);
}

/// Everybody who is called runs it, and the release must be registered anew: its number changes
/// between one's look and another's write.
#[test]
fn six_rollbacks_at_once_end_on_one_release() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.deploy("8", &[]);
    stage.deploy("9", &[]);
    let second = serde_json::json!({"taskDefinition": "fraud-scorer:2"});
    stage.ask("DeregisterTaskDefinition", &second);
    stage.set_speed(SPEED);
    let start = |_| {
        let arguments = ["rollback", FRAUD_SCORER, "-e", "staging", "-o", "json"];
        Running::of(stage.command(&arguments, "0"))
    };
    let running: Vec<Running> = (0..6).map(start).collect();
    for run in running.into_iter().map(Running::end) {
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(run.result()["release"]["version"], "8", "{}", run.stdout);
    }
    assert_eq!(stage.serving()["release"]["version"], "8");
}
