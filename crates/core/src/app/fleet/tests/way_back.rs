//! Who goes back after a run that failed, and who stays for others.

use std::time::Duration;

use super::{Fleet, OnFailure, RunOptions, ends};
use crate::progress::Conclusion;

const ROLLBACK: RunOptions = RunOptions {
    max_parallel: None,
    failure_budget: None,
    on_failure: OnFailure::Rollback,
};

#[tokio::test(start_paused = true)]
async fn what_a_service_that_is_not_back_depends_on_stays() {
    let services = [("a", &[][..]), ("b", &["a"][..]), ("z", &["b"][..])];
    let fleet = Fleet::new(&services).succeeds(0, 20).succeeds(1, 20);
    let mut fleet = fleet.fails(2, 20);
    let (failed, back) = (Conclusion::Failed, Conclusion::Returned);
    fleet.backs = vec![back, failed, back];
    let results = fleet.run_both_ways(ROLLBACK).await;
    let expected = ["failed", "not begun: ml/b depends on it, and is not back"];
    assert_eq!(ends(&results.back), expected);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_used_up_the_runs_time_keeps_nothing_from_being_taken_back() {
    let mut fleet = Fleet::new(&[("a", &[]), ("b", &[])]).succeeds(0, 20);
    fleet.until = Some(fleet.start + Duration::from_secs(50));
    fleet.backs = vec![Conclusion::Returned; 2];
    let results = fleet.run_both_ways(ROLLBACK).await;
    assert_eq!(ends(&results.forth), ["succeeded", "timed_out"]);
    assert_eq!(ends(&results.back), ["rolled_back"]);
}

/// What it serves in the end was made for what it depends on.
#[tokio::test(start_paused = true)]
async fn what_a_deployment_that_goes_on_depends_on_stays() {
    let services = [("a", &[][..]), ("b", &["a"][..]), ("c", &[][..])];
    let mut fleet = Fleet::new(&services).succeeds(0, 20).succeeds(2, 30);
    fleet.until = Some(fleet.start + Duration::from_secs(100));
    fleet.backs = vec![Conclusion::Returned; 3];
    let results = fleet.run_both_ways(ROLLBACK).await;
    assert_eq!(
        ends(&results.forth),
        ["succeeded", "succeeded", "timed_out"]
    );
    // Each by its own name, also on the way back.
    assert_eq!(*fleet.told.borrow(), ["a", "c", "b", "a", "c"]);
    let expected = [
        "not begun: ml/b depends on it, and is not back",
        "rolled_back",
    ];
    assert_eq!(ends(&results.back), expected);
}
