//! Turns what changed between two polls into events.

use std::time::Duration;

use super::Machine;
use super::reported::Counts;
use crate::progress::Event;
use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status};
use crate::rollout::{Observation, Snapshot};

impl Machine {
    /// Tells what is new, and returns whether anything moved.
    pub(super) fn report(
        &mut self,
        snapshot: &Snapshot,
        elapsed: Duration,
        events: &mut Vec<Event>,
    ) -> bool {
        if let Some(service) = snapshot.service() {
            let began = self.follow.created_at;
            self.reported.report_messages(service, began, events);
        }
        let mut moved = false;
        if let Observation::Seen(seen) = &snapshot.deployment
            && self.is_forward_progress(seen)
        {
            moved |= self.reported.report_status(seen, events);
            moved |= self.report_stage(seen, events);
            moved |= self.report_pauses(seen, events);
            moved |= self.report_calls(seen, events);
            self.report_alarms(seen, events);
        }
        if let Some(counts) = self.counts(snapshot) {
            let before = self.reported.counts();
            if before.is_some_and(|before| counts.running < before.running.min(counts.desired)) {
                self.signs.running_fell();
            }
            moved |= self.reported.report_counts(counts, events);
        }
        moved |= self.report_weights(elapsed, events);
        self.reported.report_tasks(&snapshot.stopped, events);
        moved
    }

    fn is_forward_progress(&self, seen: &ServiceDeployment) -> bool {
        let known = self.deployment.as_ref().map(|known| known.status);
        seen.status == Status::Unknown || known == Some(seen.status)
    }

    /// Counts tasks: those of the service deployment, which come with every look, or else those
    /// of our entry.
    fn counts(&self, snapshot: &Snapshot) -> Option<Counts> {
        if let Observation::Seen(seen) = &snapshot.deployment
            && let Some(target) = &seen.target_service_revision
        {
            let sources = seen.source_service_revisions.iter();
            return Some(Counts {
                desired: target.counts.requested_task_count,
                running: target.counts.running_task_count,
                pending: target.counts.pending_task_count,
                failed: self.failed_tasks(),
                others: sources.map(|source| source.counts.running_task_count).sum(),
            });
        }
        if self.deployment.is_some() {
            return None;
        }
        let service = snapshot.service()?;
        let ours = service.deployment(&self.follow.deployment)?;
        Some(Counts {
            desired: ours.desired_count,
            running: ours.running_count,
            pending: ours.pending_count,
            failed: self.failed_tasks(),
            others: service.running_count.saturating_sub(ours.running_count),
        })
    }

    pub(super) fn failed_tasks(&self) -> u32 {
        let deployment = self.deployment.as_ref();
        let breaker =
            deployment.and_then(|deployment| deployment.deployment_circuit_breaker.as_ref());
        let counted = breaker.map_or(0, |breaker| breaker.failure_count);
        counted.max(self.entry.failed_tasks())
    }
}
