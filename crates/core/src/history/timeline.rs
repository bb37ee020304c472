//! Chooses the target of a rollback: the newest release that succeeded before the serving one and
//! was never rolled back from.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::release::ids::{ServiceDeploymentArn, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision};

/// A deployment, as far as choosing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// ECS's record of it.
    pub deployment: ServiceDeploymentArn,
    /// How far it came.
    pub status: Status,
    /// The service revision that it brings.
    pub revision: ServiceRevisionArn,
    /// The task definition in that.
    pub task_definition: TaskDefinitionArn,
}

impl Attempt {
    /// Returns what a deployment's record says, with the revision that it brings.
    #[must_use]
    pub fn of(
        deployment: &ServiceDeployment,
        revisions: &BTreeMap<ServiceRevisionArn, ServiceRevision>,
    ) -> Option<Self> {
        let revision = deployment.target()?;
        Some(Self {
            deployment: deployment.service_deployment_arn.clone(),
            status: deployment.status,
            revision: revision.clone(),
            task_definition: revisions.get(revision)?.task_definition.clone()?,
        })
    }
}

/// How much of a service's past is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything that ECS keeps.
    Whole,
    /// The newest deployments.
    Newest,
}

/// What a rollback has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackAction<'a> {
    /// ECS is on its way back already.
    FollowRollback {
        /// The deployment that it takes back.
        from: &'a Attempt,
        /// What serves again in the end, when that is known.
        to: Option<&'a Attempt>,
    },
    /// A deployment still runs that is such a way back itself.
    Attach(&'a Attempt),
    /// A deployment still runs; stopping it leads back to what it replaces.
    Stop {
        /// That deployment.
        from: &'a Attempt,
        /// What it replaces.
        to: &'a Attempt,
    },
    /// This has to be deployed again.
    Deploy(&'a Attempt),
    /// What serves came by a rollback.
    AlreadyDone(&'a Attempt),
    /// Nothing that succeeded is left.
    NoTarget,
}

/// What a service went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline<'a> {
    extent: Extent,
    /// What the newest success, or rollback, left serving.
    serves: Option<&'a Attempt>,
    /// Whether that was a rollback.
    by_rollback: bool,
    /// The deployment that has not ended.
    running: Option<&'a Attempt>,
    /// What the deployments since then left the service on, when they ended without serving.
    failed_over: Vec<&'a TaskDefinitionArn>,
    /// One success of each task definition, the newest last.
    successes: Vec<&'a Attempt>,
    /// Task definitions that somebody or something went back from.
    abandoned: BTreeSet<&'a TaskDefinitionArn>,
}

impl<'a> Timeline<'a> {
    /// Follows a service through its deployments, given newest first; all that there were, or
    /// only the newest.
    #[must_use]
    pub fn of(newest_first: &'a [Attempt], extent: Extent) -> Self {
        let mut timeline = Self {
            extent,
            serves: None,
            by_rollback: false,
            running: None,
            failed_over: Vec::new(),
            successes: Vec::new(),
            abandoned: BTreeSet::new(),
        };
        for attempt in newest_first.iter().rev() {
            timeline.take(attempt);
        }
        timeline
    }

    fn take(&mut self, attempt: &'a Attempt) {
        let same = self
            .serves
            .is_some_and(|serving| serving.task_definition == attempt.task_definition);
        self.running = None;
        match attempt.status {
            Status::Successful => self.succeed(attempt, same),
            Status::RollbackSuccessful => {
                self.leave_failed_over();
                if !same {
                    self.abandoned.insert(&attempt.task_definition);
                    self.by_rollback = true;
                }
            }
            Status::RollbackFailed => {
                self.failed_over.push(&attempt.task_definition);
                if !same {
                    self.abandoned.insert(&attempt.task_definition);
                }
            }
            Status::Stopped => self.failed_over.push(&attempt.task_definition),
            Status::Pending
            | Status::InProgress
            | Status::StopRequested
            | Status::RollbackRequested
            | Status::RollbackInProgress
            | Status::Unknown => self.running = Some(attempt),
        }
    }

    fn succeed(&mut self, attempt: &'a Attempt, same: bool) {
        if same {
            self.leave_failed_over();
        } else {
            self.failed_over.clear();
            self.by_rollback = self.brings_back_earlier(attempt);
            if let Some(serves) = self.serves.filter(|_| self.by_rollback) {
                self.abandoned.insert(&serves.task_definition);
            }
        }
        self.successes
            .retain(|success| success.task_definition != attempt.task_definition);
        self.successes.push(attempt);
        self.serves = Some(attempt);
    }

    /// The service is on what served again. Whoever brought it there from where a failure had left
    /// it went back.
    fn leave_failed_over(&mut self) {
        self.by_rollback |= !self.failed_over.is_empty();
        let serves = self.serves.map(|serving| &serving.task_definition);
        let failed_over = std::mem::take(&mut self.failed_over).into_iter();
        self.abandoned
            .extend(failed_over.filter(|task_definition| Some(*task_definition) != serves));
    }

    /// Returns whether a deployment brings back a release that had succeeded before: another than
    /// the one that serves, or that one where a failure left the service elsewhere.
    ///
    /// What somebody went back from and deploys once more goes forward: a re-run pipeline, or a
    /// second try.
    fn brings_back_earlier(&self, attempt: &Attempt) -> bool {
        let is_its = |success: &&Attempt| success.task_definition == attempt.task_definition;
        if self.serves.as_ref().is_some_and(is_its) {
            return !self.failed_over.is_empty();
        }
        if self.abandoned.contains(&attempt.task_definition) {
            return false;
        }
        self.successes
            .iter()
            .any(|success: &&Attempt| is_its(success))
            || self.is_older(attempt)
    }

    /// Returns whether a revision is from before the one that serves. Where the beginning is not
    /// known that passes for going back: its own success may be among what is not seen.
    fn is_older(&self, attempt: &Attempt) -> bool {
        let is_older = self.serves.is_some_and(|serves| {
            let (serves, new) = (&serves.task_definition, &attempt.task_definition);
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

    /// Returns whether somebody or something went back from a release, and it does not serve again.
    #[must_use]
    pub fn was_gone_back_from(&self, task_definition: &TaskDefinitionArn) -> bool {
        let serves = self.serves.map(|serves| &serves.task_definition);
        self.abandoned.contains(task_definition) && serves != Some(task_definition)
    }

    /// Returns whether nothing runs and this serves.
    #[must_use]
    pub fn has_settled_on(&self, task_definition: &TaskDefinitionArn) -> bool {
        let serves = self
            .serves
            .is_some_and(|serving| serving.task_definition == *task_definition);
        serves && self.running.is_none() && self.failed_over.is_empty()
    }

    /// Returns the way to the last release that succeeded.
    #[must_use]
    pub fn back(&self) -> RollbackAction<'a> {
        if let Some(from) = self.running {
            return match (from.status, self.serves) {
                (Status::RollbackRequested | Status::RollbackInProgress, to) => {
                    RollbackAction::FollowRollback { from, to }
                }
                // Whoever started it: taking it back would bring back what was left.
                (Status::Pending | Status::InProgress, Some(_))
                    if self.brings_back_earlier(from) =>
                {
                    RollbackAction::Attach(from)
                }
                (Status::Pending | Status::InProgress, Some(to)) => {
                    RollbackAction::Stop { from, to }
                }
                (_, Some(to)) => RollbackAction::Deploy(to),
                (_, None) => RollbackAction::NoTarget,
            };
        }
        let Some(serves) = self.serves else {
            return RollbackAction::NoTarget;
        };
        if !self.failed_over.is_empty() {
            return RollbackAction::Deploy(serves);
        }
        if self.by_rollback {
            return RollbackAction::AlreadyDone(serves);
        }
        let is_good = |success: &&&Attempt| {
            success.task_definition != serves.task_definition
                && !self.abandoned.contains(&success.task_definition)
        };
        let newest = self.successes.iter().rev().find(is_good);
        newest.map_or(RollbackAction::NoTarget, |success| {
            RollbackAction::Deploy(success)
        })
    }
}
