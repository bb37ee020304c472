//! Decides when to poll again, and what. Most polls read the service deployment alone.

use std::time::Duration;

use super::Machine;
use super::judge::Search;
use crate::release::ServiceDeploymentStatus as Status;
use crate::rollout::poll_interval::{Stage, after_silence, next_look};
use crate::rollout::{Next, PollRequest};

/// How often the service is looked at only for what it says, and for whether it is still there.
const MESSAGES_EVERY: Duration = Duration::from_secs(20);
/// How often stopped tasks are looked for while tasks are missing.
const TASKS_EVERY: Duration = Duration::from_secs(30);
/// How often service deployments are asked for again where they were refused.
const ASK_AGAIN_EVERY: Duration = Duration::from_mins(1);

impl Machine {
    pub(super) fn search_on(&self) -> Next {
        let has_begun = self.search.as_ref().is_some_and(Search::has_begun);
        Next::Poll {
            after: Duration::from_secs(if has_begun { 2 } else { 0 }),
            look: PollRequest::LAST,
        }
    }

    /// Goes on with a deployment that has not ended: waits, or has it rolled back.
    pub(super) fn go_on(&mut self, elapsed: Duration) -> Next {
        let runs = self
            .deployment
            .as_ref()
            .filter(|deployment| matches!(deployment.status, Status::Pending | Status::InProgress))
            .map(|deployment| deployment.service_deployment_arn.clone());
        let Some(deployment) = runs else {
            return self.poll(elapsed);
        };
        if let Some(because) = self.early_abort.reason(elapsed) {
            return Next::Abort {
                deployment,
                because,
            };
        }
        if self.early_abort.needs_task_poll() {
            return Next::Poll {
                after: Duration::ZERO,
                look: PollRequest {
                    tasks: true,
                    alive: true,
                    ..PollRequest::FIRST
                },
            };
        }
        self.poll(elapsed)
    }

    fn poll(&mut self, elapsed: Duration) -> Next {
        let failed = self.failed_tasks();
        let more_failed = failed > self.failures_looked_at;
        self.failures_looked_at = failed;
        let is_suspicious = self.early_abort.is_suspicious();
        let has_waited = |since: Duration, wait| elapsed.saturating_sub(since) >= wait;
        let needs_service = self.deployment.is_none()
            || self.unlisted_since.is_some()
            || self.presence.is_in_doubt()
            || more_failed;
        // A crash after a while may never count as a failure to ECS.
        let is_stuck = self.early_abort.is_on()
            && self.stage() == Stage::Starting
            && has_waited(self.tasks_seen_at, TASKS_EVERY);
        if more_failed || is_suspicious || is_stuck {
            self.tasks_seen_at = elapsed;
        }
        // Far from the end such a look takes the place of one at the deployment: it costs no call.
        let is_service_due = has_waited(self.service_seen_at, MESSAGES_EVERY);
        let is_calm = self.silent_looks == 0 && self.stage() != Stage::Ending;
        let is_in_turn = !needs_service && is_service_due && is_calm;
        let look = PollRequest {
            service: needs_service || is_service_due,
            deployment: !is_in_turn
                && (self.deployment.is_some()
                    || !self.rests_on_entry
                    || has_waited(self.asked_at, ASK_AGAIN_EVERY)),
            tasks: more_failed || is_suspicious || is_stuck,
            alive: is_suspicious,
            newer: false,
        };
        let wait = match self.silent_looks.checked_sub(1) {
            Some(before) => after_silence(before),
            None => next_look(self.stage(), elapsed.saturating_sub(self.moved_at)),
        };
        let left = self.follow.timeout.saturating_sub(elapsed);
        Next::Poll {
            after: wait.min(left),
            look,
        }
    }

    fn stage(&self) -> Stage {
        let status = self.deployment.as_ref().map(|deployment| deployment.status);
        let is_ending = matches!(
            status,
            Some(Status::StopRequested | Status::RollbackRequested | Status::RollbackInProgress)
        );
        match self.reported.counts() {
            _ if is_ending || self.presence.is_in_doubt() => Stage::Ending,
            Some(counts) if counts.running < counts.desired || counts.pending > 0 => {
                Stage::Starting
            }
            Some(counts) if counts.others > 0 => Stage::Proving,
            Some(_) => Stage::Ending,
            None => Stage::Starting,
        }
    }
}
