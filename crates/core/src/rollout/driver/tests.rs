//! Whole watches of a stand-in for AWS, on a clock that jumps from one wait to the next.

mod early_abort;
mod judging;
mod lag;
mod outage;

use std::future::pending;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::follow;
use crate::app::recording_report::RecordingReport;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::cloud::{CloudError, Ecs, ErrorKind, Requests};
use crate::plan::Started;
use crate::progress::Event;
use crate::progress::{Interrupt, Observer, Verdict};
use crate::release::ids::ServiceId;
use crate::release::{Document, LiveService};
use crate::rollout::{
    Awaiting, Cause, Follow, Outcome, PauseCommands, WaitsEnded, wait_until_idle,
};

const SERVICE: &str = "DescribeServices";
const DESCRIBE: &str = "DescribeServiceDeployments";
const LIST: &str = "ListServiceDeployments";

/// Starts a deployment of a second release.
async fn deploy(cloud: &FakeCloud) -> LiveService {
    let tagged = object(json!({"family": "m"}));
    let arn = cloud.register_task_definition(&tagged).await.unwrap();
    let update = object(json!({"taskDefinition": arn}));
    cloud.update_service(&update).await.unwrap()
}

async fn watch(
    cloud: &FakeCloud,
    service: &LiveService,
    interrupt: impl Future<Output = Interrupt>,
) -> (Result<Outcome, CloudError>, RecordingReport) {
    watch_until(cloud, service, 0, interrupt).await
}

/// Watches until so many tasks fail alike; for 0, for ever.
async fn watch_until(
    cloud: &FakeCloud,
    service: &LiveService,
    abort_after: u32,
    interrupt: impl Future<Output = Interrupt>,
) -> (Result<Outcome, CloudError>, RecordingReport) {
    let ours = service.primary().unwrap();
    let what = Follow {
        shown: None,
        deployment: ours.id.clone(),
        is_own: true,
        created_at: ours.created_at,
        timeout: Duration::from_mins(30),
        adds_shift: false,
        until: crate::rollout::Until::Done,
        pausing: crate::rollout::PauseCommands::default(),
        abort_after,
        waits: WaitsEnded::ByNobody,
    };
    let mut heard = RecordingReport::default();
    let brings = &ours.task_definition;
    let watched = follow(cloud, &FakeCloud::id(), brings, what, &mut heard, interrupt).await;
    (watched, heard)
}

async fn verdict(cloud: &FakeCloud) -> (Verdict, RecordingReport) {
    let service = deploy(cloud).await;
    let (watched, heard) = watch(cloud, &service, pending()).await;
    (watched.unwrap().verdict, heard)
}

fn good(cloud: &FakeCloud, seconds: u64) {
    cloud.after(5, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    cloud.after(seconds, |world| world.end("SUCCESSFUL", "COMPLETED"));
}

fn bad(cloud: &FakeCloud, failed_reads: &'static str) {
    cloud.after(5, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    cloud.after(60, |world| world.roll_back(failed_reads));
    cloud.after(100, World::finish_rollback);
}

/// Deploys and watches; all new tasks run, then the old ones are gone, then it ends. Returns how
/// late the end is noticed and how many calls all of it takes.
async fn pace(running: u64, alone: u64, end: u64) -> (Duration, u64) {
    let cloud = FakeCloud::new(World::serving());
    cloud.latency.set(Duration::from_millis(50));
    let start = Instant::now();
    cloud.after(5, |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
        world.tasks(0, 2, 2);
    });
    cloud.after(running, |world| world.tasks(2, 0, 2));
    cloud.after(alone, |world| world.tasks(2, 0, 0));
    cloud.after(end, |world| world.end("SUCCESSFUL", "COMPLETED"));
    assert_eq!(verdict(&cloud).await.0, Verdict::Succeeded);
    let lag = start
        .elapsed()
        .checked_sub(Duration::from_secs(end))
        .unwrap();
    // Before the writes: what serves, which task definition, still the same, registered already.
    (lag, cloud.calls() + 4)
}

#[tokio::test(start_paused = true)]
async fn the_end_is_noticed_within_a_second_and_a_half_at_a_call_as_often() {
    let rollouts = [
        (20, 140, 180),
        (60, 140, 180),
        (100, 140, 180),
        (130, 140, 180),
        (40, 120, 150),
        (135, 150, 180),
        (140, 160, 180),
        (140, 170, 180),
    ];
    for (running, alone, end) in rollouts {
        for _ in 0..20 {
            let (lag, calls) = pace(running, alone, end).await;
            let told = format!("{running} {alone} {end}: {lag:?}, {calls} calls");
            assert!(lag <= Duration::from_millis(1500), "{told}");
            assert!(calls <= end * 3 / 4 + 5, "{told}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn half_an_hour_that_stands_still_costs_a_call_every_three_seconds() {
    let cloud = FakeCloud::new(World::serving());
    cloud.after(5, |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
        world.tasks(0, 2, 2);
    });
    assert_eq!(verdict(&cloud).await.0, Verdict::TimedOut);
    let calls = cloud.calls();
    assert!(calls < 30 * 60 / 3, "{calls} calls in half an hour");
}

#[tokio::test(start_paused = true)]
async fn both_bases_tell_good_from_bad() {
    for denied in [
        &[][..],
        &[LIST, DESCRIBE],
        &[DESCRIBE],
        &["DescribeServiceRevisions"],
    ] {
        for fault in [Fault::Denied, Fault::Rejected] {
            for reads in ["FAILED", "IN_PROGRESS"] {
                let cloud = FakeCloud::new(World::serving());
                bad(&cloud, reads);
                for operation in denied {
                    cloud.fail_always(operation, Some(fault));
                }
                let (verdict, heard) = verdict(&cloud).await;
                assert_eq!(verdict, Verdict::RolledBack, "{denied:?} {reads}");
                assert_eq!(heard.rests_on_entry(), !denied.is_empty());
            }
            let cloud = FakeCloud::new(World::serving());
            good(&cloud, 100);
            for operation in denied {
                cloud.fail_always(operation, Some(fault));
            }
            assert_eq!(verdict(&cloud).await.0, Verdict::Succeeded, "{denied:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lists_that_are_behind_change_no_verdict() {
    for lag in [1, 5, 15, 25, 40] {
        let cloud = FakeCloud::new(World::serving());
        cloud.lag.set(Duration::from_secs(lag));
        bad(&cloud, "FAILED");
        assert_eq!(verdict(&cloud).await.0, Verdict::RolledBack, "{lag}");
        let cloud = FakeCloud::new(World::serving());
        cloud.lag.set(Duration::from_secs(lag));
        good(&cloud, 100);
        assert_eq!(verdict(&cloud).await.0, Verdict::Succeeded, "{lag}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_hidden_after_it_was_seen_is_waited_for() {
    for fault in [
        Fault::Denied,
        Fault::Throttled,
        Fault::LostBefore,
        Fault::Garbled,
        Fault::Rejected,
    ] {
        let cloud = FakeCloud::new(World::serving());
        bad(&cloud, "FAILED");
        let service = deploy(&cloud).await;
        let hide = async {
            sleep(Duration::from_secs(30)).await;
            cloud.fail_always(DESCRIBE, Some(fault));
            sleep(Duration::from_secs(100)).await;
            cloud.fail_always(DESCRIBE, None);
            pending().await
        };
        let (watched, heard) = watch(&cloud, &service, hide).await;
        assert_eq!(watched.unwrap().verdict, Verdict::RolledBack, "{fault:?}");
        assert!(!heard.rests_on_entry());
        let notes = heard
            .events
            .iter()
            .filter(|event| matches!(event, Event::Note { .. }));
        assert_eq!(notes.count(), 1, "an outage is told once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_somebody_on_the_way_hides_is_no_missing_api() {
    let cloud = FakeCloud::new(World::serving());
    let service = deploy(&cloud).await;
    for operation in [LIST, DESCRIBE] {
        cloud.fail_always(operation, Some(Fault::Garbled));
    }
    let (watched, heard) = watch(&cloud, &service, pending()).await;
    assert_eq!(watched.unwrap_err().kind, ErrorKind::Unreadable);
    assert!(!heard.rests_on_entry());
}

#[tokio::test(start_paused = true)]
async fn a_successor_is_told_where_listing_is_denied() {
    let cloud = FakeCloud::new(World::serving());
    cloud.fail_always(LIST, Some(Fault::Denied));
    cloud.after(30, World::supersede);
    assert_eq!(verdict(&cloud).await.0, Verdict::Superseded);
}

#[tokio::test(start_paused = true)]
async fn the_current_service_deployment_of_somebody_else_is_not_ours() {
    // The same task definition deployed twice in a row: only the time tells them apart.
    for seconds in [1, 2, 30] {
        let cloud = FakeCloud::new(World::serving());
        let service = deploy(&cloud).await;
        cloud.after(seconds, |world| {
            world.supersede();
            world.update(&Document::new());
        });
        cloud.after(60, |world| world.end("SUCCESSFUL", "COMPLETED"));
        sleep(Duration::from_secs(seconds)).await;
        let (watched, _) = watch(&cloud, &service, pending()).await;
        assert_eq!(watched.unwrap().verdict, Verdict::Superseded, "{seconds}");
    }
}

/// Attaches to the entry that ECS goes back to while it does.
async fn way_back(denied: &[&'static str], end: &'static str) -> Verdict {
    let cloud = FakeCloud::new(World::serving());
    deploy(&cloud).await;
    cloud.after(10, |world| world.roll_back("FAILED"));
    // ECS drops the failed entry before the old one is whole again.
    cloud.after(40, |world| {
        world.service.as_mut().unwrap().deployments.truncate(1);
    });
    cloud.after(100, move |world| {
        world.end("ROLLBACK_SUCCESSFUL", end);
    });
    for operation in denied {
        cloud.fail_always(operation, Some(Fault::Denied));
    }
    let start = Instant::now();
    sleep(Duration::from_secs(20)).await;
    let back = cloud.world().service.unwrap();
    let (watched, _) = watch(&cloud, &back, pending()).await;
    assert!(start.elapsed() >= Duration::from_secs(100), "told too soon");
    watched.unwrap().verdict
}

#[tokio::test(start_paused = true)]
async fn the_old_success_of_what_ecs_goes_back_to_is_no_verdict() {
    for denied in [&[][..], &[LIST], &[LIST, DESCRIBE]] {
        assert_eq!(way_back(denied, "COMPLETED").await, Verdict::Succeeded);
        assert_eq!(way_back(denied, "FAILED").await, Verdict::Failed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deleted_service_ends_the_watch() {
    let cloud = FakeCloud::new(World::serving());
    cloud.after(30, |world| {
        world.service = None;
        world.deployments.clear();
    });
    assert_eq!(verdict(&cloud).await.0, Verdict::Deleted);
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_names_the_service_deployment_that_was_located() {
    let cloud = FakeCloud::new(World::serving());
    let service = deploy(&cloud).await;
    let interrupt = async {
        sleep(Duration::from_secs(10)).await;
        Interrupt::Terminate
    };
    let outcome = watch(&cloud, &service, interrupt).await.0.unwrap();
    assert_eq!(outcome.verdict, Verdict::Interrupted(Interrupt::Terminate));
    let arn = outcome.service_deployment.unwrap();
    assert_eq!(arn, cloud.world().deployments[0].service_deployment_arn);
}

#[tokio::test(start_paused = true)]
async fn the_cause_is_found_before_ecs_forgets_the_tasks() {
    let cloud = FakeCloud::new(World::serving());
    cloud.after(30, |world| {
        world.fail_task("CannotPullContainerError: x: not found");
    });
    cloud.after(60, |world| world.roll_back("FAILED"));
    cloud.after(90, |world| world.stopped.clear());
    cloud.after(100, World::finish_rollback);
    let service = deploy(&cloud).await;
    let (watched, _) = watch(&cloud, &service, pending()).await;
    let failure = watched.unwrap().failure.unwrap();
    assert_eq!(failure.cause, Cause::ImageNotFound);
}
