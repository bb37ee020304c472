mod fields;
mod properties;
mod ranking;
mod strings;
mod words;

use serde_json::{Value, json};

use self::strings::{EVENTS, RECORDS, Row, STOPPED};
use super::message::of_message;
use super::*;
use crate::release::weights;

#[expect(clippy::needless_pass_by_value, reason = "reads better at every call")]
fn task(value: Value) -> StoppedTask {
    let mut task = json!({"taskArn": "t"});
    task.as_object_mut()
        .unwrap()
        .extend(value.as_object().unwrap().clone());
    serde_json::from_value(task).unwrap()
}

fn failed_to_start(reason: &str) -> StoppedTask {
    task(json!({"stopCode": "TaskFailedToStart", "stoppedReason": reason}))
}

fn exited(code: i32) -> StoppedTask {
    task(json!({"stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "m", "exitCode": code}]}))
}

fn check_all(rows: &[Row], classify: impl Fn(&str) -> Option<Cause>) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, expected, _)| (text, *expected, classify(text)))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_real_reason_of_a_stopped_task_has_its_cause() {
    check_all(STOPPED, |text| Some(of_task(&failed_to_start(text))?.0));
}

#[test]
fn a_reason_counts_as_much_when_a_container_gives_it() {
    let of_container = |text: &str| {
        let task = task(
            json!({"stopCode": "TaskFailedToStart", "stoppedReason": "Task failed to start",
            "containers": [{"name": "side"}, {"name": "m", "reason": text}]}),
        );
        Some(of_task(&task)?.0)
    };
    // Only tasks are scaled in.
    let of_containers = &STOPPED[1..];
    check_all(of_containers, of_container);
}

#[test]
fn every_real_message_of_a_service_has_its_cause_or_none() {
    check_all(EVENTS, of_message);
}

#[test]
fn every_real_reason_of_a_deployment_has_its_cause_or_none() {
    check_all(RECORDS, of_message);
}

#[test]
fn every_text_has_a_source_and_there_are_enough_of_them() {
    let all = || [STOPPED, EVENTS, RECORDS].into_iter().flatten();
    assert!(all().all(|(_, _, source)| !source.is_empty()));
    let texts: std::collections::BTreeSet<&str> = all().map(|(text, ..)| *text).collect();
    assert!(texts.len() >= 150, "{}", texts.len());
    assert_eq!(texts.len(), all().count(), "a text is there twice");
}

/// Names are chosen by users, who owe us nothing.
#[test]
fn names_that_look_like_causes_change_nothing() {
    let names = [
        "secret-network",
        "alarm-failed",
        "efs-utils",
        "not-found",
        "ecr",
        "out-of-memory",
    ];
    for name in names {
        let image = format!("1.dkr.ecr.us-east-1.amazonaws.com/{name}:8");
        let reason = format!(
            "CannotPullContainerError: pull image manifest has been retried 1 \
            time(s): failed to resolve ref {image}: unexpected status: 403 Forbidden"
        );
        assert_eq!(
            of_task(&failed_to_start(&reason)).unwrap().0,
            Cause::ImageDenied,
            "{name}"
        );
        for start in ["(service NAME)", "service (NAME)", "service NAME"] {
            let start = start.replace("NAME", name);
            let ends = format!("{start} deployment failed: tasks failed to start.");
            assert_eq!(of_message(&ends), None, "{ends}");
        }
    }
}

#[test]
fn exit_codes_tell_when_no_text_does() {
    let cause = |code| of_task(&exited(code)).unwrap().0;
    assert_eq!(cause(0), Cause::ContainerExited);
    assert_eq!(cause(1), Cause::ContainerExited);
    assert_eq!(cause(126), Cause::CommandNotFound);
    assert_eq!(cause(127), Cause::CommandNotFound);
    // Memory is one of the things that end in SIGKILL.
    assert_eq!(cause(137), Cause::ContainerExited);
}

#[test]
fn sigkill_with_the_reason_for_it_is_memory() {
    let task = task(json!({"stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "m", "exitCode": 137,
            "reason": "OutOfMemoryError: Container killed due to memory usage"}]}));
    assert_eq!(of_task(&task).unwrap().0, Cause::OutOfMemory);
}

#[test]
fn who_stopped_a_task_counts_for_more_than_how_it_ended() {
    let task = |code: &str| {
        let task = task(json!({"stopCode": code, "stoppedReason": "because",
            "containers": [{"name": "m"}]}));
        of_task(&task).unwrap()
    };
    assert_eq!(
        task("UserInitiated"),
        (Cause::StoppedBySomeone, "because".to_owned())
    );
    assert_eq!(task("SpotInterruption").0, Cause::NoCapacity);
    assert_eq!(task("TerminationNotice").0, Cause::NoCapacity);
    assert_eq!(task("InfrastructureHealth").0, Cause::NoCapacity);
    assert_eq!(task("TaskFailedToStart").0, Cause::Unknown);
    assert_eq!(task("OfTheFuture").0, Cause::Unknown);
}

#[test]
fn the_container_that_fetches_the_weights_says_what_was_wrong_with_them() {
    let cause = |container: &str, code: i32| {
        let task = task(json!({"stopCode": "TaskFailedToStart",
            "containers": [{"name": "m"}, {"name": container, "exitCode": code}]}));
        of_task(&task).unwrap().0
    };
    let container = weights::CONTAINER;
    assert_eq!(cause(container, weights::MISSING), Cause::WeightsMissing);
    assert_eq!(cause(container, weights::CORRUPT), Cause::WeightsCorrupt);
    assert_eq!(cause(container, 1), Cause::ContainerExited);
    assert_eq!(cause("m", weights::MISSING), Cause::ContainerExited);
}
