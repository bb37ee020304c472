//! Failed tasks and complaints, grouped by cause and ranked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::Cause;
use super::message::{answer_of, of_message};
use super::task::{TaskFailure, failure_of};
use super::text::redacted_line;
use crate::release::StoppedTask;

/// What failed for one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The class of the cause.
    pub cause: Cause,
    /// In AWS's own words where it has some: those that most of these tasks share.
    pub reason: String,
    /// What these tasks show.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// What the tasks show that failed for one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// How many tasks failed for it; none when only the service's events tell of it.
    pub tasks: usize,
    /// ECS's classes of their end.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub stop_codes: BTreeSet<String>,
    /// By container.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exit_codes: BTreeMap<String, BTreeSet<i32>>,
    /// As ECS last saw it, by container; UNKNOWN before a first check passes, or without checks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub health: BTreeMap<String, BTreeSet<String>>,
    /// What the load balancer's health checks met with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// How long these tasks were up: the shortest and the longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lived_seconds: Option<(u64, u64)>,
    /// When the first and the last of them failed, by ECS's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<(Timestamp, Timestamp)>,
    /// The container that died by itself, before those that were stopped for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

impl Group {
    /// A cause that no task tells of.
    pub(in crate::rollout) fn without_tasks(cause: Cause, reason: &str) -> Self {
        Self {
            cause,
            reason: redacted_line(reason),
            evidence: Evidence::default(),
        }
    }

    /// Returns whether all that is known is that something ended a container from outside.
    pub(super) fn was_only_killed(&self) -> bool {
        let codes: BTreeSet<i32> = self
            .evidence
            .exit_codes
            .values()
            .flatten()
            .copied()
            .collect();
        let is_kill = |code: &i32| [137, 143].contains(code);
        self.cause == Cause::ContainerExited
            && codes.iter().any(is_kill)
            && codes.iter().all(|code| *code == 0 || is_kill(code))
    }

    /// Alarms, analyses, hooks and pauses end a deployment whatever its tasks do; what says something
    /// beats what doesn't.
    fn tier(&self) -> u8 {
        match self.cause {
            Cause::Alarm | Cause::Analysis | Cause::HookFailed | Cause::PauseTimedOut => 0,
            Cause::Unknown => 2,
            _ if self.was_only_killed() => 2,
            _ => 1,
        }
    }
}

impl Evidence {
    /// Takes in a task that failed for this cause.
    fn add(&mut self, task: &StoppedTask) {
        self.tasks += 1;
        self.stop_codes.extend(task.stop_code.clone());
        for container in &task.containers {
            let name = &container.name;
            if let Some(code) = container.exit_code {
                self.exit_codes
                    .entry(name.clone())
                    .or_default()
                    .insert(code);
            }
            if let Some(status) = &container.health_status {
                self.health
                    .entry(name.clone())
                    .or_default()
                    .insert(status.clone());
            }
        }
        if let Some(at) = task.stopping_at.or(task.stopped_at) {
            let (first, last) = self.failed_at.unwrap_or((at, at));
            self.failed_at = Some((first.min(at), last.max(at)));
        }
        if let Some(lived) = task.lived().map(|lived| lived.as_secs()) {
            let (least, most) = self.lived_seconds.unwrap_or((lived, lived));
            self.lived_seconds = Some((least.min(lived), most.max(lived)));
        }
    }
}

/// Returns what failed, the likeliest cause of the deployment's end first: an alarm, then what
/// most tasks share, the vague last. The order of tasks and of equal messages doesn't matter.
pub(super) fn ranked(stopped: &[StoppedTask], messages: &[String]) -> Vec<Group> {
    let mut groups = of_tasks(stopped);
    let mut complaints: BTreeMap<Cause, usize> = BTreeMap::new();
    for text in messages {
        let Some(cause) = of_message(text) else {
            continue;
        };
        *complaints.entry(cause).or_default() += 1;
        let group = groups
            .entry(kind(cause, ""))
            .or_insert_with(|| Group::without_tasks(cause, text));
        if group.evidence.tasks == 0 {
            // The newest.
            group.reason = redacted_line(text);
        }
        group.evidence.answer = answer_of(text)
            .map(redacted_line)
            .or(group.evidence.answer.take());
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    let heard = |group: &Group| complaints.get(&group.cause).copied().unwrap_or_default();
    groups.sort_by_key(|group| {
        let most = std::cmp::Reverse((group.evidence.tasks, heard(group)));
        (group.tier(), most, group.cause, group.reason.clone())
    });
    // A complaint that names nothing is no further cause.
    let names_nothing = |group: &Group| group.cause == Cause::Unknown && group.evidence.tasks == 0;
    if groups.len() > 1 && groups.last().is_some_and(names_nothing) {
        groups.pop();
    }
    groups
}

/// What fails alike for people: a container that exits says no more than its code, and another
/// code, or another container, is another thing.
type Kind = (Cause, String);

fn kind(cause: Cause, reason: &str) -> Kind {
    let detail = if cause == Cause::ContainerExited {
        reason
    } else {
        ""
    };
    (cause, detail.to_owned())
}

fn of_tasks(stopped: &[StoppedTask]) -> BTreeMap<Kind, Group> {
    let mut groups: BTreeMap<Kind, Group> = BTreeMap::new();
    let mut said: BTreeMap<Kind, BTreeMap<(String, Option<String>), usize>> = BTreeMap::new();
    for task in stopped {
        let Some(TaskFailure {
            cause,
            reason,
            container,
        }) = failure_of(task)
        else {
            continue;
        };
        let kind = kind(cause, &reason);
        let group = groups
            .entry(kind.clone())
            .or_insert_with(|| Group::without_tasks(cause, &reason));
        group.evidence.add(task);
        *said
            .entry(kind)
            .or_default()
            .entry((reason, container))
            .or_default() += 1;
    }
    for (kind, said) in said {
        let most = said.into_iter().rev().max_by_key(|(_, count)| *count);
        if let (Some(group), Some(((reason, container), _))) = (groups.get_mut(&kind), most) {
            group.reason = reason;
            group.evidence.container = container;
        }
    }
    groups
}
