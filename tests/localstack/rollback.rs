//! Back to the last release that succeeded.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, SPEED, Stage};

fn rollback(stage: &Stage, more: &[&str]) -> Run {
    let arguments = ["rollback", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    stage.mlship(&[&arguments, more].concat(), "0")
}

fn check_back(run: &Run, stage: &Stage, version: &str) -> Value {
    let result = run.result();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "rolled_back", "{result}");
    assert_eq!(result["release"]["version"], version, "{result}");
    assert_eq!(stage.serving()["release"]["version"], version);
    result
}

#[test]
fn the_last_release_that_succeeded_comes_back_and_what_failed_between_is_passed_over() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("8", "pull");
    assert_eq!(stage.deploy("8", &[]).code, 31);
    assert_eq!(stage.deploy("9", &[]).code, 0);
    stage.deploy("9", &["--force-new-deployment"]);

    let dry = rollback(&stage, &["--dry-run"]);
    let plan = dry.document()["services"][0].take();
    assert_eq!(plan["effect"], "replace_tasks", "{plan}");
    assert_eq!(plan["changes"][0]["before"], "9");
    assert_eq!(plan["changes"][0]["after"], "7");
    assert_eq!(stage.serving()["release"]["version"], "9");

    stage.control("requests", json!({}));
    let result = check_back(&rollback(&stage, &[]), &stage, "7");
    assert_eq!(result["previous"]["version"], "9");
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
    let before = stage.requests();
    let ecs = before.iter().filter(|request| request["service"] == "ecs");
    let until: Vec<_> = ecs
        .take_while(|request| request["operation"] != "UpdateService")
        .collect();
    // On a busy machine what was seen grows old, and is looked at once more before the write.
    let time = |request: &Value| request["time"].as_f64().unwrap();
    let is_slow = time(until[until.len() - 1]) - time(until[0]) > 2.0;
    assert!(until.len() <= 5 + usize::from(is_slow), "{before:?}");

    // What came by a rollback is left alone, and that is not what was asked for.
    let again = rollback(&stage, &[]);
    assert_eq!(again.code, 11, "{}{}", again.stdout, again.stderr);
    assert_eq!(again.result()["verdict"], "refused");
    let hint = again.result()["hint"].take();
    assert!(hint.as_str().unwrap().contains("--to 9"), "{hint}");
    assert_eq!(stage.count("UpdateService"), 1);
}

#[test]
fn after_a_failure_a_rollback_goes_to_the_release_before_and_a_failed_one_is_tried_again() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.deploy("8", &[]);
    stage.break_version("9", "pull");
    assert_eq!(stage.deploy("9", &[]).code, 31);
    // The release before can't start for the moment.
    stage.break_version("7", "pull");
    let failed = rollback(&stage, &[]);
    assert_eq!(failed.code, 31, "{}{}", failed.stdout, failed.stderr);
    stage.break_versions(&[]);
    check_back(&rollback(&stage, &[]), &stage, "7");
    assert_eq!(rollback(&stage, &[]).code, 11);
}

#[test]
fn what_no_list_shows_yet_is_taken_back() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.deploy("8", &[]);
    stage.control("clock", json!({ "advance": 3600 }));
    stage.control("profile", json!({ "list_lag": 600 }));
    // However busy the machine is, it has not ended by then.
    stage.break_version("9", "hang");
    stage.deploy("9", &["--detach"]);
    check_back(&rollback(&stage, &[]), &stage, "8");
    assert_eq!(stage.count("StopServiceDeployment"), 1);
}

#[test]
fn a_release_is_named_by_its_version_or_its_revision() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    for version in ["7", "8", "9"] {
        stage.deploy(version, &[]);
    }
    check_back(&rollback(&stage, &["--to", "7"]), &stage, "7");
    check_back(&rollback(&stage, &["--to", ":2"]), &stage, "8");
    let same = rollback(&stage, &["--to", "8"]);
    assert_eq!(
        (same.code, same.result()["verdict"].take()),
        (0, json!("unchanged"))
    );
    let unknown = rollback(&stage, &["--to", "6"]);
    assert_eq!(unknown.code, 11, "{}{}", unknown.stdout, unknown.stderr);
    let result = unknown.result();
    assert_eq!(result["verdict"], "refused");
    assert!(result["hint"].as_str().unwrap().contains(":3"), "{result}");
}

#[test]
fn a_rollback_that_was_killed_is_taken_up_by_the_next() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.deploy("8", &[]);
    // Nothing ends before both have met.
    stage.set_speed(0);
    let arguments = ["rollback", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let mut first = stage.start(&arguments, "0");
    first.wait_for_event("started");
    first.signal("KILL");
    first.end();
    let dry = rollback(&stage, &["--dry-run"]);
    assert_eq!(dry.code, 0, "{}{}", dry.stdout, dry.stderr);
    let mut second = stage.start(&arguments, "0");
    second.wait_for_event("attached");
    stage.set_speed(SPEED);
    check_back(&second.end(), &stage, "7");
    assert_eq!(stage.count("UpdateService"), 2);
    assert_eq!(stage.count("StopServiceDeployment"), 0);
}

#[test]
fn the_network_of_the_release_comes_back_with_it() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let moved = manifest.replace(r#"["${SUBNET_A}", "${SUBNET_B}"]"#, r#"["${SUBNET_A}"]"#);
    assert_ne!(moved, manifest);
    let run = stage.pipe(&["deploy", "-", "-e", "staging", "-o", "json"], "8", &moved);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let subnets = || {
        let services = json!({"cluster": "ml-staging", "services": ["fraud-scorer"]});
        let described = stage.ask("DescribeServices", &services);
        let network = &described["services"][0]["networkConfiguration"]["awsvpcConfiguration"];
        network["subnets"].as_array().unwrap().len()
    };
    assert_eq!(subnets(), 1);
    check_back(&rollback(&stage, &[]), &stage, "7");
    assert_eq!(subnets(), 2);
    assert_eq!(stage.count("UpdateService"), 2);
}

#[test]
fn a_rollback_survives_throttling_and_lost_answers() {
    for fault in [
        json!({"service": "ecs", "operation": "UpdateService", "kind": "reset", "when": "after", "times": 1}),
        json!({"service": "ecs", "operation": "UpdateService", "kind": "reset", "when": "before", "times": 1}),
        json!({"service": "ecs", "kind": "throttle", "times": 6}),
    ] {
        let Some(stage) = Stage::with_controls() else {
            return;
        };
        stage.deploy("7", &[]);
        stage.deploy("8", &[]);
        stage.control("api-faults", json!({"faults": [fault]}));
        check_back(&rollback(&stage, &[]), &stage, "7");
        assert_eq!(stage.deployments(), 3);
    }
}

/// The release before needs minutes to load, and the one that is left came without a grace period.
#[test]
fn the_grace_period_of_a_release_comes_back_with_it() {
    let stage = Stage::new();
    let patient = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    assert!(patient.contains("graceSeconds: "), "{patient}");
    let grace = || {
        let service = json!({"cluster": "ml-staging", "services": ["fraud-scorer"]});
        stage.ask("DescribeServices", &service)["services"][0]["healthCheckGracePeriodSeconds"]
            .take()
    };
    assert_eq!(stage.deploy("7", &[]).code, 0);
    let long = grace();
    let lines = patient.lines();
    let hasty: Vec<&str> = lines
        .filter(|line| !line.contains("graceSeconds: "))
        .collect();
    let hasty = hasty.join("\n");
    let arguments = ["deploy", "-", "-e", "staging", "-o", "json"];
    let run = stage.pipe(&arguments, "8", &hasty);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_ne!(grace(), long);
    stage.control("requests", json!({}));
    check_back(&rollback(&stage, &[]), &stage, "7");
    assert_eq!(grace(), long);
    assert_eq!(stage.count("UpdateService"), 1);
}
