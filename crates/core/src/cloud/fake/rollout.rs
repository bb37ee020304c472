//! How the fake's newest deployment goes.

use std::time::Duration;

use serde_json::json;

use super::World;
use super::world::EPOCH;
use crate::release::{Document, ServiceDeploymentStatus};

/// How long a task takes to run, and the old one to go.
const PENDING: Duration = Duration::from_secs(10);
const RUNS: Duration = Duration::from_mins(1);
/// How long a rollout takes by itself.
pub const ROLLOUT: Duration = Duration::from_secs(80);

impl World {
    /// Moves the newest deployment: the status of the service deployment and of its entry.
    pub fn end(&mut self, status: &str, rollout_state: &str) {
        self.deployments[0].status = serde_json::from_value(json!(status)).unwrap();
        let service = self.service.as_mut().unwrap();
        service.deployments[0].rollout_state = Some(rollout_state.to_owned());
        if rollout_state == "COMPLETED" {
            service.deployments.truncate(1);
        }
    }

    /// Sets the newest deployment's new tasks, running and on their way, and the old ones.
    pub fn tasks(&mut self, running: u32, pending: u32, old: u32) {
        let newest = &mut self.deployments[0];
        let target = newest.target_service_revision.as_mut().unwrap();
        target.counts.running_task_count = running;
        target.counts.pending_task_count = pending;
        let replaced = newest.source_service_revisions.first();
        let replaced = replaced.map_or("arn:revision/old", |source| source.arn.as_str());
        let source = json!([{"arn": replaced, "runningTaskCount": old}]);
        newest.source_service_revisions = serde_json::from_value(source).unwrap();
        let service = self.service.as_mut().unwrap();
        service.running_count = running + old;
        service.deployments[0].running_count = running;
        service.deployments[0].pending_count = pending;
    }

    /// Returns to the entry before the newest, under its old id; the newest fails. A first release
    /// has nothing to go back to, and fails for good.
    pub fn roll_back(&mut self, failed_reads: &str) {
        let entries = &self.service.as_ref().unwrap().deployments;
        if entries.len() == 1 {
            return self.end("ROLLBACK_FAILED", "FAILED");
        }
        self.end("ROLLBACK_IN_PROGRESS", failed_reads);
        let breaker = "Service deployment rolled back because the circuit breaker threshold was \
            exceeded.";
        self.deployments[0].status_reason = Some(breaker.to_owned());
        let service = self.service.as_mut().unwrap();
        let entries = &mut service.deployments;
        entries.swap(0, 1);
        "PRIMARY".clone_into(&mut entries[0].status);
        entries[0].rollout_state = Some("IN_PROGRESS".to_owned());
        "ACTIVE".clone_into(&mut entries[1].status);
        entries[1].desired_count = 0;
        service.task_definition = entries[0].task_definition.clone();
    }

    /// Ends the way back, with the entry that failed gone.
    pub fn finish_rollback(&mut self) {
        if self.deployments[0].status == ServiceDeploymentStatus::RollbackInProgress {
            self.end("ROLLBACK_SUCCESSFUL", "COMPLETED");
        }
    }

    /// Somebody asks for a rollback: it begins, and waits for `finish_rollback`.
    pub fn stop(&mut self) {
        if self.is_under_way() {
            self.roll_back("IN_PROGRESS");
            self.deployments[0].rollback = serde_json::from_value(json!({})).ok();
            let asked = "Service deployment rolled back by a StopServiceDeployment request.";
            self.deployments[0].status_reason = Some(asked.to_owned());
        }
    }

    pub(super) fn is_under_way(&self) -> bool {
        let status = self.deployments.first().map(|newest| newest.status);
        matches!(
            status,
            Some(ServiceDeploymentStatus::Pending | ServiceDeploymentStatus::InProgress)
        )
    }

    /// Somebody deletes the service, and ECS forgets its deployments.
    pub fn delete(&mut self) {
        self.service = None;
        self.deployments.clear();
    }

    /// Somebody else deploys; what ran is stopped.
    pub fn supersede(&mut self) {
        self.end("STOPPED", "IN_PROGRESS");
        self.update(&Document::new());
    }

    /// Lets the newest deployment go as far as it gets by itself until a moment, and succeed.
    pub(super) fn roll_on(&mut self, now: Duration) {
        self.now = self.now.max(now);
        let (Some(newest), Some(_)) = (self.deployments.first(), &self.service) else {
            return;
        };
        let Some(created) = newest.created_at.filter(|_| self.is_under_way()) else {
            return;
        };
        let epoch = jiff::Timestamp::from_second(EPOCH).unwrap();
        let began = Duration::try_from(created.duration_since(epoch)).unwrap_or_default();
        let age = self.now.saturating_sub(began);
        let tasks = self
            .service
            .as_ref()
            .map_or(0, |service| service.desired_count);
        if age >= PENDING && self.fails {
            self.end("IN_PROGRESS", "IN_PROGRESS");
            self.tasks(0, 0, tasks);
            self.roll_back("FAILED");
            self.finish_rollback();
        } else if age >= ROLLOUT {
            self.tasks(tasks, 0, 0);
            self.end("SUCCESSFUL", "COMPLETED");
            let rollout = jiff::SignedDuration::try_from(ROLLOUT).unwrap_or_default();
            self.deployments[0].finished_at = Some(created + rollout);
        } else if age >= RUNS {
            self.tasks(tasks, 0, tasks);
        } else if age >= PENDING {
            self.end("IN_PROGRESS", "IN_PROGRESS");
            self.tasks(0, tasks, tasks);
        }
    }
}
