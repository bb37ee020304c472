//! What speaks against sharing the traffic, beyond what the rule says.

use super::Starting;
use crate::cli::experiment::ending::{Conclusion, Ending};
use crate::cli::experiment::readout::{Wanted, read, shown};
use crate::report::headline;
use mlship_core::app::experiment::guard;
use mlship_core::app::model_version::{GateOverrides, pin};
use mlship_core::app::planning::plan_release;
use mlship_core::cloud::Answer;
use mlship_core::experiment::start::{Opens, Situation};
use mlship_core::experiment::{Arm, Record, Refusal};
use mlship_core::plan::{Effect, Redeploy};
use mlship_core::release::EXPERIMENT;
use mlship_core::release::Routing;
use mlship_stats::Verdict;

impl Starting<'_> {
    /// Returns a refusal for each variant that takes part in an experiment on another rule: its
    /// service has one tag for both, and its numbers would be of both.
    pub(super) async fn elsewhere(&self, seen: &Situation) -> Answer<Vec<Refusal>> {
        let definition = &self.subject.definition;
        let mut found = Vec::new();
        for (arm, service) in definition.arms.iter().zip(&seen.services) {
            let rule = service
                .as_ref()
                .and_then(|one| one.tags().remove(EXPERIMENT));
            let rule = rule.filter(|rule| *rule != definition.rule.as_str());
            let other = guard::under_way(self.cloud, rule.as_deref()).await?;
            found.extend(other.map(|other| Refusal::elsewhere(arm, &other.name)));
        }
        Ok(found)
    }

    /// Returns the variants whose services would get another release than they have.
    async fn changed(&self) -> Vec<&Arm> {
        let mut found = Vec::new();
        for (release, arm) in self
            .subject
            .releases
            .iter()
            .zip(&self.subject.definition.arms)
        {
            let plan = async {
                let pinned = pin(self.cloud, &release.manifest).await?;
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
    pub(super) async fn may_deploy(&self, opens: &Opens) -> Result<(), Ending> {
        let serves = |arm: &&Arm| match &opens.rule.routing {
            Routing::Forward(live) => live.serving().any(|group| *group == arm.group),
            Routing::Other(_) => false,
        };
        if !self
            .subject
            .definition
            .arms
            .iter()
            .filter(serves)
            .any(|arm| !arm.is_control)
        {
            return Ok(());
        }
        let changed = self.changed().await.into_iter().filter(serves);
        let untested = changed.filter(|arm| !arm.is_control).map(Refusal::untested);
        let untested: Vec<Refusal> = untested.collect();
        if untested.is_empty() {
            return Ok(());
        }
        let findings = self.subject.findings(untested);
        Err(Ending::refused(&findings, self.global))
    }

    /// More traffic for what does harm makes it worse.
    pub(super) async fn may_go_on(&self, opens: &Opens) -> Result<(), Ending> {
        let Some(record) = Record::read(&opens.rule.tags) else {
            return Ok(());
        };
        let wanted = Wanted::default();
        let readout = read(self.cloud, self.subject, &opens.rule, &record, wanted).await?;
        match readout.reading.readout.verdict {
            Verdict::GuardrailBreached | Verdict::BrokenSplit => {
                let why = headline(&shown(self.subject, &record, &readout));
                let path = self.subject.manifest.source.name();
                let stop = self
                    .context
                    .invocation
                    .command_line("experiment stop", path);
                Err(Ending::failed(Conclusion::Harms, why).hint(format!(
                    "`{stop} --no-winner` gives the control all the traffic"
                )))
            }
            Verdict::ChallengerBetter
            | Verdict::ControlBetter
            | Verdict::NoDifference
            | Verdict::Inconclusive => Ok(()),
        }
    }
}
