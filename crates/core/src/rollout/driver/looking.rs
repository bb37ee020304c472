//! Looks at AWS: at what a step of the machine asks for, and no more.

use std::time::Duration;

use tokio::time::timeout;

use super::Watch;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::release::{LiveService, LiveTask, StoppedTask};
use crate::rollout::locate::{Locate, describe};
use crate::rollout::{Observation, PollRequest, ServiceObservation, Snapshot};

impl<C: Cloud> Watch<'_, C> {
    /// Does without an answer that only adds to a verdict: a narrow policy must not cost it.
    /// Credentials that ran out end the watch wherever they are noticed.
    fn optional<T>(&mut self, answer: Answer<T>) -> Answer<Option<T>> {
        match answer {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            Err(error) => {
                if error.kind == ErrorKind::Denied {
                    self.refused.push(error);
                }
                Ok(None)
            }
        }
    }

    /// Looks, and takes a look that takes too long for one without an answer.
    pub(super) async fn look_within(
        &mut self,
        look: PollRequest,
        limit: Duration,
    ) -> Answer<Snapshot> {
        if let Ok(snapshot) = timeout(limit, self.look(look)).await {
            return snapshot;
        }
        let operation = "DescribeServiceDeployments";
        self.failure = Some(CloudError::no_answer(operation, ErrorKind::Lost));
        Ok(Snapshot::unanswered())
    }

    async fn look(&mut self, look: PollRequest) -> Answer<Snapshot> {
        self.failure = None;
        if let Some(shown) = self.shown.take() {
            return self.look_by_answer(shown).await;
        }
        let service = if look.service {
            self.observe_service().await?
        } else {
            ServiceObservation::Unanswered
        };
        let deployment = if look.deployment {
            self.observe_deployment(&service).await?
        } else {
            Observation::Unanswered
        };
        // Before the stopped tasks: what stops in between is then in both lists, not in neither.
        let alive = if look.alive {
            self.running_tasks().await?
        } else {
            None
        };
        Ok(Snapshot {
            newer: if look.newer {
                self.is_newer_listed().await?
            } else {
                None
            },
            stopped: if look.tasks {
                self.stopped_tasks().await?
            } else {
                Vec::new()
            },
            alive,
            service,
            deployment,
            traffic: self.observe_traffic(look.traffic).await?,
        })
    }

    /// Looks at the record that the answer to our own write named. Lists can be behind that answer:
    /// what it showed of the service is no look at it.
    async fn look_by_answer(&mut self, shown: Box<LiveService>) -> Answer<Snapshot> {
        let shown = ServiceObservation::Seen(shown);
        let deployment = self.observe_deployment(&shown).await?;
        Ok(Snapshot {
            deployment,
            ..Snapshot::unanswered()
        })
    }

    async fn observe_service(&mut self) -> Answer<ServiceObservation> {
        let error = match self.locate.cloud.service(self.locate.service).await {
            Ok(Some(service)) => return Ok(ServiceObservation::Seen(Box::new(service))),
            Ok(None) => return Ok(ServiceObservation::Missing),
            Err(error) => error,
        };
        match error.kind {
            // A service goes with its cluster.
            ErrorKind::Missing => Ok(ServiceObservation::Missing),
            ErrorKind::Setting | ErrorKind::Credentials => Err(error),
            // The service deployment alone tells the verdict.
            _ if self.located.is_some() => Ok(ServiceObservation::Unanswered),
            ErrorKind::Denied | ErrorKind::Rejected | ErrorKind::Foreign | ErrorKind::Elsewhere => {
                Err(error)
            }
            ErrorKind::Throttled
            | ErrorKind::Unreachable
            | ErrorKind::Lost
            | ErrorKind::Unreadable => {
                self.failure = Some(error);
                Ok(ServiceObservation::Unanswered)
            }
        }
    }

    async fn observe_deployment(&mut self, service: &ServiceObservation) -> Answer<Observation> {
        let found = match (&self.located, service) {
            (Some(known), _) => describe(self.locate.cloud, &known.service_deployment_arn).await,
            (None, ServiceObservation::Seen(service)) => self.locate.find(service).await,
            (None, ServiceObservation::Missing | ServiceObservation::Unanswered) => {
                return Ok(Observation::Unanswered);
            }
        };
        match found {
            Ok(Some(deployment)) => {
                self.located = Some(deployment.clone());
                Ok(Observation::Seen(Box::new(deployment)))
            }
            Ok(None) => Ok(Observation::NotListed),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            // What was seen once is there: whatever hides it now must not weaken the verdict. Nor
            // does somebody on the way who garbles the answers, or an AWS that is busy.
            Err(error) if self.located.is_some() || is_not_told(error.kind) => {
                self.failure = Some(error);
                Ok(Observation::Unanswered)
            }
            Err(error) => match unlocated(&error) {
                // Somebody else's entry may read the same after a success and after a rollback.
                Observation::Refused if !self.locate.follow.is_own => Err(error),
                seen => {
                    if error.kind == ErrorKind::Denied {
                        self.refused.push(error);
                    }
                    Ok(seen)
                }
            },
        }
    }

    async fn is_newer_listed(&mut self) -> Answer<Option<bool>> {
        let Some(ours) = self.located.clone() else {
            return Ok(None);
        };
        let listed = self.locate.cloud.service_deployments(self.locate.service);
        let listed = listed.await;
        let listed = self.optional(listed)?;
        Ok(listed.map(|listed| {
            listed.iter().any(|other| {
                other.service_deployment_arn != ours.service_deployment_arn
                    && other.created_at > ours.created_at
            })
        }))
    }

    async fn stopped_tasks(&mut self) -> Answer<Vec<StoppedTask>> {
        let Locate {
            cloud,
            service,
            follow,
            ..
        } = &self.locate;
        let tasks = cloud.stopped_tasks(&service.cluster, &follow.deployment);
        let tasks = tasks.await;
        let mut tasks = self.optional(tasks)?.unwrap_or_default();
        // One container ends a task by itself, whatever its role.
        if tasks.iter().any(|task| task.containers.len() > 1) {
            if self.definition.is_none() {
                let name = self.locate.task_definition.as_str();
                let found = self.locate.cloud.task_definition(name).await;
                let found = self.optional(found)?.flatten();
                self.definition = found.map(|live| live.document);
            }
            if let Some(definition) = &self.definition {
                for task in &mut tasks {
                    task.take_roles(definition);
                }
            }
        }
        Ok(tasks)
    }

    async fn running_tasks(&mut self) -> Answer<Option<Vec<LiveTask>>> {
        let Locate {
            cloud,
            service,
            follow,
            ..
        } = &self.locate;
        let tasks = cloud.running_tasks(&service.cluster, &follow.deployment);
        let tasks = tasks.await;
        self.optional(tasks)
    }
}

/// Says whether an error tells nothing of our service deployment, not even whether this endpoint
/// knows of such.
fn is_not_told(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Unreadable => true,
        ErrorKind::Setting
        | ErrorKind::Credentials
        | ErrorKind::Denied
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere
        | ErrorKind::Lost => false,
    }
}

/// What an error means while our service deployment was not seen yet, with the service seen.
fn unlocated(error: &CloudError) -> Observation {
    match error.kind {
        ErrorKind::Throttled
        | ErrorKind::Unreachable
        | ErrorKind::Setting
        | ErrorKind::Credentials
        | ErrorKind::Unreadable => Observation::Unanswered,
        // An endpoint that answers everything but this may not have it.
        ErrorKind::Lost => Observation::NotListed,
        ErrorKind::Denied
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere => Observation::Refused,
    }
}
