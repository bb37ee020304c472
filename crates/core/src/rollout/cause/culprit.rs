//! Tells the container that died by itself from those that were stopped for it.

use std::cmp::Reverse;

use jiff::SignedDuration;

use super::table::of_text;
use crate::release::{ContainerRole, StoppedContainer, StoppedTask};

/// Who ignores SIGTERM is killed after this at the earliest, but for a shorter `stopTimeout`.
const KILLED_AFTER: SignedDuration = SignedDuration::from_secs(20);

/// How much the end of a container looks like its own, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// ECS says what ended it, or what kept it from starting.
    Told,
    /// An exit code of its own: no signal that anybody sends to stop it.
    Failed,
    /// SIGKILL at once: most likely the kernel's, for want of memory.
    Killed,
    /// It ended without a failure, as a service's container must not.
    Ended,
    /// SIGKILL after the time that a container has to stop.
    KilledLate,
    /// It was asked to end.
    Stopped,
}

/// Returns the container that ended a task: of those whose end the task does not survive the one
/// that died by itself. Nothing where none of them ended, and what they say names nobody.
pub(in crate::rollout) fn culprit(task: &StoppedTask) -> Option<&StoppedContainer> {
    let never_ran = |container: &StoppedContainer| container.exit_code.is_none();
    let waits = task.containers.iter().any(never_ran);
    let blocks = |container: &&StoppedContainer| {
        container.role == ContainerRole::Required
            && waits
            && container.exit_code.is_some_and(|code| code != 0)
    };
    let blocking = task.containers.iter().find(blocks);
    let ends = vital(task).filter_map(|container| Some((end_of(container, task)?, container)));
    let first = ends.min_by_key(|(end, _)| *end);
    match first {
        Some((End::Told, container)) => Some(container),
        Some((_, container)) => Some(blocking.unwrap_or(container)),
        None => blocking,
    }
}

/// Returns the containers without which the task does not go on.
pub(super) fn vital(task: &StoppedTask) -> impl Iterator<Item = &StoppedContainer> {
    let containers = task.containers.iter();
    containers.filter(|container| container.role != ContainerRole::Optional)
}

/// Returns the container whose health check failed, if one did.
pub(super) fn unhealthy(task: &StoppedTask) -> Option<&StoppedContainer> {
    let is_unhealthy =
        |container: &&StoppedContainer| container.health_status.as_deref() == Some("UNHEALTHY");
    vital(task).find(is_unhealthy)
}

fn end_of(container: &StoppedContainer, task: &StoppedTask) -> Option<End> {
    let reason = container.reason.as_deref().filter(|text| !text.is_empty());
    let is_told =
        reason.is_some_and(|text| container.exit_code.is_none() || of_text(text).is_some());
    if is_told {
        return Some(End::Told);
    }
    let is_late = || {
        let took = task.stopped_at.zip(task.stopping_at);
        took.is_some_and(|(stopped, stopping)| stopped.duration_since(stopping) >= KILLED_AFTER)
    };
    match container.exit_code? {
        // What is required may end well; it is not needed any more.
        0 if container.role == ContainerRole::Required => None,
        0 => Some(End::Ended),
        // A person's or a supervisor's signals: HUP, INT, QUIT, TERM.
        129 | 130 | 131 | 143 => Some(End::Stopped),
        137 if is_late() && task.containers.len() > 1 => Some(End::KilledLate),
        137 => Some(End::Killed),
        _ => Some(End::Failed),
    }
}

/// Returns the containers in the order in which their logs are worth a look.
pub(in crate::rollout) fn by_guilt(task: &StoppedTask) -> Vec<&StoppedContainer> {
    let guilty = culprit(task).map(|container| &container.name);
    let mut all: Vec<&StoppedContainer> = task.containers.iter().collect();
    all.sort_by_key(|container| {
        let is_vital = container.role != ContainerRole::Optional;
        (Reverse(Some(&container.name) == guilty), Reverse(is_vital))
    });
    all
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn task(containers: &Value) -> StoppedTask {
        let task = json!({"taskArn": "t", "stopCode": "EssentialContainerExited",
            "stoppedReason": "Essential container in task exited", "containers": containers});
        serde_json::from_value(task).unwrap()
    }

    fn codes(codes: &[(&str, Option<i32>)]) -> StoppedTask {
        let containers: Vec<Value> = codes
            .iter()
            .map(|(name, code)| json!({"name": name, "exitCode": code}))
            .collect();
        task(&json!(containers))
    }

    /// Whatever the order in which ECS names them.
    #[track_caller]
    fn check(containers: &[(&str, Option<i32>)], definition: &Value, guilty: Option<&str>) {
        let mut turned = containers.to_vec();
        for _ in containers {
            turned.rotate_left(1);
            let mut task = codes(&turned);
            task.take_roles(definition.as_object().unwrap());
            let found = culprit(&task).map(|container| container.name.as_str());
            assert_eq!(found, guilty, "{turned:?}");
        }
    }

    fn unknown() -> Value {
        json!({})
    }

    #[test]
    fn who_died_by_itself_is_told_from_who_was_stopped_for_it() {
        check(
            &[("m", Some(143)), ("proxy", Some(255))],
            &unknown(),
            Some("proxy"),
        );
        check(
            &[("m", Some(137)), ("proxy", Some(255))],
            &unknown(),
            Some("proxy"),
        );
        check(
            &[("m", Some(0)), ("proxy", Some(1))],
            &unknown(),
            Some("proxy"),
        );
        check(
            &[("m", Some(1)), ("proxy", Some(143)), ("log", Some(0))],
            &unknown(),
            Some("m"),
        );
        check(
            &[("m", Some(139)), ("proxy", Some(137))],
            &unknown(),
            Some("m"),
        );
        check(
            &[("m", Some(143)), ("proxy", Some(0))],
            &unknown(),
            Some("proxy"),
        );
        check(
            &[("m", Some(137)), ("proxy", Some(143))],
            &unknown(),
            Some("m"),
        );
        check(
            &[("m", Some(137)), ("proxy", Some(0))],
            &unknown(),
            Some("m"),
        );
        check(
            &[("m", Some(130)), ("proxy", Some(0))],
            &unknown(),
            Some("proxy"),
        );
        check(
            &[("m", None), ("proxy", Some(255))],
            &unknown(),
            Some("proxy"),
        );
        check(&[("m", Some(143))], &unknown(), Some("m"));
        check(&[("m", None), ("proxy", None)], &unknown(), None);
        check(&[], &unknown(), None);
    }

    #[test]
    fn a_kill_after_the_time_to_stop_is_not_the_first_end() {
        let mut task = codes(&[("m", Some(137)), ("proxy", Some(0))]);
        task.stopping_at = "2026-05-01T14:00:00Z".parse().ok();
        task.stopped_at = "2026-05-01T14:00:33Z".parse().ok();
        assert_eq!(culprit(&task).unwrap().name, "proxy");
        let mut alone = codes(&[("m", Some(137))]);
        (alone.stopping_at, alone.stopped_at) = (task.stopping_at, task.stopped_at);
        assert_eq!(culprit(&alone).unwrap().name, "m");
    }

    #[test]
    fn what_the_task_survives_is_not_why_it_ended() {
        let definition = json!({"containerDefinitions": [
            {"name": "m"}, {"name": "side", "essential": false}]});
        check(
            &[("m", Some(137)), ("side", Some(1))],
            &definition,
            Some("m"),
        );
        check(
            &[("m", Some(0)), ("side", Some(255))],
            &definition,
            Some("m"),
        );
        check(&[("m", None), ("side", Some(255))], &definition, None);
    }

    #[test]
    fn who_keeps_others_from_starting_is_the_culprit() {
        let init = |condition: &str| {
            json!({"containerDefinitions": [
                {"name": "m", "dependsOn": [{"containerName": "init", "condition": condition}]},
                {"name": "init", "essential": false}]})
        };
        check(
            &[("m", None), ("init", Some(3))],
            &init("SUCCESS"),
            Some("init"),
        );
        check(&[("m", None), ("init", Some(3))], &init("COMPLETE"), None);
        check(
            &[("m", Some(1)), ("init", Some(0))],
            &init("SUCCESS"),
            Some("m"),
        );
        check(
            &[("m", Some(143)), ("init", Some(0))],
            &init("SUCCESS"),
            Some("m"),
        );
    }

    #[test]
    fn what_never_started_for_a_reason_of_its_own_beats_all_exit_codes() {
        let task = task(&json!([{"name": "m", "exitCode": 1},
            {"name": "proxy", "reason": "CannotStartContainerError: something new"}]));
        assert_eq!(culprit(&task).unwrap().name, "proxy");
    }
}
