//! Plans a release, and waits until nothing else runs.

use super::{Deploy, DeployOptions, IfBusy, not_planned};
use crate::app::model_version::{PinnedManifest, pin};
use crate::app::planning::{limit_notes, plan_release};
use crate::app::watch::Commands;
use crate::app::{Report, ResultRecord, results};
use crate::cloud::{Balancing, Cloud, closed};
use crate::plan::{Plan, Started};
use crate::progress::Event;
use crate::registry::Registries;
use crate::release::{JobLimit, service_of};
use crate::rollout::{Awaiting, Until, wait_until_idle};
use mlship_manifest::Manifest;

impl<C: Cloud + Balancing + Registries> Deploy<'_, C> {
    /// Plans and says so; where another deployment runs, again after its end.
    pub(super) async fn plan(
        &self,
        pinned: &PinnedManifest,
        report: &mut dyn Report,
    ) -> Result<Plan, Box<ResultRecord>> {
        loop {
            let mut plan = self.plan_once(pinned, report).await?;
            let limits = self.limits();
            plan.notes
                .extend(limit_notes(&plan, &pinned.manifest, limits));
            let planned = Event::Planned {
                plan: Box::new(plan.clone()),
            };
            report.event(&plan.service, &planned);
            // How a way back ends is seen afterwards: the deployment it leads to succeeded long ago.
            // Another strategy is refused by ECS meanwhile, also where it replaces no task.
            let must_wait = plan.deploys() || plan.going_back || plan.switches_strategy();
            match plan.running.as_ref().filter(|_| must_wait) {
                Some(other) => match self.options.if_busy {
                    IfBusy::Supersede if !plan.deploys() => {
                        let message = "it starts no deployment that could replace the one that \
                                       runs, whose end is waited for";
                        let message = message.to_owned();
                        report.event(&plan.service, &Event::Note { message });
                        self.wait_for(&plan, other, pinned, report).await?;
                    }
                    IfBusy::Supersede if plan.switches_strategy() => {
                        return Err(Box::new(results::switching(&plan, other)));
                    }
                    IfBusy::Supersede => {
                        if plan.is_over_a_shift() {
                            let message = superseding(other);
                            report.event(&plan.service, &Event::Note { message });
                        }
                        return Ok(plan);
                    }
                    IfBusy::Fail => return Err(Box::new(results::busy(&plan, other))),
                    IfBusy::Wait => self.wait_for(&plan, other, pinned, report).await?,
                },
                None => return Ok(plan),
            }
        }
    }

    /// Returns what ends the watching that is asked for.
    fn limits(&self) -> Vec<JobLimit> {
        let watch = &self.options.watch;
        if self.options.detach || watch.until != Until::Done {
            return Vec::new();
        }
        let timeout = (!watch.adds_shift).then_some(JobLimit {
            minutes: watch.timeout.as_secs() / 60,
            of: "--timeout",
        });
        timeout
            .into_iter()
            .chain(self.context.pipeline.limit)
            .collect()
    }

    async fn wait_for(
        &self,
        plan: &Plan,
        other: &Started,
        pinned: &PinnedManifest,
        report: &mut dyn Report,
    ) -> Result<(), Box<ResultRecord>> {
        let commands = Commands::of(self.context.invocation, &pinned.manifest).pausing;
        if plan.is_over_a_shift() {
            let message = format!(
                "deployment {} moves traffic, and is waited for: {} takes it back at once",
                other.deployment, commands.abort
            );
            report.event(&plan.service, &Event::Note { message });
        }
        let within = (self.options.patience(), &commands);
        let result = tokio::select! {
            biased;
            why = closed() => self.not_begun(&plan.service, &why).with_plan(plan),
            idle = wait_until_idle(self.context.cloud, &plan.service, other, within, report) => match idle {
                Ok(Awaiting::Idle) => return Ok(()),
                Ok(Awaiting::TimedOut) => results::timed_out_waiting(plan, other),
                Ok(Awaiting::Paused(waits)) => results::paused(plan, other, waits),
                Err(error) => results::aws_error(&plan.service, &error),
            },
            interrupt = self.context.interrupts.wait() => results::stopped_before(&plan.service, interrupt),
        };
        Err(Box::new(result))
    }

    /// Plans without telling anybody, for whoever looks before anything begins. What can't be
    /// planned the deploy itself will meet.
    pub(in crate::app) async fn foreseen(
        &self,
        manifest: &Manifest,
    ) -> Option<(Plan, PinnedManifest)> {
        let pinned = pin(self.context, Some(self.caller), manifest).await.ok()?;
        let (redeploy, overrides) = (self.options.redeploy, &self.options.overrides);
        let plan = plan_release(self.context, self.caller, &pinned, redeploy, overrides).await;
        Some((plan.ok()?, pinned))
    }

    pub(super) async fn plan_once(
        &self,
        pinned: &PinnedManifest,
        report: &mut dyn Report,
    ) -> Result<Plan, Box<ResultRecord>> {
        let service = service_of(&pinned.manifest.release);
        let DeployOptions {
            redeploy,
            overrides,
            ..
        } = self.options;
        // Asks the registry, too, about the version that serves.
        let planned = plan_release(self.context, self.caller, pinned, *redeploy, overrides);
        let result = tokio::select! {
            biased;
            why = closed() => self.not_begun(&service, &why),
            planned = Box::pin(planned) => match planned {
                Ok(plan) => return Ok(plan),
                Err(error) => not_planned(&service, error, report),
            },
            interrupt = self.context.interrupts.wait() => {
                results::stopped_before(&service, interrupt)
            }
        };
        Err(Box::new(result))
    }
}

/// Says what replacing a deployment that moves traffic may do.
fn superseding(other: &Started) -> String {
    format!(
        "warning: deployment {} is replaced while it moves traffic: the rule may stay split between \
         both groups, which mlship traffic repair shows afterwards",
        other.deployment
    )
}
