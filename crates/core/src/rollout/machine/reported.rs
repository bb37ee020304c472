//! Remembers which events were reported, so that none is reported twice.

use std::collections::HashSet;

use jiff::Timestamp;

use super::super::cause::{Cause, of_task};
use crate::progress::Event;
use crate::release::{
    LifecycleStage, LiveService, ServiceDeployment, ServiceDeploymentStatus, StoppedTask,
};

#[derive(Debug, Default)]
pub(super) struct Reported {
    has_seen_service: bool,
    message_ids: HashSet<String>,
    /// What ECS said since the deployment began, oldest first.
    messages: Vec<String>,
    tasks: HashSet<String>,
    statuses: HashSet<ServiceDeploymentStatus>,
    counts: Option<Counts>,
    /// The stage of traffic that was reached last, and which step there.
    stage: Option<(LifecycleStage, Option<u32>)>,
    /// The waits for somebody, and the functions that were asked, that were told.
    hooks: HashSet<String>,
    /// What was told of the alarms that ECS watches.
    alarms: Option<String>,
    /// Whether it was told that all traffic moves.
    moves_all: bool,
    fallback: bool,
}

/// Tasks, as a progress line has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) desired: u32,
    pub(super) running: u32,
    pub(super) pending: u32,
    pub(super) failed: u32,
    pub(super) others: u32,
}

impl Counts {
    /// Says whether new tasks are missing or on their way.
    pub(super) fn are_incomplete(self) -> bool {
        self.running < self.desired || self.pending > 0
    }
}

impl Reported {
    pub(super) fn counts(&self) -> Option<Counts> {
        self.counts
    }

    pub(super) fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Returns the stage that was told last, and which step.
    pub(super) fn stage(&self) -> Option<&(LifecycleStage, Option<u32>)> {
        self.stage.as_ref()
    }

    pub(super) fn reached(&mut self, stage: (LifecycleStage, Option<u32>)) {
        self.stage = Some(stage);
    }

    pub(super) fn waits_at(&mut self, hook: &str) -> bool {
        self.hooks.insert(hook.to_owned())
    }

    /// Returns whether it is news that ECS has such a word for the alarms.
    pub(super) fn alarms_are(&mut self, status: &str) -> bool {
        self.alarms.replace(status.to_owned()).as_deref() != Some(status)
    }

    /// Returns whether it is news that all traffic moves.
    pub(super) fn moves_all(&mut self) -> bool {
        !std::mem::replace(&mut self.moves_all, true)
    }

    /// Returns whether it is news that the verdict rests on our entry in `deployments`.
    pub(super) fn report_fallback(&mut self) -> bool {
        !std::mem::replace(&mut self.fallback, true)
    }

    /// Tells what the service said since our deployment began.
    pub(super) fn report_messages(
        &mut self,
        service: &LiveService,
        began: Option<Timestamp>,
        events: &mut Vec<Event>,
    ) {
        // Without a beginning, what was there at the first look belongs to others.
        let is_baseline = began.is_none() && !self.has_seen_service;
        self.has_seen_service = true;
        let mut recent: Vec<_> = service.events.iter().rev().collect();
        recent.sort_by_key(|event| event.created_at);
        for event in recent {
            let is_ours = began.is_none() || event.created_at >= began;
            if !is_ours || !self.message_ids.insert(event.id.clone()) || is_baseline {
                continue;
            }
            let message = event.message.clone();
            self.messages.push(message.clone());
            events.push(Event::ServiceMessage {
                message,
                at: event.created_at,
            });
        }
    }

    /// Tells a state of the service deployment; returns whether it is news.
    pub(super) fn report_status(
        &mut self,
        deployment: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
        let is_news = self.statuses.insert(deployment.status);
        if is_news {
            let rollback = deployment.rollback.as_ref();
            let reason = rollback.and_then(|rollback| rollback.reason.clone());
            events.push(Event::Status {
                deployment: deployment.service_deployment_arn.clone(),
                status: deployment.status,
                reason: deployment.status_reason.clone().or(reason),
                at: reached_at(deployment),
            });
        }
        is_news
    }

    /// Returns whether a state of the service deployment was told.
    pub(super) fn has_reported(&self, status: ServiceDeploymentStatus) -> bool {
        self.statuses.contains(&status)
    }

    /// Tells how many tasks there are; returns whether it is news.
    pub(super) fn report_counts(&mut self, counts: Counts, events: &mut Vec<Event>) -> bool {
        let is_news = self.counts != Some(counts);
        if is_news {
            events.push(Event::Progress {
                desired: counts.desired,
                running: counts.running,
                pending: counts.pending,
                failed: counts.failed,
                others: counts.others,
            });
        }
        self.counts = Some(counts);
        is_news
    }

    /// Tells which tasks failed.
    pub(super) fn report_tasks(&mut self, stopped: &[StoppedTask], events: &mut Vec<Event>) {
        for task in stopped {
            let Some((cause, reason)) = of_task(task) else {
                continue;
            };
            // While a task drains, its exit codes may be still to come.
            let is_vague = cause == Cause::Unknown && task.stopped_at.is_none();
            if !is_vague && self.tasks.insert(task.task_arn.clone()) {
                events.push(Event::TaskFailed {
                    task: task.task_arn.clone(),
                    cause,
                    reason,
                    at: task.stopping_at.or(task.stopped_at),
                });
            }
        }
    }
}

/// Returns when a deployment came to its state, where ECS keeps that.
fn reached_at(deployment: &ServiceDeployment) -> Option<Timestamp> {
    match deployment.status {
        ServiceDeploymentStatus::Pending => deployment.created_at,
        ServiceDeploymentStatus::InProgress => deployment.started_at,
        ServiceDeploymentStatus::Stopped
        | ServiceDeploymentStatus::RollbackSuccessful
        | ServiceDeploymentStatus::RollbackFailed
        | ServiceDeploymentStatus::Successful => deployment.finished_at,
        ServiceDeploymentStatus::StopRequested
        | ServiceDeploymentStatus::RollbackRequested
        | ServiceDeploymentStatus::RollbackInProgress
        | ServiceDeploymentStatus::Unknown => None,
    }
}
