//! Starting an experiment: deploy variants that are not there, wait until each has a healthy
//! target, then share the traffic by one checked write.

mod preconditions;

use std::time::Duration;

use tokio::time::Instant;

use super::comparison::Comparison;
use super::deploy_options::deploy_options;
use super::existing_metrics::warn;
use super::observing::observe;
use super::outcome::{Conclusion, Details, Outcome};
use super::recording::Recording;
use super::report::{ExperimentEvent, ExperimentReport};
use crate::app::Context;
use crate::app::deploy::{Deploy, DeployOptions};
use crate::apply::retry_until_visible;
use crate::cloud::{Answer, Balancing, Cloud, CloudError, Metrics};
use crate::experiment::start::{PhaseOpening, StartPlan, StartRequest, plan};
use crate::experiment::{Record, open};
use crate::ledger::Ledgers;
use crate::pause::sleep;
use crate::preflight::Memory;
use crate::progress::ExitCode;
use crate::registry::Registries;
use crate::release::ids::Caller;
use crate::release::{EXPERIMENT, ListenerRule};

/// How to start an experiment.
#[derive(Debug, Clone, Copy)]
pub struct StartOptions {
    /// Which step, and whether in spite of what speaks against it.
    pub asked: StartRequest,
    /// How long to wait for variants to become healthy.
    pub timeout: Duration,
    /// Whether to ask first whether all is there that releases lean on.
    pub verify: bool,
}

/// Starts an experiment, or goes on with one.
pub struct Start<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: &'a Comparison,
    /// Who starts it, and where.
    pub caller: &'a Caller,
    /// How.
    pub options: StartOptions,
}

/// Whether the rule's tags say so already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Start<'_, C> {
    /// Starts it, and says how that ended.
    pub async fn run(&self, report: &mut dyn ExperimentReport) -> Outcome {
        match Box::pin(self.run_to_end(report)).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn run_to_end(&self, report: &mut dyn ExperimentReport) -> Result<Outcome, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let look = Box::pin(observe(cloud, definition));
        let seen = self.unless_interrupted(look, Begun::No).await??;
        let mut plan = plan(definition, &seen, self.options.asked)
            .map_err(|refusals| self.comparison.refused(refusals))?;
        let now = (self.context.clock)();
        let check = Box::pin(warn(cloud, self.comparison, &mut plan, now));
        self.unless_interrupted(check, Begun::No).await?;
        let opening = match &plan {
            StartPlan::Open(opening) => opening,
            StartPlan::AlreadyRunning(runs) => {
                let notes = Box::pin(self.notes_of_changed()).await;
                return Ok(Outcome::runs(runs.clone(), notes));
            }
        };
        let elsewhere = self.elsewhere(&seen);
        let elsewhere = self.unless_interrupted(elsewhere, Begun::No).await??;
        if !elsewhere.is_empty() {
            return Err(self.comparison.refused(elsewhere));
        }
        report.event(&ExperimentEvent::StartPlanned(&plan));
        if opening.deploys() && !self.options.asked.force {
            let look = Box::pin(self.may_deploy(opening));
            self.unless_interrupted(look, Begun::No).await??;
        }
        if opening.raises(definition) {
            let look = Box::pin(self.may_go_on(opening));
            self.unless_interrupted(look, Begun::No).await??;
        }
        let options = deploy_options(
            &definition.rule,
            self.options.timeout,
            self.options.verify.then(Memory::default),
        );
        if opening.deploys() {
            self.can_deploy(&options, report).await?;
        }
        let record = Box::pin(Recording::of_before(
            self.context,
            self.comparison,
            opening,
            report,
        ));
        self.unless_interrupted(record, Begun::No).await?;
        let prepare = open::prepare(cloud, opening, &self.caller.arn);
        let rule = self.unless_interrupted(prepare, Begun::Yes).await??;
        if opening.deploys() {
            self.deploy(&options, report).await?;
        }
        let finish = Box::pin(self.share(opening, &rule, report));
        let record = self.unless_interrupted(finish, Begun::Yes).await??;
        let since = record.since.unwrap_or_default();
        let message = format!("{}: phase {} runs since {since}", record.name, record.phase);
        let details = Details::Started {
            phase: record.phase,
            since: record.since,
            rule: definition.rule.clone(),
            traffic: record.weights,
        };
        Ok(Outcome::done(Conclusion::Started, message, details))
    }

    /// Waits for something, unless a signal comes first.
    async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = T>,
        begun: Begun,
    ) -> Result<T, Outcome> {
        tokio::select! {
            done = work => Ok(done),
            interrupt = self.context.interrupts.wait() => {
                Err(Outcome::interrupted(interrupt, &self.again(begun)))
            }
        }
    }

    /// Returns what goes on with it: a step that was begun is gone on with, not taken again.
    fn again(&self, begun: Begun) -> String {
        let invocation = self.context.invocation;
        let address = self.comparison.address();
        let mut line = invocation.command_for("experiment start", &address);
        if self.options.asked.next && begun == Begun::No {
            line.push_str(" --next");
        }
        if self.options.asked.force {
            line.push_str(" --force");
        }
        line
    }

    async fn deploy(
        &self,
        options: &DeployOptions,
        report: &mut dyn ExperimentReport,
    ) -> Result<(), Outcome> {
        let deploy = self.deploying(options);
        let mut codes = Vec::new();
        for release in self.comparison.releases() {
            let mut report = report.release();
            let result = Box::pin(deploy.run(release, report.as_mut())).await;
            report.result(&result);
            codes.push(result.exit_code());
        }
        let code = ExitCode::worst(codes);
        if code == ExitCode::Done {
            return Ok(());
        }
        let message = "not every variant is there, so traffic is shared as it was";
        let hint = format!(
            "`{}` goes on once the release can be deployed",
            self.again(Begun::Yes)
        );
        Err(Outcome::failed(Conclusion::NotDeployed(code), message).hint(hint))
    }

    fn deploying<'a>(&'a self, options: &'a DeployOptions) -> Deploy<'a, C> {
        Deploy {
            context: self.context,
            caller: self.caller,
            options,
            review: None,
        }
    }

    async fn share(
        &self,
        opening: &PhaseOpening,
        rule: &ListenerRule,
        report: &mut dyn ExperimentReport,
    ) -> Result<Record, Outcome> {
        self.until_healthy(&opening.record, report).await?;
        self.point_to_the_rule(&opening.record).await?;
        let (cloud, by) = (self.context.cloud, &self.caller.arn);
        let record = open::share(cloud, opening, rule, by, self.context.clock).await?;
        Ok(record)
    }

    /// Waits until every variant has a healthy target.
    async fn until_healthy(
        &self,
        record: &Record,
        report: &mut dyn ExperimentReport,
    ) -> Result<(), Outcome> {
        let until = Instant::now() + self.options.timeout;
        let mut told = String::new();
        loop {
            let waits = self.unhealthy(record).await?.join(", ");
            if waits.is_empty() {
                return Ok(());
            }
            if Instant::now() >= until {
                let message = format!("no healthy target yet: {waits}");
                return Err(Outcome::failed(Conclusion::TimedOut, message).hint(format!(
                    "traffic is shared as it was; `{}` goes on",
                    self.again(Begun::Yes)
                )));
            }
            if waits != told {
                report.event(&ExperimentEvent::WaitingForTargets(&waits));
                told = waits;
            }
            sleep(PAUSE).await;
        }
    }

    /// Returns the variants without a healthy target, each with what keeps it.
    async fn unhealthy(&self, record: &Record) -> Answer<Vec<String>> {
        let mut waits = Vec::new();
        let arms = self.comparison.definition.arms.iter();
        for arm in arms.filter(|arm| !record.is_dropped(&arm.name)) {
            let health = self.context.cloud.target_health(&arm.group).await?;
            if health.healthy == 0 {
                let state = health.others.first().map_or_else(
                    || "no target is registered".to_owned(),
                    |(state, why)| format!("{state}: {why}"),
                );
                waits.push(format!("{} ({state})", arm.name));
            }
        }
        Ok(waits)
    }

    /// Lets each service know the rule, so that a deploy sees that it would disturb.
    async fn point_to_the_rule(&self, record: &Record) -> Answer<()> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let tags = [(EXPERIMENT.to_owned(), definition.rule.as_str().to_owned())].into();
        let arms = definition.arms.iter();
        for arm in arms.filter(|arm| !record.is_dropped(&arm.name)) {
            let Some(service) = cloud.service(&arm.service).await? else {
                continue;
            };
            let arn = &service.service_arn;
            let is_shown = async || {
                let service = cloud.service(&arm.service).await?;
                let rule = service.and_then(|service| service.tags().remove(EXPERIMENT));
                Ok(rule.as_deref() == Some(definition.rule.as_str()))
            };
            retry_until_visible(
                async || cloud.tag_resource(arn, &tags).await,
                is_shown,
                CloudError::not_shown("TagResource", &format!("service {}", arm.service)),
            )
            .await?;
        }
        Ok(())
    }
}

/// How long to wait between two looks at the targets.
const PAUSE: Duration = Duration::from_secs(2);
