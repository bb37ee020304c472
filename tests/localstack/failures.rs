//! Releases that go badly, told as they are.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Stage};

#[test]
fn time_that_runs_out_is_said_and_the_deployment_goes_on() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("8", "hang");
    let run = stage.deploy("8", &["--timeout", "20s"]);
    let result = run.result();
    assert_eq!(run.code, 32, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "timed_out");
    assert!(
        result["hint"].as_str().unwrap().contains("attach"),
        "{result}"
    );
    assert_eq!(stage.serving()["deployment"]["failed"], 0);
}

#[test]
fn without_service_deployments_the_verdict_rests_on_the_deployment_id() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let deny = |operation: &str| {
        json!({"service": "ecs", "operation": operation, "kind": "error",
        "code": "AccessDeniedException", "status": 400, "message": "not authorized"})
    };
    let faults = [
        deny("ListServiceDeployments"),
        deny("DescribeServiceDeployments"),
    ];
    stage.control("api-faults", json!({"faults": faults}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains(r#""event":"rests_on_deployment_id""#),
        "{}",
        run.stdout
    );

    stage.break_version("9", "pull");
    let run = stage.deploy("9", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_missing_cluster_is_named() {
    let stage = Stage::new();
    let manifest = std::fs::read_to_string(crate::stage::FRAUD_SCORER).unwrap();
    let nowhere = manifest.replace("ml-staging", "nowhere");
    let run = stage.pipe(
        &["deploy", "-", "-e", "staging", "-o", "json"],
        "7",
        &nowhere,
    );
    let result: Value = run.result();
    assert_eq!(run.code, 20, "{}", run.stderr);
    assert!(
        result["error"]
            .as_str()
            .unwrap()
            .contains("Cluster not found"),
        "{result}"
    );
}

#[test]
fn a_service_that_was_never_deployed_is_told_how_to_begin() {
    let stage = Stage::new();
    for command in ["history", "logs", "watch", "rollback", "abort"] {
        let run = stage.mlship(&[command, FRAUD_SCORER, "-e", "staging"], "0");
        assert_eq!(run.code, 20, "{command}: {}", run.stderr);
        let told = run.stdout + &run.stderr;
        assert!(
            told.contains("hint: deploy it with mlship deploy"),
            "{command}: {told}"
        );
    }
}
