//! A release that succeeded and whose tasks all died since: every command says the same.

use super::super::testing::Stand;
use super::abort::abort;
use super::rollback::{roll_back, to};
use crate::app::history::history;
use crate::app::status::{Role, status};
use crate::cloud::fake::{FakeCloud, Fault};
use crate::progress::Conclusion;

/// The second release succeeded; its two tasks died, and none has taken their place.
async fn died() -> Stand {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.after_now(0, |world| {
        for id in ["a", "b"] {
            let second = "arn:aws:ecs:us-east-1:111122223333:task-definition/m:2";
            world.logs.run(id, second);
            world.logs.stop(id, "Essential container in task exited");
        }
        world.tasks(0, 0, 0);
    });
    stand
}

#[tokio::test(start_paused = true)]
async fn no_command_says_that_what_died_serves() {
    let stand = died().await;
    let why = "no task runs: 2 tasks died, container m exited with code 1";
    let again = stand.deploy("2").await;
    assert_eq!(again.conclusion(), Conclusion::Unchanged);
    assert_eq!(again.note.as_deref(), Some(why));
    let back = roll_back(&stand, &to("2")).await;
    assert_eq!(back.conclusion(), Conclusion::Unchanged);
    assert_eq!(back.note.as_deref(), Some(why));
    let watched = stand.watch().await;
    assert_eq!(watched.conclusion(), Conclusion::Succeeded);
    assert_eq!(watched.note.as_deref(), Some(why));
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    assert!(told.entries.iter().all(|entry| !entry.serves));
    assert_eq!(told.note.as_deref(), Some("runs no task"));
    let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    assert_eq!(seen.release, None);
    assert_eq!(seen.deployed.unwrap().version.as_deref(), Some("2"));
    let is_serving = |role: Role| role == Role::Serving;
    assert!(!seen.releases.iter().any(|release| is_serving(release.role)));
}

#[tokio::test(start_paused = true)]
async fn that_no_task_runs_stands_without_the_permission_to_ask_why() {
    let stand = died().await;
    stand.cloud.fail_always("ListTasks", Some(Fault::Denied));
    let note = stand.deploy("2").await.note;
    assert_eq!(note.as_deref(), Some("no task runs"));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_being_deleted_is_said_to_be() {
    let stand = died().await;
    stand.cloud.after_now(0, |world| {
        let service = world.service.as_mut().unwrap();
        "DRAINING".clone_into(&mut service.status);
    });
    let deleted = Some("is being deleted: ECS stops its tasks");
    let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    assert_eq!(seen.note.as_deref(), deleted);
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    assert_eq!(told.note.as_deref(), deleted);
    for result in [
        stand.watch().await,
        abort(&stand).await,
        roll_back(&stand, &to("2")).await,
    ] {
        assert_eq!(result.exit_code().number(), 20);
        assert!(result.error.unwrap().contains("is being deleted"));
    }
}

/// What succeeded last has no task by then, and what replaced it was replaced in its turn.
#[tokio::test(start_paused = true)]
async fn history_says_of_no_release_without_tasks_that_it_serves() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, |world| {
        world.end("STOPPED", "IN_PROGRESS");
        let third = world.register(&crate::cloud::fake::object(
            serde_json::json!({"family": "m"}),
        ));
        world.update(&crate::cloud::fake::object(
            serde_json::json!({"taskDefinition": third}),
        ));
        let service = world.service.as_mut().unwrap();
        service.deployments[1].running_count = 2;
        service.deployments[2].running_count = 0;
    });
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    assert!(told.entries.iter().all(|entry| !entry.serves));
}
