//! Going back while a deployment runs: stopping it, or following who is on the way back already.

use super::checks::unchecked;
use super::deployments::Deployments;
use super::taking_back::{Moving, TakeBack, TakingBack};
use super::{Outcome, Rollback};
use crate::app::experiment::guard;
use crate::app::stop_and_follow::name_rollback;
use crate::app::{Report, ResultRecord};
use crate::cloud::{Answer, Balancing, Cloud, CloudError};
use crate::history::Attempt;
use crate::plan::in_place;
use crate::progress::{Conclusion, Event};
use crate::registry::Registries;
use crate::release::ids::TaskDefinitionArn;
use crate::release::{EXPERIMENT, LiveService, ServiceDeployment, TakenBack, Wiring};

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Stops a deployment that runs, if ECS then goes where it should.
    pub(super) async fn stop(
        &self,
        deployments: &Deployments,
        from: &Attempt,
        to: &Attempt,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        let full = self
            .context
            .cloud
            .describe_service_deployments(std::slice::from_ref(&from.deployment))
            .await?;
        let replaces = full
            .iter()
            .flat_map(|deployment| &deployment.source_service_revisions);
        let leads_there = replaces
            .map(|revision| &revision.arn)
            .any(|arn| *arn == to.revision);
        if !leads_there {
            let target = deployments.target_of(self.context.cloud, to).await?;
            return self.deploy(deployments, &target, report).await;
        }
        let taking_back = Self::taking_back(deployments, full.first(), from, to);
        if self.options.dry_run {
            return self.show_stop(deployments, taking_back).await;
        }
        if let Some(refused) = self.refuse_disturbance(deployments, report).await {
            return Ok(refused);
        }
        for message in taking_back.words() {
            report.event(self.service(), &Event::Note { message });
        }
        let stopped = self
            .watch()
            .stop(deployments, from, Some(to), report)
            .await?;
        Ok(Outcome::ended(stopped))
    }

    /// Says so where an experiment would be disturbed. What serves badly waits neither for the
    /// load balancer's API nor for a permission.
    pub(super) async fn refuse_disturbance(
        &self,
        deployments: &Deployments,
        report: &mut dyn Report,
    ) -> Option<Outcome> {
        let rule = deployments.service.tags().remove(EXPERIMENT);
        if self.options.force {
            guard::record_disturbance(self.context, rule.as_deref(), self.service(), report).await;
            return None;
        }
        let asked = guard::under_way(self.context.cloud, rule.as_deref(), self.service());
        let why = match tokio::time::timeout(self.options.check_timeout, asked).await {
            Ok(Ok(found)) => {
                let record = found?;
                return Some(Outcome::ended(guard::refused(self.service(), &record)));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        report.warning(&unchecked(&format!("whether an experiment runs: {why}")));
        None
    }

    /// Watches somebody's way back that leads where this one should.
    pub(super) async fn attach(
        &self,
        deployments: &Deployments,
        at: &Attempt,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        let way = self.watch();
        if self.options.dry_run {
            return Ok(Outcome::ended(self.already_rolling_back(at)));
        }
        let mut result = way.attach(deployments, at, report).await;
        come_back(&mut result);
        Ok(Outcome::ended(result))
    }

    /// Follows ECS on its way back.
    pub(super) async fn follow(
        &self,
        deployments: &Deployments,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        if self.options.dry_run {
            return match to {
                Some(to) => {
                    let arn = std::slice::from_ref(&from.deployment);
                    let full = self.context.cloud.describe_service_deployments(arn).await?;
                    let taking_back = Self::taking_back(deployments, full.first(), from, to);
                    self.show_stop(deployments, taking_back).await
                }
                None => Ok(Outcome::ended(self.no_target(deployments).await)),
            };
        }
        self.take_for_own(from, report).await;
        let followed = self.watch().follow(deployments, from, to, report).await;
        Ok(Outcome::ended(followed))
    }

    /// Notes that a way back which began by itself is a rollback by now: the same command run once
    /// more must not go two back.
    async fn take_for_own(&self, from: &Attempt, report: &mut dyn Report) {
        let tag = TakenBack::Asked.tag(&from.deployment);
        let of = from.task_definition.as_str();
        if let Err(error) = self.context.cloud.tag_resource(of, &tag).await {
            report.decision(self.service(), &format!("not noted as a rollback: {error}"));
        }
    }

    fn taking_back(
        deployments: &Deployments,
        record: Option<&ServiceDeployment>,
        from: &Attempt,
        to: &Attempt,
    ) -> TakingBack {
        let service = &deployments.service;
        let wiring = Wiring::of(&service.document);
        let revision = deployments.revision(&to.revision);
        let group = wiring.and_then(|wiring| revision?.group_of(&wiring));
        let sources = record.map_or(&[][..], |record| &record.source_service_revisions);
        let left = sources.iter().filter(|source| source.arn == to.revision);
        let left: u32 = left.map(|source| source.counts.running_task_count).sum();
        TakingBack {
            deployment: from.deployment.clone(),
            entry: deployments.started(from).deployment,
            from: from.task_definition.clone(),
            to: to.task_definition.clone(),
            is_under_way: from.status.is_going_back(),
            tasks: (left.min(service.desired_count), service.desired_count),
            moving: record.and_then(|record| Moving::of(record, group)),
        }
    }

    /// Shows what taking a deployment back comes to.
    async fn show_stop(
        &self,
        deployments: &Deployments,
        taking_back: TakingBack,
    ) -> Answer<Outcome> {
        let cloud = self.context.cloud;
        let found = deployments.task_definition(cloud, &taking_back.to).await?;
        let to = found.ok_or_else(|| CloudError::no_task_definition(&taking_back.to))?;
        let from = deployments
            .task_definition(cloud, &taking_back.from)
            .await?;
        let (id, service) = (self.service(), &deployments.service);
        let release = self.release();
        // The same that whoever follows it brings back.
        let in_place = in_place(id, service, &to, from.as_ref(), release.as_ref());
        let caller = self.caller.told_by(Some(service.service_arn.as_str()));
        let mut shown = TakeBack::of(id, &caller, taking_back, (from.as_ref(), &to));
        shown.notes.extend(in_place.notes(&[]));
        shown.changes = in_place.changes;
        if let Some(release) = release {
            shown.secrets = release.secrets;
        }
        Ok(Outcome::TakesBack(Box::new(shown)))
    }
}

/// Says that tasks have to start first, of a service whose traffic moves.
pub(super) fn takes_a_deployment(service: &LiveService, to: &TaskDefinitionArn) -> Option<String> {
    Wiring::of(&service.document)?;
    Some(format!(
        "this is a new deployment, which starts tasks first: those of {} are no more, so that \
         nothing goes back in seconds",
        to.short()
    ))
}

/// A deployment that should bring an earlier release back: its success is a rollback.
pub(super) fn come_back(result: &mut ResultRecord) {
    result.conclude_return();
    if result.conclusion() == Conclusion::RolledBack {
        // What should have gone serves again, and not what came before.
        let to = result.release.as_ref();
        let to = to.map(|release| format!(" to {} {}", release.model, release.version));
        let serves = result.previous.as_ref();
        let serves = serves.map(|serves| format!(" to {}", serves.words()));
        result.error = Some(format!(
            "the rollback{} failed, and ECS went back{}",
            to.unwrap_or_default(),
            serves.unwrap_or_default()
        ));
    }
    name_rollback(result);
}
