//! What serves now, and how the newest deployment went.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Stage};

#[test]
fn a_release_that_was_rolled_back_or_failed_is_seen_beside_what_serves() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let status = stage.serving();
    assert!(status["account"].is_string(), "{status}");
    assert_eq!(status["last_deployment"]["outcome"], "succeeded");
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let elsewhere = format!("account: \"999999999999\"\n{manifest}");
    let told = stage.pipe(&["status", "-", "-e", "staging"], "7", &elsewhere);
    assert!(
        told.stderr.contains("is for account 999999999999"),
        "{}",
        told.stderr
    );

    stage.break_version("8", "pull");
    assert_eq!(stage.deploy("8", &[]).code, 31);
    stage.control("requests", json!({}));
    let serving = stage.serving();
    assert!(stage.requests().len() <= 10, "{:?}", stage.requests());
    let last = &serving["last_deployment"];
    assert_eq!(serving["release"]["version"], "7");
    assert!(serving["release"]["digest"].is_string(), "{serving}");
    assert_eq!(last["outcome"], "rolled_back");
    let brought = last["task_definition"].as_str().unwrap();
    assert!(brought.ends_with("fraud-scorer:2"), "{last}");
    assert!(last["finished"].is_string(), "{last}");
    let told = stage.mlship(&["status", FRAUD_SCORER, "-e", "staging"], "0");
    let line = "newest      rolled back: fraud-scorer:2, ";
    assert!(told.stdout.contains(line), "{}", told.stdout);

    // Without a rollback ECS stops it where it is, and no status of ECS is called failed.
    let service = json!({"cluster": "ml-staging", "service": "fraud-scorer",
        "deploymentConfiguration":
            {"deploymentCircuitBreaker": {"enable": true, "rollback": false}}});
    stage.ask("UpdateService", &service);
    let mut update = service.clone();
    update["taskDefinition"] = last["task_definition"].clone();
    stage.ask("UpdateService", &update);
    let outcome = || stage.serving()["last_deployment"]["outcome"].take();
    while outcome() == "running" {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(outcome(), "failed");
}

/// Its tasks reach RUNNING, so that ECS never counts them as failed.
#[test]
fn a_release_that_crashes_after_its_start_does_not_pass_for_what_serves() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let crash = json!({"image": ":8$", "kind": "crash", "after": 3, "exit_code": 3});
    stage.control("task-faults", json!({"faults": [crash]}));
    assert_eq!(stage.deploy("8", &["--detach"]).code, 0);
    let arriving = |status: &Value| {
        let releases = status["releases"].as_array().cloned().unwrap_or_default();
        let arrives = |release: &&Value| release["role"] == "arriving";
        releases.iter().find(arrives).cloned()
    };
    let status = loop {
        let status = stage.serving();
        if arriving(&status).is_some_and(|release| release["failed"].as_u64() > Some(1)) {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert_eq!(status["release"]["version"], "7", "{status}");
    assert_eq!(status["releases"][0]["role"], "serving", "{status}");
    assert_eq!(
        status["releases"][0]["healthy"], status["desired"],
        "{status}"
    );
    let arriving = arriving(&status).unwrap();
    assert_eq!(arriving["version"], "8", "{status}");
    assert_eq!(arriving["cause"], "container_exited", "{status}");
}
