//! Releases that go well.

use serde_json::json;

use crate::stage::{FRAUD_SCORER, SPEED, Stage};

#[test]
fn first_release_creates_the_service_and_succeeds() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let run = stage.deploy("7", &[]);
    let result = run.result();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(result["verdict"], "succeeded");
    assert_eq!(result["exit_code"], 0);
    assert_eq!(result["release"]["version"], "7");
    assert_eq!(result["previous"], json!(null));
    assert_eq!(stage.count("RegisterTaskDefinition"), 1);
    assert_eq!(stage.count("CreateService"), 1);

    let serving = stage.serving();
    assert_eq!(serving["release"]["version"], "7");
    assert_eq!(serving["running"], 1);
    let digest = serving["release"]["digest"].as_str().unwrap();
    assert!(digest.starts_with("sha256:"), "{digest}");
}

#[test]
fn next_release_replaces_the_tasks() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let run = stage.deploy("8", &[]);
    let result = run.result();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(result["previous"]["version"], "7");
    assert_eq!(stage.count("UpdateService"), 1);
    assert_eq!(stage.serving()["release"]["version"], "8");
}

#[test]
fn deploying_the_same_again_writes_nothing() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let run = stage.deploy("7", &[]);
    let result = run.result();
    assert_eq!(run.code, 0);
    assert_eq!(result["verdict"], "unchanged");
    assert!(result["api_calls"].as_u64().unwrap() <= 4, "{result}");
    assert_eq!(stage.count("RegisterTaskDefinition"), 1);
    assert_eq!(stage.count("UpdateService"), 0);
}

#[test]
fn a_change_without_a_deployment_is_not_waited_for() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let more = manifest.replace("graceSeconds: 120", "graceSeconds: 240");
    let run = stage.pipe(&["deploy", "-", "-e", "staging", "-o", "json"], "7", &more);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.result()["verdict"], "succeeded");
    assert_eq!(stage.count("UpdateService"), 1);
    assert_eq!(stage.count("RegisterTaskDefinition"), 1);
}

#[test]
fn detach_returns_before_the_verdict_and_deploying_again_attaches() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.set_speed(1);
    let run = stage.deploy("7", &["--detach"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.result()["verdict"], "started");
    let mut attached = stage.start_deploy("7", &[]);
    attached.wait_until_watching();
    stage.set_speed(SPEED);
    let run = attached.end();
    assert_eq!(run.result()["verdict"], "succeeded", "{}", run.stderr);
    assert_eq!(stage.count("RegisterTaskDefinition"), 1);
    assert_eq!(stage.count("CreateService"), 1);
}

#[test]
fn a_deployment_of_somebody_else_is_waited_for() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    stage.set_speed(1);
    stage.deploy("8", &["--detach"]);
    let mut ours = stage.start_deploy("9", &[]);
    ours.wait_for_event("waiting_for");
    stage.set_speed(SPEED);
    let run = ours.end();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(stage.serving()["release"]["version"], "9");
    assert_eq!(stage.deployments(), 3);
}

#[test]
fn a_forced_deployment_replaces_the_tasks_and_registers_nothing() {
    let stage = Stage::new();
    stage.deploy("7", &[]);
    let run = stage.deploy("7", &["--force-new-deployment"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "succeeded");
    assert_eq!(stage.deployments(), 2);
    assert_eq!(stage.revisions(), 1);
}

#[test]
fn the_task_definition_tells_the_story_of_the_release() {
    let stage = Stage::new();
    let arguments = ["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let output = stage
        .command(&arguments, "7")
        .env("GITHUB_SHA", "9ab0c1")
        .env("GITHUB_ACTOR", "ada")
        .output()
        .unwrap();
    assert!(output.status.success());
    let body = json!({"taskDefinition": "fraud-scorer", "include": ["TAGS"]});
    let tags = stage.ask("DescribeTaskDefinition", &body)["tags"].take();
    let tag = |name: &str| {
        let tags = tags.as_array().unwrap();
        tags.iter()
            .find(|tag| tag["key"] == name)
            .map(|tag| tag["value"].clone())
    };
    assert_eq!(tag("mlship:git-sha"), Some(json!("9ab0c1")));
    assert_eq!(tag("mlship:by"), Some(json!("ada")));
    assert_eq!(tag("mlship:version"), Some(json!("7")));
    // Another commit is no change.
    let again = stage
        .command(&["diff", FRAUD_SCORER, "-e", "staging", "--exit-code"], "7")
        .env("GITHUB_SHA", "ffffff")
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(0));
}

#[test]
fn the_json_stream_names_service_and_time_on_every_line() {
    let stage = Stage::new();
    let run = stage.deploy("7", &[]);
    for line in run.stdout.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        for member in ["event", "time", "service"] {
            assert!(event[member].is_string(), "{line}");
        }
    }
    let events: Vec<_> = run.stdout.lines().collect();
    assert!(events[0].contains(r#""event":"planned""#), "{}", events[0]);
    assert!(
        events
            .iter()
            .any(|line| line.contains(r#""event":"progress""#))
    );
}
