//! Which releases of a service have tasks, and what each is to it. Asks nobody.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::document::Role;
use crate::history::was_made_since;
use crate::release::ids::TaskDefinitionArn;
use crate::release::{LiveService, LiveTask, StoppedTask};
use crate::rollout::of_task;

/// A release as its tasks show it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReleaseTasks {
    pub(super) task_definition: TaskDefinitionArn,
    pub(super) role: Role,
    pub(super) running: u32,
    pub(super) healthy: Option<u32>,
    pub(super) starting: u32,
    pub(super) failed: Option<u32>,
    /// Those that died.
    pub(super) dead: Vec<StoppedTask>,
}

/// What is known of the tasks, each unless it could not be seen.
pub(super) struct TasksSeen<'a> {
    /// Those that ECS wants to run.
    pub(super) alive: Option<&'a [LiveTask]>,
    /// Those that ECS stopped, or that died, as long as it remembers them.
    pub(super) stopped: Option<&'a [LiveTask]>,
    /// Says whether a task passes all its checks; nothing where that can't be known.
    pub(super) is_healthy: &'a dyn Fn(&LiveTask) -> Option<bool>,
}

/// What the entries of `deployments` say of a release, all that bring it together.
#[derive(Default)]
struct Entries {
    desired: u32,
    running: u32,
    starting: u32,
    failed: u32,
    since: Option<Timestamp>,
}

/// Returns the releases of a service: what serves first, then what arrives, then what leaves.
pub(super) fn releases(service: &LiveService, seen: &TasksSeen<'_>) -> Vec<ReleaseTasks> {
    let mut entries: BTreeMap<&TaskDefinitionArn, Entries> = BTreeMap::new();
    for entry in &service.deployments {
        let all = entries.entry(&entry.task_definition).or_default();
        all.desired += entry.desired_count;
        all.running += entry.running_count;
        all.starting += entry.pending_count;
        all.failed += entry.failed_tasks;
        let earlier = [all.since, entry.created_at].into_iter().flatten().min();
        all.since = earlier;
    }
    let mut found: Vec<ReleaseTasks> = entries
        .iter()
        .map(|(arn, entries)| of_release(arn, entries, seen))
        .collect();
    let serving = serving(service, &entries, &found);
    assign(service, serving.as_ref(), &mut found);
    found
}

/// Gives each release its role, and puts them into the order of these.
fn assign(service: &LiveService, serving: Option<&TaskDefinitionArn>, found: &mut [ReleaseTasks]) {
    let primary = service.primary().map(|primary| &primary.task_definition);
    for release in &mut *found {
        release.role = if Some(&release.task_definition) == serving {
            Role::Serving
        } else if Some(&release.task_definition) == primary {
            Role::Arriving
        } else {
            Role::Leaving
        };
    }
    found.sort_by(|one, other| {
        let newest = other.task_definition.cmp(&one.task_definition);
        one.role.cmp(&other.role).then(newest)
    });
}

/// Gives releases their roles by where requests go, while a deployment moves these: of those with
/// tasks that are well the one with the greater part serves, and of two halves the one that did
/// before. Where the part of any that runs is not known, roles stay as their tasks tell them.
pub(super) fn by_traffic(
    service: &LiveService,
    found: &mut [ReleaseTasks],
    part_of: impl Fn(&ReleaseTasks) -> Option<f64>,
) {
    let running = found.iter().filter(|release| release.running > 0);
    let parts: Option<Vec<(f64, &ReleaseTasks)>> = running
        .map(|release| Some((part_of(release)?, release)))
        .collect();
    let Some(mut parts) = parts else {
        return;
    };
    parts.retain(|(part, release)| *part > 0.0 && is_well(release));
    // Who served before stands first, and of equal parts the first is taken.
    parts.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let serving = parts.first();
    let serving = serving.map(|(_, release)| release.task_definition.clone());
    assign(service, serving.as_ref(), found);
}

fn is_well(release: &ReleaseTasks) -> bool {
    release.healthy.unwrap_or(release.running) > 0
}

fn of_release(arn: &TaskDefinitionArn, entries: &Entries, seen: &TasksSeen<'_>) -> ReleaseTasks {
    let is_its = |task: &&LiveTask| task.task_definition_arn == *arn;
    let healthy = seen.alive.and_then(|alive| {
        let running = alive.iter().filter(is_its);
        let running = running.filter(|task| task.last_status == "RUNNING");
        let healthy: Option<Vec<bool>> = running.map(seen.is_healthy).collect();
        let count = healthy?
            .into_iter()
            .filter(|is_healthy| *is_healthy)
            .count();
        // The two answers are of two moments.
        Some(
            u32::try_from(count)
                .unwrap_or(u32::MAX)
                .min(entries.running),
        )
    });
    let stopped = seen.stopped.unwrap_or_default();
    let dead: Vec<StoppedTask> = stopped
        .iter()
        .filter(is_its)
        .filter(|task| was_made_since(task, entries.since))
        .filter_map(|task| task.end.clone())
        .filter(|end| of_task(end).is_some())
        .collect();
    ReleaseTasks {
        task_definition: arn.clone(),
        role: Role::Leaving,
        running: entries.running,
        healthy,
        starting: entries.starting,
        failed: match (seen.stopped, entries.failed) {
            (None, 0) => None,
            (None, counted) => Some(counted),
            (Some(_), counted) => Some(u32::try_from(dead.len()).unwrap_or(u32::MAX).max(counted)),
        },
        dead,
    }
}

/// Returns what serves. While a deployment runs that is the oldest release that has tasks which are
/// well: ECS counts a task that crashes after a while among the well, and takes old ones away for
/// it. PRIMARY alone tells only what ECS works towards; on a way back it is the oldest itself.
fn serving(
    service: &LiveService,
    entries: &BTreeMap<&TaskDefinitionArn, Entries>,
    found: &[ReleaseTasks],
) -> Option<TaskDefinitionArn> {
    let primary = service.primary()?;
    let is_at_rest = match primary.rollout_state.as_deref() {
        // An endpoint without rollout states has only its counts to tell.
        None | Some("") => service.deployments.len() == 1,
        Some(state) => state == "COMPLETED",
    };
    let runs = |release: &ReleaseTasks| {
        release.task_definition == primary.task_definition && release.running > 0
    };
    // Without a task it serves nobody, whatever ECS calls its deployment.
    if is_at_rest && found.iter().any(runs) {
        return Some(primary.task_definition.clone());
    }
    let well = |release: &&ReleaseTasks| is_well(release);
    let since = |release: &&ReleaseTasks| {
        let entries = entries.get(&release.task_definition);
        let is_primary = release.task_definition == primary.task_definition;
        (entries.and_then(|entries| entries.since), is_primary)
    };
    let oldest = found.iter().filter(well).min_by_key(since);
    oldest.map(|release| release.task_definition.clone())
}

#[cfg(test)]
mod tests {
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

    fn seen(
        service: &LiveService,
        alive: Option<&[LiveTask]>,
        dead: &[LiveTask],
    ) -> Vec<ReleaseTasks> {
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
}
