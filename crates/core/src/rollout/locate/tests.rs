use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::release::ids::DeploymentId;
use crate::rollout::WaitsEnded;

/// Checks which service deployments may belong to the entry made at second 1000, in order; all
/// are named by the second they were made at.
fn check(entries: &[i64], listed: &[i64], ours: &[i64]) {
    let follow = Follow {
        shown: None,
        deployment: DeploymentId::new("1000"),
        is_own: true,
        created_at: Some(Timestamp::from_second(1000).unwrap()),
        timeout: Duration::ZERO,
        adds_shift: false,
        until: crate::rollout::Until::Done,
        pausing: crate::rollout::PauseCommands::default(),
        abort_after: 0,
        waits: WaitsEnded::ByNobody,
    };
    let entry = |at: &i64| json!({"id": at.to_string(), "status": "ACTIVE", "taskDefinition": "m:1", "createdAt": at});
    let entries: Vec<Value> = entries.iter().map(entry).collect();
    let service = json!({"serviceArn": "s", "status": "ACTIVE", "taskDefinition": "m:1",
        "deployments": entries});
    let service: LiveService = serde_json::from_value(service).unwrap();
    let deployment = |at: &i64| {
        let deployment = json!({"serviceDeploymentArn": at.to_string(), "status": "PENDING",
            "createdAt": at});
        serde_json::from_value(deployment).unwrap()
    };
    let found = nearest_first(listed.iter().map(deployment).collect(), &follow, &service);
    let found: Vec<i64> = found
        .iter()
        .map(|deployment| deployment.service_deployment_arn.as_str().parse().unwrap())
        .collect();
    assert_eq!(found, ours);
}

#[test]
fn what_was_made_before_our_entry_is_not_ours() {
    check(&[1000, 500], &[1001, 500], &[1001]);
    check(&[1000], &[994], &[]);
    // Made in one go, not in one instant.
    check(&[1000], &[996], &[996]);
}

#[test]
fn what_was_made_with_another_entry_is_not_ours() {
    check(&[1002, 1000], &[1002, 1000], &[1000]);
    // Ours is not listed yet, theirs is.
    check(&[1030, 1000], &[1030], &[]);
    // Ours was replaced and is gone.
    check(&[1030], &[1030], &[]);
}

#[test]
fn the_nearest_comes_first() {
    check(&[1000], &[1060, 1030, 1001], &[1001, 1030, 1060]);
}
