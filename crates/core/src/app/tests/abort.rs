use std::time::Duration;

use super::super::stop_and_follow::RollbackWatch;
use super::super::testing::{Stand, service_alone, subject, subject_alone};
use crate::app::recording_report::RecordingReport;
use crate::app::{ResultRecord, Subject};
use crate::cloud::Identity;
use crate::cloud::fake::{Fault, World};
use crate::progress::{Conclusion, Refusal};

const STOP: &str = "StopServiceDeployment";

pub(super) async fn abort(stand: &Stand) -> ResultRecord {
    abort_within(Duration::from_mins(30), stand).await
}

async fn abort_within(timeout: Duration, stand: &Stand) -> ResultRecord {
    abort_of(&subject(), timeout, stand).await
}

async fn abort_of(subject: &Subject, timeout: Duration, stand: &Stand) -> ResultRecord {
    let caller = stand.cloud.caller().await.unwrap();
    let watch = RollbackWatch {
        context: &stand.context(),
        subject: subject.clear(Ok(&caller), &mut |_| {}).unwrap(),
        timeout,
        adds_shift: false,
    };
    Box::pin(watch.abort(&mut RecordingReport::default())).await
}

/// A service whose second release is on its way.
async fn deploying() -> Stand {
    deploying_to(Stand::serving()).await
}

async fn deploying_to(stand: Stand) -> Stand {
    stand.rolling_out("2").await;
    stand
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_rolled_back() {
    let stand = deploying().await;
    stand.cloud.after_now(30, World::finish_rollback);
    let result = abort(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert!(result.task_definition.unwrap().ends_with("m:1"));
    assert_eq!(stand.cloud.count(STOP), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_manifest_hints_name_the_service_too() {
    let stand = deploying().await;
    let result = abort_of(&service_alone(), Duration::from_secs(1), &stand).await;
    let hint = result.hint.unwrap();
    assert_eq!(hint, "attach to it with mlship watch --service ml/m");
    let idle = abort_of(&service_alone(), Duration::from_secs(1), &Stand::serving()).await;
    assert_eq!(idle.exit_code().number(), 11);
    let hint = idle.hint.unwrap();
    assert_eq!(hint, "mlship status --service ml/m shows what serves");
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_nobody_can_tell_is_told_later() {
    let stand = deploying().await;
    stand.cloud.after_now(30, World::finish_rollback);
    let text = "kind: ModelRelease\nmodel: { name: m, ref: \"${REF}\" }\nimage: 7\n\
                service: { cluster: ml, name: m }\n";
    let subject = subject_alone(text);
    let result = abort_of(&subject, Duration::from_mins(30), &stand).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    let retry = result.registry.unwrap().retry.unwrap();
    assert_eq!(retry, "mlship watch m.yaml --record");
}

#[tokio::test(start_paused = true)]
async fn it_is_the_rollback_that_goes_on_when_time_runs_out() {
    let stand = deploying().await;
    let result = abort_within(Duration::from_secs(1), &stand).await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut);
    let error = result.error.unwrap();
    assert!(
        error.starts_with("gave up waiting for the rollback"),
        "{error}"
    );
}

/// The bakes of what goes back are no part of going back, and what insisting took is.
#[tokio::test(start_paused = true)]
async fn the_limit_holds_whatever_the_deployment_would_have_baked() {
    for lost in [false, true] {
        let stand = deploying().await;
        stand
            .cloud
            .after_now(0, |world| world.reach("BAKE_TIME", 100.0));
        if lost {
            stand.cloud.fail_always(STOP, Some(Fault::LostBefore));
        }
        let began = tokio::time::Instant::now();
        let result = abort_within(Duration::from_mins(2), &stand).await;
        assert_eq!(result.conclusion(), Conclusion::TimedOut, "{result:?}");
        let took = began.elapsed();
        assert!(took <= Duration::from_secs(150), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_hides_nothing() {
    let stand = deploying().await;
    stand.cloud.fail(STOP, &[Fault::LostAfter]);
    stand.cloud.after_now(30, World::finish_rollback);
    assert_eq!(abort(&stand).await.conclusion(), Conclusion::Returned);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_succeeds_meanwhile_is_said_to_serve() {
    let stand = deploying().await;
    stand.cloud.fail(STOP, &[Fault::Rejected]);
    stand.succeed_after(10);
    let result = abort(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Failed);
    let error = result.error.unwrap();
    assert_eq!(error, "the deployment ended before it could be stopped");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_succeeds_because_nobody_was_told_to_stop_it_is_no_failed_release() {
    for fault in [Fault::Garbled, Fault::LostBefore] {
        let stand = deploying().await;
        stand.cloud.fail_always(STOP, Some(fault));
        stand.succeed_after(10);
        let result = abort(&stand).await;
        let unreachable = Conclusion::Error(crate::progress::Fault::Unreachable);
        assert_eq!(result.conclusion(), unreachable, "{result:?}");
        let error = result.error.unwrap();
        assert!(
            error.starts_with("the deployment was not stopped: StopServiceDeployment: "),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_runs_nothing_is_stopped() {
    let stand = Stand::serving();
    let result = abort(&stand).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused);
    assert_eq!(stand.cloud.count(STOP), 0);
}

#[tokio::test(start_paused = true)]
async fn a_first_release_has_nothing_to_go_back_to_and_that_is_no_success() {
    let stand = deploying_to(Stand::new(World::default())).await;
    let result = abort(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Failed, "{result:?}");
    assert_eq!(stand.cloud.count(STOP), 1);
}

#[tokio::test(start_paused = true)]
async fn an_abort_while_ecs_goes_back_already_attaches_to_that() {
    let stand = deploying().await;
    stand.cloud.after_now(5, World::stop);
    stand.cloud.after_now(30, World::finish_rollback);
    tokio::time::sleep(Duration::from_secs(6)).await;
    let (one, other) = tokio::join!(abort(&stand), abort(&stand));
    for result in [one, other] {
        assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
        assert!(result.task_definition.unwrap().ends_with("m:1"));
    }
    assert_eq!(stand.cloud.count(STOP), 0);
}

/// A rescue that was asked for is said to be, whatever may not be looked at.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_seen_does_not_hide_that_ecs_was_asked() {
    for operation in [
        "ListServiceDeployments",
        "DescribeServiceRevisions",
        "DescribeServiceDeployments",
        "DescribeTaskDefinition",
    ] {
        let stand = Stand::serving();
        stand.rolling_out("2").await;
        stand.cloud.fail_always(operation, Some(Fault::Denied));
        stand.cloud.after_now(20, World::finish_rollback);
        let result = abort(&stand).await;
        assert_eq!(stand.cloud.count(STOP), 1, "{operation}");
        let is_back = result.conclusion() == Conclusion::Returned;
        let told = result.error.unwrap_or_default();
        let is_said = told.contains("ECS was asked to roll back") && told.contains(operation);
        assert!(is_back || is_said, "{operation}: {told}");
    }
}

/// Who may not look at the records asks the service, which names the last deployment as current
/// when it has ended, too.
#[tokio::test(start_paused = true)]
async fn nothing_is_stopped_that_has_ended_whoever_may_look() {
    for denied in ["ListServiceDeployments", "DescribeServiceRevisions"] {
        let stand = Stand::serving();
        stand.released("2").await;
        stand.cloud.fail_always(denied, Some(Fault::Denied));
        let result = abort(&stand).await;
        assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
        assert_eq!(stand.cloud.count(STOP), 0, "{denied}");
        assert!(result.hint.unwrap().contains("mlship status"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_is_named_only_where_there_is_something_to_go_back_to() {
    let stand = Stand::serving();
    let hint = abort(&stand).await.hint.unwrap();
    assert!(!hint.contains("rollback"), "{hint}");
    stand.released("2").await;
    let hint = abort(&stand).await.hint.unwrap();
    assert!(
        hint.starts_with("to go back to m:1: mlship rollback"),
        "{hint}"
    );
}

/// There is nothing to go back to, and nobody to ask.
#[tokio::test(start_paused = true)]
async fn who_stops_a_first_release_is_not_told_to_ask_who_did() {
    let stand = Stand::new(World::default());
    stand.begin("1").await;
    stand.cloud.after_now(0, |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
    });
    let result = abort(&stand).await;
    assert_eq!(result.exit_code().number(), 30, "{result:?}");
    assert_eq!(result.failure, None);
    let error = result.error.unwrap();
    assert!(
        error.starts_with("the deployment was stopped as asked"),
        "{error}"
    );
}
