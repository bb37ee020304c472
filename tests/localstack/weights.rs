//! Releases whose weights are no part of the image.

use serde_json::json;

use crate::stage::Stage;

const EMBEDDER: [&str; 6] = [
    "deploy",
    "manifests/embedder-onnx-arm64.yaml",
    "-e",
    "staging",
    "-o",
    "json",
];

#[track_caller]
fn check(exit_code: i32, cause: &str) {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let crash = json!({"kind": "crash", "image": "aws-cli", "exit_code": exit_code});
    stage.control("task-faults", json!({"faults": [crash]}));
    let run = stage.mlship(&EMBEDDER, "1");
    let result = run.result();
    assert_eq!(
        run.code, 30,
        "the first release has nothing to go back to: {result}"
    );
    assert_eq!(result["failure"]["cause"], cause, "{result}");
}

#[test]
fn weights_that_can_not_be_had_are_the_cause() {
    check(44, "weights_missing");
}
