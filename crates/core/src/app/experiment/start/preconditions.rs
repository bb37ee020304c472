//! Checks before traffic is shared, beyond those of the listener rule itself.

use super::{Begun, Start};
use crate::app::deploy::DeployOptions;
use crate::app::experiment::guard;
use crate::app::experiment::outcome::{Conclusion, Outcome};
use crate::app::experiment::readout::{ReadRequest, read};
use crate::app::experiment::report::ExperimentReport;
use crate::app::model_version::{GateOverrides, pin};
use crate::app::planning::plan_release;
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::start::{PhaseOpening, Situation};
use crate::experiment::{Arm, Record, Refusal};
use crate::ledger::Ledgers;
use crate::plan::{Effect, Redeploy};
use crate::progress::ExitCode;
use crate::registry::Registries;
use crate::release::{EXPERIMENT, Routing};
use mlship_stats::TestVerdict;

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Start<'_, C> {
    /// Returns a refusal for each variant that takes part in an experiment on another rule: its
    /// service has one tag for both, and its numbers would be of both.
    pub(super) async fn elsewhere(&self, seen: &Situation) -> Answer<Vec<Refusal>> {
        let definition = &self.comparison.definition;
        let mut found = Vec::new();
        for (arm, service) in definition.arms.iter().zip(&seen.services) {
            let rule = service
                .as_ref()
                .and_then(|service| service.tags().remove(EXPERIMENT));
            let rule = rule.filter(|rule| *rule != definition.rule.as_str());
            let other = guard::under_way(self.context.cloud, rule.as_deref(), &arm.service).await?;
            found.extend(other.map(|other| Refusal::elsewhere(arm, &other.name)));
        }
        Ok(found)
    }

    /// Returns the variants whose services would get another release than they have.
    async fn changed(&self) -> Vec<&Arm> {
        let mut found = Vec::new();
        let arms = &self.comparison.definition.arms;
        for (release, arm) in self.comparison.releases().iter().zip(arms) {
            let plan = async {
                let pinned = pin(self.context, Some(self.caller), release).await?;
                let overrides = GateOverrides::default();
                let redeploy = Redeploy::WhenChanged;
                plan_release(self.context, self.caller, &pinned, redeploy, &overrides).await
            };
            // What can't be planned is told by the deploy, if it comes to one.
            if let Ok(plan) = Box::pin(plan).await
                && matches!(plan.effect, Effect::ReplaceTasks)
            {
                found.push(arm);
            }
        }
        found
    }

    /// What the manifests have by now is not what is compared.
    pub(super) async fn notes_of_changed(&self) -> Vec<String> {
        let changed = self.changed().await.into_iter();
        let note = |arm: &Arm| {
            format!(
                "note: the manifest of {} has another release than the one that is compared; it \
                 is deployed when the next experiment begins",
                arm.name
            )
        };
        changed.map(note).collect()
    }

    /// A release that is to be tested must not get the traffic of everybody before the test.
    pub(super) async fn may_deploy(&self, opening: &PhaseOpening) -> Result<(), Outcome> {
        let serves_untested = |arm: &&Arm| match &opening.rule.routing {
            Routing::Forward(live) => {
                !arm.is_control && live.serving().any(|group| *group == arm.group)
            }
            Routing::Other(_) => false,
        };
        let arms = &self.comparison.definition.arms;
        if !arms.iter().any(|arm| serves_untested(&arm)) {
            return Ok(());
        }
        let changed = self.changed().await.into_iter().filter(serves_untested);
        let untested: Vec<Refusal> = changed.map(Refusal::untested).collect();
        if untested.is_empty() {
            return Ok(());
        }
        Err(self.comparison.refused(untested))
    }

    /// A release that leans on what is not there must not leave an experiment that was begun by half:
    /// all of them are looked at before anything is written.
    pub(super) async fn can_deploy(
        &self,
        options: &DeployOptions,
        report: &mut dyn ExperimentReport,
    ) -> Result<(), Outcome> {
        let deploy = self.deploying(options);
        let mut codes = Vec::new();
        for release in self.comparison.releases() {
            let mut report = report.release();
            let refused = Box::pin(deploy.unfit(release, report.as_mut())).await;
            if let Some(result) = refused {
                report.result(&result);
                codes.push(result.exit_code());
            }
        }
        if codes.is_empty() {
            return Ok(());
        }
        let message = "not every variant can be deployed: nothing was written, and traffic is \
                       shared as it was";
        let hint = format!(
            "mend it, or deploy all the same with `{} --skip-verify`",
            self.again(Begun::No)
        );
        let conclusion = Conclusion::NotDeployed(ExitCode::worst(codes));
        Err(Outcome::failed(conclusion, message).hint(hint))
    }

    /// More traffic for what does harm makes it worse.
    pub(super) async fn may_go_on(&self, opening: &PhaseOpening) -> Result<(), Outcome> {
        let Some(record) = Record::read(&opening.rule.tags) else {
            return Ok(());
        };
        let (request, rule) = (ReadRequest::default(), &opening.rule);
        let readout = read(self.context, self.comparison, rule, &record, request, None).await?;
        match readout.reading.readout.verdict {
            TestVerdict::GuardrailBreached
            | TestVerdict::BrokenSplit
            | TestVerdict::ControlBetter => {
                let invocation = self.context.invocation;
                let stop = invocation.command_for("experiment stop", &self.comparison.address());
                Err(Outcome::harms(readout).hint(format!(
                    "`{stop} --no-winner` gives the control all the traffic"
                )))
            }
            TestVerdict::ChallengerBetter
            | TestVerdict::NoDifference
            | TestVerdict::Inconclusive => Ok(()),
        }
    }
}
