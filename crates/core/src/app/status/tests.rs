use serde_json::{Value, json};

use super::super::testing::Stand;
use super::status;
use crate::cloud::ErrorKind;
use crate::cloud::fake::{FakeCloud, Fault, World};

async fn document(stand: &Stand) -> Value {
    let status = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    json!(status)
}

/// A service whose second release is on its way.
async fn arriving() -> Stand {
    let stand = Stand::serving();
    stand.begin("2").await;
    stand
}

#[tokio::test(start_paused = true)]
async fn what_serves_is_told_with_the_members_that_programs_read() {
    let stand = Stand::serving();
    stand.released("2").await;
    let status = document(&stand).await;
    let arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/m:2";
    let expected = json!({
        "service": "m", "cluster": "ml", "desired": 2, "running": 2, "pending": 0,
        "release": {"model": "m", "version": "2", "model_ref": null, "model_metrics": null,
            "image": "m:2", "digest": null, "task_definition": arn},
        "deployment": null,
        "last_deployment": {"outcome": "succeeded", "task_definition": arn, "finished": null,
            "reason": null},
    });
    assert_eq!(status, expected);
}

#[tokio::test(start_paused = true)]
async fn what_other_tools_deployed_has_no_version() {
    let status = document(&Stand::serving()).await;
    assert_eq!(status["release"]["version"], Value::Null);
    assert_eq!(status["release"]["image"], "m:1");
}

#[tokio::test(start_paused = true)]
async fn what_arrives_is_told_as_running_and_not_as_ended() {
    let stand = arriving().await;
    let status = document(&stand).await;
    assert!(
        status["deployment"]["task_definition"]
            .as_str()
            .unwrap()
            .ends_with("m:2")
    );
    assert_eq!(status["deployment"]["failed"], 0);
    assert_eq!(status["last_deployment"]["outcome"], "running");
}

#[tokio::test(start_paused = true)]
async fn what_was_rolled_back_is_told_beside_what_serves() {
    let stand = Stand::serving();
    stand.fail_after(20);
    stand.deploy("2").await;
    let status = document(&stand).await;
    assert_eq!(status["last_deployment"]["outcome"], "rolled_back");
    let brought = status["last_deployment"]["task_definition"].as_str();
    assert!(brought.unwrap().ends_with("m:2"));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_or_was_deleted_has_no_release() {
    let mut deleted = World::serving();
    "INACTIVE".clone_into(&mut deleted.service.as_mut().unwrap().status);
    for world in [World::default(), deleted] {
        let status = document(&Stand::new(world)).await;
        let expected = json!({
            "service": "m", "cluster": "ml", "release": null, "desired": 0, "running": 0,
            "pending": 0, "deployment": null, "last_deployment": null,
        });
        assert_eq!(status, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_list_deployments_still_learns_what_serves() {
    for fault in [Fault::Denied, Fault::Garbled, Fault::LostBefore] {
        let stand = Stand::serving();
        stand
            .cloud
            .fail_always("ListServiceDeployments", Some(fault));
        stand
            .cloud
            .fail_always("DescribeServiceRevisions", Some(fault));
        let status = document(&stand).await;
        assert_eq!(status["release"]["image"], "m:1", "{fault:?}");
        assert_eq!(status["last_deployment"], Value::Null, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whether_a_stopped_deployment_failed_is_not_guessed_without_its_record() {
    let stand = arriving().await;
    stand
        .cloud
        .after_now(0, |world| world.end("STOPPED", "FAILED"));
    let told = document(&stand).await;
    assert_eq!(told["last_deployment"]["outcome"], "stopped");
    stand
        .cloud
        .fail_always("DescribeServiceDeployments", Some(Fault::Denied));
    assert_eq!(document(&stand).await["last_deployment"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_nobody_could_look_at_is_an_error_and_not_an_empty_one() {
    for (operation, fault, kind) in [
        ("DescribeServices", Fault::LostBefore, ErrorKind::Lost),
        ("DescribeServices", Fault::Garbled, ErrorKind::Unreadable),
        ("DescribeTaskDefinition", Fault::Denied, ErrorKind::Denied),
    ] {
        let stand = Stand::serving();
        stand.cloud.fail_always(operation, Some(fault));
        let error = status(&stand.cloud, &FakeCloud::id()).await.unwrap_err();
        assert_eq!(error.kind, kind);
    }
}

const MORE: [&str; 2] = ["ListServiceDeployments", "DescribeServiceRevisions"];

/// Returns what is said where an operation goes wrong.
async fn under(operation: &'static str, fault: Fault) -> Value {
    let stand = Stand::serving();
    stand.cloud.fail_always(operation, Some(fault));
    let status = document(&stand).await;
    assert!(status["release"].is_object(), "{status}");
    status["error"].clone()
}

#[tokio::test(start_paused = true)]
async fn what_was_not_answered_is_missing_and_said() {
    for operation in MORE {
        let error = under(operation, Fault::Garbled).await;
        assert!(error.as_str().unwrap().starts_with(operation), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_not_missed() {
    for operation in MORE {
        for fault in [Fault::Denied, Fault::Rejected] {
            assert_eq!(under(operation, fault).await, Value::Null);
        }
    }
}
