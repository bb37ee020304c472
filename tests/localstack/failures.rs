//! Releases that go badly, told as they are.

use serde_json::{Value, json};

use crate::stage::Stage;

#[test]
fn image_that_cannot_be_pulled_is_rolled_back_and_its_revision_kept() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    assert_eq!(stage.deploy("7", &[]).code, 0);
    stage.break_version("8", "pull");
    let run = stage.deploy("8", &[]);
    let result = run.result();
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "rolled_back");
    assert_eq!(result["failure"]["cause"], "image_not_found", "{result}");
    assert_eq!(result["previous"]["version"], "7");
    assert_eq!(stage.count("RegisterTaskDefinition"), 2);
    assert_eq!(stage.count("UpdateService"), 1);
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
    assert_eq!(stage.serving()["release"]["version"], "7");
}

#[test]
fn time_that_runs_out_is_said_and_the_deployment_goes_on() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
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
fn a_deploy_of_somebody_else_supersedes_ours() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    stage.break_version("8", "hang");
    let ours = stage.start_deploy("8", &[]);
    stage.wait_until_running("8");
    stage.control("task-faults", json!({"faults": []}));
    assert_eq!(stage.deploy("9", &["--if-busy", "fail"]).code, 11);
    assert_eq!(stage.deploy("9", &["--if-busy", "supersede"]).code, 0);
    let run = ours.end();
    assert_eq!(run.code, 33, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "superseded");
}

#[test]
fn after_a_superseded_release_the_service_is_back_on_the_one_before() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    stage.break_versions(&[("8", "hang"), ("9", "pull")]);
    stage.deploy("8", &["--detach"]);
    let run = stage.deploy("9", &["--if-busy", "supersede"]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["previous"]["version"], "7");
    assert_eq!(stage.serving()["release"]["version"], "7");
}

#[test]
fn a_lost_answer_makes_no_second_revision_and_no_second_deployment() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let lose = |operation: &str| {
        json!({"service": "ecs", "operation": operation, "kind": "reset",
        "when": "after", "times": 1})
    };
    let faults = [lose("RegisterTaskDefinition"), lose("UpdateService")];
    stage.control("api-faults", json!({"faults": faults}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let adopted = run.stdout.matches(r#""event":"adopted""#).count();
    assert_eq!(adopted, 2, "{}", run.stdout);
    assert_eq!(stage.revisions(), 2);
    assert_eq!(stage.deployments(), 2);
}

#[test]
fn a_lost_answer_of_the_first_release_makes_one_service() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let lose = json!({"service": "ecs", "operation": "CreateService", "kind": "reset",
        "when": "after", "times": 1});
    stage.control("api-faults", json!({"faults": [lose]}));
    let run = stage.deploy("7", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(stage.deployments(), 1);
}

#[test]
fn a_request_that_never_arrived_is_sent_again() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let drop = |operation: &str| {
        json!({"service": "ecs", "operation": operation, "kind": "reset",
        "when": "before", "times": 1})
    };
    let faults = [drop("RegisterTaskDefinition"), drop("UpdateService")];
    stage.control("api-faults", json!({"faults": faults}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(stage.revisions(), 2);
    assert_eq!(stage.deployments(), 2);
}

#[test]
fn throttling_everywhere_slows_a_release_and_does_not_fail_it() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
    let throttle = |operation: &str| {
        json!({"service": "ecs", "operation": operation,
        "kind": "throttle", "times": 2})
    };
    let faults = [
        throttle("DescribeServices"),
        throttle("DescribeTaskDefinition"),
        throttle("RegisterTaskDefinition"),
        throttle("UpdateService"),
        throttle("DescribeServiceDeployments"),
    ];
    stage.control("api-faults", json!({"faults": faults}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(stage.deployments(), 2);
}

#[test]
fn without_service_deployments_the_verdict_rests_on_the_deployment_id() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.deploy("7", &[]);
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
