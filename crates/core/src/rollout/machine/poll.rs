//! Decides when to poll again, and what. Most polls read the service deployment alone.

use std::time::Duration;

use super::Machine;
use super::judge::Search;
use super::reported::Counts;
use crate::release::ServiceDeploymentStatus as Status;
use crate::rollout::poll_interval::{Attention, after_silence, next_look, seldom};
use crate::rollout::{Next, PollRequest};

/// How often the service is looked at only for what it says, and for whether it is still there.
const MESSAGES_EVERY: Duration = Duration::from_secs(20);
/// How often stopped tasks are looked for at the most: there may be hundreds.
const TASKS_AT_MOST_EVERY: Duration = Duration::from_secs(4);
/// How often they are looked for while tasks are missing.
const TASKS_EVERY: Duration = Duration::from_secs(30);
/// How often service deployments are asked for again where they were refused.
const ASK_AGAIN_EVERY: Duration = Duration::from_mins(1);

impl Machine {
    pub(super) fn search_on(&mut self) -> Next {
        let has_begun = self.search.as_ref().is_some_and(Search::has_begun);
        // It looks at all that bad news is told on.
        self.looked_last = true;
        Next::Poll {
            after: Duration::from_secs(u64::from(has_begun)),
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
        if let Some(promote) = self.promote() {
            return promote;
        }
        if let Some(because) = self.early_abort.reason(elapsed) {
            return Next::Abort {
                deployment,
                because,
            };
        }
        if self.early_abort.needs_task_poll() {
            self.tasks_seen_at = Some(elapsed);
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
        let has_waited = |since: Duration, wait| elapsed.saturating_sub(since) >= wait;
        let ends = self.signs.take_end();
        let tasks = self.tasks_due(elapsed);
        let needs_service = self.deployment.is_none()
            || self.unlisted_since.is_some()
            || self.presence.is_in_doubt()
            || tasks.is_news();
        // Such a look takes the place of one at the deployment, whose end shows there, too.
        let is_service_due = has_waited(self.service_seen_at, seldom(MESSAGES_EVERY, self.company));
        let is_calm = self.silent_looks == 0 && self.attention() == Attention::Calm;
        let is_in_turn = !needs_service && is_service_due && is_calm && !ends;
        let look = PollRequest {
            service: needs_service || is_service_due,
            deployment: !is_in_turn
                && (self.deployment.is_some()
                    || !self.rests_on_entry
                    || has_waited(self.asked_at, ASK_AGAIN_EVERY)),
            tasks: tasks != TasksDue::No,
            alive: tasks != TasksDue::No && self.early_abort.is_suspicious(),
            newer: false,
            traffic: self.routing.request(self.deployment.as_deref(), elapsed),
        };
        let at_once = ends || tasks == TasksDue::AtOnce;
        let wait = match self.silent_looks.checked_sub(1) {
            Some(before) => after_silence(before),
            None if at_once => Duration::ZERO,
            None => {
                let still = elapsed.saturating_sub(self.moved_at);
                next_look(self.attention(), still, self.company)
            }
        };
        let left = self.follow.timeout.saturating_sub(elapsed);
        Next::Poll {
            after: wait.min(left),
            look,
        }
    }

    /// Says whether the tasks are looked at next.
    fn tasks_due(&mut self, elapsed: Duration) -> TasksDue {
        let since = elapsed.saturating_sub(self.tasks_seen_at.unwrap_or_default());
        if self.tasks_seen_at.is_some() && since < TASKS_AT_MOST_EVERY {
            return TasksDue::No;
        }
        let failed = self.failed_tasks();
        let more_failed = failed > self.failures_looked_at;
        let is_decided = self.status().is_some_and(is_ending_badly);
        let is_suspicious = self.early_abort.is_suspicious() && !is_decided;
        // A crash after a while may never count as a failure to ECS.
        let is_missing_some = self.reported.counts().is_none_or(Counts::are_incomplete);
        let is_stuck = self.early_abort.is_on()
            && is_missing_some
            && !is_decided
            && since >= seldom(TASKS_EVERY, self.company);
        let due = if self.signs.take_fall() {
            TasksDue::AtOnce
        } else if more_failed {
            TasksDue::AsMoreFailed
        } else if is_suspicious || is_stuck {
            TasksDue::InTurn
        } else {
            return TasksDue::No;
        };
        self.failures_looked_at = failed;
        self.tasks_seen_at = Some(elapsed);
        due
    }

    fn status(&self) -> Option<Status> {
        self.deployment.as_ref().map(|deployment| deployment.status)
    }

    fn attention(&self) -> Attention {
        let is_tense = self.signs.is_alarming()
            || self.presence.is_in_doubt()
            || self.status().is_some_and(is_ending_badly);
        if is_tense {
            Attention::Tense
        } else {
            Attention::Calm
        }
    }
}

/// Whether the tasks are looked at, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TasksDue {
    No,
    /// Nobody told of them for a while, or they are to decide something.
    InTurn,
    /// More of them failed.
    AsMoreFailed,
    /// Fewer run than did.
    AtOnce,
}

impl TasksDue {
    /// Says whether something happened that the service has words for.
    fn is_news(self) -> bool {
        match self {
            Self::No | Self::InTurn => false,
            Self::AsMoreFailed | Self::AtOnce => true,
        }
    }
}

/// Returns whether a deployment is on its way to a bad end.
fn is_ending_badly(status: Status) -> bool {
    match status {
        Status::StopRequested | Status::RollbackRequested | Status::RollbackInProgress => true,
        Status::Pending
        | Status::InProgress
        | Status::Stopped
        | Status::RollbackSuccessful
        | Status::RollbackFailed
        | Status::Successful
        | Status::Unknown => false,
    }
}
