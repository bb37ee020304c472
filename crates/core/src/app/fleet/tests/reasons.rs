//! Why what was not begun was not: each time for what it really was.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::taken_back::Heard;
use super::{Fleet, OnFailure, RunOptions, ends};
use crate::app::ResultRecord;
use crate::app::deploy::{DeployOptions, Repeat};
use crate::app::fleet::simulated::{VirtualRun, manifest, options};
use crate::app::manifests::Loaded;
use crate::cloud::fake::FakeFleet;

/// A wave that failed is no reason for the next one to begin, however often the run is gone on with.
#[tokio::test(start_paused = true)]
async fn what_is_left_alone_for_an_earlier_failure_counts_as_one() {
    let mut fleet = Fleet::new(&[("a", &[]), ("b", &[])]).fails(0, 20);
    fleet.order = fleet.order.in_waves(&"1,2".parse().unwrap());
    let options = RunOptions {
        on_failure: OnFailure::Stop,
        ..RunOptions::default()
    };
    let stopped = "not begun: a release failed";
    assert_eq!(ends(&fleet.run(options).await), ["rolled_back", stopped]);
    fleet.told.borrow_mut().clear();
    fleet.repeat = Repeat::UnlessFailed;
    let again = ends(&fleet.run(options).await);
    assert!(
        again[0].starts_with("not begun: this content rolled back"),
        "{again:?}"
    );
    assert_eq!(again[1], stopped);
    assert_eq!(fleet.begun.borrow().len(), 2, "the failed one, twice");
}

/// Both end at the same moment: what was not begun for the clock is not laid at a release's door.
#[tokio::test(start_paused = true)]
async fn the_runs_time_is_the_reason_where_a_release_ends_with_it() {
    for seconds in 1..60 {
        let mut fleet = Fleet::new(&[("a", &[]), ("b", &[])]);
        fleet.until = Some(fleet.start + Duration::from_secs(seconds));
        let options = RunOptions {
            max_parallel: NonZeroUsize::new(1),
            on_failure: OnFailure::Stop,
            ..RunOptions::default()
        };
        let mut ends = ends(&fleet.run(options).await);
        ends.sort();
        let up = "not begun: the run's time is up";
        assert_eq!(ends, [up, "timed_out"], "{seconds}");
    }
}

/// To go on with the run once more would only say so again.
#[tokio::test(start_paused = true)]
async fn who_waits_for_content_that_failed_before_is_left_alone_for_it() {
    let mut fleet = Fleet::new(&[("a", &[]), ("b", &["a"]), ("c", &["b"])]).fails(0, 20);
    let first = fleet.run(RunOptions::default()).await;
    assert!(!first.iter().any(ResultRecord::has_failed_before));
    fleet.told.borrow_mut().clear();
    fleet.repeat = Repeat::UnlessFailed;
    let again = fleet.run(RunOptions::default()).await;
    assert!(again.iter().all(ResultRecord::has_failed_before));
    assert_eq!(again[1].exit_code().number(), 11);
}

/// What is known to fail would have all of the others taken back once more.
#[tokio::test(start_paused = true)]
async fn a_run_that_takes_back_begins_nothing_past_what_is_known_to_have_failed() {
    let cloud = FakeFleet::serving(["a", "b"], 1.0);
    cloud.change("b", |world| world.fails = true);
    let manifests = ["a", "b"].map(|name| Loaded::new(manifest(name, "")));
    let run = |repeat| VirtualRun {
        cloud: &cloud,
        manifests: &manifests,
        run: RunOptions {
            on_failure: OnFailure::Rollback,
            ..RunOptions::default()
        },
        deploy: DeployOptions {
            repeat,
            ..options(None)
        },
        interrupted: None,
    };
    let heard = Heard::default();
    let (results, _) = Box::pin(run(Repeat::Always).run(&heard)).await;
    assert_eq!(results.back.len(), 1, "the one that succeeded");
    let writes = cloud.writes();
    let (results, record) = Box::pin(run(Repeat::UnlessFailed).run(&heard)).await;
    assert_eq!(cloud.writes(), writes);
    assert_eq!(record.verdicts.get("not_begun"), Some(&2));
    assert_eq!(record.exit_code.number(), 11);
    assert!(results.forth[0].is_beyond_budget());
    assert!(results.forth[1].has_failed_before());
    assert!(results.back.is_empty());
}
