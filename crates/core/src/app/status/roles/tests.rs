use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::cloud::fake::object;

/// An entry of a service: status, revision, rollout state, tasks wanted, running and failed.
type Entry = (&'static str, u32, &'static str, u32, u32, u32);

fn service(entries: &[Entry]) -> LiveService {
    let entry = |(status, revision, state, desired, running, failed): &Entry| {
        json!({"id": format!("ecs-svc/{revision}"), "status": status,
            "taskDefinition": format!("m:{revision}"), "rolloutState": state,
            "desiredCount": desired, "runningCount": running, "failedTasks": failed,
            "createdAt": 1000 * revision})
    };
    let entries: Vec<Value> = entries.iter().map(entry).collect();
    let service = json!({"serviceArn": "s", "status": "ACTIVE", "desiredCount": 2,
        "deployments": entries});
    LiveService::read(object(service)).unwrap()
}

fn running(revision: u32) -> LiveTask {
    let task = json!({"taskArn": "t", "taskDefinitionArn": format!("m:{revision}"),
        "lastStatus": "RUNNING"});
    LiveTask::read(object(task)).unwrap()
}

fn dead(revision: u32, created: u32) -> LiveTask {
    let task = json!({"taskArn": "t", "taskDefinitionArn": format!("m:{revision}"),
        "lastStatus": "STOPPED", "createdAt": created, "stopCode": "EssentialContainerExited",
        "containers": [{"name": "m", "exitCode": 1}]});
    LiveTask::read(object(task)).unwrap()
}

fn seen(service: &LiveService, alive: Option<&[LiveTask]>, dead: &[LiveTask]) -> Vec<ReleaseTasks> {
    let seen = TasksSeen {
        alive,
        stopped: Some(dead),
        is_healthy: &|_| Some(true),
    };
    releases(service, &seen)
}

/// Returns the roles as text, such as `1 serving, 2 arriving`.
fn roles(entries: &[Entry], alive: &[u32]) -> String {
    let alive: Vec<LiveTask> = alive.iter().map(|revision| running(*revision)).collect();
    said(&seen(&service(entries), Some(&alive), &[]))
}

fn said(found: &[ReleaseTasks]) -> String {
    let role = |release: &ReleaseTasks| {
        let revision = release.task_definition.as_str().split(':').next_back();
        format!("{} {:?}", revision.unwrap(), release.role).to_lowercase()
    };
    found.iter().map(role).collect::<Vec<_>>().join(", ")
}

const OLD: Entry = ("ACTIVE", 1, "COMPLETED", 2, 2, 0);

#[test]
fn what_has_completed_serves() {
    assert_eq!(
        roles(&[("PRIMARY", 1, "COMPLETED", 2, 2, 0)], &[1, 1]),
        "1 serving"
    );
    let draining = [
        ("PRIMARY", 2, "COMPLETED", 2, 2, 0),
        ("ACTIVE", 1, "COMPLETED", 0, 1, 0),
    ];
    assert_eq!(roles(&draining, &[2, 2]), "2 serving, 1 leaving");
    assert_eq!(
        roles(&[("PRIMARY", 1, "COMPLETED", 0, 0, 0)], &[]),
        "1 arriving"
    );
}

#[test]
fn the_old_release_serves_while_its_tasks_are_well() {
    let loops = [("PRIMARY", 2, "IN_PROGRESS", 2, 1, 20), OLD];
    assert_eq!(roles(&loops, &[1, 1]), "1 serving, 2 arriving");
    assert_eq!(roles(&loops, &[1, 1, 2]), "1 serving, 2 arriving");
    let failed = [("PRIMARY", 2, "FAILED", 2, 0, 3), OLD];
    assert_eq!(roles(&failed, &[1, 1]), "1 serving, 2 arriving");
}

#[test]
fn the_new_release_serves_once_the_old_one_is_gone() {
    let nearly = [
        ("PRIMARY", 2, "IN_PROGRESS", 2, 2, 0),
        ("ACTIVE", 1, "COMPLETED", 0, 1, 0),
    ];
    // What is well for now may crash in a moment.
    assert_eq!(roles(&nearly, &[2, 2, 1]), "1 serving, 2 arriving");
    assert_eq!(roles(&nearly, &[2, 2]), "2 serving, 1 leaving");
}

#[test]
fn on_the_way_back_what_failed_leaves() {
    let back = [
        ("PRIMARY", 1, "IN_PROGRESS", 2, 2, 0),
        ("ACTIVE", 2, "FAILED", 0, 1, 3),
    ];
    assert_eq!(roles(&back, &[1, 1]), "1 serving, 2 leaving");
}

#[test]
fn a_first_release_serves_nothing_until_a_task_is_well() {
    let first = [("PRIMARY", 1, "IN_PROGRESS", 2, 0, 0)];
    assert_eq!(roles(&first, &[]), "1 arriving");
    let begun = [("PRIMARY", 1, "IN_PROGRESS", 2, 1, 0)];
    assert_eq!(roles(&begun, &[1]), "1 serving");
}

#[test]
fn while_traffic_moves_the_one_with_the_greater_part_serves() {
    let shifting = [("PRIMARY", 2, "IN_PROGRESS", 2, 2, 0), OLD];
    let back = [
        ("PRIMARY", 1, "IN_PROGRESS", 2, 2, 0),
        ("ACTIVE", 2, "FAILED", 2, 2, 0),
    ];
    let with = |entries: &[Entry], new: Option<f64>, well: &[u32]| {
        let service = service(entries);
        let alive: Vec<LiveTask> = well.iter().map(|revision| running(*revision)).collect();
        let mut found = seen(&service, Some(&alive), &[]);
        by_traffic(&service, &mut found, |release| {
            let is_new = release.task_definition.as_str().ends_with(":2");
            new.map(|new| if is_new { new } else { 100.0 - new })
        });
        said(&found)
    };
    let both = &[1, 2];
    for (new, expected) in [
        (Some(0.0), "1 serving, 2 arriving"),
        (Some(10.0), "1 serving, 2 arriving"),
        (Some(50.0), "1 serving, 2 arriving"),
        (Some(75.0), "2 serving, 1 leaving"),
        (Some(100.0), "2 serving, 1 leaving"),
        (None, "1 serving, 2 arriving"),
    ] {
        assert_eq!(with(&shifting, new, both), expected, "{new:?}");
    }
    assert_eq!(with(&back, Some(100.0), both), "2 serving, 1 arriving");
    assert_eq!(with(&back, Some(0.0), both), "1 serving, 2 leaving");
    // Whose tasks are all down answers nobody, whatever comes to it.
    assert_eq!(with(&shifting, Some(10.0), &[2]), "2 serving, 1 leaving");
    assert_eq!(with(&shifting, Some(100.0), &[1]), "2 arriving, 1 leaving");
    // A first release before its first step.
    let first = [("PRIMARY", 2, "IN_PROGRESS", 2, 2, 0)];
    assert_eq!(with(&first, Some(0.0), &[2]), "2 arriving");
    assert_eq!(with(&first, Some(10.0), &[2]), "2 serving");
}

#[test]
fn the_same_revision_again_is_one_release() {
    let again = [("PRIMARY", 1, "IN_PROGRESS", 2, 1, 0), OLD];
    let alive = [running(1), running(1), running(1)];
    let found = seen(&service(&again), Some(&alive), &[]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].running, found[0].healthy), (3, Some(3)));
    assert_eq!(found[0].role, Role::Serving);
}

#[test]
fn the_dead_are_counted_though_ecs_counts_none() {
    let loops = service(&[("PRIMARY", 2, "IN_PROGRESS", 2, 1, 0), OLD]);
    let dead = [dead(2, 2001), dead(2, 2010), dead(2, 900), dead(3, 2002)];
    let found = seen(&loops, None, &dead);
    let arriving = found.iter().find(|release| release.role == Role::Arriving);
    assert_eq!(
        arriving.unwrap().failed,
        Some(2),
        "not those of an attempt before"
    );
    assert_eq!(arriving.unwrap().healthy, None);
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let status = prop_oneof![Just("ACTIVE"), Just("INACTIVE")];
    let state = prop_oneof![
        Just("COMPLETED"),
        Just("IN_PROGRESS"),
        Just("FAILED"),
        Just("")
    ];
    (status, 1..4_u32, state, 0..3_u32, 0..3_u32, 0..5_u32)
}

proptest! {
    #[test]
    fn whatever_runs_no_sick_release_serves_beside_one_that_is_wanted_and_well(
        mut entries in prop::collection::vec(any_entry(), 1..4),
        alive in prop::collection::vec(1..4_u32, 0..6),
    ) {
        entries[0].0 = "PRIMARY";
        let service = service(&entries);
        let tasks: Vec<LiveTask> = alive.iter().map(|revision| running(*revision)).collect();
        let found = seen(&service, Some(&tasks), &[]);
        let serving: Vec<_> = found.iter().filter(|it| it.role == Role::Serving).collect();
        prop_assert!(serving.len() <= 1);
        prop_assert!(found.iter().filter(|it| it.role == Role::Arriving).count() <= 1);
        let is_at_rest = matches!(entries[0].2, "COMPLETED")
            || (entries[0].2.is_empty() && entries.len() == 1);
        let is_well = |release: &&ReleaseTasks| release.healthy > Some(0);
        let runs = entries.iter().any(|entry| {
            entry.1 == entries[0].1 && entry.4 > 0
        });
        prop_assert!(serving.iter().all(|release| release.running > 0));
        if !(is_at_rest && runs) {
            prop_assert!(serving.iter().all(is_well));
            prop_assert_eq!(serving.is_empty(), !found.iter().any(|it| is_well(&it)));
        }
    }
}
