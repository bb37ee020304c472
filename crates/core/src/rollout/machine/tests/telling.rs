//! Tests of which events are reported, and when.

use serde_json::json;

use super::*;
use crate::progress::Event;
use crate::rollout::Cause;

fn events(looks: &[(u64, Snapshot)]) -> Vec<Event> {
    let (steps, _) = feed(follow(), looks);
    steps.into_iter().flat_map(|step| step.events).collect()
}

fn messages(follow: Follow, looks: &[(u64, Snapshot)]) -> Vec<String> {
    let (steps, _) = feed(follow, looks);
    let events = steps.into_iter().flat_map(|step| step.events);
    let message = |event| match event {
        Event::ServiceMessage { message, .. } => Some(message),
        _ => None,
    };
    events.filter_map(message).collect()
}

fn says(lines: &[(&str, i64)]) -> Snapshot {
    let lines: Vec<_> = lines
        .iter()
        .map(|(text, at)| json!({"id": text, "createdAt": at, "message": text}))
        .collect();
    Snapshot::unanswered().with(service(json!({"events": lines})))
}

#[test]
fn messages_are_told_once_oldest_first_and_only_since_our_deployment() {
    let first = says(&[("started", MADE + 5), ("steady before", MADE - 5)]);
    let second = says(&[
        ("done", MADE + 9),
        ("started", MADE + 5),
        ("steady before", MADE - 5),
    ]);
    let looks = [(0, first), (9, second.clone()), (12, second)];
    assert_eq!(messages(follow(), &looks), ["started", "done"]);
}

#[test]
fn without_a_beginning_what_was_said_before_the_first_look_is_not_ours() {
    let unknown = Follow {
        created_at: None,
        ..follow()
    };
    let first = says(&[("before", MADE)]);
    let second = says(&[("after", MADE + 9), ("before", MADE)]);
    assert_eq!(messages(unknown, &[(0, first), (9, second)]), ["after"]);
}

#[test]
fn a_state_is_told_once_and_never_backwards() {
    let looks = [
        "PENDING",
        "IN_PROGRESS",
        "PENDING",
        "IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "IN_PROGRESS",
    ];
    let looks: Vec<_> = (0..)
        .zip(looks)
        .map(|(n, name)| (n, status(name)))
        .collect();
    let reported = events(&looks);
    let reported = reported
        .iter()
        .filter(|event| matches!(event, Event::Status { .. }));
    assert_eq!(reported.count(), 3);
}

#[test]
fn counts_come_with_the_service_deployment_and_are_told_when_they_change() {
    let counted = |running| {
        deployment(json!({"status": "IN_PROGRESS",
            "targetServiceRevision": {"arn": "r", "requestedTaskCount": 2,
                "runningTaskCount": running, "pendingTaskCount": 2 - running},
            "sourceServiceRevisions": [{"arn": "q", "runningTaskCount": 2}],
            "deploymentCircuitBreaker": {"failureCount": 1}}))
    };
    let reported = events(&[(0, counted(0)), (3, counted(0)), (6, counted(1))]);
    let progress: Vec<_> = reported
        .into_iter()
        .filter(|event| matches!(event, Event::Progress { .. }))
        .collect();
    let expected = |running, pending| Event::Progress {
        desired: 2,
        running,
        pending,
        failed: 1,
        others: 2,
    };
    assert_eq!(progress, [expected(0, 2), expected(1, 1)]);
}

#[test]
fn that_the_verdict_rests_on_our_entry_is_told_once() {
    let look = Snapshot::unanswered()
        .deployment(Observation::Refused)
        .with(entries(&[[OURS, "PRIMARY", "IN_PROGRESS"]]));
    let reported = events(&[(0, look.clone()), (3, look.clone()), (6, look)]);
    let reported = reported
        .iter()
        .filter(|event| matches!(event, Event::RestsOnDeploymentId { .. }));
    assert_eq!(reported.count(), 1);
}

#[test]
fn the_tasks_are_asked_for_when_more_of_them_failed() {
    let failing = |count| {
        deployment(json!({"status": "IN_PROGRESS",
            "deploymentCircuitBreaker": {"failureCount": count}}))
    };
    let mut machine = Machine::new(follow());
    let mut asks = |count, seconds| {
        let step = machine.step(&failing(count), Duration::from_secs(seconds));
        matches!(step.next, Next::Poll { look, .. } if look.tasks && look.service)
    };
    assert!(!asks(0, 0));
    assert!(asks(1, 3));
    assert!(!asks(1, 6));
    assert!(asks(2, 9));
}

fn cause(looks: &[(u64, Snapshot)]) -> Option<Cause> {
    feed(follow(), looks)
        .1
        .unwrap()
        .failure
        .map(|failure| failure.cause)
}

#[test]
fn the_cause_of_a_failure_outlives_its_tasks() {
    let failed = status("IN_PROGRESS").failed_task("CannotPullContainerError: x: not found");
    let scaled_in = status("ROLLBACK_SUCCESSFUL").failed_task("Scaling activity initiated by (x)");
    assert_eq!(
        cause(&[(0, failed), (9, scaled_in)]),
        Some(Cause::ImageNotFound)
    );
}

#[test]
fn the_cause_of_a_failure_outlives_the_messages_about_it() {
    let full = says(&[(
        "unable to place a task. Reason: Capacity is unavailable",
        MADE + 1,
    )]);
    let quiet = status("ROLLBACK_SUCCESSFUL").with(service(json!({})));
    assert_eq!(cause(&[(0, full), (9, quiet)]), Some(Cause::NoCapacity));
}

#[test]
fn an_alarm_is_the_cause_whatever_the_tasks_did() {
    let alarm = deployment(json!({"status": "ROLLBACK_SUCCESSFUL",
        "statusReason": "Service deployment rolled back because the alarm threshold was exceeded."}));
    let look = alarm.failed_task("Essential container in task exited");
    assert_eq!(cause(&[(9, look)]), Some(Cause::Alarm));
}

#[test]
fn a_hook_or_a_pause_that_ends_it_is_the_cause_whatever_the_tasks_did() {
    let no = "PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target \
              arn:aws:lambda:r:1:function:alarm-check returned FAILED status.";
    for (why, expected) in [
        (no, Cause::HookFailed),
        ("POST_SCALE_UP pause hook timed out.", Cause::PauseTimedOut),
    ] {
        let said = format!("Service deployment rolled back because {why}");
        let ended = deployment(json!({"status": "ROLLBACK_SUCCESSFUL", "statusReason": said}));
        let look = ended.failed_task("Essential container in task exited");
        assert_eq!(cause(&[(9, look)]), Some(expected));
        // Of a first deployment the events alone say so.
        let line = format!("(service m) (deployment ecs-svc/1) deployment failed: {said}");
        let events = says(&[(&line, MADE + 1)]);
        let first = deployment(json!({"status": "ROLLBACK_FAILED",
            "statusReason": "No rollback candidate was found to run the rollback."}));
        let look = first.failed_task("Essential container in task exited");
        let look = look.with(events.service);
        assert_eq!(cause(&[(9, look)]), Some(expected), "{said}");
    }
}

#[test]
fn a_rollback_that_somebody_asked_for_has_somebody_as_its_cause() {
    let end = deployment(json!({"status": "ROLLBACK_SUCCESSFUL", "statusReason": "asked for"}));
    let looks = [(0, status("ROLLBACK_REQUESTED")), (9, end.clone())];
    assert_eq!(cause(&looks), Some(Cause::StoppedBySomeone));
    assert_eq!(cause(&[(9, end)]), Some(Cause::Unknown));
}

#[test]
fn the_outcome_names_what_was_followed_and_how_long_it_took_by_ecs() {
    let end = deployment(json!({"status": "SUCCESSFUL", "startedAt": 10.0, "finishedAt": 190.5}));
    let outcome = feed(follow(), &[(0, end)]).1.unwrap();
    assert_eq!(outcome.seconds, Some(180.5));
    assert_eq!(outcome.service_deployment.unwrap().as_str(), "arn:ours");
    assert_eq!(outcome.failure, None);
}
