use tokio::time::Instant;

use super::super::testing::Stand;
use crate::cloud::fake::{Fault, World};
use crate::progress::{Conclusion, Interrupt};

#[tokio::test(start_paused = true)]
async fn a_deployment_that_runs_is_followed_to_its_verdict() {
    let stand = Stand::serving();
    stand.begin("2").await;
    stand.succeed_after(30);
    let result = stand.watch().await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(result.task_definition.unwrap().ends_with("m:2"));
}

#[tokio::test(start_paused = true)]
async fn how_the_newest_deployment_ended_is_told_later() {
    let stand = Stand::serving();
    assert_eq!(stand.watch().await.conclusion(), Conclusion::Succeeded);
    stand.fail_after(20);
    stand.deploy("2").await;
    let result = stand.watch().await;
    assert_eq!(result.release.as_ref().unwrap().version, "2");
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(result.previous.unwrap().task_definition.short(), "m:1");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_is_an_error() {
    let stand = Stand::new(World::default());
    let result = stand.watch().await;
    assert_eq!(result.exit_code().number(), 20);
    let error = result.error.unwrap();
    assert!(error.contains("no active service ml/m"), "{error}");
}

/// After a rollback the service reads as after a success of the release before.
#[tokio::test(start_paused = true)]
async fn an_end_that_may_not_be_asked_for_is_not_guessed() {
    for operation in [
        "ListServiceDeployments",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
    ] {
        let stand = Stand::serving();
        stand.fail_after(20);
        stand.deploy("2").await;
        stand.cloud.after_now(0, |world| {
            let service = world.service.as_mut().unwrap();
            service.current_service_deployment = None;
        });
        stand.cloud.fail_always(operation, Some(Fault::Denied));
        let result = stand.watch().await;
        assert_eq!(result.exit_code().number(), 20, "{operation}: {result:?}");
        let told = result.error.unwrap();
        assert!(told.contains(operation), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_followed_without_a_list() {
    let stand = Stand::serving();
    stand.begin("2").await;
    stand
        .cloud
        .fail_always("ListServiceDeployments", Some(Fault::Denied));
    stand.fail_after(20);
    assert_eq!(stand.watch().await.conclusion(), Conclusion::RolledBack);
}

const LIST: &str = "ListServiceDeployments";

#[tokio::test(start_paused = true)]
async fn a_first_look_that_is_throttled_or_unanswered_is_repeated_for_two_minutes() {
    for fault in [
        Fault::Throttled,
        Fault::Unreachable,
        Fault::LostBefore,
        Fault::Garbled,
    ] {
        for operation in ["DescribeServices", LIST] {
            let stand = Stand::serving();
            stand.cloud.fail_always(operation, Some(fault));
            let recovers = async {
                tokio::time::sleep(std::time::Duration::from_secs(100)).await;
                stand.cloud.fail_always(operation, None);
                std::future::pending::<()>().await;
            };
            let result = tokio::select! {
                result = stand.watch() => result,
                () = recovers => unreachable!(),
            };
            assert_eq!(
                result.conclusion(),
                Conclusion::Succeeded,
                "{fault:?} {operation}"
            );
            stand.cloud.fail_always(operation, Some(fault));
            let start = Instant::now();
            let result = stand.watch().await;
            assert_eq!(result.exit_code().number(), 21, "{fault:?} {operation}");
            let seconds = start.elapsed().as_secs();
            assert!((120..130).contains(&seconds), "{seconds}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_at_the_first_look_is_not_looked_at_again() {
    let stand = Stand::serving();
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Denied));
    let start = Instant::now();
    assert_eq!(stand.watch().await.exit_code().number(), 20);
    assert!(start.elapsed().as_secs() < 1);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_a_first_look_that_nobody_answers() {
    let stand = Stand::serving();
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Throttled));
    let start = Instant::now();
    let result = Box::pin(stand.interrupting(5, stand.watch())).await;
    let interrupted = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), interrupted);
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_a_first_look_that_goes_on_and_on() {
    let stand = Stand::serving();
    stand.cloud.latency.set(std::time::Duration::from_mins(1));
    let start = Instant::now();
    let result = Box::pin(stand.interrupting(5, stand.watch())).await;
    let interrupted = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), interrupted);
    assert_eq!(start.elapsed().as_secs(), 7);
}

/// The settings that changed with it stay, and only a rollback brings them back, too.
#[tokio::test(start_paused = true)]
async fn who_watches_a_way_back_that_failed_is_told_of_the_other_one() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand
        .cloud
        .after_now(10, |world| world.end("ROLLBACK_FAILED", "FAILED"));
    let result = stand.watch().await;
    assert_eq!(result.conclusion(), Conclusion::Failed, "{result:?}");
    let hint = result.hint.unwrap();
    assert!(hint.contains("mlship rollback m.yaml"), "{hint}");
    // Of a first release there is none.
    let stand = Stand::new(World::default());
    stand.begin("1").await;
    stand
        .cloud
        .after_now(10, |world| world.end("ROLLBACK_FAILED", "FAILED"));
    assert_eq!(stand.watch().await.hint, None);
}
