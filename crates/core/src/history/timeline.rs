//! Chooses the target of a rollback: the newest release that succeeded before the serving one and
//! was not gone back from.

mod action;
mod attempt;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use action::{Extent, RollbackAction};
pub use attempt::Attempt;

use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::TaskDefinitionArn;

/// What a service went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline<'a> {
    extent: Extent,
    /// What the newest success, or rollback, left serving.
    serves: Option<&'a Attempt>,
    /// What somebody left for what serves, unless a release came forward since.
    left: Option<&'a Attempt>,
    /// What somebody had ECS take back last, unless another deployment failed by itself since.
    stopped: Option<&'a Attempt>,
    /// Whether somebody tried to leave what serves, and did not get away.
    is_to_be_left: bool,
    /// The deployment that has not ended.
    running: Option<&'a Attempt>,
    /// What the deployments since then left the service on, when they ended without serving.
    failed_over: Vec<&'a Attempt>,
    /// One success of each release, the newest last.
    successes: Vec<&'a Attempt>,
    /// Releases that somebody or something went back from, and that did not succeed since.
    abandoned: BTreeSet<&'a TaskDefinitionArn>,
    /// The releases that revisions bring once more under another number.
    copies: BTreeMap<&'a TaskDefinitionArn, &'a TaskDefinitionArn>,
}

impl<'a> Timeline<'a> {
    /// Follows a service through its deployments, given newest first; all that there were, or
    /// only the newest.
    #[must_use]
    pub fn of(newest_first: &'a [Attempt], extent: Extent) -> Self {
        let copies = newest_first
            .iter()
            .filter_map(|attempt| Some((&attempt.task_definition, attempt.copy_of.as_ref()?)));
        let mut timeline = Self {
            extent,
            serves: None,
            left: None,
            stopped: None,
            is_to_be_left: false,
            running: None,
            failed_over: Vec::new(),
            successes: Vec::new(),
            abandoned: BTreeSet::new(),
            copies: copies.collect(),
        };
        for attempt in newest_first.iter().rev() {
            timeline.take(attempt);
        }
        timeline
    }

    fn take(&mut self, attempt: &'a Attempt) {
        let is_same = self.is_serving(attempt.release());
        let is_way_back = self.brings_back_earlier(attempt);
        self.running = None;
        match attempt.status {
            Status::Successful => self.succeed(attempt, is_same, is_way_back),
            Status::RollbackSuccessful => {
                self.leave_failed_over();
                self.fail(attempt, is_same, is_way_back);
                if !attempt.was_asked_back {
                    // It says nothing of the release that serves again.
                    self.stopped = None;
                } else if !is_way_back {
                    self.stopped = Some(attempt);
                }
            }
            Status::RollbackFailed => {
                self.failed_over.push(attempt);
                self.fail(attempt, is_same, is_way_back);
            }
            Status::Stopped => {
                self.failed_over.push(attempt);
                self.is_to_be_left |= is_way_back && !is_same;
            }
            Status::Pending
            | Status::InProgress
            | Status::StopRequested
            | Status::RollbackRequested
            | Status::RollbackInProgress
            | Status::Unknown => self.running = Some(attempt),
        }
    }

    /// ECS took it back, or could not. A release that had succeeded stays as good as it was.
    fn fail(&mut self, attempt: &'a Attempt, is_same: bool, is_way_back: bool) {
        if is_same {
            return;
        }
        if is_way_back {
            self.is_to_be_left = true;
        } else {
            self.abandoned.insert(attempt.release());
        }
    }

    fn succeed(&mut self, attempt: &'a Attempt, is_same: bool, is_way_back: bool) {
        if is_same {
            let left = self.failed_over.last().copied();
            self.leave_failed_over();
            self.left = left.or(self.left);
        } else {
            self.failed_over.clear();
            self.left = self.serves.filter(|_| is_way_back);
            self.stopped = None;
            self.abandoned.extend(self.left.map(Attempt::release));
        }
        self.is_to_be_left = false;
        self.abandoned.remove(attempt.release());
        self.successes
            .retain(|success| success.release() != attempt.release());
        self.successes.push(attempt);
        self.serves = Some(attempt);
    }

    /// The service is on what served again. Whoever brought it there from where a failure had left
    /// it went back.
    fn leave_failed_over(&mut self) {
        for failed in std::mem::take(&mut self.failed_over) {
            if !self.is_serving(failed.release()) && !self.has_succeeded(failed.release()) {
                self.abandoned.insert(failed.release());
            }
        }
    }

    fn is_serving(&self, release: &TaskDefinitionArn) -> bool {
        self.serves
            .is_some_and(|serves| serves.release() == release)
    }

    fn has_succeeded(&self, release: &TaskDefinitionArn) -> bool {
        let mut successes = self.successes.iter();
        successes.any(|success| success.release() == release)
    }

    /// Returns whether a deployment brings back a release that had succeeded before: another than
    /// the one that serves, or that one where a failure left the service elsewhere.
    ///
    /// What somebody went back from and deploys once more goes forward: a re-run pipeline, or a
    /// second try.
    fn brings_back_earlier(&self, attempt: &Attempt) -> bool {
        let release = attempt.release();
        if self.is_serving(release) {
            return !self.failed_over.is_empty();
        }
        if self.abandoned.contains(release) {
            return false;
        }
        self.has_succeeded(release)
            || self.serves.is_some() && attempt.copy_of.is_some()
            || self.is_older(attempt)
    }

    /// Returns whether a revision is from before the one that serves. Where the beginning is not
    /// known that passes for going back: its own success may be among what is not seen.
    fn is_older(&self, attempt: &Attempt) -> bool {
        let is_older = self.serves.is_some_and(|serves| {
            let (serves, new) = (serves.release(), attempt.release());
            let both = new.revision().zip(serves.revision());
            serves.family() == new.family() && both.is_some_and(|(new, serves)| new < serves)
        });
        self.extent == Extent::Newest && is_older
    }

    /// Returns what the service states as wanted: what runs, or else ended, last.
    #[must_use]
    pub fn stated(&self, newest: Option<&'a Attempt>) -> Option<&'a Attempt> {
        if self.running.is_some() || !self.failed_over.is_empty() {
            newest
        } else {
            self.serves
        }
    }

    /// Returns the deployment that has not ended.
    #[must_use]
    pub fn running(&self) -> Option<&'a Attempt> {
        self.running
    }

    /// Returns what the newest success, or rollback, left serving.
    #[must_use]
    pub fn serves(&self) -> Option<&'a Attempt> {
        self.serves
    }

    /// Returns the releases that succeeded, newest first, what serves included.
    #[must_use]
    pub fn succeeded(&self) -> Vec<&'a Attempt> {
        self.successes.iter().rev().copied().collect()
    }

    /// Returns the release that a revision brings: itself, or the one that it is a copy of.
    #[must_use]
    pub fn release_of<'b>(&self, revision: &'b TaskDefinitionArn) -> &'b TaskDefinitionArn
    where
        'a: 'b,
    {
        self.copies.get(revision).copied().unwrap_or(revision)
    }

    /// Returns whether somebody or something went back from a release, and it neither succeeded
    /// since nor serves again.
    #[must_use]
    pub fn was_gone_back_from(&self, revision: &TaskDefinitionArn) -> bool {
        let release = self.release_of(revision);
        self.abandoned.contains(release) && !self.is_serving(release)
    }

    /// Returns whether nothing runs and this serves.
    #[must_use]
    pub fn has_settled_on(&self, revision: &TaskDefinitionArn) -> bool {
        self.is_serving(self.release_of(revision))
            && self.running.is_none()
            && self.failed_over.is_empty()
    }

    /// Returns the way to the last release that succeeded.
    #[must_use]
    pub fn back(&self) -> RollbackAction<'a> {
        if let Some(from) = self.running {
            return self.back_from(from);
        }
        let Some(serves) = self.serves else {
            return RollbackAction::NoTarget;
        };
        if self.is_to_be_left {
            return self.to_earlier();
        }
        if !self.failed_over.is_empty() {
            return RollbackAction::Deploy(serves);
        }
        match self.stopped.or(self.left) {
            Some(left) => RollbackAction::AlreadyDone { at: serves, left },
            None => self.to_earlier(),
        }
    }

    fn back_from(&self, from: &'a Attempt) -> RollbackAction<'a> {
        let is_way_back = self.brings_back_earlier(from);
        match (from.status, self.serves) {
            // Whoever started it: taking it back would bring back what was left. And where ECS
            // does that, it is no way out.
            (
                Status::Pending
                | Status::InProgress
                | Status::RollbackRequested
                | Status::RollbackInProgress,
                Some(_),
            ) if is_way_back => RollbackAction::Attach(from),
            (Status::RollbackRequested | Status::RollbackInProgress, to) => {
                RollbackAction::FollowRollback { from, to }
            }
            (Status::Pending | Status::InProgress, Some(to)) => RollbackAction::Stop { from, to },
            (_, Some(_)) if is_way_back || self.is_to_be_left => self.to_earlier(),
            (_, Some(to)) => RollbackAction::Deploy(to),
            (_, None) => RollbackAction::NoTarget,
        }
    }

    /// Returns the way to the newest release that succeeded before the one that serves.
    fn to_earlier(&self) -> RollbackAction<'a> {
        let is_good = |success: &&&Attempt| {
            !self.is_serving(success.release()) && !self.abandoned.contains(success.release())
        };
        let newest = self.successes.iter().rev().find(is_good);
        newest.map_or(RollbackAction::NoTarget, |success| {
            RollbackAction::Deploy(success)
        })
    }
}
