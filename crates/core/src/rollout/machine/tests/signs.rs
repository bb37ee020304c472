//! Tests of what is looked at at once, since something told of it.

use serde_json::json;

use super::*;

const RUNS: &[[&str; 3]] = &[
    [OURS, "PRIMARY", "IN_PROGRESS"],
    ["old", "ACTIVE", "COMPLETED"],
];

/// Returns what is asked for after a look at everything and one at the service alone, a while
/// later.
fn after_a_look_at(service: ServiceObservation) -> (Duration, PollRequest) {
    let mut machine = Machine::new(follow());
    let first = status("IN_PROGRESS").with(entries(RUNS));
    let _ = machine.step(&first, Duration::from_secs(1));
    let second = Snapshot::unanswered().with(service);
    match machine.step(&second, Duration::from_secs(20)).next {
        Next::Poll { after, look } => (after, look),
        other => panic!("{other:?}"),
    }
}

fn says(message: &str) -> ServiceObservation {
    service(json!({"deployments": listed(RUNS),
        "events": [{"id": "1", "createdAt": MADE + 9, "message": message}]}))
}

#[test]
fn what_the_service_tells_of_an_end_has_the_record_looked_at_at_once() {
    let told = [
        entries(&[
            ["new", "PRIMARY", "IN_PROGRESS"],
            [OURS, "ACTIVE", "IN_PROGRESS"],
        ]),
        entries(&[
            ["old", "PRIMARY", "IN_PROGRESS"],
            [OURS, "ACTIVE", "FAILED"],
        ]),
        entries(&[["old", "PRIMARY", "IN_PROGRESS"]]),
        entries(&[[OURS, "PRIMARY", "COMPLETED"]]),
        entries(&[[OURS, "PRIMARY", "FAILED"]]),
        says("(service m) (deployment ours) deployment completed."),
        says("(service m) (deployment ours) deployment failed: tasks failed to start."),
        says("(service m) rolling back to deployment old."),
        says("(service m) (task 1) failed container health checks."),
        says("(service m) (task 1) (port 80) is unhealthy in (target-group t)"),
    ];
    for service in told {
        let (after, look) = after_a_look_at(service.clone());
        assert_eq!(after, Duration::ZERO, "{service:?}");
        assert!(look.deployment, "{service:?}");
    }
}

#[test]
fn a_service_at_work_hurries_nobody() {
    for service in [
        entries(RUNS),
        says("(service m) has started 2 tasks: (task 1) (task 2)."),
        says("(service m) registered 1 targets in (target-group t)"),
    ] {
        let (after, _) = after_a_look_at(service.clone());
        assert!(after > Duration::ZERO, "{service:?}");
    }
}

/// A look at the service deployment with so many tasks running of three.
fn running(tasks: u32) -> Snapshot {
    deployment(
        json!({"status": "IN_PROGRESS", "targetServiceRevision": {"arn": "r",
        "requestedTaskCount": 3, "runningTaskCount": tasks}}),
    )
}

#[test]
fn a_fall_of_the_running_count_has_the_tasks_looked_at_at_once() {
    let mut machine = Machine::new(follow());
    let mut step = |tasks, seconds| match machine
        .step(&running(tasks), Duration::from_secs(seconds))
        .next
    {
        Next::Poll { after, look } => (after == Duration::ZERO, look.tasks && look.service),
        other => panic!("{other:?}"),
    };
    assert_eq!(step(2, 1), (false, false));
    assert_eq!(step(3, 2), (false, false));
    assert_eq!(step(2, 10), (true, true));
    // Hundreds of tasks are not listed with every one of them that dies.
    assert_eq!(step(1, 11), (false, false));
    assert_eq!(step(1, 15), (true, true));
    assert_eq!(step(2, 30), (false, false));
}

#[test]
fn what_went_wrong_once_is_looked_at_closely_until_the_end() {
    let hour = Duration::from_hours(1);
    let follow = Follow {
        timeout: 2 * hour,
        ..follow()
    };
    let wait = |first: Snapshot, second: Snapshot| {
        let mut machine = Machine::new(follow.clone());
        let _ = machine.step(&first, Duration::from_secs(1));
        let _ = machine.step(&second, Duration::from_secs(2));
        let _ = machine.step(&second, hour);
        match machine.step(&second, hour + Duration::from_secs(5)).next {
            Next::Poll { after, .. } => after,
            other => panic!("{other:?}"),
        }
    };
    let failed = deployment(json!({"status": "IN_PROGRESS",
        "deploymentCircuitBreaker": {"failureCount": 1}}));
    let calm = Duration::from_millis(4_300);
    let tense = Duration::from_millis(1_400);
    assert_eq!(wait(status("PENDING"), status("IN_PROGRESS")), calm);
    assert_eq!(wait(status("IN_PROGRESS"), failed), tense);
    assert_eq!(wait(running(3), running(2)), tense);
    assert_eq!(
        wait(status("IN_PROGRESS"), status("ROLLBACK_IN_PROGRESS")),
        tense
    );
}
