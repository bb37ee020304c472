//! What has failed before, and a run that is gone on with.

use super::*;
use crate::app::deploy::Repeat;

fn resuming() -> DeployOptions {
    DeployOptions {
        repeat: Repeat::UnlessFailed,
        ..options()
    }
}

#[tokio::test(start_paused = true)]
async fn content_that_failed_is_left_alone_until_it_is_asked_for_again() {
    let stand = Stand::serving();
    stand.fail_after(20);
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::RolledBack);
    let writes = stand.cloud.count("UpdateService");
    let (left, _) = stand.deploy_with(&manifest("2"), &resuming()).await;
    assert_eq!(left.conclusion(), Conclusion::NotBegun);
    assert_eq!(left.exit_code().number(), 11);
    let said = left.error.unwrap();
    assert!(
        said.starts_with("not begun: this content rolled back at 20"),
        "{said}"
    );
    assert!(said.ends_with("Z (image not found)"), "{said}");
    assert!(left.hint.unwrap().contains("--retry-failed"));
    assert_eq!(stand.cloud.count("UpdateService"), writes);
    stand.succeed_after(20);
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn content_that_has_not_failed_is_deployed_by_a_resumed_run() {
    let stand = Stand::serving();
    stand.fail_after(20);
    stand.deploy("2").await;
    stand.succeed_after(20);
    let (result, _) = stand.deploy_with(&manifest("3"), &resuming()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    // What serves is left as it is.
    let (again, _) = stand.deploy_with(&manifest("3"), &resuming()).await;
    assert_eq!(again.conclusion(), Conclusion::Unchanged);
}

#[tokio::test(start_paused = true)]
async fn a_resumed_run_follows_what_still_runs() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.succeed_after(20);
    let (result, _) = stand.deploy_with(&manifest("2"), &resuming()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(stand.cloud.count("UpdateService"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_the_service_was_left_on_is_not_repeated_either() {
    let stand = Stand::serving();
    stand
        .cloud
        .after_now(20, |world| world.end("ROLLBACK_FAILED", "FAILED"));
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Failed);
    let writes = stand.cloud.count("UpdateService");
    let (left, _) = stand.deploy_with(&manifest("2"), &resuming()).await;
    assert_eq!(left.conclusion(), Conclusion::NotBegun, "{left:?}");
    assert_eq!(stand.cloud.count("UpdateService"), writes);
}
