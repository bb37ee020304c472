mod balanced;
mod misrouted;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::testing::{Stand, service_alone, subject_alone};
use super::{Look, ToLookAt, explain, look, passes_checks, refresh, status};
use crate::app::Subject;
use crate::cloud::ErrorKind;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::history::Outcome;
use crate::progress::Interrupt;
use crate::release::LiveTask;

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
    let arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/m:2";
    stand.cloud.after_now(0, move |world| {
        world.logs.run("a", arn);
        world.logs.run("b", arn);
    });
    let status = document(&stand).await;
    let expected = json!({
        "service": "m", "cluster": "ml", "account": null, "region": null, "desired": 2, "running": 2, "pending": 0,
        "release": {"model": "m", "version": "2", "model_ref": null, "model_metrics": null,
            "image": "m:2", "digest": null, "task_definition": arn},
        "releases": [{"model": "m", "version": "2", "image": "m:2", "digest": null,
            "task_definition": arn, "role": "serving", "running": 2, "healthy": 2, "starting": 0,
            "failed": 0, "weight": null, "cause": null, "reason": null}],
        "deployment": null,
        "last_deployment": {"outcome": "succeeded", "task_definition": arn, "finished": null,
            "reason": null, "cause": null},
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
            "service": "m", "cluster": "ml", "account": null, "release": null, "desired": 0, "running": 0,
            "pending": 0, "region": null, "releases": [], "deployment": null, "last_deployment": null,
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
    ] {
        let stand = Stand::serving();
        stand.cloud.fail_always(operation, Some(fault));
        let error = status(&stand.cloud, &FakeCloud::id()).await.unwrap_err();
        assert_eq!(error.kind, kind);
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_describe_task_definitions_learns_how_many_run_and_what_is_to_be_allowed() {
    let stand = arriving().await;
    let cloud = &stand.cloud;
    cloud.fail_always("DescribeTaskDefinition", Some(Fault::Denied));
    let told = document(&stand).await;
    assert_eq!(told["running"], 2, "{told}");
    assert_eq!(told["releases"][0]["version"], Value::Null, "{told}");
    let unseen = told["not_seen"].as_array().unwrap();
    assert!(
        unseen
            .iter()
            .any(|seen| seen["what"] == "what the release is"),
        "{told}"
    );
}

/// What waits for its first check looks as what has none.
#[test]
fn a_task_whose_checks_nobody_could_see_is_not_called_healthy() {
    let task = |health: &str| {
        let task = json!({"taskArn": "t", "lastStatus": "RUNNING", "healthStatus": health});
        LiveTask::read(object(task)).unwrap()
    };
    assert_eq!(passes_checks(&task("UNKNOWN"), None), None);
    assert_eq!(passes_checks(&task("HEALTHY"), None), Some(true));
    assert_eq!(passes_checks(&task("UNHEALTHY"), None), Some(false));
}

fn asked<'a>(stand: &'a Stand, subject: &'a Subject) -> ToLookAt<'a, FakeCloud> {
    ToLookAt {
        repair: "mlship traffic repair m.yaml".to_owned(),
        subject,
        cloud: Ok(&stand.cloud),
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_deployed_the_environments_of_the_manifest_are_named() {
    let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m }\n\
                service: { name: m, cluster: ml }\nenvironments:\n  \
                staging: { service: { cluster: ml-staging } }\n  \
                more: { service: { desired: 3 } }\n";
    let stand = Stand::new(World::default());
    let hint = "no environment was chosen, and the manifest has staging: name one with -e";
    let subjects = [subject_alone(text), service_alone()];
    let asked = subjects.each_ref().map(|subject| asked(&stand, subject));
    let mut seen = look(&asked).await;
    explain(&asked, &mut seen).await;
    let told = |at: usize| json!(seen[at].1.as_ref().unwrap());
    assert_eq!(told(0)["hint"], hint);
    assert_eq!(told(1).get("hint"), None);
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

/// The first release with two tasks, the second crashing after they ran.
async fn crash_loop() -> Stand {
    let stand = arriving().await;
    stand.cloud.after_now(0, |world| {
        let [first, second] = [1, 2]
            .map(|number| format!("arn:aws:ecs:us-east-1:111122223333:task-definition/m:{number}"));
        for id in ["a", "b"] {
            world.logs.run(id, &first);
        }
        for id in ["c", "d", "e"] {
            world.logs.run(id, &second);
            world.logs.stop(id, "Essential container in task exited");
        }
        let service = world.service.as_mut().unwrap();
        service.deployments[1].running_count = 2;
        service.deployments[1].desired_count = 2;
    });
    stand
}

#[tokio::test(start_paused = true)]
async fn what_serves_is_the_release_whose_tasks_are_well_and_what_crashes_is_counted() {
    let status = document(&crash_loop().await).await;
    assert_eq!(status["release"]["image"], "m:1", "{status}");
    let [serving, arriving] = [0, 1].map(|index| &status["releases"][index]);
    assert_eq!(
        (&serving["role"], &serving["healthy"]),
        (&json!("serving"), &json!(2))
    );
    assert_eq!(
        (&arriving["role"], &arriving["failed"]),
        (&json!("arriving"), &json!(3))
    );
    assert_eq!(arriving["cause"], "container_exited");
    assert_eq!(arriving["version"], "2");
    assert_eq!(status["deployment"]["failed"], 3);
}

/// A statement that rests on less says so, and is none of what was not seen.
#[tokio::test(start_paused = true)]
async fn who_may_not_look_at_tasks_is_told_so() {
    for operation in ["ListTasks", "DescribeTasks"] {
        let stand = crash_loop().await;
        stand.cloud.fail_always(operation, Some(Fault::Denied));
        let status = document(&stand).await;
        assert_eq!(status["releases"][0]["healthy"], Value::Null);
        assert_eq!(status["releases"][1]["failed"], Value::Null, "not none");
        assert_eq!(status["release"]["image"], "m:1", "{status}");
        assert_eq!(status["not_seen"][0]["what"], "which tasks are healthy");
        assert_eq!(status["error"], Value::Null);
        stand.cloud.fail_always(operation, Some(Fault::Garbled));
        let error = document(&stand).await["error"].clone();
        assert!(error.as_str().unwrap().starts_with(operation), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_looks_until_a_signal_or_a_refusal() {
    let stand = arriving().await;
    stand.succeed_after(12);
    let subject = service_alone();
    let services = [asked(&stand, &subject)];
    let mut outcomes = Vec::new();
    let ended = {
        let mut show = |look: &Look| {
            let last = look[0].1.as_ref().unwrap().last_deployment.clone();
            outcomes.push(last.and_then(|last| last.outcome));
        };
        let context = stand.context();
        let watch = refresh(context.interrupts, &services, &mut show);
        Box::pin(stand.interrupting(21, watch)).await
    };
    assert_eq!(ended, Ok(Interrupt::Terminate));
    let told = [Outcome::Running, Outcome::Running, Outcome::Running];
    assert_eq!(outcomes[..3], told.map(Some));
    assert_eq!(outcomes[3..], [Outcome::Succeeded; 2].map(Some));
    let stand = Stand::serving();
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Denied));
    let services = [asked(&stand, &subject)];
    let ended = refresh(stand.context().interrupts, &services, &mut |_| {}).await;
    assert!(ended.unwrap_err()[0].1.is_err());
}

#[tokio::test(start_paused = true)]
async fn many_services_take_no_longer_to_look_at_than_one() {
    let stand = Stand::serving();
    stand.cloud.latency.set(Duration::from_millis(40));
    let mut took = Vec::new();
    for services in [1, 50] {
        let start = Instant::now();
        let subject = service_alone();
        let all = (0..services).map(|_| asked(&stand, &subject));
        let seen = look(&all.collect::<Vec<_>>()).await;
        assert_eq!(seen.len(), services);
        took.push(start.elapsed());
    }
    assert_eq!(took[0], took[1]);
}
