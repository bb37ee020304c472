//! Deployments of what is there already: failed, running, forced or on the way back.

use super::*;

#[test]
fn a_deployment_that_ecs_gave_up_is_made_again() {
    let plan = plan_over(BASE, BASE, |service| {
        service["deployments"][0]["rolloutState"] = json!("FAILED");
    })
    .unwrap();
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(sent(&plan)["forceNewDeployment"], true);
    assert_eq!(plan.writes.register, None);
}

#[test]
fn a_deployment_can_be_forced_without_a_change() {
    let release = release(BASE);
    let observed = deployed(&release);
    let plan = plan(&release, &observed, &caller(), Redeploy::Always).unwrap();
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(plan.writes.register, None);
    assert_eq!(sent(&plan)["forceNewDeployment"], true);
}

#[test]
fn a_deployment_of_this_release_that_runs_is_no_reason_for_another() {
    let plan = plan_over(BASE, BASE, |service| {
        service["deployments"][0]["rolloutState"] = json!("IN_PROGRESS");
    })
    .unwrap();
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(
        plan.running.unwrap().deployment,
        DeploymentId::new("ecs-svc/1")
    );
}

#[test]
fn the_way_back_to_this_release_is_told_from_its_deployment() {
    let went_back = |newer: u32| {
        plan_over(BASE, BASE, move |service| {
            let failed = json!({"id": "ecs-svc/2", "status": "ACTIVE", "taskDefinition": "m:2",
                "rolloutState": "FAILED", "createdAt": 1000 + newer});
            let entries = service["deployments"].as_array_mut().unwrap();
            entries[0]["rolloutState"] = json!("IN_PROGRESS");
            entries[0]["createdAt"] = json!(1000);
            entries.push(failed);
        })
        .unwrap()
    };
    assert!(went_back(1).going_back);
    assert!(!went_back(0).going_back);
    assert_eq!(went_back(1).effect, Effect::None);
}
