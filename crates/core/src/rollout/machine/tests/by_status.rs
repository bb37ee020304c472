//! Tests of verdicts from the status of the service deployment.

use serde_json::json;

use super::*;

/// Checks the verdict of a deployment that goes through these states.
fn check_path(statuses: &[&str], verdict: Verdict) {
    let nothing_new = entries(&[[OURS, "PRIMARY", "IN_PROGRESS"]]);
    let looks: Vec<_> = (0..)
        .zip(statuses)
        .map(|(n, name)| (n * 10, status(name).with(nothing_new.clone()).newer(false)))
        .collect();
    check(&looks, verdict);
}

#[test]
fn every_way_through_the_states_has_its_verdict() {
    let good = Verdict::Succeeded;
    check_path(&["PENDING", "IN_PROGRESS", "SUCCESSFUL"], good);
    check_path(&["IN_PROGRESS", "ROLLBACK_REQUESTED", "SUCCESSFUL"], good);
    check_path(&["SUCCESSFUL"], good);
    let back = Verdict::RolledBack;
    let rollback = "ROLLBACK_IN_PROGRESS";
    check_path(&["IN_PROGRESS", rollback, "ROLLBACK_SUCCESSFUL"], back);
    check_path(
        &[
            "PENDING",
            "ROLLBACK_REQUESTED",
            rollback,
            "ROLLBACK_SUCCESSFUL",
        ],
        back,
    );
    let failed = Verdict::Failed;
    check_path(&["IN_PROGRESS", rollback, "ROLLBACK_FAILED"], failed);
    check_path(&["ROLLBACK_REQUESTED", "STOPPED"], failed);
    check_path(&["IN_PROGRESS", "STOP_REQUESTED", "STOPPED"], failed);
    check_path(&["PENDING", "STOPPED"], failed);
}

#[test]
fn a_state_this_version_does_not_know_decides_nothing() {
    check_open(&[(0, status("PENDING")), (10, status("ASCENDING"))]);
    check_path(&["ASCENDING", "SUCCESSFUL"], Verdict::Succeeded);
}

#[test]
fn what_ended_stays_ended_when_looks_come_out_of_order() {
    let stopped = status("STOPPED");
    let mut machine = Machine::new(follow());
    let first = machine.step(&stopped, Duration::from_secs(1));
    assert!(matches!(
        first.next,
        Next::Poll {
            look: PollRequest::LAST,
            ..
        }
    ));
    let behind = status("IN_PROGRESS").newer(true);
    let _ = machine.step(&behind, Duration::from_secs(2));
    let Next::Done(outcome) = machine.step(&behind, Duration::from_secs(3)).next else {
        panic!("open");
    };
    assert_eq!(outcome.verdict, Verdict::Superseded);
}

#[test]
fn stopped_with_a_newer_deployment_is_superseded() {
    check(&[(9, status("STOPPED").newer(true))], Verdict::Superseded);
}

#[test]
fn a_successor_is_seen_in_deployments_where_listing_is_denied() {
    let replaced = entries(&[
        ["new", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "IN_PROGRESS"],
    ]);
    check(
        &[(9, status("STOPPED").with(replaced))],
        Verdict::Superseded,
    );
    let alone = entries(&[[OURS, "PRIMARY", "IN_PROGRESS"]]);
    check(&[(9, status("STOPPED").with(alone))], Verdict::Failed);
}

#[test]
fn a_successor_that_lists_show_late_is_waited_for() {
    let alone = status("STOPPED").with(entries(&[[OURS, "PRIMARY", "IN_PROGRESS"]]));
    let mut machine = Machine::new(follow());
    let mut elapsed = Duration::ZERO;
    for _ in 0..3 {
        let Next::Poll { after, look } = machine.step(&alone.clone().newer(false), elapsed).next
        else {
            panic!("too soon");
        };
        assert_eq!(look, PollRequest::LAST);
        elapsed += after;
    }
    let late = alone.newer(true);
    let _ = machine.step(&late, elapsed);
    let Next::Done(outcome) = machine.step(&late, elapsed).next else {
        panic!("open");
    };
    assert_eq!(outcome.verdict, Verdict::Superseded);
}

#[test]
fn what_failed_first_and_was_replaced_then_failed() {
    let failed = entries(&[
        ["new", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ]);
    check(
        &[(9, status("STOPPED").newer(true).with(failed))],
        Verdict::Failed,
    );
    let triggered = deployment(json!({"status": "STOPPED",
        "deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}}));
    check(&[(9, triggered.newer(true))], Verdict::Failed);
}

#[test]
fn a_stopped_deployment_is_no_success_however_little_is_answered() {
    let looks = [(0, status("STOPPED")), (61, Snapshot::unanswered())];
    assert_eq!(verdict_of(&looks), Some(Verdict::Failed));
}

#[test]
fn a_rolled_back_service_that_reads_well_is_no_success() {
    // After a rollback the service is steady, its one deployment PRIMARY and COMPLETED.
    let well = entries(&[["old", "PRIMARY", "COMPLETED"]]);
    let back = status("ROLLBACK_SUCCESSFUL").with(well.clone());
    check(
        &[(9, status("IN_PROGRESS")), (40, back)],
        Verdict::RolledBack,
    );
    check_open(&[
        (9, status("IN_PROGRESS")),
        (90, status("ROLLBACK_IN_PROGRESS").with(well)),
    ]);
}

#[test]
fn a_stalled_rollout_times_out() {
    let open = status("IN_PROGRESS");
    check_open(&[(0, open.clone()), (TIMEOUT - 1, open.clone())]);
    check(&[(0, open.clone()), (TIMEOUT, open)], Verdict::TimedOut);
}

#[test]
fn an_end_that_comes_with_the_timeout_counts() {
    let looks = [
        (0, status("IN_PROGRESS")),
        (TIMEOUT + 60, status("SUCCESSFUL")),
    ];
    check(&looks, Verdict::Succeeded);
}

#[test]
fn the_last_look_of_a_timeout_may_still_bring_the_end() {
    let mut machine = Machine::new(follow());
    let elapsed = Duration::from_secs(TIMEOUT);
    let step = machine.step(&status("IN_PROGRESS"), elapsed);
    assert!(matches!(
        step.next,
        Next::Poll {
            look: PollRequest::LAST,
            ..
        }
    ));
    let Next::Done(outcome) = machine.step(&status("SUCCESSFUL"), elapsed).next else {
        panic!("open");
    };
    assert_eq!(outcome.verdict, Verdict::Succeeded);
}

#[test]
fn no_wait_goes_beyond_the_timeout() {
    let mut machine = Machine::new(follow());
    let step = machine.step(&status("PENDING"), Duration::from_secs(TIMEOUT - 1));
    let Next::Poll { after, .. } = step.next else {
        panic!("over");
    };
    assert_eq!(after, Duration::from_secs(1));
}

fn gone(how: &str) -> ServiceObservation {
    match how {
        "MISSING" => ServiceObservation::Missing,
        status => service(json!({"status": status})),
    }
}

#[test]
fn a_service_that_is_deleted_meanwhile_is_named_as_such() {
    for how in ["MISSING", "INACTIVE", "DRAINING"] {
        let there = status("IN_PROGRESS").with(entries(&[[OURS, "PRIMARY", "IN_PROGRESS"]]));
        let gone = status("IN_PROGRESS").with(gone(how));
        let looks = [(0, there.clone()), (9, gone.clone()), (13, gone.clone())];
        check(&looks, Verdict::Deleted);
        // Its deployment is stopped with it: that takes away the doubt.
        let stopped = status("STOPPED").with(gone.service.clone()).newer(false);
        check(&[(0, there.clone()), (9, stopped)], Verdict::Deleted);
        // One look may be behind.
        check_open(&[(0, there.clone()), (9, gone), (11, there)]);
    }
}

#[test]
fn a_service_that_was_created_a_moment_ago_may_not_be_visible_yet() {
    for how in ["MISSING", "INACTIVE"] {
        let unseen = Snapshot::unanswered().with(gone(how));
        check_open(&[(0, unseen.clone()), (19, unseen.clone())]);
        check(
            &[(0, unseen.clone()), (9, unseen.clone()), (20, unseen)],
            Verdict::Deleted,
        );
    }
}

#[test]
fn a_deployment_that_went_with_a_service_made_anew_is_superseded() {
    let unlisted = Snapshot::unanswered().deployment(Observation::NotListed);
    let anew = unlisted.with(entries(&[["new", "PRIMARY", "COMPLETED"]]));
    let looks = [(0, status("IN_PROGRESS")), (9, anew.clone()), (29, anew)];
    check(&looks, Verdict::Superseded);
}

#[test]
fn what_was_seen_once_is_never_judged_by_less() {
    // Our entry reads COMPLETED; that must not count once the service deployment was seen.
    let well = entries(&[[OURS, "PRIMARY", "COMPLETED"]]);
    for hidden in [
        Observation::Refused,
        Observation::NotListed,
        Observation::Unanswered,
    ] {
        let weaker = Snapshot::unanswered().deployment(hidden).with(well.clone());
        let first = (0, status("IN_PROGRESS"));
        check_open(&[first.clone(), (9, weaker.clone()), (99, weaker.clone())]);
        check(
            &[first, (9, weaker.clone()), (TIMEOUT, weaker)],
            Verdict::TimedOut,
        );
    }
}

#[test]
fn a_deployment_other_than_ours_decides_nothing() {
    let mut other = status("SUCCESSFUL");
    if let Observation::Seen(seen) = &mut other.deployment {
        seen.service_deployment_arn.0 = "arn:other".to_owned();
    }
    check_open(&[(0, status("IN_PROGRESS")), (9, other)]);
}
