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
mod tests;
