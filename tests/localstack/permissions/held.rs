//! Whole commands with nothing but the policy that is printed for them, its resources and
//! conditions included: nothing outside of it is ever asked for.

use serde_json::json;

use super::{scaled, statements};
use crate::stage::{FRAUD_SCORER, Run, Stage};

/// Runs a command that asks first whether all is there.
fn verifying(stage: &Stage, arguments: &[&str], version: &str) -> Run {
    let mut command = stage.command(arguments, version);
    command.env_remove("MLSHIP_SKIP_VERIFY");
    Run::of(command.output().unwrap())
}

#[track_caller]
fn check(stage: &Stage, run: &Run, code: i32) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    assert_eq!(stage.refused(), Vec::<String>::new());
}

#[test]
fn releases_go_out_and_back_by_the_policy_that_is_printed_for_them() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let on = |arguments: &[&'static str]| [arguments, &[FRAUD_SCORER, "-e", "staging"]].concat();
    let printed = verifying(&stage, &on(&["iam-policy", "--verify"]), "8");
    stage.hold(&statements(&printed));
    for version in ["8", "9"] {
        check(&stage, &verifying(&stage, &on(&["deploy"]), version), 0);
    }
    check(&stage, &verifying(&stage, &on(&["verify"]), "9"), 0);
    check(&stage, &verifying(&stage, &on(&["rollback"]), "0"), 0);
    stage.break_version("10", "crash");
    check(&stage, &stage.mlship(&on(&["deploy"]), "10"), 31);
    stage.break_version("11", "hang");
    let detached = stage.mlship(&on(&["deploy", "--detach"]), "11");
    check(&stage, &detached, 0);
    check(&stage, &stage.mlship(&on(&["abort"]), "11"), 0);

    let printed = stage.mlship(&on(&["iam-policy", "--read-only"]), "8");
    stage.hold(&statements(&printed));
    for command in ["diff", "status", "history", "logs"] {
        check(&stage, &stage.mlship(&on(&[command]), "8"), 0);
    }
    check(&stage, &stage.mlship(&on(&["watch"]), "8"), 31);
    let refused = stage.mlship(&on(&["deploy"]), "12");
    assert_eq!(refused.code, 20, "{}", refused.stderr);
}

#[test]
fn a_service_is_scaled_by_the_policy_that_is_printed_for_it() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let printed = stage.pipe(&["iam-policy", "-", "-e", "staging"], "8", &scaled());
    stage.hold(&statements(&printed));
    let deploy = ["deploy", "-", "-e", "staging"];
    check(&stage, &stage.pipe(&deploy, "8", &scaled()), 0);
    let tracked = scaled().replace("targetCpuPercent: 60", "targetCpuPercent: 70");
    check(&stage, &stage.pipe(&deploy, "8", &tracked), 0);
    let (plain, _) = tracked.split_once("autoscaling:").unwrap();
    check(&stage, &stage.pipe(&deploy, "8", plain), 0);
    assert_eq!(stage.count("DeregisterScalableTarget"), 1);
}

#[test]
fn an_experiment_starts_and_ends_by_the_policy_that_is_printed_for_it() {
    const EXPERIMENT: &str = "manifests/fraud-ab/experiment.yaml";
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let printed = stage.mlship(&["iam-policy", EXPERIMENT, "--for", "experiment"], "8");
    stage.hold(&statements(&printed));
    let run = |arguments: &[&str], code: i32| {
        let all = [&["experiment"], arguments].concat();
        check(&stage, &stage.mlship(&all, "8"), code);
    };
    run(&["start", EXPERIMENT], 0);
    run(&["status", EXPERIMENT], 40);
    run(&["list"], 0);
    run(&["stop", EXPERIMENT, "--no-winner", "--now"], 0);
    run(&["stop", EXPERIMENT, "--cleanup"], 0);
}

#[test]
fn tags_and_roles_that_no_manifest_names_are_out_of_reach() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let printed = stage.mlship(&["iam-policy", FRAUD_SCORER, "-e", "staging"], "8");
    stage.hold(&statements(&printed));
    let account = stage.account();
    let service = format!("arn:aws:ecs:us-east-1:{account}:service/ml-staging/fraud-scorer");
    let tags = json!([{"key": "owner", "value": "x"}]);
    let tag = json!({"resourceArn": service, "tags": tags});
    let register = json!({"family": "fraud-scorer",
        "taskRoleArn": format!("arn:aws:iam::{account}:role/admin"),
        "containerDefinitions": [{"name": "a", "image": "a", "memory": 64}]});
    for (operation, body) in [("TagResource", tag), ("RegisterTaskDefinition", register)] {
        let answer = stage.ask(operation, &body);
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(message.contains("is not authorized to perform"), "{answer}");
    }
}
