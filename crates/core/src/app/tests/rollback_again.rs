//! A rollback after a rollback, or after a failure: a pipeline tries again, two people are called
//! at once, and what was gone back from never comes back by that.

use std::time::Duration;

use serde_json::json;

use super::super::testing::{Stand, manifest_with, options as deploy_options};
use super::abort::abort;
use super::rollback::{options, roll_back};
use crate::app::ResultRecord;
use crate::app::history::history;
use crate::cloud::fake::{FakeCloud, World};
use crate::progress::{Conclusion, Refusal};

const UPDATE: &str = "UpdateService";
const REFUSED: Conclusion = Conclusion::Refused(Refusal::Check);

async fn releases(versions: &[&str]) -> Stand {
    let stand = Stand::serving();
    for version in versions {
        stand.released(version).await;
    }
    stand
}

fn check_back(result: &ResultRecord, revision: &str) {
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    let brought = result.task_definition.as_deref().unwrap();
    assert!(brought.ends_with(revision), "{brought}");
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_that_ecs_took_back_it_goes_to_the_release_before() {
    let stand = releases(&["2"]).await;
    stand.fail_after(20);
    assert_eq!(stand.deploy("3").await.exit_code().number(), 31);
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:1");
    assert_eq!(roll_back(&stand, &options()).await.conclusion(), REFUSED);
}

/// The tasks fail alike, and the run that deploys has ECS go back before it would.
#[tokio::test(start_paused = true)]
async fn after_a_release_that_mlship_gave_up_it_goes_to_the_release_before() {
    let stand = releases(&["2"]).await;
    stand
        .cloud
        .after_now(10, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    for seconds in [11, 12, 13] {
        stand.cloud.after_now(seconds, |world| {
            world.fail_task("CannotPullContainerError: m:2: not found");
        });
    }
    stand.cloud.after_now(90, World::finish_rollback);
    let given_up = manifest_with("3", "rollout: { abortAfter: 1 }\n");
    let (result, _) = stand.deploy_with(&given_up, &deploy_options()).await;
    assert_eq!(result.exit_code().number(), 31, "{result:?}");
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 1);
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:1");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_stopped_what_ran_is_not_done_again() {
    let stand = releases(&["2"]).await;
    stand.rolling_out("3").await;
    stand.cloud.after_now(30, World::finish_rollback);
    check_back(&roll_back(&stand, &options()).await, "m:2");
    let updates = stand.cloud.count(UPDATE);
    let again = roll_back(&stand, &options()).await;
    assert_eq!(again.conclusion(), REFUSED);
    let hint = again.hint.unwrap();
    assert!(hint.contains("--to :1"), "{hint}");
    assert_eq!(stand.cloud.count(UPDATE), updates);
}

/// ECS was on its way back by itself when the first one came.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_followed_ecs_is_not_done_again() {
    let stand = releases(&["2"]).await;
    stand.rolling_out("3").await;
    stand.cloud.after_now(0, |world| world.roll_back("FAILED"));
    stand.cloud.after_now(30, World::finish_rollback);
    check_back(&roll_back(&stand, &options()).await, "m:2");
    assert_eq!(roll_back(&stand, &options()).await.conclusion(), REFUSED);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_failed_is_tried_again() {
    let stand = releases(&["2"]).await;
    stand.fail_after(20);
    assert_eq!(roll_back(&stand, &options()).await.exit_code().number(), 31);
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:1");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_was_aborted_is_no_rollback_that_was_done() {
    let stand = releases(&["2"]).await;
    let hurried = super::super::rollback::RollbackOptions {
        timeout: Duration::from_secs(1),
        ..options()
    };
    roll_back(&stand, &hurried).await;
    stand
        .cloud
        .after_now(0, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    stand.cloud.after_now(30, World::finish_rollback);
    check_back(&abort(&stand).await, "m:2");
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:1");
}

/// It would end on the release that is to be left.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_ecs_is_undoing_is_followed_to_its_failure() {
    let stand = releases(&["2"]).await;
    let hurried = super::super::rollback::RollbackOptions {
        timeout: Duration::from_secs(1),
        ..options()
    };
    roll_back(&stand, &hurried).await;
    let dry = super::super::rollback::RollbackOptions {
        dry_run: true,
        ..options()
    };
    let shown = roll_back(&stand, &dry).await;
    assert_eq!(
        shown.note.as_deref(),
        Some("a rollback to m:1 is under way")
    );
    stand.cloud.after_now(0, |world| world.roll_back("FAILED"));
    let shown = roll_back(&stand, &dry).await;
    assert_eq!(shown.conclusion(), REFUSED, "{shown:?}");
    stand.cloud.after_now(30, World::finish_rollback);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.exit_code().number(), 31, "{result:?}");
}

/// What is registered anew has another number, and is the same release.
#[tokio::test(start_paused = true)]
async fn a_release_that_was_registered_anew_is_that_release() {
    let stand = releases(&["2", "3"]).await;
    stand.cloud.after_now(0, |world| {
        let second = &mut world.task_definitions[1].document;
        second.insert("status".to_owned(), json!("INACTIVE"));
    });
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:4");
    let again = roll_back(&stand, &options()).await;
    assert_eq!(again.conclusion(), REFUSED, "{again:?}");
    let hint = again.hint.unwrap();
    assert!(hint.contains("--to :1"), "{hint}");
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    let left = told.entries.iter().filter(|entry| entry.gone_back_from);
    let left: Vec<_> = left.map(|entry| entry.version.as_deref()).collect();
    assert_eq!(left, [Some("3")]);
    // Its own name finds it, whatever number it has.
    let result = roll_back(&stand, &super::rollback::to(":2")).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged, "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_release_that_failed_once_and_then_succeeded_is_a_target() {
    let stand = Stand::serving();
    stand.fail_after(20);
    assert_eq!(stand.deploy("2").await.exit_code().number(), 31);
    stand.released("2").await;
    stand.released("3").await;
    stand.succeed_after(20);
    check_back(&roll_back(&stand, &options()).await, "m:2");
}

/// Two who are called at once: one of them writes between the other's look and write.
#[tokio::test(start_paused = true)]
async fn two_rollbacks_at_once_end_on_the_same_release() {
    let stand = releases(&["2", "3"]).await;
    stand.cloud.after_now(0, |world| {
        let second = &mut world.task_definitions[1].document;
        second.insert("status".to_owned(), json!("INACTIVE"));
    });
    stand.cloud.latency.set(Duration::from_millis(50));
    stand.succeed_after(20);
    let (first_options, other_options) = (options(), options());
    let first = roll_back(&stand, &first_options);
    let other = roll_back(&stand, &other_options);
    let (first, other) = tokio::join!(first, other);
    for result in [first, other] {
        assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    }
    let serves = stand.cloud.world().service.unwrap().task_definition;
    let brought = stand
        .cloud
        .world()
        .task_definition(serves.as_str())
        .unwrap();
    assert_eq!(brought.tags["mlship:version"], "2");
}
