//! What serves now, and how the newest deployment went.

use serde_json::json;

use crate::stage::{FRAUD_SCORER, Stage};

#[test]
fn a_release_that_was_rolled_back_or_failed_is_seen_beside_what_serves() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let last = stage.serving()["last_deployment"].take();
    assert_eq!(last["outcome"], "succeeded");

    stage.break_version("8", "pull");
    assert_eq!(stage.deploy("8", &[]).code, 31);
    stage.control("requests", json!({}));
    let serving = stage.serving();
    assert!(stage.requests().len() <= 4, "{:?}", stage.requests());
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
