//! Use case: roll a service back to a release that succeeded.

mod checks;
mod deployments;
mod failed;
mod no_action;
mod older;
mod options;
mod others;
mod taking_back;
mod target;
mod undo;
mod while_it_runs;

use checks::unchecked;
pub(in crate::app) use deployments::Deployments;
pub use options::{Outcome, RollbackOptions};
pub use taking_back::{Moving, TakeBack, TakingBack};
use target::Target;
pub use target::TargetSpec;
use while_it_runs::{come_back, takes_a_deployment};

use super::first_look::{first_look, saw_nothing};
use super::stop_and_follow::RollbackWatch;
use super::traffic::warnings_of_live;
use super::watch::WatchTarget;
use super::{Cleared, Context, results};
use crate::app::Report;
use crate::apply::{Applied, apply_at_once};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Balancing, Cloud};
use crate::history::{Attempt, RollbackAction};
use crate::plan::{Plan, RollbackInput, plan_rollback};
use crate::progress::Event;
use crate::registry::Registries;
use crate::release::ids::{Caller, ServiceId};
use crate::release::{LiveTaskDefinition, Moved, Release, resolve};
use mlship_manifest::Manifest;

/// How often the service is looked at where others write meanwhile.
const LOOKS: u32 = 5;

/// Takes a service back.
pub struct Rollback<'a, C> {
    /// The ports, and who to listen to meanwhile.
    pub context: &'a Context<'a, C>,
    /// Who asks.
    pub caller: &'a Caller,
    /// The service.
    pub subject: Cleared<'a>,
    /// How.
    pub options: &'a RollbackOptions,
}

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Goes back, and tells the model registry how that ended.
    pub async fn run(&self, report: &mut dyn Report) -> Outcome {
        let outcome = Box::pin(self.go_until_settled(report)).await;
        let outcome = outcome
            .unwrap_or_else(|error| Outcome::ended(results::aws_error(self.service(), &error)));
        let Outcome::Ended(mut result) = outcome else {
            return outcome;
        };
        let told = self
            .subject
            .tell_registry(self.context, &mut result, report);
        told.await;
        result.api_calls = self.context.cloud.calls();
        Outcome::Ended(result)
    }

    /// Goes back. Where somebody else wrote between the look and the write, it looks again: two
    /// who are called at once both run it.
    async fn go_until_settled(&self, report: &mut dyn Report) -> Answer<Outcome> {
        let mut looks = 1;
        loop {
            let outcome = Box::pin(self.go(report)).await?;
            if !outcome.is_stale() || looks == LOOKS {
                return Ok(outcome);
            }
            looks += 1;
        }
    }

    async fn go(&self, report: &mut dyn Report) -> Answer<Outcome> {
        let look = first_look(self.context, self.service(), report, async || {
            Deployments::newest(self.context.cloud, self.service()).await
        });
        let mut deployments = match Box::pin(look).await {
            Ok(deployments) => deployments,
            Err(error) => {
                let result = saw_nothing(self.context, &self.subject, error).await;
                return Ok(Outcome::ended(result));
            }
        };
        let outcome = Box::pin(self.choose(&mut deployments, report)).await?;
        Ok(self.telling_what_serves(outcome, &deployments).await)
    }

    async fn choose(
        &self,
        deployments: &mut Deployments,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        if let Some(brought) = &self.options.undoes {
            return self.undo(deployments, brought, report).await;
        }
        let mut result = self.act(deployments, report).await?;
        if result.is_none() && deployments.may_have_more() {
            *deployments = Box::pin(Deployments::all(self.context.cloud, self.service())).await?;
            result = self.act(deployments, report).await?;
        }
        let cloud = self.context.cloud;
        if result.is_none() && deployments.add_what_came_before(cloud).await? {
            result = self.act(deployments, report).await?;
        }
        if let Some(outcome) = result {
            return Ok(outcome);
        }
        let id = self.service();
        let older = match &self.options.to {
            None => older::before_what_serves(cloud, id, deployments).await?,
            Some(TargetSpec::Version(version)) => {
                older::of_version(cloud, id, deployments, version).await?
            }
            Some(
                TargetSpec::Revision(_)
                | TargetSpec::TaskDefinition(_)
                | TargetSpec::ServiceRevision(_),
            ) => None,
        };
        match older {
            Some(target) if deployments.serves_by_its_own_word(&target) => {
                Ok(Outcome::ended(self.at_target(deployments, &target).await))
            }
            Some(target) => self.deploy(deployments, &target, report).await,
            None => Ok(Outcome::ended(self.no_target(deployments).await)),
        }
    }

    /// Does what the deployments of the survey lead to; nothing when they lead nowhere.
    async fn act(
        &self,
        deployments: &Deployments,
        report: &mut dyn Report,
    ) -> Answer<Option<Outcome>> {
        let timeline = deployments.timeline();
        let Some(to) = &self.options.to else {
            return Ok(match timeline.back() {
                RollbackAction::NoTarget => None,
                RollbackAction::AlreadyDone { at, left } => {
                    let back = self.already_back(deployments, at, left).await;
                    Some(Outcome::ended(back))
                }
                RollbackAction::FollowRollback { from, to } => {
                    Some(self.follow(deployments, from, to, report).await?)
                }
                RollbackAction::Attach(at) => Some(self.attach(deployments, at, report).await?),
                RollbackAction::Stop { from, to } => {
                    Some(self.stop(deployments, from, to, report).await?)
                }
                RollbackAction::Deploy(to) => Some(
                    self.deploy(
                        deployments,
                        &deployments.target_of(self.context.cloud, to).await?,
                        report,
                    )
                    .await?,
                ),
            });
        };
        let Some(target) = to.find(self.context.cloud, deployments).await? else {
            return Ok(None);
        };
        let brings = &target.task_definition.arn;
        let leads_there = |to: &Attempt| to.release() == timeline.release_of(brings);
        match timeline.back() {
            RollbackAction::Stop { from, to } if leads_there(to) => {
                Ok(Some(self.stop(deployments, from, to, report).await?))
            }
            RollbackAction::Attach(at) if leads_there(at) => {
                Ok(Some(self.attach(deployments, at, report).await?))
            }
            RollbackAction::FollowRollback { from, to: Some(to) } if leads_there(to) => Ok(Some(
                self.follow(deployments, from, Some(to), report).await?,
            )),
            RollbackAction::AlreadyDone { .. }
            | RollbackAction::Deploy(_)
            | RollbackAction::NoTarget
                if timeline.has_settled_on(brings) =>
            {
                let at = self.at_target(deployments, &target).await;
                Ok(Some(Outcome::ended(at)))
            }
            _ => Ok(Some(self.deploy(deployments, &target, report).await?)),
        }
    }

    async fn deploy(
        &self,
        deployments: &Deployments,
        target: &Target,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        let current = &deployments.service.task_definition;
        let reading = deployments.task_definition(self.context.cloud, current);
        let (current, found, doubts, misrouted) = tokio::join!(
            reading,
            self.check(target),
            self.doubts(target),
            warnings_of_live(self.context, &deployments.service, &self.subject),
        );
        if !found.missing.is_empty() {
            let refused = self.unfit(deployments, target, &found).await;
            return Ok(Outcome::ended(refused));
        }
        let mut plan = self.plan(deployments, target, current?.as_ref(), &found.moved);
        plan.notes.extend(found.unknown.iter().map(unchecked));
        plan.notes.extend(doubts);
        plan.notes.extend(misrouted);
        let service = &deployments.service;
        plan.notes
            .extend(takes_a_deployment(service, &target.task_definition.arn));
        let is_unnamed = self.options.to.is_none();
        if let Some(failed) = deployments.failed_last().filter(|_| is_unnamed) {
            let timeline = deployments.timeline();
            let target = &target.task_definition.arn;
            let short = failed.task_definition.short();
            plan.notes
                .push(if failed.release() == timeline.release_of(target) {
                    format!("the last rollback to {short} was taken back: this tries once more")
                } else {
                    format!("ECS went back from {short} already: this goes on from what serves")
                });
        }
        if self.options.dry_run {
            return Ok(Outcome::Planned(Box::new(plan)));
        }
        if let Some(refused) = self.refuse_disturbance(deployments, report).await {
            return Ok(refused);
        }
        let planned = Event::Planned {
            plan: Box::new(plan.clone()),
        };
        report.event(self.service(), &planned);
        if let Some(interrupt) = self.context.interrupts.arrived() {
            return Ok(Outcome::ended(results::stopped_before(
                self.service(),
                interrupt,
            )));
        }
        let goes_on = self.context.goes_on(self.options.timeout);
        let is_interrupted = self.context.is_interrupted();
        let busy = WhileBusy::new(&goes_on).unless(&is_interrupted);
        let cloud = self.context.cloud;
        let started = match apply_at_once(cloud, &plan, deployments.seen(), busy, report).await {
            Ok(Applied::Deployment(started)) => started,
            Ok(Applied::Adjusted | Applied::Nothing) => {
                let result = results::unchanged_or_adjusted(cloud, &plan).await;
                return Ok(Outcome::ended(result));
            }
            Err(error) => {
                let interrupt = self.context.interrupts.arrived();
                let result = results::not_applied(&plan, &error, interrupt);
                return Ok(Outcome::ended(result));
            }
        };
        let way = self.watch();
        let watched = WatchTarget::of(&plan, started, way.commands());
        let mut result = watched
            .wait_for_verdict(self.context, way.options(), report)
            .await;
        come_back(&mut result);
        Ok(Outcome::ended(result))
    }

    fn plan(
        &self,
        deployments: &Deployments,
        target: &Target,
        current: Option<&LiveTaskDefinition>,
        moved: &[Moved],
    ) -> Plan {
        let release = self.release();
        let input = RollbackInput {
            id: self.service(),
            release: release.as_ref(),
            service: &deployments.service,
            current_revision: deployments.stated(),
            current,
            target_revision: target.revision.as_ref(),
            target: &target.task_definition,
            moved,
        };
        plan_rollback(&input, self.caller)
    }

    /// Returns what the whole manifest asks for today, where one was named.
    fn release(&self) -> Option<Release> {
        let region = &self.caller.region;
        let resolved = |manifest: &Manifest| resolve(&manifest.release, region, &manifest.secrets);
        self.subject.whole().map(resolved)
    }

    fn service(&self) -> &ServiceId {
        self.subject.service()
    }

    fn watch(&self) -> RollbackWatch<'_, C> {
        RollbackWatch {
            context: self.context,
            subject: self.subject,
            timeout: self.options.timeout,
            adds_shift: self.options.adds_shift,
        }
    }
}
