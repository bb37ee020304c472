//! Releases that go well.

use serde_json::json;

use crate::stage::Stage;

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
fn deploying_the_same_again_writes_nothing() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let run = stage.deploy("7", &[]);
    let result = run.result();
    assert_eq!(run.code, 0);
    assert_eq!(result["verdict"], "unchanged");
    assert!(result["api_calls"].as_u64().unwrap() <= 4, "{result}");
    assert_eq!(stage.count("RegisterTaskDefinition"), 1);
    assert_eq!(stage.count("UpdateService"), 0);
}
