//! Drives the state machine: polls AWS and sleeps.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::locate::{Locate, describe};
use super::poll_interval::jittered;
use super::{
    Follow, Machine, Next, Observation, Outcome, PollRequest, RepeatedFailure, ServiceObservation,
    Snapshot,
};
use crate::apply::stop_deployment;
use crate::cloud::retry::{OUT_OF_REACH, WhileBusy};
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::pause::{elapsed, sleep};
use crate::progress::{Event, Interrupt, Observer, Verdict};
use crate::release::ids::{ServiceDeploymentArn, ServiceId, TaskDefinitionArn};
use crate::release::{Document, LiveTask, ServiceDeployment, StoppedTask};
use mlship_text::words::duration;

/// What a look may take at least, however little time is left.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// Follows a deployment of `task_definition` until its verdict, or until `interrupt` resolves;
/// the outcome of an interrupted watch names the service deployment if it was found by then.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes. The deployment goes on.
pub async fn follow<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    task_definition: &TaskDefinitionArn,
    follow: Follow,
    report: &mut dyn Observer,
    interrupt: impl Future<Output = Interrupt>,
) -> Result<Outcome, CloudError> {
    let mut watch = Watch {
        locate: Locate {
            cloud,
            service,
            task_definition,
            follow: &follow,
            checked: HashMap::new(),
        },
        located: None,
        definition: None,
        failure: None,
        refused: Vec::new(),
        told: BTreeSet::new(),
    };
    let signal = tokio::select! {
        // A verdict that is there already beats a signal that came with it.
        biased;
        outcome = watch.run(report) => return outcome,
        signal = interrupt => signal,
    };
    Ok(Outcome {
        verdict: Verdict::Interrupted(signal),
        failure: None,
        service_deployment: watch
            .located
            .map(|deployment| deployment.service_deployment_arn),
        deployment: Some(follow.deployment.clone()),
        seconds: None,
        running: None,
    })
}

struct Watch<'a, C> {
    locate: Locate<'a, C>,
    /// Our service deployment, once it was found.
    located: Option<ServiceDeployment>,
    /// What it brings, once it matters which containers a task needs.
    definition: Option<Document>,
    /// Why the last look got no answer to what it was about.
    failure: Option<CloudError>,
    /// What the last look was refused, and what of that was told.
    refused: Vec<CloudError>,
    told: BTreeSet<&'static str>,
}

impl<C: Cloud> Watch<'_, C> {
    async fn run(&mut self, report: &mut dyn Observer) -> Result<Outcome, CloudError> {
        let (service, follow) = (self.locate.service, self.locate.follow);
        let mut machine = Machine::new(follow.clone());
        let start = Instant::now();
        let mut last_answer = start;
        let mut look = PollRequest::FIRST;
        loop {
            let was_silent = self.failure.is_some();
            let left = follow.timeout.saturating_sub(elapsed(start));
            let snapshot = self.look_within(look, left.max(LOOK_WITHIN)).await?;
            match &self.failure {
                None => last_answer = Instant::now(),
                Some(error) if OUT_OF_REACH.is_over(error.kind, last_answer.elapsed()) => {
                    return Err(error.clone());
                }
                Some(error) if !was_silent => {
                    let message = format!("{error}; looking again");
                    report.event(service, &Event::Note { message });
                }
                Some(_) => {}
            }
            self.tell_blindness(report);
            let step = machine.step(&snapshot, elapsed(start));
            for event in &step.events {
                report.event(service, event);
            }
            match step.next {
                Next::Done(outcome) => return Ok(*outcome),
                Next::Poll { after, look: next } => {
                    let decision = no_verdict_yet(start.elapsed(), after, next);
                    report.decision(service, &decision);
                    report.idle(service);
                    sleep(jittered(after, fastrand::f64())).await;
                    look = next;
                }
                Next::Abort {
                    deployment,
                    because,
                } => {
                    if !self.abort(&deployment, because, report).await {
                        machine.leave_it_to_ecs();
                    }
                    look = PollRequest::FIRST;
                }
            }
        }
    }

    /// Asks ECS to roll back, and returns whether that may be asked. Whatever the answer, how the
    /// deployment ends will tell.
    async fn abort(
        &self,
        deployment: &ServiceDeploymentArn,
        because: RepeatedFailure,
        report: &mut dyn Observer,
    ) -> bool {
        let service = self.locate.service;
        let RepeatedFailure {
            tasks,
            cause,
            reason,
            after,
        } = because;
        let event = Event::Aborting {
            tasks,
            cause,
            reason,
            after,
        };
        report.event(service, &event);
        // Another look decides whether it is still to be stopped.
        let busy = WhileBusy::no_longer();
        match stop_deployment(self.locate.cloud, deployment, busy).await {
            Err(error) if error.kind == ErrorKind::Denied => {
                let next = error.hint.clone().unwrap_or_default();
                let message = format!(
                    "it can't be rolled back from here, and is left to ECS: {error}; {next}"
                );
                report.event(service, &Event::Note { message });
                false
            }
            Err(error) => {
                let message = format!("no clear answer to stopping it: {error}");
                report.event(service, &Event::Note { message });
                true
            }
            Ok(()) => true,
        }
    }

    /// Says once of each answer that is refused what can't be seen for want of it.
    fn tell_blindness(&mut self, report: &mut dyn Observer) {
        for error in std::mem::take(&mut self.refused) {
            if !self.told.insert(error.operation) {
                continue;
            }
            let lost = match error.operation {
                "ListTasks" | "DescribeTasks" => {
                    "why tasks fail is not seen, and mlship can't give up by itself"
                }
                _ => "the deployment's own record is not seen, and mlship can't give up by itself",
            };
            let next = error.hint.as_deref().unwrap_or_default();
            let message = format!("{lost}: {error}; {next}");
            report.event(self.locate.service, &Event::Note { message });
        }
    }

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
    async fn look_within(&mut self, look: PollRequest, limit: Duration) -> Answer<Snapshot> {
        if let Ok(snapshot) = timeout(limit, self.look(look)).await {
            return snapshot;
        }
        self.failure = Some(CloudError {
            operation: "DescribeServiceDeployments",
            kind: ErrorKind::Lost,
            code: None,
            message: "no answer in time".to_owned(),
            hint: None,
        });
        Ok(Snapshot::unanswered())
    }

    async fn look(&mut self, look: PollRequest) -> Answer<Snapshot> {
        self.failure = None;
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
            ErrorKind::Denied | ErrorKind::Rejected | ErrorKind::Foreign => Err(error),
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

/// Says what a look came to that decided nothing.
fn no_verdict_yet(elapsed: Duration, after: Duration, next: PollRequest) -> String {
    let PollRequest {
        service,
        deployment,
        newer,
        tasks,
        alive,
    } = next;
    let parts = [
        (service, "the service"),
        (deployment, "the deployment"),
        (newer, "newer ones"),
        (tasks, "stopped tasks"),
        (alive, "running tasks"),
    ];
    let parts = parts.iter().filter(|(is_next, _)| *is_next);
    let parts: Vec<&str> = parts.map(|(_, part)| *part).collect();
    format!(
        "no verdict after {}; next look in {:.1} s, at {}",
        duration(elapsed.as_secs_f64()),
        after.as_secs_f64(),
        parts.join(", ")
    )
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
        ErrorKind::Denied | ErrorKind::Missing | ErrorKind::Rejected | ErrorKind::Foreign => {
            Observation::Refused
        }
    }
}
