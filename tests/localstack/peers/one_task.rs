//! hako and silinternational/ecs-deploy.

use serde_json::json;

use super::{deploy, manifest};
use crate::stage::Stage;

/// There: the release has succeeded once a single new task runs, and revisions are deregistered
/// before anybody knows how it ends.
#[test]
fn one_task_of_three_that_runs_is_no_success() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let three = manifest().replace("ml-staging, desired: 1", "ml-staging, desired: 3");
    assert_eq!(deploy(&stage, "7", &three).code, 0);
    let fault = json!({"image": ":8$", "kind": "hang", "times": 2});
    stage.control("task-faults", json!({"faults": [fault]}));
    let arguments = [
        "deploy",
        "-",
        "-e",
        "staging",
        "-o",
        "json",
        "--timeout",
        "30s",
    ];
    let run = stage.pipe(&arguments, "8", &three);
    assert_eq!(run.code, 32, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains(r#""running":1,"#), "{}", run.stdout);
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
}
