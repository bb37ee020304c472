//! Tests of rollback targets for services with long histories.

mod again;
mod journal;

use super::{Attempt, Extent, RollbackAction, Timeline};
use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::{ServiceDeploymentArn, ServiceRevisionArn, TaskDefinitionArn};

/// Makes deployments, given oldest first as a task definition and a status each. `d=b` is a copy of
/// `b`, and an aborted one was taken back because somebody asked.
fn history(oldest_first: &[(&str, Status)]) -> Vec<Attempt> {
    let arn = |name: &str| TaskDefinitionArn::new(format!("task-definition/{name}"));
    let attempt = |(number, (name, status)): (usize, &(&str, Status))| {
        let is_asked = name.starts_with('!');
        let name = name.trim_start_matches('!');
        let (name, copied) = match name.split_once('=') {
            Some((name, copied)) => (name, Some(copied)),
            None => (name, None),
        };
        Attempt {
            deployment: ServiceDeploymentArn::new(format!("deployment/{number}")),
            status: *status,
            was_asked_back: is_asked,
            revision: ServiceRevisionArn::new(format!("revision/{number}")),
            task_definition: arn(name),
            copy_of: copied.map(arn),
        }
    };
    let mut all: Vec<Attempt> = oldest_first.iter().enumerate().map(attempt).collect();
    all.reverse();
    all
}

fn way(oldest_first: &[(&str, Status)]) -> String {
    let history = history(oldest_first);
    let name = |attempt: &Attempt| {
        let (_, number) = attempt.revision.as_str().split_once('/').unwrap();
        format!("{}@{number}", attempt.task_definition.short())
    };
    match Timeline::of(&history, Extent::Whole).back() {
        RollbackAction::FollowRollback { from, to } => format!(
            "follow {} to {}",
            name(from),
            to.map_or("nothing".into(), name)
        ),
        RollbackAction::Attach(from) => format!("attach to {}", name(from)),
        RollbackAction::Stop { from, to } => format!("stop {} to {}", name(from), name(to)),
        RollbackAction::Deploy(to) => format!("deploy {}", name(to)),
        RollbackAction::AlreadyDone { at, left } => {
            format!("back at {} from {}", name(at), name(left))
        }
        RollbackAction::NoTarget => "nowhere".to_owned(),
    }
}

const GOOD: Status = Status::Successful;
const TAKEN_BACK: Status = Status::RollbackSuccessful;

#[test]
fn the_last_release_that_succeeded_before_what_serves() {
    assert_eq!(way(&[("a", GOOD), ("b", GOOD)]), "deploy a@0");
    assert_eq!(way(&[("a", GOOD), ("b", GOOD), ("c", GOOD)]), "deploy b@1");
}

#[test]
fn nothing_before_the_first_release() {
    assert_eq!(way(&[]), "nowhere");
    assert_eq!(way(&[("a", GOOD)]), "nowhere");
    assert_eq!(way(&[("a", Status::RollbackFailed)]), "nowhere");
    assert_eq!(way(&[("a", Status::InProgress)]), "nowhere");
}

#[test]
fn what_was_aborted_or_taken_back_is_no_target() {
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::Stopped), ("c", GOOD)]),
        "deploy a@0"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", TAKEN_BACK), ("c", GOOD)]),
        "deploy a@0"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::RollbackFailed), ("c", GOOD)]),
        "deploy a@0"
    );
}

#[test]
fn the_same_release_deployed_again_is_no_target() {
    assert_eq!(way(&[("a", GOOD), ("b", GOOD), ("b", GOOD)]), "deploy a@0");
    assert_eq!(
        way(&[("a", GOOD), ("a", GOOD), ("b", GOOD), ("b", GOOD)]),
        "deploy a@1"
    );
}

#[test]
fn a_rollback_is_not_rolled_back() {
    // By somebody who had ECS stop what ran.
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("!c", TAKEN_BACK)]),
        "back at b@1 from c@2"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("!b", TAKEN_BACK)]),
        "back at b@1 from b@2"
    );
    // By somebody who deployed the older one again, and replaced its tasks once more.
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("a", GOOD)]),
        "back at a@2 from b@1"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("a", GOOD), ("a", GOOD)]),
        "back at a@3 from b@1"
    );
}

#[test]
fn what_somebody_went_back_from_is_no_target() {
    let course = [("a", GOOD), ("b", GOOD), ("a", GOOD), ("c", GOOD)];
    assert_eq!(way(&course), "deploy a@2");
}

#[test]
fn a_forced_deployment_that_ecs_took_back_leaves_the_release_good() {
    let course = [("a", GOOD), ("b", GOOD), ("b", TAKEN_BACK), ("c", GOOD)];
    assert_eq!(way(&course), "deploy b@1");
}

#[test]
fn a_deployment_that_runs_is_stopped() {
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::InProgress)]),
        "stop b@1 to a@0"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::Pending)]),
        "stop b@1 to a@0"
    );
    assert_eq!(
        way(&[("a", GOOD), ("a", Status::InProgress)]),
        "stop a@1 to a@0"
    );
    // What is stopping where it is can only be replaced.
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::StopRequested)]),
        "deploy a@0"
    );
}

#[test]
fn a_way_back_that_is_taken_already_is_not_turned_round() {
    let course = [("a", GOOD), ("b", GOOD), ("a", Status::InProgress)];
    assert_eq!(way(&course), "attach to a@2");
    let course = [("a", GOOD), ("b", GOOD), ("a", Status::Pending)];
    assert_eq!(way(&course), "attach to a@2");
    // What ECS took back has never served.
    let course = [("a", GOOD), ("b", TAKEN_BACK), ("b", Status::InProgress)];
    assert_eq!(way(&course), "stop b@2 to a@0");
}

#[test]
fn ecs_on_its_way_back_is_followed() {
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::RollbackInProgress)]),
        "follow b@1 to a@0"
    );
    assert_eq!(
        way(&[("b", Status::RollbackRequested)]),
        "follow b@0 to nothing"
    );
}

#[test]
fn a_service_left_on_a_release_that_failed_goes_back_to_what_served() {
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("c", Status::Stopped)]),
        "deploy b@1"
    );
    assert_eq!(
        way(&[("a", GOOD), ("b", Status::RollbackFailed)]),
        "deploy a@0"
    );
    // Also when what served came by a rollback.
    let course = [("a", GOOD), ("b", TAKEN_BACK), ("c", Status::Stopped)];
    assert_eq!(way(&course), "deploy a@0");
}

#[test]
fn where_the_beginning_is_not_known_an_older_revision_came_by_a_rollback() {
    // What m:1 was before is on an earlier page.
    let history = history(&[("m:8", GOOD), ("m:9", GOOD), ("m:1", GOOD)]);
    let way = |extent| {
        matches!(
            Timeline::of(&history, extent).back(),
            RollbackAction::AlreadyDone { .. }
        )
    };
    assert!(way(Extent::Newest));
    assert!(!way(Extent::Whole));
}

#[test]
fn coming_back_from_where_a_failure_left_the_service_is_a_rollback() {
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("c", Status::Stopped),
        ("b", GOOD),
    ];
    assert_eq!(way(&course), "back at b@3 from c@2");
    let course = [("a", GOOD), ("b", Status::RollbackFailed), ("a", GOOD)];
    assert_eq!(way(&course), "back at a@2 from b@1");
    // What was left so is no target later, unless it succeeds once more.
    let left = [("b", GOOD), ("c", Status::Stopped), ("b", GOOD)];
    let course = [&left[..], &[("d", GOOD), ("e", GOOD)]].concat();
    assert_eq!(way(&course), "deploy d@3");
    let course = [&left[..], &[("c", GOOD), ("d", GOOD)]].concat();
    assert_eq!(way(&course), "deploy c@3");
    // While it is under way it is not turned round.
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("c", Status::Stopped),
        ("b", Status::InProgress),
    ];
    assert_eq!(way(&course), "attach to b@3");
    // Nobody can tell a second try from a way back; to go further is for people to say.
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("b", Status::Stopped),
        ("b", GOOD),
    ];
    assert_eq!(way(&course), "back at b@3 from b@2");
}

#[test]
fn what_a_newer_release_replaced_before_it_was_done_was_not_gone_back_from() {
    let course = [
        ("a", GOOD),
        ("b", Status::Stopped),
        ("c", GOOD),
        ("b", GOOD),
        ("d", GOOD),
    ];
    assert_eq!(way(&course), "deploy b@3");
}

/// A pipeline that is run again after a rollback, or somebody's second try.
#[test]
fn what_was_left_and_is_deployed_once_more_goes_forward() {
    let course = [("a", GOOD), ("b", GOOD), ("a", GOOD), ("b", GOOD)];
    assert_eq!(way(&course), "deploy a@2");
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("a", GOOD),
        ("b", Status::InProgress),
    ];
    assert_eq!(way(&course), "stop b@3 to a@2");
}
