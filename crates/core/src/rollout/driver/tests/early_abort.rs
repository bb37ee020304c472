//! Tests of rollouts that mlship aborts before ECS does.

use super::*;
use crate::cloud::fake::Fault;

const STOP: &str = "StopServiceDeployment";
const PULL: &str = "CannotPullContainerError: failed to resolve ref registry/m:8: not found";

/// A release of which three tasks fail alike after half a minute. ECS would go on.
fn hopeless() -> FakeCloud {
    let cloud = FakeCloud::new(World::serving());
    cloud.after(5, |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
        world.tasks(0, 2, 2);
    });
    for second in [30, 31, 32] {
        cloud.after(second, |world| world.fail_task(PULL));
    }
    cloud.after(90, |world| {
        if world.deployments[0].rollback.is_some() {
            world.finish_rollback();
        }
    });
    cloud
}

async fn give_up(cloud: &FakeCloud) -> (Outcome, Vec<Event>) {
    let service = deploy(cloud).await;
    let (watched, heard) = watch_until(cloud, &service, 3, pending()).await;
    (watched.unwrap(), heard.events)
}

fn aborts(events: &[Event]) -> usize {
    let is_abort = |event: &&Event| matches!(event, Event::Aborting { .. });
    events.iter().filter(is_abort).count()
}

#[tokio::test(start_paused = true)]
async fn tasks_that_fail_alike_are_not_waited_for_any_longer() {
    let cloud = hopeless();
    let start = Instant::now();
    let (outcome, events) = give_up(&cloud).await;
    assert_eq!(outcome.verdict, Verdict::RolledBack);
    assert_eq!(outcome.failure.unwrap().cause, Cause::ImageNotFound);
    assert_eq!((cloud.count(STOP), aborts(&events)), (1, 1));
    assert!(start.elapsed() < Duration::from_secs(95), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_the_request_changes_nothing() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Throttled] {
        let cloud = hopeless();
        cloud.fail(STOP, &[fault]);
        let (outcome, events) = give_up(&cloud).await;
        assert_eq!(outcome.verdict, Verdict::RolledBack, "{fault:?} {events:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_stop_a_deployment_still_watches_it() {
    let cloud = hopeless();
    cloud.fail_always(STOP, Some(Fault::Denied));
    let (outcome, events) = give_up(&cloud).await;
    assert_eq!(outcome.verdict, Verdict::TimedOut);
    // It was a clear answer: nobody says again that it is being rolled back.
    assert_eq!(aborts(&events), 1, "{events:?}");
    let left = |event: &&Event| matches!(event, Event::Note { message } if message.contains("left to ECS"));
    assert_eq!(events.iter().filter(left).count(), 1, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_see_tasks_is_told_once_what_that_costs() {
    let cloud = hopeless();
    cloud.fail_always("ListTasks", Some(Fault::Denied));
    let (_, events) = give_up(&cloud).await;
    let blind = |event: &&Event| matches!(event, Event::Note { message } if message.starts_with("why tasks fail is not seen"));
    assert_eq!(events.iter().filter(blind).count(), 1, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_look_at_the_other_tasks_nothing_is_given_up() {
    let cloud = hopeless();
    cloud.after(91, |world| world.end("SUCCESSFUL", "COMPLETED"));
    cloud.fail_always("ListRunningTasks", Some(Fault::Denied));
    let (outcome, _) = give_up(&cloud).await;
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(cloud.count(STOP), 0);
}

#[tokio::test(start_paused = true)]
async fn crashes_that_ecs_does_not_count_are_seen_all_the_same() {
    let cloud = FakeCloud::new(World::serving());
    cloud.after(5, |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
        world.tasks(0, 2, 2);
    });
    for second in [30, 60, 90] {
        cloud.after(second, World::crash_task);
    }
    let (outcome, events) = give_up(&cloud).await;
    assert_eq!(aborts(&events), 1, "{events:?}");
    // Nobody ends the way back here.
    assert_eq!(outcome.verdict, Verdict::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_good_release_costs_no_more_looks() {
    let calls = async |abort_after| {
        fastrand::seed(7);
        let cloud = FakeCloud::new(World::serving());
        good(&cloud, 60);
        let service = deploy(&cloud).await;
        let (watched, _) = watch_until(&cloud, &service, abort_after, pending()).await;
        assert_eq!(watched.unwrap().verdict, Verdict::Succeeded);
        cloud.calls()
    };
    assert!(calls(3).await <= calls(0).await + 2);
}
