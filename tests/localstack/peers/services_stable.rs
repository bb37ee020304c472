//! `aws ecs wait services-stable`, and Terraform's `wait_for_steady_state`.

use super::service;
use crate::stage::Stage;

/// There: a service with one deployment and all its tasks running has taken the release.
#[test]
fn a_service_that_is_stable_after_a_rollback_has_not_taken_the_release() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    stage.break_version("8", "crash");
    let run = stage.deploy("8", &[]);
    let live = service(&stage);
    assert_eq!(live["deployments"].as_array().unwrap().len(), 1, "{live}");
    assert_eq!(
        live["deployments"][0]["rolloutState"], "COMPLETED",
        "{live}"
    );
    assert_eq!(live["runningCount"], live["desiredCount"], "{live}");
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "rolled_back");
}
