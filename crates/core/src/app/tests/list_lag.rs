//! A new deployment takes seconds to be listed: whoever reads or rescues sees it all the same.

use std::time::Duration;

use super::super::rollback::RollbackOptions;
use super::super::testing::Stand;
use super::abort::abort;
use super::rollback::{options, roll_back};
use crate::app::history::history;
use crate::app::status::status;
use crate::cloud::fake::{FakeCloud, World};
use crate::history::Outcome;
use crate::progress::{Conclusion, Fault, Refusal};

/// Version 9 arrives, and no list shows it for so long.
async fn arriving(behind: u64) -> Stand {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.list_lag.set(Duration::from_secs(behind));
    stand.rolling_out("9").await;
    stand
}

/// An older endpoint, whose services don't say which deployment is current.
fn forget_current(stand: &Stand) {
    stand.cloud.after_now(0, |world| {
        world.service.as_mut().unwrap().current_service_deployment = None;
    });
}

#[tokio::test(start_paused = true)]
async fn a_watch_follows_what_no_list_shows_yet() {
    for is_named in [true, false] {
        let stand = arriving(5).await;
        if !is_named {
            forget_current(&stand);
        }
        stand.fail_after(60);
        let result = stand.watch().await;
        assert_eq!(result.conclusion(), Conclusion::RolledBack, "{is_named}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_abort_stops_what_no_list_shows_yet() {
    for is_named in [true, false] {
        let stand = arriving(5).await;
        if !is_named {
            forget_current(&stand);
        }
        stand.cloud.after_now(30, World::finish_rollback);
        let result = abort(&stand).await;
        assert_eq!(result.conclusion(), Conclusion::Returned, "{is_named}");
        assert_eq!(stand.cloud.count("StopServiceDeployment"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_stops_what_no_list_shows_yet_and_goes_no_further() {
    for is_named in [true, false] {
        for to in [None, "2".parse().ok()] {
            let stand = arriving(5).await;
            if !is_named {
                forget_current(&stand);
            }
            let updates = stand.cloud.count("UpdateService");
            stand.cloud.after_now(30, World::finish_rollback);
            let named = RollbackOptions { to, ..options() };
            let result = roll_back(&stand, &named).await;
            assert_eq!(result.conclusion(), Conclusion::Returned, "{is_named}");
            assert!(result.task_definition.unwrap().ends_with("m:2"));
            assert_eq!(stand.cloud.count("UpdateService"), updates);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_and_is_never_listed_is_told_apart_from_what_does_not_run() {
    let stand = arriving(600).await;
    forget_current(&stand);
    for result in [
        stand.watch().await,
        abort(&stand).await,
        roll_back(&stand, &options()).await,
    ] {
        assert_eq!(result.conclusion(), Conclusion::Error(Fault::SaidNo));
        let error = result.error.unwrap();
        assert!(error.contains("a deployment of m:3"), "{error}");
    }
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_stays_short_of_what_has_completed_stops_no_rollback() {
    let stand = Stand::serving();
    stand.released("2").await;
    // Its record is gone after 90 days.
    stand.cloud.after_now(0, |world| {
        world.deployments.remove(0);
        let service = world.service.as_mut().unwrap();
        service.current_service_deployment = None;
    });
    let result = roll_back(&stand, &options()).await;
    assert_ne!(
        result.conclusion(),
        Conclusion::Error(Fault::SaidNo),
        "{result:?}"
    );
    assert_eq!(
        abort(&stand).await.conclusion(),
        Conclusion::Refused(Refusal::Check)
    );
}

#[tokio::test(start_paused = true)]
async fn status_and_history_tell_of_what_no_list_shows_yet() {
    let stand = arriving(600).await;
    let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    let newest = seen.last_deployment.unwrap();
    assert_eq!(newest.outcome, Some(Outcome::Running));
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    let newest = &told.entries[0];
    assert_eq!(newest.outcome, Some(Outcome::Running));
    assert_eq!(newest.version.as_deref(), Some("9"));
    assert!(!newest.serves);
}
