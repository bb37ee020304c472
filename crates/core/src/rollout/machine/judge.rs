//! Judges whether the rollout has ended, and how.

use std::time::Duration;

use super::record::is_final;
use super::{CONSISTENT_AFTER, Machine};
use crate::progress::{Event, Verdict};
use crate::release::ServiceDeploymentStatus as Status;
use crate::rollout::Snapshot;

/// Looks at what took the place of a stopped deployment before it counts as nothing.
const SEARCHES: u32 = 3;
/// The longest such a search takes, even when AWS does not answer.
const SEARCH_ENDS: Duration = Duration::from_mins(1);

/// The search for what took the place of a stopped deployment.
#[derive(Debug)]
pub(super) struct Search {
    since: Duration,
    looks: u32,
    answered: u32,
}

impl Search {
    pub(super) fn since(since: Duration) -> Self {
        Self {
            since,
            looks: 0,
            answered: 0,
        }
    }

    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        self.looks += 1;
        self.answered += u32::from(snapshot.service().is_some());
    }

    /// Returns whether anything was looked for since the deployment stopped.
    pub(super) fn has_begun(&self) -> bool {
        self.looks > 1
    }

    fn is_over(&self, elapsed: Duration) -> bool {
        self.answered > SEARCHES || elapsed.saturating_sub(self.since) >= SEARCH_ENDS
    }
}

/// A judgement on what is known.
pub(super) enum Judgement {
    /// It goes on.
    Undecided,
    /// It is over.
    Over(Verdict),
    /// It ended, and how depends on whether something newer replaced it.
    AskForNewer,
}

impl Machine {
    pub(super) fn judge(&mut self, elapsed: Duration, events: &mut Vec<Event>) -> Judgement {
        let Some(deployment) = &self.deployment else {
            return self.judge_entry(elapsed, events);
        };
        let status = deployment.status;
        if status == Status::Successful {
            return Judgement::Over(Verdict::Succeeded);
        }
        if self.presence.is_deleted(is_final(status), elapsed) {
            return Judgement::Over(Verdict::Deleted);
        }
        match status {
            Status::Successful => Judgement::Over(Verdict::Succeeded),
            Status::RollbackSuccessful => Judgement::Over(Verdict::RolledBack),
            Status::RollbackFailed => Judgement::Over(Verdict::Failed),
            Status::Stopped => self.judge_stopped(elapsed),
            Status::Pending
            | Status::InProgress
            | Status::StopRequested
            | Status::RollbackRequested
            | Status::RollbackInProgress
            | Status::Unknown => self.judge_vanished(elapsed),
        }
    }

    /// A stopped deployment failed, or was replaced by a newer one before it could end. What
    /// failed first and was replaced then, failed.
    fn judge_stopped(&self, elapsed: Duration) -> Judgement {
        let deployment = self.deployment.as_ref();
        let breaker =
            deployment.and_then(|deployment| deployment.deployment_circuit_breaker.as_ref());
        let is_triggered =
            breaker.and_then(|breaker| breaker.status.as_deref()) == Some("TRIGGERED");
        if is_triggered || self.entry.has_failed() {
            Judgement::Over(Verdict::Failed)
        } else if self.is_newer_listed || self.entry.has_successor() {
            Judgement::Over(Verdict::Superseded)
        } else if self
            .search
            .as_ref()
            .is_some_and(|search| search.is_over(elapsed))
        {
            Judgement::Over(Verdict::Failed)
        } else {
            Judgement::AskForNewer
        }
    }

    /// The record of a deployment goes with its service: it is gone for good when the service
    /// was made anew. Otherwise it is seen again, or time runs out; our entry alone, which also
    /// reads well after a rollback, never takes over from it.
    fn judge_vanished(&self, elapsed: Duration) -> Judgement {
        let is_gone = self
            .unlisted_since
            .is_some_and(|since| elapsed.saturating_sub(since) >= CONSISTENT_AFTER);
        if is_gone && self.entry.has_successor() {
            return Judgement::Over(Verdict::Superseded);
        }
        Judgement::Undecided
    }

    fn judge_entry(&mut self, elapsed: Duration, events: &mut Vec<Event>) -> Judgement {
        if self.presence.is_deleted(false, elapsed) {
            return Judgement::Over(Verdict::Deleted);
        }
        if !self.rests_on_entry {
            return Judgement::Undecided;
        }
        if self.reported.report_fallback() {
            events.push(Event::RestsOnDeploymentId {
                deployment: self.follow.deployment.clone(),
            });
        }
        match self.entry.verdict() {
            Some(verdict) => Judgement::Over(verdict),
            None => Judgement::Undecided,
        }
    }
}
