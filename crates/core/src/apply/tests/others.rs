//! Somebody else registers, deploys or is faster.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_stale_plan_writes_nothing() {
    let mut world = World::serving();
    let plan = second(&world);
    world.update(&Document::new());
    let cloud = FakeCloud::new(world);
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert_eq!(applied, Err(ApplyError::Stale));
    assert_eq!((cloud.count(REGISTER), cloud.count(UPDATE)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_appears_while_registering_makes_the_plan_stale() {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.fail(REGISTER, &[LostBefore]);
    cloud.after(2, |world| {
        world.update(&Document::new());
    });
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert_eq!(applied, Err(ApplyError::Stale));
    assert_eq!(cloud.count(UPDATE), 0);
}

/// Checks that a newest revision like this is not taken for ours.
async fn check_foreign(foreign: Document) {
    let mut world = World::serving();
    world.register(&foreign);
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    check_once(&cloud, &plan).await;
}

#[tokio::test(start_paused = true)]
async fn a_revision_of_somebody_else_is_not_used() {
    check_foreign(document("three")).await;
    // Made from ours by hand: the tags came along, the image did not.
    let mut copy = document("two");
    copy["containerDefinitions"][0]["image"] = json!("debug");
    check_foreign(copy).await;
    let mut inactive = document("two");
    inactive.insert("status".to_owned(), json!("INACTIVE"));
    check_foreign(inactive).await;
    // Services in two clusters share a family: the revision tells of the other's settings.
    let mut of_another = document("two");
    let tags = of_another["tags"].as_array_mut().unwrap();
    tags.push(json!({"key": "mlship:settings", "value": "of=00000000"}));
    check_foreign(of_another).await;
}

/// Checks which revision is deployed where these are registered already, the first as `m:2`, and
/// how many there are in the end.
async fn check_used(registered: &[Document], used: &str, there_are: usize) {
    let mut world = World::serving();
    for document in registered {
        world.register(document);
    }
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await
    .unwrap();
    let world = cloud.world();
    assert_eq!(world.service.unwrap().task_definition.short(), used);
    assert_eq!(world.task_definitions.len(), there_are);
}

#[tokio::test(start_paused = true)]
async fn a_revision_with_another_story_is_used() {
    for told in crate::release::STORY {
        let mut other = document("two");
        let tags = other["tags"].as_array_mut().unwrap();
        tags.push(json!({"key": told, "value": "other"}));
        check_used(&[other], "m:2", 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn of_revisions_in_a_row_that_are_the_same_the_first_is_used() {
    let (two, three) = (document("two"), document("three"));
    check_used(&[two.clone(), two.clone(), two.clone()], "m:2", 4).await;
    check_used(
        &[two.clone(), three.clone(), two.clone(), two.clone()],
        "m:4",
        5,
    )
    .await;
    // What somebody took out of use ends the row.
    let mut inactive = two.clone();
    inactive.insert("status".to_owned(), json!("INACTIVE"));
    check_used(&[two.clone(), inactive, two.clone()], "m:4", 4).await;
    // An older one is a release of its own, and its story is another.
    check_used(&[two, three], "m:4", 4).await;
}

/// Others register these right before our request arrives.
async fn check_registered_meanwhile(others: &[Document], used: &str, lag: u64) {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.latency.set(std::time::Duration::from_secs(1));
    cloud.lag.set(std::time::Duration::from_secs(lag));
    let others = others.to_vec();
    // The service and the family are looked at before.
    cloud.after(3, move |world| {
        for other in &others {
            world.register(other);
        }
    });
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert!(matches!(applied, Ok(Applied::Deployment(_))), "{applied:?}");
    assert_eq!(cloud.count(REGISTER), 1);
    let world = cloud.world();
    assert_eq!(world.service.unwrap().task_definition.short(), used);
}

#[tokio::test(start_paused = true)]
async fn of_all_that_was_registered_since_the_first_look_the_first_that_is_the_same_is_used() {
    let (two, three) = (document("two"), document("three"));
    let mut inactive = two.clone();
    inactive.insert("status".to_owned(), json!("INACTIVE"));
    for lag in [0, 4] {
        check_registered_meanwhile(&[two.clone(), two.clone()], "m:2", lag).await;
        check_registered_meanwhile(&[three.clone(), two.clone()], "m:3", lag).await;
        check_registered_meanwhile(&[inactive.clone(), two.clone()], "m:3", lag).await;
        check_registered_meanwhile(&[three.clone(), three.clone()], "m:4", lag).await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_content_digest_nothing_is_known_for_ours() {
    let untagged = object(json!({"family": "m"}));
    let mut world = World::serving();
    world.register(&untagged);
    let deploy = ServiceWrite::Deploy(Document::new());
    let plan = plan(&world, Some(untagged), Some(deploy));
    check_once(&FakeCloud::new(world), &plan).await;
}

#[tokio::test(start_paused = true)]
async fn our_revision_is_found_behind_one_that_somebody_else_registered_meanwhile() {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.fail(REGISTER, &[LostAfter]);
    cloud.after(1, |world| {
        world.register(&document("three"));
    });
    apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await
    .unwrap();
    assert_eq!(cloud.count(REGISTER), 1);
    assert_eq!(
        cloud.world().service.unwrap().task_definition.short(),
        "m:2"
    );
}

/// Somebody else deploys a revision of their own just when the answer to ours is lost.
async fn race(fault: Fault) -> (FakeCloud, Result<Applied, ApplyError>) {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.fail(UPDATE, &[fault]);
    cloud.after(1, |world| {
        let theirs = world.register(&document("three"));
        world.update(&object(json!({"taskDefinition": theirs})));
    });
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert_eq!(cloud.count(UPDATE), 1, "sent again over somebody else's");
    (cloud, applied)
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_somebody_else_is_neither_adopted_nor_pushed_aside() {
    let (cloud, applied) = race(LostBefore).await;
    assert_eq!(applied, Err(ApplyError::Stale));
    assert_eq!(
        cloud.world().service.unwrap().task_definition.short(),
        "m:3"
    );
}

#[tokio::test(start_paused = true)]
async fn ours_is_followed_even_where_somebody_replaced_it_at_once() {
    let (_, applied) = race(LostAfter).await;
    let Ok(Applied::Deployment(started)) = applied else {
        panic!("{applied:?}");
    };
    assert_eq!(started.deployment.as_str(), "ecs-svc/2");
}

/// Our deployment fails and is rolled back while its answer is lost and before anybody looks.
async fn check_ended_before_the_look(plan: &Plan, cloud: &FakeCloud) {
    let had = cloud.world().deployments.len();
    cloud.fail(UPDATE, &[LostAfter]);
    cloud.after(1, |world| {
        world.roll_back("FAILED");
        world.finish_rollback();
    });
    let mut heard = RecordingReport::default();
    let applied = apply(cloud, plan, WhileBusy::no_longer(), &mut heard).await;
    let Ok(Applied::Deployment(started)) = applied else {
        panic!("{applied:?}");
    };
    let newest = &cloud.world().deployments[0];
    assert_eq!(started.created_at, newest.created_at);
    assert_eq!(cloud.world().deployments.len(), had + 1);
    assert_eq!((cloud.count(UPDATE), heard.adopted()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_ended_before_anybody_looked_is_found_in_the_list() {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    check_ended_before_the_look(&plan, &cloud).await;
}

#[tokio::test(start_paused = true)]
async fn an_earlier_deployment_of_the_same_revision_is_not_taken_for_ours() {
    let mut world = World::serving();
    let two = world.register(&document("two"));
    world.update(&object(json!({"taskDefinition": two})));
    world.roll_back("FAILED");
    world.finish_rollback();
    let again = object(json!({"taskDefinition": "m:2"}));
    let plan = plan(&world, None, Some(ServiceWrite::Deploy(again)));
    let cloud = FakeCloud::new(world.clone());
    check_ended_before_the_look(&plan, &cloud).await;

    let cloud = FakeCloud::new(world);
    cloud.fail(UPDATE, &[LostBefore]);
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert!(matches!(applied, Ok(Applied::Deployment(_))), "{applied:?}");
    assert_eq!(cloud.count(UPDATE), 2);
}
