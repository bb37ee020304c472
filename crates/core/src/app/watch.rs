//! Use case: watch a deployment to its verdict, or until a signal, whoever started it.

mod commands;
mod interrupted;
mod newest;
mod restoring;
mod unheeded;

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::Notify;

pub use commands::Commands;
pub use newest::released;
pub use newest::watch_newest;
pub(in crate::app) use newest::{EndedBy, entry_of, follow_newest};
use restoring::{Hearing, Restored, restore};
use unheeded::unheeded;

use super::idle::look_whether_idle;
use super::traffic::mend_with;
use super::{Context, fault};
use crate::app::{ReleaseRecord, Report, ResultRecord};
use crate::cloud::{Cloud, CloudError};
use crate::plan::{Plan, Previous, Restoration, Started};
use crate::progress::{Cause, Conclusion, Event, Pause, Verdict};
use crate::release::ids::{ServiceDeploymentArn, ServiceId};
use crate::release::{LifecycleStage, Origin, TakenBack};
use crate::rollout::{
    Failure, FailureContext, Follow, Outcome, Until, WaitsEnded, enrich, follow, ways_on,
};
use mlship_manifest::schema::Stage;

/// How long to watch, and what a signal means meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchOptions {
    /// When to give up; the deployment goes on.
    pub timeout: Duration,
    /// Whether the bakes and waits of a deployment that moves traffic come on top of that.
    pub adds_shift: bool,
    /// How far to watch.
    pub until: Until,
    /// What a signal does to the deployment.
    pub on_interrupt: OnInterrupt,
}

/// What a signal does to a deployment that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnInterrupt {
    /// It goes on.
    Detach,
    /// ECS is asked to roll it back, and nobody waits for that.
    Rollback,
    /// The same, where this run began it.
    RollbackOwn,
    /// It goes on, and that is said: it is not this run's.
    Spare,
}

/// A deployment to watch, and what a report says of it.
#[derive(Debug)]
pub struct WatchTarget {
    /// The service.
    pub service: ServiceId,
    /// What the deployment brings, where its tags say so.
    pub release: Option<ReleaseRecord>,
    /// Where the model comes from, when a registry was asked.
    pub origin: Option<Box<Origin>>,
    /// What served before.
    pub previous: Option<Previous>,
    /// The deployment.
    pub started: Started,
    /// Whether this run began it, or met it under way: see [`Follow::is_own`].
    pub is_own: bool,
    /// Whether another release had succeeded before it, as far as the newest deployments tell.
    pub has_predecessor: bool,
    /// Why it failed, where whoever watched it kept that.
    pub recorded: Option<Cause>,
    /// What goes back in place when the deployment does.
    pub restoration: Option<Restoration>,
    /// What the user can run next.
    pub commands: Commands,
    /// How many tasks may fail alike before it is rolled back early; 0 leaves that to ECS.
    pub abort_after: u32,
    /// Who ends its waits for somebody from here.
    pub waits: WaitsEnded,
}

impl WatchTarget {
    /// A deployment that a plan started or found running.
    #[must_use]
    pub fn of(plan: &Plan, started: Started, commands: Commands) -> Self {
        Self {
            service: plan.service.clone(),
            release: Some(ReleaseRecord::of(plan)),
            origin: plan.origin.clone().map(Box::new),
            previous: plan.previous.clone(),
            started,
            is_own: true,
            has_predecessor: plan.previous.is_some(),
            recorded: None,
            restoration: plan.restoration.clone(),
            commands,
            abort_after: 0,
            waits: WaitsEnded::ByNobody,
        }
    }

    /// Watches to the verdict.
    pub async fn wait_for_verdict<C: Cloud>(
        &self,
        context: &Context<'_, C>,
        options: WatchOptions,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let cloud = context.cloud;
        let task_definition = &self.started.task_definition;
        let what = self.follow(options);
        let stop = context.interrupts.wait();
        let (way_back, given_up, restored) = (Notify::new(), Cell::default(), Cell::default());
        let mut hearing = Hearing {
            report,
            way_back: &way_back,
            given_up: &given_up,
            restored: &restored,
        };
        let watch = follow(
            cloud,
            &self.service,
            task_definition,
            what,
            &mut hearing,
            stop,
        );
        let (mut watch, mut tried) = (Box::pin(watch), None);
        let mut restore = Box::pin(async {
            way_back.notified().await;
            let given_up: Option<ServiceDeploymentArn> = given_up.take();
            let noted = async {
                let tag = TakenBack::GivenUp.tag(&given_up?);
                // Without it a rollback goes no further unless it is told where to.
                cloud
                    .tag_resource(task_definition.as_str(), &tag)
                    .await
                    .ok()
            };
            tokio::join!(noted, self.restore(cloud)).1
        });
        let outcome = loop {
            tokio::select! {
                biased;
                outcome = &mut watch => break outcome,
                became = &mut restore, if tried.is_none() => {
                    if let Some(Restored::Settled(said)) = &became {
                        restored.set(Some(said.clone()));
                    }
                    tried = Some(became);
                }
            }
        };
        drop(watch);
        let went_back = matches!(&outcome, Ok(outcome) if outcome.verdict == Verdict::RolledBack);
        let became = match tried {
            None if went_back => {
                way_back.notify_one();
                restore.await
            }
            Some(Some(Restored::NotYet(_))) if went_back => self.restore(cloud).await,
            Some(became) => became.filter(|became| matches!(became, Restored::NotYet(_))),
            None => None,
        };
        if let Some(Restored::Settled(said) | Restored::NotYet(said)) = became {
            restored.set(Some(said));
        }
        if let Some(message) = restored.take() {
            report.event(&self.service, &Event::Note { message });
        }
        match outcome {
            Ok(mut outcome) => {
                self.enrich_failure(cloud, outcome.failure.as_deref_mut(), report)
                    .await;
                self.ended(cloud, outcome, options.on_interrupt).await
            }
            Err(error) => self.lost_contact(&error),
        }
    }

    /// Brings back what changed in place, where ECS leaves that.
    async fn restore<C: Cloud>(&self, cloud: &C) -> Option<Restored> {
        let restoration = self.restoration.as_ref()?;
        Some(restore(cloud, &self.service, restoration).await)
    }

    fn follow(&self, options: WatchOptions) -> Follow {
        Follow {
            deployment: self.started.deployment.clone(),
            is_own: self.is_own,
            created_at: self.started.created_at,
            timeout: options.timeout,
            adds_shift: options.adds_shift,
            until: options.until,
            pausing: self.commands.pausing.clone(),
            shown: self.started.shown.clone(),
            abort_after: self.abort_after,
            waits: self.waits.clone(),
        }
    }

    /// ECS accepted it, and nobody waits.
    #[must_use]
    pub fn detached(&self) -> ResultRecord {
        let mut result = self.result(Conclusion::Started);
        result.hint = Some(self.attach_hint());
        result
    }

    /// Diagnosis only: whatever becomes of it, the verdict stands.
    async fn enrich_failure<C: Cloud>(
        &self,
        cloud: &C,
        failure: Option<&mut Failure>,
        report: &mut dyn Report,
    ) {
        let Some(failure) = failure else {
            return;
        };
        if let Some(cause) = self.recorded {
            failure.is_known_to_be(cause);
        }
        let scene = FailureContext {
            service: &self.service,
            deployment: &self.started.deployment,
            task_definition: &self.started.task_definition,
        };
        let enriched = Box::pin(enrich(cloud, scene, failure)).await;
        if !failure.log_tail.is_empty() {
            failure.more = Some(self.commands.logs.clone());
        }
        if let Err(error) = enriched {
            let message = format!("no log to show: {error}");
            report.event(&self.service, &Event::Note { message });
        }
    }

    async fn ended<C: Cloud>(
        &self,
        cloud: &C,
        outcome: Outcome,
        on_interrupt: OnInterrupt,
    ) -> ResultRecord {
        let mut result = self.result(outcome.verdict.into());
        if let Some(arn) = &outcome.service_deployment {
            result.deployment = Some(arn.to_string());
        }
        result.failure = outcome.failure;
        result.continued = outcome.continued;
        result.duration_seconds = outcome.seconds;
        match outcome.verdict {
            Verdict::TimedOut | Verdict::Reached => result.hint = Some(self.attach_hint()),
            Verdict::Paused => {
                result.hint = Some(self.paused_hint(&outcome.pauses));
                result.pauses = outcome.pauses;
            }
            Verdict::Deleted => {
                result.error = Some("the service was deleted while the deployment ran".to_owned());
            }
            Verdict::Misrouted => {
                result.error = outcome
                    .traffic
                    .map(|wrong| format!("traffic is wrong: {wrong}"));
                result.hint = Some(mend_with(&self.commands.repair));
            }
            Verdict::Failed if outcome.traffic.is_some() => {
                result.warnings.extend(outcome.traffic);
                result.hint = Some(mend_with(&self.commands.repair));
            }
            Verdict::TrafficUnseen => {
                let why = outcome.traffic.unwrap_or_default();
                result.error = Some(format!(
                    "the deployment ended, and where traffic goes was not seen: {why}"
                ));
                result.hint = Some(format!("once that may be seen, {}", self.attach_hint()));
            }
            Verdict::Interrupted(_) => {
                result.hint = Some(self.attach_hint());
                let located = outcome.service_deployment.as_ref();
                result.error = self.on_interrupt(cloud, on_interrupt, located).await;
            }
            // A deployment succeeds where there is nothing to run, too; and what was seen with its
            // end may be long ago, or of a moment before the service was scaled.
            Verdict::Succeeded => {
                if outcome.running == Some(0) || !self.is_own {
                    result.note = look_whether_idle(cloud, &self.service).await;
                }
                result
                    .warnings
                    .extend(unheeded(cloud, outcome.alarms).await);
            }
            Verdict::RolledBack | Verdict::Failed | Verdict::Superseded => {}
        }
        result
    }

    /// AWS is out of reach or says no. The deployment goes on, whatever became of the watching.
    fn lost_contact(&self, error: &CloudError) -> ResultRecord {
        let mut result = self.result(Conclusion::Error(fault(error)));
        if self.is_own {
            result.lose_sight();
        }
        // Of somebody else's nobody here knows whether it still goes on.
        result.error = Some(if self.is_own {
            format!("lost sight of the deployment, which goes on: {error}")
        } else {
            format!("how the deployment ends was not seen: {error}")
        });
        let attach = self.attach_hint();
        result.hint = Some(match &error.hint {
            Some(hint) => format!("{hint}; {attach}"),
            None => attach,
        });
        result
    }

    /// Names the way back from a release that failed and stayed, or whose way back failed.
    pub(in crate::app) fn hint_back(&self, result: &mut ResultRecord) {
        let is_first = result.previous.is_none() && !self.has_predecessor;
        let stayed = result.conclusion() == Conclusion::Failed && !is_first;
        if stayed && result.hint.is_none() {
            let rollback = &self.commands.rollback;
            result.hint = Some(format!("to go back to what succeeded last: {rollback}"));
        }
    }

    fn result(&self, conclusion: Conclusion) -> ResultRecord {
        let mut result = ResultRecord::new(&self.service, conclusion);
        result.release.clone_from(&self.release);
        result.origin.clone_from(&self.origin);
        result.previous.clone_from(&self.previous);
        result.deployment = Some(self.started.deployment.to_string());
        result.task_definition = Some(self.started.task_definition.to_string());
        result
    }

    /// Names who may let it go on, by which command, and until when.
    fn paused_hint(&self, pauses: &[Pause]) -> String {
        let is_before_a_step = |pause: &Pause| {
            pause.stage == Some(LifecycleStage::At(Stage::PreProductionTrafficShift))
        };
        let is_judged = self.waits.analysis().is_some() && pauses.iter().any(is_before_a_step);
        let judge = if is_judged {
            format!("; {} --judge judges on", self.commands.pausing.promote)
        } else {
            String::new()
        };
        let hint = ways_on(pauses, &self.commands.pausing.abort);
        format!("{hint}{judge}")
    }

    fn attach_hint(&self) -> String {
        let attach = format!("attach to it with {}", self.commands.attach);
        match self.waits {
            // Whoever only watches lets it wait, and go back at the end of that.
            WaitsEnded::ByAnalysis(_) => format!(
                "{attach}, which judges nothing: {} --judge judges each step",
                self.commands.pausing.promote
            ),
            WaitsEnded::ByNobody | WaitsEnded::ByPromotion(_) => attach,
        }
    }
}
