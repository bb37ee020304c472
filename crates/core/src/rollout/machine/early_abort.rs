//! Decides whether to abort a rollout before ECS does: its tasks fail alike, and none is healthy.
//!
//! ECS's circuit breaker may take long to act, and tasks that run for a while before they exit it
//! may never count. A release that is well but for a few tasks must not be given up, so tasks
//! that got at least as far as the failed ones are waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::release::ids::TaskArn;
use crate::release::{LiveTask, StoppedTask};
use crate::rollout::cause::of_task;
use crate::rollout::{Cause, RepeatedFailure};

/// How often ECS is asked: an answer may be lost, or the caller may not do this.
const ASKS: u32 = 3;
/// What a request to roll back takes to show, with a margin.
const SHOWS_WITHIN: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(super) struct EarlyAbort {
    /// How many failures it takes; 0 for never.
    after: u32,
    suspicion: Option<Suspicion>,
    /// Whether the next look need not wait for its turn.
    needs_task_poll: bool,
    asks: u32,
    asked_at: Duration,
}

/// Enough tasks failed alike. What decides is how those fare that were on their way meanwhile.
#[derive(Debug)]
struct Suspicion {
    failures: Failures,
    /// The tasks that may prove the release well; unknown until they were looked at.
    healthy_candidates: Option<BTreeSet<TaskArn>>,
}

/// Tasks that failed alike.
#[derive(Debug)]
struct Failures {
    repeated: RepeatedFailure,
    /// When the last of them failed, by ECS's clock.
    last_at: Option<Timestamp>,
    /// Whether any of them had come to run.
    had_run: bool,
}

impl EarlyAbort {
    pub(super) fn new(after: u32) -> Self {
        Self {
            after,
            suspicion: None,
            needs_task_poll: false,
            asks: 0,
            asked_at: Duration::ZERO,
        }
    }

    /// Returns whether anything can come of looking at tasks.
    pub(super) fn is_on(&self) -> bool {
        self.after > 0 && self.asks < ASKS
    }

    /// Returns whether the tasks that did not fail have to be looked at.
    pub(super) fn is_suspicious(&self) -> bool {
        self.is_on() && self.suspicion.is_some()
    }

    /// Returns, once for a suspicion, whether they should be looked at at once.
    pub(super) fn needs_task_poll(&mut self) -> bool {
        std::mem::take(&mut self.needs_task_poll)
    }

    pub(super) fn observe(
        &mut self,
        stopped: &BTreeMap<String, StoppedTask>,
        alive: Option<&[LiveTask]>,
    ) {
        if !self.is_on() {
            return;
        }
        let largest = largest_group(stopped, self.after);
        let Some(failures) = largest.filter(|failures| failures.repeated.tasks >= self.after)
        else {
            return;
        };
        let before = self.suspicion.take();
        self.needs_task_poll = before.is_none() && alive.is_none();
        let healthy_candidates = before.and_then(|before| before.healthy_candidates);
        let suspicion = self.suspicion.insert(Suspicion {
            failures,
            healthy_candidates,
        });
        if let Some(alive) = alive {
            suspicion.reassess(alive, stopped);
        }
    }

    /// Returns why to give the release up, if it is time to ask for that.
    pub(super) fn reason(&mut self, elapsed: Duration) -> Option<RepeatedFailure> {
        let has_waited = self.asks == 0 || elapsed.saturating_sub(self.asked_at) >= SHOWS_WITHIN;
        let suspicion = self.suspicion.as_ref().filter(|_| self.is_on())?;
        let has_no_candidate = suspicion
            .healthy_candidates
            .as_ref()
            .is_some_and(BTreeSet::is_empty);
        if !has_no_candidate || !has_waited {
            return None;
        }
        self.asks += 1;
        self.asked_at = elapsed;
        Some(suspicion.failures.repeated.clone())
    }
}

impl Suspicion {
    /// Keeps the candidates that are alive. Where some ended in another way than by failing, the
    /// candidates are chosen anew from the tasks that are there now.
    fn reassess(&mut self, alive: &[LiveTask], stopped: &BTreeMap<String, StoppedTask>) {
        let is_alive = |arn: &TaskArn| alive.iter().any(|task| task.task_arn == *arn);
        let has_failed = |arn: &TaskArn| {
            stopped
                .get(arn.as_str())
                .is_some_and(|task| of_task(task).is_some())
        };
        let is_same_question = |healthy_candidates: &BTreeSet<TaskArn>| {
            let mut new = alive
                .iter()
                .filter(|task| !healthy_candidates.contains(&task.task_arn));
            healthy_candidates
                .iter()
                .all(|arn| is_alive(arn) || has_failed(arn))
                && !new.any(|task| self.failures.are_outdone_by(task))
        };
        match &mut self.healthy_candidates {
            Some(healthy_candidates) if is_same_question(healthy_candidates) => {
                healthy_candidates.retain(is_alive);
            }
            healthy_candidates => {
                let promising = alive
                    .iter()
                    .filter(|task| self.failures.may_be_outdone_by(task));
                *healthy_candidates = Some(promising.map(|task| task.task_arn.clone()).collect());
            }
        }
    }
}

impl Failures {
    /// Returns whether a task came further than any of them.
    fn are_outdone_by(&self, task: &LiveTask) -> bool {
        let is_healthy = task.health_status.as_deref() == Some("HEALTHY");
        is_healthy || !self.had_run && task.last_status == "RUNNING"
    }

    /// Returns whether a task may yet come further. What was made after them and does not run yet
    /// only repeats them; what waits for capacity tells nothing.
    fn may_be_outdone_by(&self, task: &LiveTask) -> bool {
        match task.last_status.as_str() {
            "RUNNING" => task.health_status.as_deref() != Some("UNHEALTHY"),
            "PENDING" | "ACTIVATING" => {
                let both = task.created_at.zip(self.last_at);
                both.is_none_or(|(made, failed)| made <= failed)
            }
            _ => false,
        }
    }
}

/// Returns the largest group of tasks that failed alike.
fn largest_group(stopped: &BTreeMap<String, StoppedTask>, after: u32) -> Option<Failures> {
    let mut groups: BTreeMap<(Cause, String), Vec<(&StoppedTask, String)>> = BTreeMap::new();
    for task in stopped.values() {
        let Some((cause, reason)) = of_task(task).filter(|(cause, _)| counts(task, *cause)) else {
            continue;
        };
        let group = groups.entry((cause, detail(cause, &reason))).or_default();
        group.push((task, reason));
    }
    let ((cause, _), mut group) = groups.into_iter().max_by_key(|(_, group)| group.len())?;
    let failed_at = |task: &StoppedTask| task.stopping_at.or(task.stopped_at);
    group.sort_by_key(|(task, _)| failed_at(task));
    let had_run = group.iter().any(|(task, _)| task.started_at.is_some());
    let tasks = u32::try_from(group.len()).unwrap_or(u32::MAX);
    let (last, reason) = group.pop()?;
    let repeated = RepeatedFailure {
        tasks,
        cause,
        reason,
        after,
    };
    Some(Failures {
        repeated,
        last_at: failed_at(last),
        had_run,
    })
}

/// Returns whether a failure speaks against the release: capacity that is missing or taken away
/// does not, and neither does a hand that stopped the task.
fn counts(task: &StoppedTask, cause: Cause) -> bool {
    let code = task.stop_code.as_deref();
    match cause {
        Cause::NoCapacity
        | Cause::StoppedBySomeone
        | Cause::Alarm
        | Cause::Analysis
        | Cause::HookFailed
        | Cause::PauseTimedOut => false,
        // Hosts go for many reasons; a task that never started met something of its own.
        Cause::Unknown => code == Some("TaskFailedToStart"),
        Cause::ImageNotFound
        | Cause::ImageDenied
        | Cause::ImageNetwork
        | Cause::ImageArchitecture
        | Cause::SecretMissing
        | Cause::SecretDenied
        | Cause::SecretNetwork
        | Cause::OutOfMemory
        | Cause::ExecFormat
        | Cause::CommandNotFound
        | Cause::ContainerExited
        | Cause::ContainerUnhealthy
        | Cause::LoadBalancerUnhealthy
        | Cause::SlowStart
        | Cause::NetworkInterface
        | Cause::LogDriver
        | Cause::Volume
        | Cause::WeightsMissing
        | Cause::WeightsCorrupt
        | Cause::RoleDenied => !matches!(
            code,
            Some("SpotInterruption" | "TerminationNotice" | "InfrastructureHealth")
        ),
    }
}

/// What two failures of a cause must share besides: most causes are specific enough.
fn detail(cause: Cause, reason: &str) -> String {
    match cause {
        Cause::ContainerExited => reason.to_owned(),
        // Identifiers differ from task to task.
        Cause::Unknown => reason
            .split_whitespace()
            .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
            .collect(),
        Cause::ImageNotFound
        | Cause::ImageDenied
        | Cause::ImageNetwork
        | Cause::ImageArchitecture
        | Cause::SecretMissing
        | Cause::SecretDenied
        | Cause::SecretNetwork
        | Cause::OutOfMemory
        | Cause::ExecFormat
        | Cause::CommandNotFound
        | Cause::ContainerUnhealthy
        | Cause::LoadBalancerUnhealthy
        | Cause::SlowStart
        | Cause::NoCapacity
        | Cause::NetworkInterface
        | Cause::LogDriver
        | Cause::Volume
        | Cause::WeightsMissing
        | Cause::WeightsCorrupt
        | Cause::RoleDenied
        | Cause::Alarm
        | Cause::Analysis
        | Cause::HookFailed
        | Cause::PauseTimedOut
        | Cause::StoppedBySomeone => String::new(),
    }
}

#[cfg(test)]
mod tests;
