//! Signals in the middle of writes, and answers that are lost after them.

use std::time::Duration;

use super::super::testing::{Stand, manifest, options};
use super::rollback::{options as rollback_options, roll_back};
use crate::app::ResultRecord;
use crate::app::deploy::DeployOptions;
use crate::app::watch::{OnInterrupt, WatchOptions};
use crate::cloud::fake::Fault;
use crate::progress::{Conclusion, Interrupt};

const UPDATE: &str = "UpdateService";

fn check_not_begun(result: &ResultRecord, stand: &Stand, updates: usize) {
    let interrupted = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), interrupted, "{result:?}");
    let error = result.error.as_deref().unwrap();
    let begun = "interrupted before the deployment began";
    assert!(error.starts_with(begun), "{error}");
    assert_eq!(stand.cloud.count(UPDATE), updates);
}

/// Each request takes two seconds; the signal comes while the registration is out.
#[tokio::test(start_paused = true)]
async fn a_signal_while_a_revision_is_registered_begins_no_deployment() {
    let mut began = false;
    for seconds in 1..30 {
        let stand = Stand::serving();
        stand.cloud.latency.set(Duration::from_secs(2));
        let deploy = stand.deploy("2");
        let result = Box::pin(stand.interrupting(seconds, deploy)).await;
        let registered = stand.cloud.count("RegisterTaskDefinition") > 0;
        if registered && stand.cloud.count(UPDATE) == 0 {
            check_not_begun(&result, &stand, 0);
            began = true;
        }
    }
    assert!(began, "no signal came while it was registered");
}

#[tokio::test(start_paused = true)]
async fn a_signal_while_aws_is_too_busy_for_the_write_says_what_was_not_done() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.fail_always(UPDATE, Some(Fault::Throttled));
    let updates = stand.cloud.count(UPDATE);
    let deploy = stand.deploy("3");
    let result = Box::pin(stand.interrupting(30, deploy)).await;
    let tried = stand.cloud.count(UPDATE);
    assert!(tried > updates);
    check_not_begun(&result, &stand, tried);
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.fail_always(UPDATE, Some(Fault::Throttled));
    let rollback_options = rollback_options();
    let back = roll_back(&stand, &rollback_options);
    let result = Box::pin(stand.interrupting(30, back)).await;
    check_not_begun(&result, &stand, stand.cloud.count(UPDATE));
}

#[tokio::test(start_paused = true)]
async fn whether_ecs_rolls_back_is_not_known_where_the_answer_was_lost() {
    let stand = Stand::serving();
    stand
        .cloud
        .after_now(5, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    let fault = Some(Fault::LostAfter);
    stand.cloud.fail_always("StopServiceDeployment", fault);
    let options = DeployOptions {
        watch: WatchOptions {
            on_interrupt: OnInterrupt::Rollback,
            ..options().watch
        },
        ..options()
    };
    let manifest = manifest("2");
    let deploy = stand.deploy_with(&manifest, &options);
    let (result, _) = Box::pin(stand.interrupting(30, deploy)).await;
    let error = result.error.unwrap();
    let unknown = "interrupted; whether ECS rolls back is not known";
    assert!(error.starts_with(unknown), "{error}");
}
