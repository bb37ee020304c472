//! Watching a deployment from the command line, whoever started it: to its verdict, or until a
//! signal ends the watching.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::deploy::duration;
use super::signals::Signals;
use super::{Global, exit};
use crate::apply::stop_deployment;
use crate::cloud::{Cloud, CloudError};
use crate::manifest::Manifest;
use crate::plan::{Plan, Previous, Started};
use crate::registry::Origin;
use crate::release::ids::{ServiceDeploymentArn, ServiceId};
use crate::report::{Event, ReleaseRecord, Report, ResultRecord, word};
use crate::rollout::{Failure, Follow, Interrupt, Outcome, Scene, Verdict, examine, follow};

/// What a pipeline leaves for cleaning up between SIGTERM and SIGKILL, with a margin.
const LAST_WORDS: Duration = Duration::from_secs(6);

/// How long to watch, and what a signal means meanwhile.
#[derive(Debug, Args)]
pub(super) struct Patience {
    /// Give up waiting after this long; the deployment goes on
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    pub(super) timeout: Duration,
    /// What Ctrl-C and SIGTERM do to the deployment
    #[arg(long, value_enum, default_value_t = OnInterrupt::Detach, value_name = "ACTION")]
    pub(super) on_interrupt: OnInterrupt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnInterrupt {
    /// Let it go on
    Detach,
    /// Ask ECS to roll it back, and leave without waiting
    Rollback,
}

/// Commands for the same service, as they can be pasted.
#[derive(Debug, Clone)]
pub(super) struct Commands {
    /// Attaches to the deployment.
    attach: String,
    /// Shows the logs of the tasks that failed.
    logs: String,
}

/// A deployment to watch, and what a report says of it.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) service: ServiceId,
    pub(super) release: Option<ReleaseRecord>,
    pub(super) origin: Option<Box<Origin>>,
    pub(super) previous: Option<Previous>,
    pub(super) started: Started,
    /// What the user can run next.
    pub(super) commands: Commands,
    /// How many tasks may fail alike before it is rolled back early; 0 leaves that to ECS.
    pub(super) abort_after: u32,
}

impl Watched {
    /// A deployment that a plan started or found running.
    pub(super) fn of(plan: &Plan, started: Started, commands: Commands) -> Self {
        Self {
            service: plan.service.clone(),
            release: Some(ReleaseRecord::of(plan)),
            origin: plan.origin.clone().map(Box::new),
            previous: plan.previous.clone(),
            started,
            commands,
            abort_after: 0,
        }
    }

    /// Watches to the verdict.
    pub(super) async fn to_the_end<C: Cloud>(
        &self,
        cloud: &C,
        patience: &Patience,
        report: &mut dyn Report,
        signals: &Signals,
    ) -> ResultRecord {
        let task_definition = &self.started.task_definition;
        let what = self.follow(patience.timeout);
        let stop = signals.wait();
        let watch = follow(cloud, &self.service, task_definition, what, report, stop);
        match Box::pin(watch).await {
            Ok((outcome, Some(interrupt))) => {
                self.interrupted(cloud, patience.on_interrupt, &outcome, interrupt)
                    .await
            }
            Ok((mut outcome, None)) => {
                self.examine(cloud, outcome.failure.as_deref_mut(), report)
                    .await;
                self.ended(outcome)
            }
            Err(error) => self.out_of_sight(&error),
        }
    }

    fn follow(&self, timeout: Duration) -> Follow {
        Follow {
            deployment: self.started.deployment.clone(),
            created_at: self.started.created_at,
            timeout,
            abort_after: self.abort_after,
        }
    }

    /// ECS accepted it, and nobody waits.
    pub(super) fn detached(&self) -> ResultRecord {
        let mut result = self.result(Verdict::Started, None);
        result.hint = Some(self.attach_hint());
        result
    }

    /// Diagnosis only: whatever becomes of it, the verdict stands.
    async fn examine<C: Cloud>(
        &self,
        cloud: &C,
        failure: Option<&mut Failure>,
        report: &mut dyn Report,
    ) {
        let Some(failure) = failure else {
            return;
        };
        let scene = Scene {
            service: &self.service,
            deployment: &self.started.deployment,
            task_definition: &self.started.task_definition,
        };
        let examined = Box::pin(examine(cloud, scene, failure)).await;
        if !failure.log_tail.is_empty() {
            failure.more = Some(self.commands.logs.clone());
        }
        if let Err(error) = examined {
            let message = format!("no log to show: {error}");
            report.event(&self.service, &Event::Note { message });
        }
    }

    fn ended(&self, outcome: Outcome) -> ResultRecord {
        let mut result = self.result(outcome.verdict, None);
        if let Some(arn) = outcome.service_deployment {
            result.deployment = Some(arn.to_string());
        }
        result.failure = outcome.failure;
        result.duration_seconds = outcome.seconds;
        match outcome.verdict {
            Verdict::TimedOut => result.hint = Some(self.attach_hint()),
            Verdict::Deleted => {
                result.error = Some("the service was deleted while the deployment ran".to_owned());
            }
            Verdict::Succeeded
            | Verdict::Unchanged
            | Verdict::Started
            | Verdict::RolledBack
            | Verdict::Failed
            | Verdict::Superseded
            | Verdict::Interrupted
            | Verdict::Paused => {}
        }
        result
    }

    async fn interrupted<C: Cloud>(
        &self,
        cloud: &C,
        then: OnInterrupt,
        outcome: &Outcome,
        interrupt: Interrupt,
    ) -> ResultRecord {
        let mut result = self.result(Verdict::Interrupted, Some(interrupt));
        if let Some(arn) = &outcome.service_deployment {
            result.deployment = Some(arn.to_string());
        }
        result.hint = Some(self.attach_hint());
        if then == OnInterrupt::Rollback {
            let asked = self.roll_back(cloud, outcome.service_deployment.as_ref());
            let said = match tokio::time::timeout(LAST_WORDS, asked).await {
                Ok(Ok(())) => "ECS was asked to roll back".to_owned(),
                Ok(Err(error)) => format!("could not roll back: {error}"),
                Err(_) => "could not roll back: no answer in time".to_owned(),
            };
            result.error = Some(format!("interrupted; {said}"));
        }
        result
    }

    async fn roll_back<C: Cloud>(
        &self,
        cloud: &C,
        located: Option<&ServiceDeploymentArn>,
    ) -> Result<(), CloudError> {
        let arn = match located.cloned() {
            Some(arn) => arn,
            None => self.locate(cloud).await?,
        };
        stop_deployment(cloud, &arn).await
    }

    /// Finds the service deployment when the signal came before the first look: by a watch that
    /// has no time.
    async fn locate<C: Cloud>(&self, cloud: &C) -> Result<ServiceDeploymentArn, CloudError> {
        let task_definition = &self.started.task_definition;
        let what = self.follow(Duration::ZERO);
        let never = std::future::pending();
        let (outcome, _) = Box::pin(follow(
            cloud,
            &self.service,
            task_definition,
            what,
            &mut Silent,
            never,
        ))
        .await?;
        outcome
            .service_deployment
            .ok_or_else(CloudError::nothing_to_stop)
    }

    /// AWS is out of reach or says no. The deployment goes on, whatever became of the watching.
    fn out_of_sight(&self, error: &CloudError) -> ResultRecord {
        let code = exit::of_cloud_error(error);
        let mut result = self.record(ResultRecord::new(&self.service, "error", code));
        result.error = Some(format!(
            "lost sight of the deployment, which goes on: {error}"
        ));
        result.hint = Some(self.attach_hint());
        result
    }

    fn result(&self, verdict: Verdict, interrupt: Option<Interrupt>) -> ResultRecord {
        let code = exit::of_verdict(verdict, interrupt);
        self.record(ResultRecord::new(&self.service, word(verdict), code))
    }

    fn record(&self, mut result: ResultRecord) -> ResultRecord {
        result.release.clone_from(&self.release);
        result.origin.clone_from(&self.origin);
        result.previous.clone_from(&self.previous);
        result.deployment = Some(self.started.deployment.to_string());
        result.task_definition = Some(self.started.task_definition.to_string());
        result
    }

    fn attach_hint(&self) -> String {
        format!("attach to it with {}", self.commands.attach)
    }
}

/// Hears everything and tells nothing.
struct Silent;

impl Report for Silent {
    fn event(&mut self, _: &ServiceId, _: &Event) {}

    fn result(&mut self, _: &ResultRecord) {}
}

impl Global {
    /// Returns what can be run next for the service of a manifest.
    pub(super) fn commands(&self, manifest: &Manifest) -> Commands {
        let path = manifest.source.name();
        let watch = self.command_line("watch", path);
        Commands {
            // Who takes over the waiting takes over what comes after it, too.
            attach: match manifest.release.model.reference {
                Some(_) => format!("{watch} --record"),
                None => watch,
            },
            logs: format!("{} --failed", self.command_line("logs", path)),
        }
    }
}
