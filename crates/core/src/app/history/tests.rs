use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::super::testing::Stand;
use super::{history, history_of_model};
use crate::cloud::ErrorKind;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::progress::Cause;
use crate::release::ServiceDeploymentStatus;
use crate::release::ids::ServiceId;

/// Deploys six releases; deployments of as many as said are forgotten.
fn world(forgotten: usize) -> World {
    let mut world = World::default();
    let register = |version: u32, world: &mut World| {
        let at = world.time(i64::from(version) * 86_400);
        let tags = json!([{"key": "mlship:version", "value": version.to_string()}]);
        let document = json!({"family": "m", "tags": tags,
            "registeredAt": at.as_second() - 5});
        (world.register(&object(document)), at)
    };
    for version in 1..=6 {
        let (arn, at) = register(version, &mut world);
        let brings = object(json!({"taskDefinition": arn}));
        if version == 1 {
            world.create(&brings);
            let made = json!(at.as_second());
            let service = world.service.as_mut().unwrap();
            service.document.insert("createdAt".to_owned(), made);
        } else {
            world.update(&brings);
        }
        world.end("SUCCESSFUL", "COMPLETED");
        world.deployments[0].created_at = Some(at);
    }
    world.deployments.truncate(6 - forgotten);
    world
}

async fn told(cloud: &FakeCloud, limit: usize) -> String {
    let entries = history(cloud, &FakeCloud::id(), limit)
        .await
        .unwrap()
        .entries;
    let words = entries.iter().map(|entry| {
        let version = entry.version.as_deref().unwrap_or("-");
        let outcome = entry.outcome.map_or("-", |outcome| outcome.words());
        format!("{version} {outcome}")
    });
    words.collect::<Vec<_>>().join(", ")
}

#[tokio::test(start_paused = true)]
async fn what_ecs_has_forgotten_is_told_by_the_tags_of_revisions() {
    let cloud = FakeCloud::new(world(3));
    let all = "6 succeeded, 5 succeeded, 4 succeeded, 3 -, 2 -, 1 -";
    assert_eq!(told(&cloud, 20).await, all);
    assert_eq!(
        told(&cloud, 4).await,
        "6 succeeded, 5 succeeded, 4 succeeded, 3 -"
    );
    let cloud = FakeCloud::new(world(6));
    assert_eq!(told(&cloud, 20).await, "6 -, 5 -, 4 -, 3 -, 2 -, 1 -");
}

#[tokio::test(start_paused = true)]
async fn a_whole_history_costs_no_search_for_more() {
    let cloud = FakeCloud::new(world(0));
    assert_eq!(told(&cloud, 20).await.matches("succeeded").count(), 6);
    assert_eq!(cloud.count("ListTaskDefinitions"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_old_release_that_came_back_hides_none_between() {
    let mut world = world(4);
    let first = world.task_definitions[0].arn.clone();
    world.update(&object(json!({"taskDefinition": first})));
    world.end("SUCCESSFUL", "COMPLETED");
    world.deployments[0].created_at = Some(world.time(7 * 86_400));
    let cloud = FakeCloud::new(world);
    let all = "1 succeeded, 6 succeeded, 5 succeeded, 4 -, 3 -, 2 -";
    assert_eq!(told(&cloud, 20).await, all);
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_was_never_deployed_is_no_deployment() {
    let mut world = world(3);
    let at = world.time(5 * 86_400 + 60).as_second();
    world.register(&object(json!({"family": "m", "registeredAt": at})));
    let cloud = FakeCloud::new(world);
    let all = "6 succeeded, 5 succeeded, 4 succeeded, 3 -, 2 -, 1 -";
    assert_eq!(told(&cloud, 20).await, all);
}

#[tokio::test(start_paused = true)]
async fn a_history_tells_how_each_release_ended() {
    let mut world = world(0);
    world.deployments[0].status = ServiceDeploymentStatus::RollbackSuccessful;
    world.deployments[1].status = ServiceDeploymentStatus::RollbackFailed;
    world.deployments[2].status = ServiceDeploymentStatus::InProgress;
    let cloud = FakeCloud::new(world);
    let newest = "6 rolled back, 5 failed, 4 running";
    assert_eq!(told(&cloud, 3).await, newest);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_has_no_history_and_no_empty_one() {
    let mut deleted = world(0);
    "INACTIVE".clone_into(&mut deleted.service.as_mut().unwrap().status);
    for world in [World::default(), deleted] {
        let cloud = FakeCloud::new(world);
        let error = history(&cloud, &FakeCloud::id(), 20).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Missing);
    }
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_read_is_not_left_out_of_a_history() {
    for operation in [
        "DescribeServices",
        "ListServiceDeployments",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
        "DescribeTaskDefinition",
        "ListTaskDefinitions",
    ] {
        for fault in [Fault::Denied, Fault::Garbled, Fault::LostBefore] {
            let cloud = FakeCloud::new(world(3));
            cloud.fail_always(operation, Some(fault));
            let history = history(&cloud, &FakeCloud::id(), 20).await;
            assert!(history.is_err(), "{operation} {fault:?}");
        }
    }
}

/// Six releases of one model, the newest of which another model replaced.
fn of_models() -> World {
    let mut world = world(0);
    for (index, definition) in world.task_definitions.iter_mut().enumerate() {
        let model = if index == 5 { "new" } else { "old" };
        let tags = &mut definition.tags;
        tags.insert("mlship:model".to_owned(), model.to_owned());
    }
    world
}

async fn versions_of(cloud: &FakeCloud, model: &str, services: Vec<ServiceId>) -> Vec<String> {
    let found = history_of_model(cloud, model, services, 3).await.unwrap();
    let versions = found.into_iter().map(|(_, entry)| entry.version.unwrap());
    versions.collect()
}

#[tokio::test(start_paused = true)]
async fn a_model_is_looked_for_where_it_serves_or_where_it_is_said_to() {
    let cloud = FakeCloud::new(of_models());
    assert_eq!(versions_of(&cloud, "new", Vec::new()).await, ["6"]);
    assert!(versions_of(&cloud, "old", Vec::new()).await.is_empty());
    let here = vec![FakeCloud::id()];
    let cloud = FakeCloud::new(of_models());
    assert_eq!(versions_of(&cloud, "old", here.clone()).await.len(), 2);
    let empty = FakeCloud::new(World::default());
    assert!(versions_of(&empty, "old", here).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn services_that_nobody_could_look_at_are_not_passed_over() {
    for operation in ["ListServices", "DescribeServices", "DescribeTaskDefinition"] {
        let cloud = FakeCloud::new(of_models());
        cloud.fail_always(operation, Some(Fault::Denied));
        let found = history_of_model(&cloud, "new", Vec::new(), 3).await;
        assert!(found.is_err(), "{operation}");
    }
}

/// What serves, what was gone back from, and why what failed did.
#[tokio::test(start_paused = true)]
async fn a_history_marks_what_serves_and_what_was_gone_back_from() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.after_now(5, |world| {
        world.fail_task("CannotPullContainerError: no such image");
    });
    stand.fail_after(20);
    stand.deploy("3").await;
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    let marks: Vec<(bool, bool, Option<Cause>)> = told
        .entries
        .iter()
        .map(|entry| (entry.serves, entry.gone_back_from, entry.cause))
        .collect();
    assert_eq!(
        marks,
        [
            (false, true, Some(Cause::ImageNotFound)),
            (true, false, None),
            (false, false, None),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_model_is_looked_for_in_many_services_as_soon_as_in_one() {
    let cloud = FakeCloud::new(of_models());
    cloud.latency.set(Duration::from_millis(40));
    let mut took = Vec::new();
    for services in [1, 50] {
        let start = Instant::now();
        versions_of(&cloud, "old", vec![FakeCloud::id(); services]).await;
        took.push(start.elapsed());
    }
    assert_eq!(took[0], took[1]);
}
