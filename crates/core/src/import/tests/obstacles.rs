//! Services that no manifest can say.

use serde_json::{Value, json};

use super::*;

fn refused(service: &Value) -> Obstacle {
    let task = json!({"networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"name": "app", "image": "a:1"}]});
    import(
        &id(),
        &observed(&task, service),
        &caller(),
        None,
        &with_limits,
    )
    .unwrap_err()
}

#[test]
fn what_mlship_cannot_deploy_is_not_imported() {
    for (service, expected) in [
        (
            json!({"deploymentController": {"type": "CODE_DEPLOY"}}),
            "AWS CodeDeploy",
        ),
        (
            json!({"deploymentController": {"type": "EXTERNAL"}}),
            "external",
        ),
        (json!({"schedulingStrategy": "DAEMON"}), "daemon"),
        (json!({"resourceManagementType": "ECS"}), "ECS Express"),
        (
            json!({"deploymentConfiguration": {"strategy": "A_NEW_ONE"}}),
            "A_NEW_ONE",
        ),
        (json!({"status": "DRAINING"}), "deleted"),
    ] {
        let obstacle = refused(&service);
        assert!(obstacle.message.contains(expected), "{obstacle:?}");
        assert!(!obstacle.hint.is_empty());
    }
}

#[test]
fn a_variable_that_no_manifest_can_name_is_told() {
    let task = json!({"networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"name": "app", "image": "a:1",
            "environment": [{"name": "MODEL DIR", "value": "x"}]}]});
    let obstacle = import(
        &id(),
        &observed(&task, &json!({})),
        &caller(),
        None,
        &with_limits,
    );
    let message = obstacle.unwrap_err().message;
    assert!(message.ends_with("\"MODEL DIR\""), "{message}");
}
