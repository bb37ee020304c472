//! Stops a running deployment, so that ECS rolls it back, and watches the rollback.

use std::time::Duration;

mod limit;
mod words;

use super::first_look::{first_look, saw_nothing};
use super::rollback::Deployments;
use super::watch::{Commands, OnInterrupt, WatchOptions, WatchTarget, released};
use super::{Cleared, Context, fault, results};
use crate::app::{Report, ResultRecord};
use crate::apply::stop_deployment;
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::history::{Attempt, RollbackAction, Timeline, failure_tag};
use crate::pause::sleep;
use crate::plan::{Previous, in_place};
use crate::progress::{Cause, Conclusion, Event, Refusal};
use crate::registry::Registries;
use crate::release::ids::ServiceId;
use crate::release::{LiveService, ServiceDeployment, ServiceDeploymentStatus as Status};
use crate::rollout::WaitsEnded;
use limit::Limit;
use words::forget_who_stopped_it;
pub(super) use words::name_rollback;

/// How often a stop is sent that nobody answers clearly.
const INSIST_EVERY: Duration = Duration::from_secs(5);

/// Has ECS take a running deployment back, and watches it do so.
pub struct RollbackWatch<'a, C> {
    /// The ports, and who to listen to meanwhile.
    pub context: &'a Context<'a, C>,
    /// The service.
    pub subject: Cleared<'a>,
    /// When to give up; the rollback goes on.
    pub timeout: Duration,
    /// Whether what a deployment that moves traffic may take comes on top of that.
    pub adds_shift: bool,
}

impl<C: Cloud + Registries> RollbackWatch<'_, C> {
    /// Rolls the running deployment back, and tells the model registry how that ended.
    pub async fn abort(&self, report: &mut dyn Report) -> ResultRecord {
        let aborted = Box::pin(self.stop_what_runs(report)).await;
        let mut result = aborted.unwrap_or_else(|error| results::aws_error(self.id(), &error));
        let told = self
            .subject
            .tell_registry(self.context, &mut result, report);
        told.await;
        result.api_calls = self.context.cloud.calls();
        result
    }

    async fn stop_what_runs(&self, report: &mut dyn Report) -> Answer<ResultRecord> {
        let look = first_look(self.context, self.id(), report, async || {
            Deployments::newest(self.context.cloud, self.id()).await
        });
        let deployments = match Box::pin(look).await {
            Ok(deployments) => deployments,
            Err(error) if error.kind == ErrorKind::Denied => return self.stop_unseen(error).await,
            Err(error) => return Ok(saw_nothing(self.context, &self.subject, error).await),
        };
        let timeline = deployments.timeline();
        let Some(from) = timeline.running() else {
            return Ok(self.nothing_runs(Some(&timeline)));
        };
        let to = timeline.serves();
        match from.status {
            Status::RollbackRequested | Status::RollbackInProgress => {
                Ok(self.follow(&deployments, from, to, report).await)
            }
            Status::Pending
            | Status::InProgress
            | Status::StopRequested
            | Status::Stopped
            | Status::RollbackSuccessful
            | Status::RollbackFailed
            | Status::Successful
            | Status::Unknown => self.stop(&deployments, from, to, report).await,
        }
    }

    /// Stops what the service says is under way, though nobody may look at its records: a rescue
    /// needs to know which deployment it is, and no more.
    async fn stop_unseen(&self, denied: CloudError) -> Answer<ResultRecord> {
        let cloud = self.context.cloud;
        let service = cloud.service(self.id()).await?;
        let has_ended = |service: &LiveService| {
            let primary = service.primary();
            let state = primary.and_then(|primary| primary.rollout_state.as_deref());
            matches!(state, Some("COMPLETED" | "FAILED"))
        };
        // ECS names the last one as current when it has ended, too.
        if service.as_ref().is_some_and(has_ended) {
            return Ok(self.nothing_runs(None));
        }
        let Some(running) = service.and_then(|service| service.current_service_deployment) else {
            return Err(denied);
        };
        let goes_on = self.context.goes_on(self.timeout);
        stop_deployment(cloud, &running, WhileBusy::new(&goes_on)).await?;
        let mut result = ResultRecord::new(self.id(), Conclusion::Error(fault(&denied)));
        result.deployment = Some(running.to_string());
        result.error = Some(format!(
            "ECS was asked to roll back; how that ends was not seen: {denied}"
        ));
        let next = format!("{} shows what serves", self.command("status"));
        result.hint = Some(match denied.hint {
            Some(hint) => format!("{hint}; {next}"),
            None => next,
        });
        Ok(result)
    }

    /// The next step is a rollback only where there is something to go back to.
    fn nothing_runs(&self, timeline: Option<&Timeline<'_>>) -> ResultRecord {
        let mut result = ResultRecord::new(self.id(), Conclusion::Refused(Refusal::Check));
        result.error = Some("no deployment is running".to_owned());
        result.hint = Some(match timeline.map(Timeline::back) {
            Some(RollbackAction::Deploy(to)) => format!(
                "to go back to {}: {}",
                to.task_definition.short(),
                self.command("rollback")
            ),
            Some(
                RollbackAction::FollowRollback { .. }
                | RollbackAction::Attach(_)
                | RollbackAction::Stop { .. }
                | RollbackAction::AlreadyDone { .. }
                | RollbackAction::NoTarget,
            )
            | None => format!("{} shows what serves", self.command("status")),
        });
        result
    }

    /// Asks ECS to take a deployment back, again and again where an AWS that is out of order gives no
    /// clear answer and the deployment goes on: meanwhile requests reach what is to go.
    async fn insist(&self, from: &Attempt, within: &Limit) -> Answer<()> {
        let cloud = self.context.cloud;
        let goes_on = || !within.left().is_zero() && self.context.interrupts.arrived().is_none();
        loop {
            let busy = WhileBusy::new(&goes_on);
            let stopped = stop_deployment(cloud, &from.deployment, busy).await;
            let is_in_doubt = stopped.as_ref().is_err_and(CloudError::may_have_happened);
            if !is_in_doubt || !goes_on() {
                return stopped;
            }
            sleep(INSIST_EVERY.min(within.left())).await;
            let seen = cloud
                .describe_service_deployments(std::slice::from_ref(&from.deployment))
                .await;
            let runs = |seen: &ServiceDeployment| {
                matches!(seen.status, Status::Pending | Status::InProgress)
            };
            // What is not seen to run on is left to whoever watches it.
            if !seen.is_ok_and(|seen| seen.iter().any(runs)) {
                return stopped;
            }
        }
    }

    /// Stops a deployment that runs and follows ECS back; `to` is what serves then, if anything.
    pub(super) async fn stop(
        &self,
        deployments: &Deployments,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> Answer<ResultRecord> {
        let within = Limit::of(self.timeout);
        let stopped = self.insist(from, &within).await;
        if let Err(error) = &stopped {
            // It may have taken effect, or the deployment ended a moment ago: how it ends will tell.
            if !error.may_have_happened() && error.kind != ErrorKind::Rejected {
                return Err(error.clone());
            }
            let message = format!("no clear answer to stopping it: {error}");
            report.event(self.id(), &Event::Note { message });
        }
        let watch = self.watch(deployments, from, (from, to), &within, report);
        let mut result = watch.await;
        self.keep_cause(from, &result, report).await;
        if stopped.is_ok() {
            forget_who_stopped_it(&mut result, to);
        }
        if let (Conclusion::Error(_), Ok(())) = (result.conclusion(), &stopped) {
            let unseen = result.error.take().unwrap_or_default();
            result.error = Some(format!("ECS was asked to roll back; {unseen}"));
        }
        if let (Conclusion::TimedOut | Conclusion::Interrupted(_), Err(error)) =
            (result.conclusion(), &stopped)
        {
            result.error = Some(format!(
                "it is not known whether the deployment was stopped, and it had not ended: {error}"
            ));
            result.hint = Some(format!("ask again: {}", self.command("abort")));
        }
        Ok(self.rollback_result(to, result, stopped.err()))
    }

    /// Follows ECS on its way back.
    pub(super) async fn follow(
        &self,
        deployments: &Deployments,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let within = Limit::of(self.timeout);
        let watch = self.watch(deployments, from, (from, to), &within, report);
        let result = watch.await;
        self.keep_cause(from, &result, report).await;
        self.rollback_result(to, result, None)
    }

    /// Keeps with what was left why its tasks failed: nobody else may have watched it.
    async fn keep_cause(&self, left: &Attempt, result: &ResultRecord, report: &mut dyn Report) {
        let cause = result.failure.as_ref().map(|failure| failure.cause);
        let telling = |cause: &Cause| ![Cause::StoppedBySomeone, Cause::Unknown].contains(cause);
        let Some(cause) = cause.filter(telling) else {
            return;
        };
        let tags = failure_tag(cause, Some(left.deployment.as_str()));
        let of = left.task_definition.as_str();
        if let Err(error) = self.context.cloud.tag_resource(of, &tags).await {
            report.decision(self.id(), &format!("the cause was not kept: {error}"));
        }
    }

    /// Returns the result of taking a deployment back; `stop_error` is why ECS may not have been
    /// told to.
    fn rollback_result(
        &self,
        to: Option<&Attempt>,
        mut result: ResultRecord,
        stop_error: Option<CloudError>,
    ) -> ResultRecord {
        match result.conclusion() {
            Conclusion::RolledBack => {
                result.conclude(Conclusion::Returned);
                result.failure = None;
                result.task_definition = to.map(|to| to.task_definition.to_string());
            }
            Conclusion::Succeeded => {
                let (conclusion, error) = match stop_error.filter(CloudError::may_have_happened) {
                    Some(error) => (
                        Conclusion::Error(fault(&error)),
                        format!("the deployment was not stopped: {error}"),
                    ),
                    None => (
                        Conclusion::Failed,
                        "the deployment ended before it could be stopped".to_owned(),
                    ),
                };
                result.conclude(conclusion);
                result.error = Some(error);
                result.hint = Some(format!("to leave it: {}", self.command("rollback")));
            }
            Conclusion::TimedOut | Conclusion::Interrupted(_) if stop_error.is_none() => {
                name_rollback(&mut result);
            }
            Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::NotBegun
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => {}
        }
        result
    }

    /// Follows a deployment that brings an earlier release back.
    pub(super) async fn attach(
        &self,
        deployments: &Deployments,
        at: &Attempt,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let serves = deployments.timeline().serves().cloned();
        let left = serves.as_ref().unwrap_or(at);
        let within = Limit::of(self.timeout);
        self.watch(deployments, at, (left, Some(at)), &within, report)
            .await
    }

    /// Watches a deployment; a report says what is left and what comes back.
    async fn watch(
        &self,
        deployments: &Deployments,
        watched: &Attempt,
        (left, back): (&Attempt, Option<&Attempt>),
        within: &Limit,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let started = deployments.started(watched);
        let is_left = watched.deployment == left.deployment;
        let deployment = started.deployment.clone();
        report.event(self.id(), &Event::Attached { deployment });
        let cloud = self.context.cloud;
        // What is left and what comes back is only told: a rescue does without.
        let left = deployments.task_definition(cloud, &left.task_definition);
        let left = left.await.ok().flatten();
        let back = match back {
            Some(back) => {
                let back = deployments.task_definition(cloud, &back.task_definition);
                back.await.ok().flatten()
            }
            None => None,
        };
        let mut restoration = None;
        if let (true, Some(back)) = (is_left, &back) {
            let service = &deployments.service;
            let in_place = in_place(self.id(), service, back, left.as_ref(), None);
            restoration = in_place.restoration(self.id(), service);
            for message in in_place.notes(&[]) {
                report.event(self.id(), &Event::Note { message });
            }
        }
        let watched = WatchTarget {
            service: self.id().clone(),
            release: back.as_ref().and_then(released),
            origin: None,
            previous: left.as_ref().map(Previous::of),
            started,
            is_own: false,
            has_predecessor: back.is_some(),
            recorded: None,
            restoration,
            commands: self.commands(),
            abort_after: 0,
            waits: WaitsEnded::ByNobody,
        };
        let options = WatchOptions {
            timeout: within.left(),
            ..self.options()
        };
        watched
            .wait_for_verdict(self.context, options, report)
            .await
    }

    fn id(&self) -> &ServiceId {
        self.subject.service()
    }

    pub(super) fn options(&self) -> WatchOptions {
        WatchOptions {
            timeout: self.timeout,
            adds_shift: self.adds_shift,
            until: crate::rollout::Until::Done,
            on_interrupt: OnInterrupt::Detach,
        }
    }

    pub(super) fn commands(&self) -> Commands {
        Commands::about(self.context.invocation, &self.subject)
    }

    /// Returns a command on the same service, as it can be pasted.
    pub(super) fn command(&self, name: &str) -> String {
        let address = self.subject.address();
        self.context.invocation.command_for(name, address)
    }
}
