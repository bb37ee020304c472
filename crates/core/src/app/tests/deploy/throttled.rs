//! AWS is too busy to look at a write, which it thereby did not carry out.

use tokio::time::Instant;

use super::*;
use crate::cloud::Ecs;
use crate::cloud::fake::Fault;
use crate::progress::Interrupt;

const WRITES: [&str; 2] = ["RegisterTaskDefinition", "UpdateService"];

/// Throttles an operation for so many seconds, or for ever, while something goes on.
async fn throttling<T>(
    stand: &Stand,
    operation: &'static str,
    seconds: u64,
    work: impl Future<Output = T>,
) -> T {
    stand.cloud.fail_always(operation, Some(Fault::Throttled));
    let recovers = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        stand.cloud.fail_always(operation, None);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        done = work => done,
        () = recovers => unreachable!("an AWS that answers again ends nothing"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_is_sent_again_until_aws_has_time_for_it() {
    for operation in WRITES {
        let stand = Stand::serving();
        stand.succeed_after(900);
        let deployed = Box::pin(stand.deploy("2"));
        let result = throttling(&stand, operation, 600, deployed).await;
        assert_eq!(
            result.conclusion(),
            Conclusion::Succeeded,
            "{operation}: {result:?}"
        );
        // However often it was sent, one revision came of it.
        assert!(
            result.task_definition.unwrap().ends_with("m:2"),
            "{operation}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_ends_with_the_timeout() {
    for operation in WRITES {
        let stand = Stand::serving();
        let soon = DeployOptions {
            watch: WatchOptions {
                timeout: Duration::from_mins(5),
                adds_shift: false,
                until: crate::rollout::Until::Done,
                ..options().watch
            },
            ..options()
        };
        stand.cloud.fail_always(operation, Some(Fault::Throttled));
        let start = Instant::now();
        let (result, _) = stand.deploy_with(&manifest("2"), &soon).await;
        assert_eq!(result.exit_code().number(), 21, "{operation}: {result:?}");
        let seconds = start.elapsed().as_secs();
        assert!((300..320).contains(&seconds), "{operation}: {seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_update_does_not_push_aside_what_somebody_else_deployed_meanwhile() {
    let stand = Stand::serving();
    let other = async {
        let deployed = Box::pin(stand.deploy("2"));
        throttling(&stand, "UpdateService", 60, deployed).await
    };
    let meanwhile = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        stand.cloud.fail_always("UpdateService", None);
        let tagged = crate::cloud::fake::object(serde_json::json!({"family": "m"}));
        let arn = stand.cloud.register_task_definition(&tagged).await.unwrap();
        let update = crate::cloud::fake::object(serde_json::json!({"taskDefinition": arn}));
        stand.cloud.update_service(&update).await.unwrap();
        stand
            .cloud
            .fail_always("UpdateService", Some(Fault::Throttled));
    };
    let (result, ()) = tokio::join!(other, meanwhile);
    // It waits for the other's end, which never comes here.
    assert_eq!(result.conclusion(), Conclusion::TimedOut, "{result:?}");
    let serving = stand.cloud.world().service.unwrap().task_definition;
    assert_eq!(serving.short(), "m:3", "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_waiting_for_a_throttled_write() {
    let stand = Stand::serving();
    stand
        .cloud
        .fail_always("UpdateService", Some(Fault::Throttled));
    let start = Instant::now();
    let result = Box::pin(stand.interrupting(60, stand.deploy("2"))).await;
    let interrupted = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), interrupted, "{result:?}");
    assert!(start.elapsed().as_secs() < 70, "{:?}", start.elapsed());
}
