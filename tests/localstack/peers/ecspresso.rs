//! kayac/ecspresso.

use std::path::PathBuf;

use serde_json::json;

use super::{deploy, manifest, rollback, task_definition};
use crate::stage::{FRAUD_SCORER, Stage};

/// There: back is the next lower number among the active revisions.
#[test]
fn a_rollback_skips_the_revision_an_aborted_deploy_left_behind() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("8", "hang");
    assert_eq!(stage.deploy("8", &["--detach"]).code, 0);
    let abort = ["abort", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    assert_eq!(stage.mlship(&abort, "0").code, 0);
    // One more that nothing ever deployed.
    let mut left = task_definition(&stage, "fraud-scorer:2");
    let kept = |name: &str| left[name].clone();
    let names = [
        "family",
        "networkMode",
        "cpu",
        "memory",
        "requiresCompatibilities",
        "containerDefinitions",
        "executionRoleArn",
        "taskRoleArn",
    ];
    let copy: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), kept(name)))
        .collect();
    left = stage.ask("RegisterTaskDefinition", &json!(copy));
    assert_eq!(left["taskDefinition"]["revision"], 3, "{left}");
    assert_eq!(stage.deploy("9", &[]).code, 0);

    let run = rollback(&stage);
    let result = run.result();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["release"]["version"], "7");
    let back = result["task_definition"].as_str().unwrap();
    assert!(back.ends_with("fraud-scorer:1"), "{result}");
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
}

/// There: a rollback is noticed only by another task definition, which here is the same.
#[test]
fn an_attribute_only_change_that_is_rolled_back_is_no_success() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("7", "pull");
    let subnets = r#"["${SUBNET_A}", "${SUBNET_B}"]"#;
    let moved = manifest().replace(subnets, r#"["${SUBNET_A}"]"#);
    assert_ne!(moved, manifest());
    let run = deploy(&stage, "7", &moved);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "rolled_back");
    assert_eq!((stage.revisions(), stage.deployments()), (1, 2));
}

/// There: lists in another order, and what ECS fills in by itself, are differences.
#[test]
fn diff_is_silent_about_the_order_of_lists_and_about_defaults_that_are_spelled_out() {
    let stage = Stage::new();
    assert_eq!(stage.deploy("7", &[]).code, 0);
    let exchange = [
        (
            r#"["${SUBNET_A}", "${SUBNET_B}"]"#,
            r#"["${SUBNET_B}", "${SUBNET_A}"]"#,
        ),
        (
            "    MODEL_PATH: /opt/model/model.joblib\n    LOG_LEVEL: info\n",
            "    LOG_LEVEL: info\n    MODEL_PATH: /opt/model/model.joblib\n",
        ),
    ];
    let mut other = manifest();
    for (from, to) in exchange {
        assert!(other.contains(from), "{from}");
        other = other.replace(from, to);
    }
    other += "overrides:\n  service:\n    schedulingStrategy: REPLICA\n    \
        deploymentController: { type: ECS }\n    enableExecuteCommand: false\n";
    let run = stage.pipe(&["diff", "-", "-e", "staging", "--exit-code"], "7", &other);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

/// There: a run is for one service.
#[test]
fn one_run_ships_several_services_and_names_how_each_ended() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let name = format!("peers {:x}", fastrand::u64(..));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir(&folder).unwrap();
    for name in ["good", "bad"] {
        let named = manifest()
            .replace(
                "name: fraud-scorer\n  desired",
                &format!("name: {name}\n  desired"),
            )
            .replace(
                "\"${IMAGE:",
                &format!("\"registry.example.com/{name}:1\" # \"${{IMAGE:"),
            );
        std::fs::write(folder.join(format!("{name}.yaml")), named).unwrap();
    }
    let fault = json!({"image": "/bad:1$", "kind": "pull"});
    stage.control("task-faults", json!({"faults": [fault]}));
    let path = folder.to_str().unwrap();
    let run = stage.mlship(&["deploy", path, "-e", "staging", "-o", "json"], "1");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(run.code, 30, "{}{}", run.stdout, run.stderr);
    let lines = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let ended: Vec<serde_json::Value> = lines
        .filter(|line: &serde_json::Value| line["event"] == "result")
        .map(|line| json!([line["service"], line["verdict"]]))
        .collect();
    assert_eq!(ended.len(), 2, "{}", run.stdout);
    for (service, verdict) in [("good", "succeeded"), ("bad", "failed")] {
        assert!(ended.contains(&json!([service, verdict])), "{}", run.stdout);
    }
}
