//! Deploying a release: plan, wait until nothing else runs, apply, watch to the verdict.

mod applying;
mod options;
mod planning;
mod repeated;

use applying::Begun;
pub use options::{DeployOptions, IfAlarmed, IfBusy};
pub use repeated::Repeat;

use std::borrow::Cow;

use super::adoption;
use super::experiment::guard;
use super::fleet::TIME_IS_UP;
use super::model_version::pin;
use super::parameters::filled;
use super::planning::{PlanError, finding};
use super::registry_update::RegistryUpdate;
use super::serving::refresh_previous;
use super::watch::{Commands, WatchTarget};
use super::{Context, results};
use crate::app::{Report, ResultRecord};
use crate::apply::{delete_alarms, record};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Balancing, Cloud, closed};
use crate::history::failure_tag;
use crate::plan::{Effect, Plan};
use crate::progress::{Conclusion, Event};
use crate::registry::Registries;
use crate::release::ids::{Caller, ServiceId, TaskDefinitionArn};
use crate::release::{abort_after, service_of};
use crate::rollout::WaitsEnded;
use mlship_manifest::Manifest;

/// Says why a plan may not be applied, when the deploy is held to plans that were reviewed.
pub type Review<'a> = &'a dyn Fn(&Plan) -> Option<ResultRecord>;

/// Deploys releases, each to its verdict.
pub struct Deploy<'a, C> {
    /// The ports, and who to listen to meanwhile.
    pub context: &'a Context<'a, C>,
    /// Who deploys, and where to.
    pub caller: &'a Caller,
    /// How.
    pub options: &'a DeployOptions,
    /// The review that plans are held to.
    pub review: Option<Review<'a>>,
}

impl<C: Cloud + Balancing + Registries> Deploy<'_, C> {
    /// Deploys a release, and tells the model registry how that ended.
    pub async fn run(&self, manifest: &Manifest, report: &mut dyn Report) -> ResultRecord {
        let service = service_of(&manifest.release);
        let calls_before = self.context.cloud.calls();
        let manifest = match self.filled(manifest, report).await {
            Ok(manifest) => manifest,
            Err(mut result) => {
                result.api_calls = self.context.cloud.calls() - calls_before;
                return *result;
            }
        };
        let manifest = &*manifest;
        let mut result = Box::pin(self.to_verdict(manifest, report)).await;
        let registry = RegistryUpdate {
            context: self.context,
            service: &service,
            manifest,
        };
        registry.write(&mut result, report).await;
        result.api_calls = self.context.cloud.calls() - calls_before;
        result
    }

    /// Fills in the parameters of a manifest: what is deployed is what was planned, and all of it
    /// goes by the same values.
    async fn filled<'m>(
        &self,
        manifest: &'m Manifest,
        report: &mut dyn Report,
    ) -> Result<Cow<'m, Manifest>, Box<ResultRecord>> {
        let service = service_of(&manifest.release);
        let result = tokio::select! {
            biased;
            why = closed() => self.not_begun(&service, &why),
            answer = Box::pin(filled(self.context, Some(self.caller), manifest)) => match answer {
                Ok(manifest) => return Ok(manifest),
                Err(error) => not_planned(&service, error, report),
            },
            interrupt = self.context.interrupts.wait() => {
                results::stopped_before(&service, interrupt)
            }
        };
        Err(Box::new(result))
    }

    async fn to_verdict(&self, manifest: &Manifest, report: &mut dyn Report) -> ResultRecord {
        let service = service_of(&manifest.release);
        // Asked once: what is deployed is what was planned, however long another deployment runs.
        let pinned = tokio::select! {
            biased;
            why = closed() => return self.not_begun(&service, &why),
            pinned = Box::pin(pin(self.context, Some(self.caller), manifest)) => pinned,
            interrupt = self.context.interrupts.wait() => {
                return results::stopped_before(&service, interrupt);
            }
        };
        let pinned = match pinned {
            Ok(pinned) => pinned,
            Err(error) => return not_planned(&service, error, report),
        };
        let plan = match self.plan(&pinned, report).await {
            Ok(plan) => plan,
            Err(result) => return *result,
        };
        if let Some(refused) = self.reviewed(&plan) {
            return refused;
        }
        let is_agreed = self.options.adopt || self.review.is_some();
        if let Some(refusal) = adoption::refusal(&plan, is_agreed, self.options.adopt) {
            let findings = [finding(&pinned.manifest, refusal)];
            report.findings(&findings);
            return results::refused(&plan.service, &findings).with_plan(&plan);
        }
        if let Some(message) = adoption::note(&plan, self.options.adopt) {
            report.event(&plan.service, &Event::Note { message });
        }
        if let Some(left) = self.leave_failed(&plan).await {
            return left;
        }
        if let Some(interrupt) = self.context.interrupts.arrived() {
            return results::stopped_before(&plan.service, interrupt).with_plan(&plan);
        }
        if self.options.is_over() {
            return results::not_begun(&plan.service, TIME_IS_UP).with_plan(&plan);
        }
        let disturbed = self.options.disturbed(&plan);
        if self.options.force {
            guard::record_disturbance(self.context, disturbed, &plan.service, report).await;
        } else {
            match guard::under_way(self.context.cloud, disturbed, &plan.service).await {
                Ok(None) => {}
                Ok(Some(record)) => return guard::refused(&plan.service, &record).with_plan(&plan),
                Err(error) => return results::aws_error(&plan.service, &error).with_plan(&plan),
            }
        }
        Self::remark(&plan, report);
        // What is wrong of the rule comes first: alarms and groups hang on it.
        if let Err(refused) = self.may_begin(&plan, &pinned) {
            return *refused;
        }
        if let Some(refused) = self.verified(&plan, &pinned, report).await {
            return refused;
        }
        let Begun {
            started,
            is_followed,
        } = match self.write(&plan, &pinned, report).await {
            Ok(begun) => begun,
            Err(result) => return *result,
        };
        let brings = started.task_definition.clone();
        // What somebody else began on a service that was not mlship's yet is only watched.
        let is_theirs = plan.adopts && plan.effect == Effect::None;
        let commands = Commands::of(self.context.invocation, manifest);
        let rollout = manifest.release.rollout.as_ref();
        let watched = WatchTarget {
            abort_after: if is_theirs {
                0
            } else {
                abort_after(&manifest.release)
            },
            waits: (rollout.and_then(|rollout| rollout.analysis.clone()))
                .filter(|_| !is_theirs)
                .map_or(WaitsEnded::ByNobody, WaitsEnded::ByAnalysis),
            ..WatchTarget::of(&plan, started, commands)
        };
        if self.options.detach {
            self.record(&plan, &brings, report).await;
            return watched.detached();
        }
        let mut result = watched
            .wait_for_verdict(self.context, self.options.watch(is_followed), report)
            .await;
        refresh_previous(self.context.cloud, &plan.service, &mut result).await;
        watched.hint_back(&mut result);
        self.record_failure(&result, &brings, report).await;
        if is_left_or_done(result.conclusion()) {
            self.record(&plan, &brings, report).await;
        }
        if result.conclusion() == Conclusion::Succeeded {
            self.delete_alarms(&plan, report).await;
        }
        result
    }

    /// Ends a deploy whose plan is none that was reviewed. A run that is gone on with leaves what it
    /// did before, and follows what it began: that is in no plan any more.
    fn reviewed(&self, plan: &Plan) -> Option<ResultRecord> {
        let goes_on = self.options.repeat == Repeat::UnlessFailed;
        if goes_on && plan.effect == Effect::None && !plan.adopts {
            return None;
        }
        self.review.and_then(|review| review(plan))
    }

    /// Ends a deploy that had not begun when its run began nothing more.
    fn not_begun(&self, service: &ServiceId, why: &str) -> ResultRecord {
        let result = results::not_begun(service, why);
        match self.context.interrupts.arrived() {
            Some(interrupt) => result.not_begun_for(interrupt),
            None => result,
        }
    }

    /// Keeps with a revision why it failed: ECS forgets its tasks within the hour. What can't be
    /// written is only missing from the history.
    async fn record_failure(
        &self,
        result: &ResultRecord,
        brings: &TaskDefinitionArn,
        report: &mut dyn Report,
    ) {
        let Some(failure) = &result.failure else {
            return;
        };
        let tags = failure_tag(failure.cause, result.deployment.as_deref());
        let written = self.context.cloud.tag_resource(brings.as_str(), &tags);
        if let Err(error) = written.await {
            let service = result.service_id();
            report.decision(&service, &format!("the cause was not kept: {error}"));
        }
    }

    /// Deletes the alarms that the release no longer describes, once nothing leads back to a release
    /// that does.
    async fn delete_alarms(&self, plan: &Plan, report: &mut dyn Report) {
        if let Err(error) = delete_alarms(self.context.cloud, plan, WhileBusy::no_longer()).await {
            let names = plan.writes.alarms.delete.join(", ");
            let message = format!("not deleted, the next deploy does it: alarm {names}: {error}");
            report.event(&plan.service, &Event::Note { message });
        }
    }

    /// Keeps with the revision that serves what it came with.
    async fn record(&self, plan: &Plan, serving: &TaskDefinitionArn, report: &mut dyn Report) {
        if let Err(error) = record(self.context.cloud, plan, serving).await {
            let message = format!(
                "the settings were not recorded on {}, so that what the manifest leaves out later stays as it is: {error}",
                serving.short()
            );
            report.event(&plan.service, &Event::Note { message });
        }
    }
}

/// Says whether what was written stays on the service, as far as this run will ever know.
fn is_left_or_done(conclusion: Conclusion) -> bool {
    match conclusion {
        Conclusion::Succeeded | Conclusion::TimedOut | Conclusion::Paused | Conclusion::Started => {
            true
        }
        // A pipeline kills within seconds, and ECS may have been asked to go back.
        Conclusion::Interrupted(_)
        | Conclusion::Unchanged
        | Conclusion::Returned
        | Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => false,
    }
}

fn not_planned(service: &ServiceId, error: PlanError, report: &mut dyn Report) -> ResultRecord {
    match error {
        PlanError::Refused(refused) => {
            report.findings(&refused.findings);
            let mut result = results::refused(service, &refused.findings);
            result.previous = refused.previous.map(|previous| *previous);
            result
        }
        PlanError::Cloud(error) => results::aws_error(service, &error),
        PlanError::Registry(error) => results::registry_error(service, &error),
    }
}
