//! Having ECS take a running deployment back, and watching it do so.

use std::time::Duration;

use super::rollback::survey::Survey;
use super::signals::Signals;
use super::watching::{Commands, OnInterrupt, Patience, Watched};
use super::{Global, watch};
use crate::apply::stop_deployment;
use crate::cloud::aws::AwsCloud;
use crate::cloud::{Answer, Cloud, ErrorKind};
use crate::history::Attempt;
use crate::manifest::Manifest;
use crate::plan::Previous;
use crate::progress::Conclusion;
use crate::release::LiveTaskDefinition;
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use crate::report::{Event, Report, ResultRecord};

pub(super) struct WayBack<'a> {
    pub(super) cloud: &'a AwsCloud,
    pub(super) id: &'a ServiceId,
    pub(super) global: &'a Global,
    pub(super) manifest: &'a Manifest,
    pub(super) timeout: Duration,
    pub(super) signals: &'a Signals,
}

impl WayBack<'_> {
    /// Stops a deployment that runs and follows ECS back; `to` is what serves then, if anything.
    pub(super) async fn stop(
        &self,
        survey: &Survey,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> Answer<ResultRecord> {
        if let Err(error) = stop_deployment(self.cloud, &from.deployment).await {
            // It may have taken effect, or the deployment ended a moment ago: how it ends will tell.
            if !error.may_have_happened() && error.kind != ErrorKind::Rejected {
                return Err(error);
            }
            let message = format!("no clear answer to stopping it: {error}");
            report.event(self.id, &Event::Note { message });
        }
        self.follow(survey, from, to, report).await
    }

    /// Follows ECS on its way back.
    pub(super) async fn follow(
        &self,
        survey: &Survey,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> Answer<ResultRecord> {
        let mut result = self.watch(survey, from, (from, to), report).await?;
        match result.conclusion() {
            Conclusion::RolledBack => {
                result.conclude(Conclusion::Returned);
                result.failure = None;
                result.task_definition = to.map(|to| to.task_definition.to_string());
            }
            Conclusion::Succeeded => {
                result.conclude(Conclusion::Failed);
                result.error = Some("the deployment ended before it could be stopped".to_owned());
                result.hint = Some(format!("to leave it: {}", self.command("rollback")));
            }
            Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Failed
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => {}
        }
        Ok(result)
    }

    /// Follows a deployment that brings an earlier release back.
    pub(super) async fn attach(
        &self,
        survey: &Survey,
        at: &Attempt,
        report: &mut dyn Report,
    ) -> Answer<ResultRecord> {
        let serves = survey.course().serves().cloned();
        let left = serves.as_ref().unwrap_or(at);
        self.watch(survey, at, (left, Some(at)), report).await
    }

    /// Watches a deployment; a report says what is left and what comes back.
    async fn watch(
        &self,
        survey: &Survey,
        watched: &Attempt,
        (left, back): (&Attempt, Option<&Attempt>),
        report: &mut dyn Report,
    ) -> Answer<ResultRecord> {
        let started = survey.started(watched);
        let deployment = started.deployment.clone();
        report.event(self.id, &Event::Attached { deployment });
        let left = self.task_definition(&left.task_definition).await?;
        let back = match back {
            Some(back) => self.task_definition(&back.task_definition).await?,
            None => None,
        };
        let watched = Watched {
            service: self.id.clone(),
            release: back.as_ref().and_then(watch::released),
            origin: None,
            previous: left.as_ref().map(Previous::of),
            started,
            commands: self.commands(),
            abort_after: 0,
        };
        let patience = self.patience();
        Ok(watched
            .to_the_end(self.cloud, &patience, report, self.signals)
            .await)
    }

    async fn task_definition(&self, arn: &TaskDefinitionArn) -> Answer<Option<LiveTaskDefinition>> {
        self.cloud.task_definition(arn.as_str()).await
    }

    pub(super) fn patience(&self) -> Patience {
        Patience {
            timeout: self.timeout,
            on_interrupt: OnInterrupt::Detach,
        }
    }

    pub(super) fn commands(&self) -> Commands {
        self.global.commands(self.manifest)
    }

    /// Returns a command on the same service, as it can be pasted.
    pub(super) fn command(&self, name: &str) -> String {
        self.global.command_line(name, self.manifest.source.name())
    }
}
