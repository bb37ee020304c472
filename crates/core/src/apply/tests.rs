//! Plans applied to a stand-in for AWS that loses answers, lags and is not alone.

mod others;

use serde_json::json;

use super::{Applied, ApplyError, apply};
use crate::app::recording_report::RecordingReport;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::cloud::retry::WhileBusy;
use crate::plan::{Effect, Plan, ServiceWrite, Writes, fingerprint};
use crate::progress::Event;
use crate::release::ids::Caller;
use crate::release::{Document, ModelVersion};

fn document(content: &str) -> Document {
    object(
        json!({"family": "m", "tags": [{"key": "mlship:content", "value": content}],
        "containerDefinitions": [{"name": "m", "image": content}]}),
    )
}

fn plan(world: &World, register: Option<Document>, service: Option<ServiceWrite>) -> Plan {
    // Plans carry more than is applied; what is not applied is left empty.
    let mut plan: Plan = serde_json::from_value(json!({
        "service": FakeCloud::id(), "model": ModelVersion { name: "m".into(), version: "2".into() },
        "caller": Caller { account: "1".into(), region: "r".into(), arn: "a".into() },
        "image": "two", "previous": null, "effect": Effect::ReplaceTasks, "changes": [],
        "notes": [], "writes": Writes::default(), "running": null, "observed": "",
    }))
    .unwrap();
    plan.writes.register = register;
    plan.writes.service = service;
    plan.observed = fingerprint(world.service.as_ref(), plan.writes.has_count());
    plan
}

/// Registers the second release and deploys it.
fn second(world: &World) -> Plan {
    plan(
        world,
        Some(document("two")),
        Some(ServiceWrite::Deploy(Document::new())),
    )
}

fn first() -> Plan {
    let create = ServiceWrite::Create(Document::new());
    plan(&World::default(), Some(document("one")), Some(create))
}

/// Applies a plan and checks that one revision and one deployment of it came of that.
async fn check_once(cloud: &FakeCloud, plan: &Plan) -> RecordingReport {
    let before = cloud.world();
    let mut heard = RecordingReport::default();
    let applied = apply(cloud, plan, WhileBusy::no_longer(), &mut heard)
        .await
        .unwrap();
    // Whatever is still on its way has arrived by then.
    tokio::time::sleep(std::time::Duration::from_mins(10)).await;
    let after = cloud.world();
    assert_eq!(
        after.task_definitions.len(),
        before.task_definitions.len() + 1
    );
    assert_eq!(after.deployments.len(), before.deployments.len() + 1);
    let Applied::Deployment(started) = applied else {
        panic!("no deployment: {applied:?}");
    };
    let ours = after.service.unwrap();
    assert_eq!(
        Some(&started.deployment),
        ours.primary().map(|primary| &primary.id)
    );
    assert_eq!(
        started.task_definition,
        after.task_definitions.last().unwrap().arn
    );
    heard
}

async fn check_faults(faults: &[(&'static str, &[Fault])], lag: u64, adopted: usize) {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.lag.set(std::time::Duration::from_secs(lag));
    for (operation, faults) in faults {
        cloud.fail(operation, faults);
    }
    let heard = check_once(&cloud, &plan).await;
    assert_eq!(heard.adopted(), adopted, "{faults:?}");
}

use Fault::{Garbled, GarbledAfter, LostAfter, LostBefore, Unreachable};

const REGISTER: &str = "RegisterTaskDefinition";
const UPDATE: &str = "UpdateService";
const CREATE: &str = "CreateService";

#[tokio::test(start_paused = true)]
async fn a_plan_is_written_once() {
    check_faults(&[], 0, 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_and_not_asked_for_again() {
    for lag in [0, 4, 14] {
        check_faults(&[(REGISTER, &[LostAfter])], lag, 1).await;
        check_faults(&[(UPDATE, &[LostAfter])], lag, 1).await;
        check_faults(&[(REGISTER, &[GarbledAfter])], lag, 1).await;
        check_faults(&[(UPDATE, &[GarbledAfter])], lag, 1).await;
        check_faults(&[(REGISTER, &[LostAfter]), (UPDATE, &[LostAfter])], lag, 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_arrived_is_sent_again() {
    for fault in [LostBefore, Unreachable, Garbled] {
        check_faults(&[(REGISTER, &[fault])], 0, 0).await;
        check_faults(&[(UPDATE, &[fault, fault])], 0, 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn answers_lost_twice_in_a_row_make_no_second_effect() {
    for write in [REGISTER, UPDATE] {
        check_faults(&[(write, &[LostBefore, LostAfter])], 4, 1).await;
        check_faults(&[(write, &[Unreachable, LostAfter])], 4, 1).await;
        check_faults(&[(write, &[LostBefore, LostBefore])], 4, 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_three_losses_the_answer_is_an_error_and_nothing_was_written() {
    for (write, fault) in [
        (REGISTER, LostBefore),
        (UPDATE, LostBefore),
        (REGISTER, Garbled),
        (UPDATE, Garbled),
    ] {
        let world = World::serving();
        let plan = second(&world);
        let cloud = FakeCloud::new(world);
        cloud.fail_always(write, Some(fault));
        let error = apply(
            &cloud,
            &plan,
            WhileBusy::no_longer(),
            &mut RecordingReport::default(),
        )
        .await
        .unwrap_err();
        assert!(matches!(error, ApplyError::Cloud(_)), "{error:?}");
        assert_eq!(cloud.count(write), 3);
        assert_eq!(cloud.world().deployments.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_while_nobody_can_look() {
    let world = World::serving();
    let plan = second(&world);
    let cloud = FakeCloud::new(world);
    cloud.fail(UPDATE, &[LostAfter]);
    // The first look, before anything is written, is answered.
    let answered_once = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        cloud.fail_always("DescribeServices", Some(LostBefore));
    };
    let mut heard = RecordingReport::default();
    let (applied, ()) = tokio::join!(
        apply(&cloud, &plan, WhileBusy::no_longer(), &mut heard),
        answered_once
    );
    assert!(matches!(applied, Err(ApplyError::Cloud(_))), "{applied:?}");
    assert_eq!(cloud.count(UPDATE), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_while_nobody_tells_what_came_and_went() {
    for (fault, sent) in [(Garbled, 1), (LostBefore, 1), (Fault::Denied, 3)] {
        let world = World::serving();
        let plan = second(&world);
        let cloud = FakeCloud::new(world);
        cloud.fail_always(UPDATE, Some(LostBefore));
        cloud.fail_always("ListServiceDeployments", Some(fault));
        let applied = apply(
            &cloud,
            &plan,
            WhileBusy::no_longer(),
            &mut RecordingReport::default(),
        )
        .await;
        assert!(matches!(applied, Err(ApplyError::Cloud(_))), "{applied:?}");
        assert_eq!(cloud.count(UPDATE), sent, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_release_makes_one_service_whatever_is_lost() {
    for faults in [
        &[][..],
        &[LostAfter],
        &[LostBefore],
        &[LostBefore, LostAfter],
        &[Garbled, GarbledAfter],
    ] {
        for lag in [0, 4, 60] {
            let cloud = FakeCloud::new(World::default());
            cloud.fail(CREATE, faults);
            cloud.lag.set(std::time::Duration::from_secs(lag));
            check_once(&cloud, &first()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_loss_stays_in_doubt_whatever_the_next_request_comes_to() {
    // The first request took effect; the lists are too far behind to show it before the second.
    for write in [REGISTER, UPDATE] {
        let world = World::serving();
        let plan = second(&world);
        let cloud = FakeCloud::new(world);
        cloud.lag.set(std::time::Duration::from_secs(16));
        cloud.fail(write, &[LostAfter, Fault::Throttled]);
        check_once(&cloud, &plan).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_no_is_not_asked_again() {
    for write in [REGISTER, UPDATE] {
        let world = World::serving();
        let plan = second(&world);
        let cloud = FakeCloud::new(world);
        cloud.fail(write, &[Fault::Rejected]);
        apply(
            &cloud,
            &plan,
            WhileBusy::no_longer(),
            &mut RecordingReport::default(),
        )
        .await
        .unwrap_err();
        assert_eq!(cloud.count(write), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_killed_after_registering_leaves_a_revision_that_the_next_run_uses() {
    let mut world = World::serving();
    let plan = second(&world);
    world.register(&document("two"));
    let cloud = FakeCloud::new(world);
    let mut heard = RecordingReport::default();
    apply(&cloud, &plan, WhileBusy::no_longer(), &mut heard)
        .await
        .unwrap();
    assert_eq!(cloud.count(REGISTER), 0);
    assert_eq!(heard.adopted(), 0);
    let serving = cloud.world().service.unwrap();
    assert_eq!(serving.task_definition.short(), "m:2");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_a_revision_that_exists_is_recognised_by_it() {
    let mut world = World::serving();
    world.register(&document("two"));
    let wanted = object(json!({"taskDefinition": "m:2"}));
    let plan = plan(&world, None, Some(ServiceWrite::Deploy(wanted)));
    let cloud = FakeCloud::new(world);
    cloud.fail(UPDATE, &[LostAfter]);
    let applied = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert!(matches!(applied, Ok(Applied::Deployment(_))), "{applied:?}");
    assert_eq!(cloud.world().deployments.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_same_revision_deployed_again_is_a_deployment_of_its_own() {
    let world = World::serving();
    let force = object(json!({"forceNewDeployment": true}));
    let plan = plan(&world, None, Some(ServiceWrite::Deploy(force)));
    let cloud = FakeCloud::new(world);
    cloud.fail(UPDATE, &[LostAfter]);
    let Ok(Applied::Deployment(started)) = apply(
        &cloud,
        &plan,
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await
    else {
        panic!("no deployment");
    };
    assert_eq!(started.deployment.as_str(), "ecs-svc/2");
    assert_eq!(cloud.world().deployments.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn tags_that_cannot_be_written_do_not_hide_the_deployment() {
    let world = World::serving();
    let mut plan = second(&world);
    plan.writes
        .tags
        .insert("team".to_owned(), "risk".to_owned());
    let cloud = FakeCloud::new(world);
    cloud.fail("TagResource", &[Fault::Denied]);
    check_once(&cloud, &plan).await;
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_writes_asks_for_nothing() {
    let world = World::serving();
    let cloud = FakeCloud::new(world.clone());
    let applied = apply(
        &cloud,
        &plan(&world, None, None),
        WhileBusy::no_longer(),
        &mut RecordingReport::default(),
    )
    .await;
    assert_eq!((applied, cloud.requests()), (Ok(Applied::Nothing), 0));
}

/// The next plan can't know whose they were: the new revision carries them no longer.
#[tokio::test(start_paused = true)]
async fn tags_that_could_not_be_taken_away_are_named_with_the_command_that_does() {
    let world = World::serving();
    let mut plan = second(&world);
    plan.writes.untag = vec!["team".to_owned()];
    let cloud = FakeCloud::new(world);
    cloud.fail_always("UntagResource", Some(Fault::Denied));
    let heard = check_once(&cloud, &plan).await;
    let said = |event: &Event| {
        let Event::Note { message } = event else {
            return false;
        };
        message.contains("untag-resource") && message.ends_with("--tag-keys team")
    };
    assert!(heard.events.iter().any(said), "{:#?}", heard.events);
}
