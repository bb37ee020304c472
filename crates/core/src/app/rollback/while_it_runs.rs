//! Going back while a deployment runs: stopping it, or following who is on the way back already.

use super::checks::unchecked;
use super::deployments::Deployments;
use super::{Outcome, Rollback};
use crate::app::experiment::guard;
use crate::app::stop_and_follow::name_rollback;
use crate::app::{Report, ResultRecord};
use crate::cloud::{Answer, Balancing, Cloud};
use crate::history::Attempt;
use crate::progress::{Conclusion, Event};
use crate::registry::Registries;
use crate::release::ids::TaskDefinitionArn;
use crate::release::{EXPERIMENT, InstantReturn, LiveService, TakenBack, Wiring};

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
        let instant = full.first().and_then(InstantReturn::of);
        if self.options.dry_run {
            return self.show_stop(deployments, from, to, instant).await;
        }
        if let Some(refused) = self.refuse_disturbance(deployments, report).await {
            return Ok(refused);
        }
        if let Some(instant) = instant {
            let message = returns(instant);
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
                Some(to) => self.show_stop(deployments, from, to, None).await,
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

    /// Shows what stopping a deployment comes to, as a diff.
    pub(super) async fn show_stop(
        &self,
        deployments: &Deployments,
        from: &Attempt,
        to: &Attempt,
        instant: Option<InstantReturn>,
    ) -> Answer<Outcome> {
        let target = deployments.target_of(self.context.cloud, to).await?;
        let current = deployments
            .task_definition(self.context.cloud, &from.task_definition)
            .await?;
        let mut plan = self.plan(deployments, &target, current.as_ref(), &[]);
        plan.notes
            .push("stops the running deployment, and ECS goes back by itself".to_owned());
        plan.notes.extend(instant.map(returns));
        Ok(Outcome::Planned(Box::new(plan)))
    }
}

/// Says that going back takes seconds, and until when it does.
fn returns(instant: InstantReturn) -> String {
    let until = instant.until.map_or_else(String::new, |until| {
        format!(" until {until:.0} at the latest, afterwards it is a new deployment")
    });
    format!("going back takes seconds: what served before still runs{until}")
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
