//! Tests of verdicts from our entry in `deployments`, without service deployments.

use serde_json::json;

use super::*;

/// A look where service deployments are refused.
fn refused(list: &[[&str; 3]]) -> Snapshot {
    Snapshot::unanswered()
        .deployment(Observation::Refused)
        .with(entries(list))
}

const RUNNING: [[&str; 3]; 2] = [
    [OURS, "PRIMARY", "IN_PROGRESS"],
    ["old", "ACTIVE", "COMPLETED"],
];
const BACK: [[&str; 3]; 1] = [["old", "PRIMARY", "COMPLETED"]];

#[test]
fn our_entry_completed_is_success() {
    check(
        &[
            (0, refused(&RUNNING)),
            (9, refused(&[[OURS, "PRIMARY", "COMPLETED"]])),
        ],
        Verdict::Succeeded,
    );
    let replaced = [
        ["new", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "COMPLETED"],
    ];
    check(
        &[(0, refused(&RUNNING)), (9, refused(&replaced))],
        Verdict::Succeeded,
    );
}

#[test]
fn scaling_to_zero_is_success_by_our_entry_too() {
    let zero = service(json!({"desiredCount": 0,
        "deployments": listed(&[[OURS, "PRIMARY", "COMPLETED"]])}));
    let look = Snapshot::unanswered()
        .deployment(Observation::Refused)
        .with(zero);
    check(&[(0, look)], Verdict::Succeeded);
}

#[test]
fn an_inactive_entry_is_no_success() {
    let inactive = [
        ["new", "PRIMARY", "COMPLETED"],
        [OURS, "INACTIVE", "COMPLETED"],
    ];
    check(
        &[(0, refused(&RUNNING)), (9, refused(&inactive))],
        Verdict::Superseded,
    );
}

#[test]
fn an_old_entry_that_came_back_and_finished_is_a_rollback() {
    for reads in ["FAILED", "IN_PROGRESS"] {
        let rolling = [["old", "PRIMARY", "IN_PROGRESS"], [OURS, "ACTIVE", reads]];
        let looks = [
            (0, refused(&RUNNING)),
            (9, refused(&rolling)),
            (40, refused(&BACK)),
        ];
        check(&looks, Verdict::RolledBack);
    }
}

#[test]
fn looks_that_fall_behind_do_not_make_a_failure_final() {
    let rolling = [
        ["old", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let looks = [
        (0, refused(&RUNNING)),
        (9, refused(&rolling)),
        (20, refused(&RUNNING)),
        (30, refused(&RUNNING)),
        (45, refused(&RUNNING)),
        (60, refused(&rolling)),
        (70, refused(&BACK)),
    ];
    check(&looks, Verdict::RolledBack);
}

#[test]
fn an_old_entry_that_still_reads_completed_has_not_finished_its_rollback() {
    for reads in ["FAILED", "IN_PROGRESS"] {
        let just_back = [["old", "PRIMARY", "COMPLETED"], [OURS, "ACTIVE", reads]];
        let rolling = [["old", "PRIMARY", "IN_PROGRESS"], [OURS, "ACTIVE", reads]];
        let looks = [
            (0, refused(&RUNNING)),
            (9, refused(&just_back)),
            (12, refused(&BACK)),
            (15, refused(&rolling)),
            (40, refused(&BACK)),
        ];
        check(&looks, Verdict::RolledBack);
    }
}

#[test]
fn a_rollback_nobody_saw_moving_counts_once_it_stood_for_long() {
    let looks = [
        (0, refused(&RUNNING)),
        (9, refused(&BACK)),
        (28, refused(&BACK)),
    ];
    check_open(&looks);
    check(
        &[
            (0, refused(&RUNNING)),
            (9, refused(&BACK)),
            (29, refused(&BACK)),
        ],
        Verdict::RolledBack,
    );
}

#[test]
fn what_stood_still_must_have_been_seen_to() {
    // One look behind after the rollback began, then none for long.
    let rolling = [
        ["old", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let unlisted = Snapshot::unanswered().deployment(Observation::Refused);
    check_open(&[
        (0, refused(&RUNNING)),
        (9, refused(&rolling)),
        (12, refused(&RUNNING)),
        (60, unlisted),
    ]);
}

#[test]
fn a_list_from_before_our_entry_is_no_rollback() {
    let before = [["old", "PRIMARY", "IN_PROGRESS"]];
    let looks = [
        (0, refused(&before)),
        (3, refused(&BACK)),
        (6, refused(&RUNNING)),
        (99, refused(&[[OURS, "PRIMARY", "COMPLETED"]])),
    ];
    check(&looks, Verdict::Succeeded);
}

#[test]
fn a_rollback_that_fails_leaves_the_release_failed() {
    let rolling = [
        ["old", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let failed = [["old", "PRIMARY", "FAILED"]];
    check(
        &[
            (0, refused(&RUNNING)),
            (9, refused(&rolling)),
            (40, refused(&failed)),
        ],
        Verdict::Failed,
    );
}

#[test]
fn a_rollback_under_a_new_id_is_one_too() {
    let rolling = [
        ["back", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let done = [["back", "PRIMARY", "COMPLETED"]];
    check(
        &[
            (0, refused(&RUNNING)),
            (9, refused(&rolling)),
            (40, refused(&done)),
        ],
        Verdict::RolledBack,
    );
}

#[test]
fn a_newer_entry_supersedes_ours() {
    let replaced = [
        ["new", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "IN_PROGRESS"],
    ];
    check(
        &[(0, refused(&RUNNING)), (9, refused(&replaced))],
        Verdict::Superseded,
    );
    check(
        &[
            (0, refused(&RUNNING)),
            (9, refused(&[["new", "PRIMARY", "COMPLETED"]])),
        ],
        Verdict::Superseded,
    );
}

#[test]
fn a_newer_entry_after_our_failure_leaves_the_release_failed() {
    let fixed = [["new", "PRIMARY", "COMPLETED"], [OURS, "ACTIVE", "FAILED"]];
    check(
        &[(0, refused(&RUNNING)), (9, refused(&fixed))],
        Verdict::Failed,
    );
}

#[test]
fn without_times_a_primary_that_never_stood_beside_ours_is_newer() {
    let untimed = |list: &[[&str; 3]]| {
        let mut listed = listed(list);
        for entry in listed.as_array_mut().unwrap() {
            entry["createdAt"].take();
        }
        let look = Snapshot::unanswered().deployment(Observation::Refused);
        (9, look.with(service(json!({"deployments": listed}))))
    };
    check(
        &[
            untimed(&RUNNING),
            untimed(&[["new", "PRIMARY", "COMPLETED"]]),
        ],
        Verdict::Superseded,
    );
    check_open(&[untimed(&RUNNING), untimed(&BACK)]);
}

/// A first release that fails, with these settings.
fn check_first_release(configuration: &Value, seconds: u64) {
    let failed = service(
        json!({"deployments": listed(&[[OURS, "PRIMARY", "FAILED"]]),
        "deploymentConfiguration": configuration}),
    );
    let look = Snapshot::unanswered()
        .deployment(Observation::Refused)
        .with(failed);
    let mut looks = vec![
        (0, refused(&[[OURS, "PRIMARY", "IN_PROGRESS"]])),
        (9, look.clone()),
    ];
    if seconds > 0 {
        looks.push((9 + seconds, look));
    }
    check(&looks, Verdict::Failed);
}

#[test]
fn failed_is_the_end_where_nothing_rolls_back() {
    let breaker = |on| json!({"deploymentCircuitBreaker": {"enable": true, "rollback": on}});
    check_first_release(&breaker(false), 0);
    // FAILED may be the moment before the old entry comes back; here none does.
    check_first_release(&breaker(true), 20);
    check_first_release(&json!({"alarms": {"enable": true, "rollback": true}}), 20);
}

#[test]
fn a_service_that_says_nothing_of_rollbacks_may_still_roll_back() {
    let silent = |list: &[[&str; 3]]| {
        let look = Snapshot::unanswered().deployment(Observation::Refused);
        look.with(service(json!({"deployments": listed(list)})))
    };
    let rolling = [
        ["old", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let looks = [
        (0, silent(&RUNNING)),
        (
            9,
            silent(&[[OURS, "PRIMARY", "FAILED"], ["old", "ACTIVE", "COMPLETED"]]),
        ),
        (12, silent(&rolling)),
        (40, silent(&BACK)),
    ];
    check(&looks, Verdict::RolledBack);
}

#[test]
fn a_list_that_is_empty_for_long_counts_as_missing() {
    let unlisted = |list| refused(list).deployment(Observation::NotListed);
    let done = [[OURS, "PRIMARY", "COMPLETED"]];
    check(
        &[
            (0, unlisted(&RUNNING)),
            (19, unlisted(&done)),
            (20, unlisted(&done)),
        ],
        Verdict::Succeeded,
    );
}

#[test]
fn a_busy_answer_is_no_missing_one() {
    let busy = refused(&[[OURS, "PRIMARY", "COMPLETED"]]).deployment(Observation::Unanswered);
    check_open(&[(0, busy.clone()), (60, busy)]);
}

#[test]
fn a_service_deployment_that_turns_up_late_takes_over() {
    let late = status("ROLLBACK_IN_PROGRESS").with(entries(&[[OURS, "PRIMARY", "COMPLETED"]]));
    check_open(&[(0, refused(&RUNNING)), (60, late)]);
}

#[test]
fn a_service_deleted_meanwhile_is_noticed_here_too() {
    let gone = Snapshot::unanswered().with(ServiceObservation::Missing);
    check(
        &[(0, refused(&RUNNING)), (9, gone.clone()), (13, gone)],
        Verdict::Deleted,
    );
}
