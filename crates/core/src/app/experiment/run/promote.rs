//! Makes the winner's release the control's: the control's service gets it while the traffic is shared
//! as before, and only after that has succeeded all the traffic.

use super::Run;
use super::look::Look;
use super::tested_image::as_tested;
use crate::app::ResultRecord;
use crate::app::deploy::{Deploy, DeployOptions};
use crate::app::experiment::deploy_options::deploy_options;
use crate::app::experiment::outcome::{Conclusion, Details, Outcome};
use crate::app::experiment::readout::Readout;
use crate::app::experiment::report::ExperimentReport;
use crate::app::experiment::stop::Stop;
use crate::app::model_version::{GateOverrides, pin};
use crate::app::planning::{PlanError, plan_release};
use crate::cloud::{Balancing, Cloud, Metrics};
use crate::experiment::{
    Arm, Claim, EndReason, Promotion, PromotionState, Record, Refusal, harm, tag,
};
use crate::ledger::Ledgers;
use crate::plan::{Effect, Redeploy};
use crate::preflight::Memory;
use crate::progress::{self, ExitCode};
use crate::registry::Registries;
use crate::release::ListenerRule;
use mlship_manifest::{ComposedManifest, FieldChange, Manifest};

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Run<'_, C> {
    /// Returns what the control's manifest takes to say what a winner ran: with the image that was
    /// compared where that is known, else as the winner's manifest names it.
    pub(super) async fn changes_to_keep(
        &self,
        winner: &str,
        record: Option<&Record>,
    ) -> Vec<FieldChange> {
        let tested = match record {
            Some(record) => self.tested(winner, record).await.ok(),
            None => None,
        };
        let written = || {
            let (control, (_, winning)) = self.control().zip(self.winning(winner))?;
            control.with_model_of(winning).ok()
        };
        tested
            .or_else(written)
            .map_or_else(Vec::new, |made| made.changes)
    }

    fn control(&self) -> Option<&Manifest> {
        let arms = &self.comparison.definition.arms;
        let at = arms.iter().position(|arm| arm.is_control)?;
        self.comparison.releases().get(at)
    }

    fn winning(&self, winner: &str) -> Option<(&Arm, &Manifest)> {
        let arms = &self.comparison.definition.arms;
        let at = arms.iter().position(|arm| arm.name == winner)?;
        Some((arms.get(at)?, self.comparison.releases().get(at)?))
    }

    /// Returns the control's manifest with what the winner ran: its image is the one that was
    /// compared, whatever its tag names by now.
    async fn tested(&self, winner: &str, record: &Record) -> Result<ComposedManifest, Outcome> {
        let both = self.control().zip(self.winning(winner));
        let (control, (arm, winning)) = both.ok_or_else(|| Outcome::refused(Vec::new()))?;
        let since = record.since.unwrap_or_default();
        let tested = as_tested(self.context.cloud, arm, winning, since).await?;
        let tested = tested.map_err(|refusal| self.comparison.refused(vec![refusal]))?;
        control.with_model_of(&tested).map_err(Outcome::refused)
    }

    /// Promotes the winner, or goes on with that.
    pub(super) async fn promote(
        &self,
        look: &Look,
        readout: &Readout,
        winner: &str,
        claim: &Claim<'_, C>,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let begun = look
            .record
            .as_ref()
            .and_then(|record| record.promotion.clone());
        let prepared = async {
            self.is_what_was_compared(winner).await?;
            let made = self.tested(winner, &readout.record).await?;
            let is_there = self.is_there(&made.manifest).await?;
            Ok::<_, Outcome>((made, is_there))
        };
        let (made, is_there) = self.unless_interrupted(prepared).await??;
        let ComposedManifest { manifest, changes } = made;
        // What began to do harm since then is not what everybody gets.
        if begun.is_some()
            && !is_there
            && let Some(harm) = harm(&readout.reading)
        {
            return self.end(look, readout, EndReason::Harm(harm), report).await;
        }
        let options = deploy_options(
            &self.comparison.definition.rule,
            self.options.timeout,
            self.options.verify.then(Memory::default),
        );
        // What can't work leaves no promotion that was begun by half.
        if begun.is_none() {
            self.can_deploy(winner, &manifest, &options, report).await?;
        }
        let (since, ran) = match begun {
            Some(begun) => (begun.since, begun.ran),
            None => ((self.context.clock)(), self.running().await?),
        };
        let promotion = |state| Promotion {
            winner: winner.to_owned(),
            since,
            state,
            ran: ran.clone(),
        };
        self.put_down(look.record.as_ref(), promotion(PromotionState::Deploying))
            .await?;
        let result = self.deploy(&manifest, &options, report).await;
        let code = result.exit_code();
        let details = |changes| Details::Promoted {
            winner: winner.to_owned(),
            changes,
        };
        if !is_done(result.conclusion()) {
            if is_final(result.conclusion()) {
                let failed = promotion(PromotionState::Failed(code));
                // Where the rule does not say so, the next run tries again.
                let _ = self.put_down(look.record.as_ref(), failed).await;
            }
            let outcome = self.not_promoted(winner, code, is_final(result.conclusion()));
            return Err(outcome.with(details(changes)));
        }
        let rule = self.still_ours(winner, claim).await?;
        let stop = Stop {
            context: self.context,
            comparison: self.comparison,
        };
        let stopped = Box::pin(stop.to_promoted(&rule, readout, report)).await?;
        let name = &self.comparison.definition.name;
        let said = format!("{name}: {winner} is better, and its release is the control's now");
        Ok(stopped
            .concluding(Conclusion::Promoted)
            .preceded_by(said, Some(details(changes))))
    }

    /// Returns the `family:revision` that each variant's service runs. The control's stands first: it
    /// alone gets another one by the promotion.
    async fn running(&self) -> Result<Vec<(String, String)>, Outcome> {
        let mut arms: Vec<&Arm> = self.comparison.definition.arms.iter().collect();
        arms.sort_by_key(|arm| !arm.is_control);
        let mut found = Vec::new();
        for arm in arms {
            if let Some(service) = self.context.cloud.service(&arm.service).await? {
                let revision = service.task_definition.short().to_owned();
                found.push((arm.name.clone(), revision));
            }
        }
        Ok(found)
    }

    /// Puts down with the rule how far the promotion is.
    async fn put_down(&self, record: Option<&Record>, promotion: Promotion) -> Result<(), Outcome> {
        let Some(record) = record else {
            return Ok(());
        };
        let tags = record.promotion_tag(&promotion);
        if record.promotion.as_ref() != Some(&promotion) {
            tag(self.context.cloud, &self.comparison.definition.rule, &tags).await?;
        }
        Ok(())
    }

    /// The winner's service must run what its manifest says: that becomes the control's.
    async fn is_what_was_compared(&self, winner: &str) -> Result<(), Outcome> {
        let Some((arm, release)) = self.winning(winner) else {
            return Ok(());
        };
        match self.effect(release).await? {
            Effect::None | Effect::InPlace => Ok(()),
            Effect::ReplaceTasks | Effect::Create => {
                let refusal = Refusal::other_release(arm);
                Err(self.comparison.refused(vec![refusal]))
            }
        }
    }

    /// Says whether the control's service has the release already, or is on its way to it.
    async fn is_there(&self, manifest: &Manifest) -> Result<bool, Outcome> {
        Ok(match self.effect(manifest).await? {
            Effect::None | Effect::InPlace => true,
            Effect::ReplaceTasks | Effect::Create => false,
        })
    }

    async fn effect(&self, manifest: &Manifest) -> Result<Effect, Outcome> {
        let plan = async {
            let pinned = pin(self.context, Some(self.caller), manifest).await?;
            let (redeploy, overrides) = (Redeploy::WhenChanged, GateOverrides::default());
            plan_release(self.context, self.caller, &pinned, redeploy, &overrides).await
        };
        let plan = Box::pin(plan).await.map_err(|error| match error {
            PlanError::Refused(refused) => Outcome::refused(refused.findings),
            PlanError::Cloud(error) => error.into(),
            PlanError::Registry(error) => Outcome::of_registry(&error),
        })?;
        Ok(plan.effect)
    }

    /// The control's service must be able to run it, before anything is written.
    async fn can_deploy(
        &self,
        winner: &str,
        manifest: &Manifest,
        options: &DeployOptions,
        report: &mut dyn ExperimentReport,
    ) -> Result<(), Outcome> {
        let mut report = report.release();
        let unfit = self.deploying(options);
        match Box::pin(unfit.unfit(manifest, report.as_mut())).await {
            None => Ok(()),
            Some(result) => {
                report.result(&result);
                Err(self.not_promoted(winner, result.exit_code(), false))
            }
        }
    }

    fn deploying<'a>(&'a self, options: &'a DeployOptions) -> Deploy<'a, C> {
        Deploy {
            context: self.context,
            caller: self.caller,
            options,
            review: None,
        }
    }

    async fn deploy(
        &self,
        manifest: &Manifest,
        options: &DeployOptions,
        report: &mut dyn ExperimentReport,
    ) -> ResultRecord {
        let deploy = self.deploying(options);
        let mut report = report.release();
        let result = Box::pin(deploy.run(manifest, report.as_mut())).await;
        report.result(&result);
        result
    }

    /// Returns the rule as it is after the deploy, if the next step still is ours.
    async fn still_ours(
        &self,
        winner: &str,
        claim: &Claim<'_, C>,
    ) -> Result<ListenerRule, Outcome> {
        let definition = &self.comparison.definition;
        let rule = self.context.cloud.listener_rule(&definition.rule).await?;
        let rule = rule.ok_or_else(|| {
            let refusal = Refusal::no_rule(&definition.rule);
            self.comparison.refused(vec![refusal])
        })?;
        let record = Record::read(&rule.tags).filter(|record| record.name == definition.name);
        let promotion = record.and_then(|record| record.promotion);
        let is_own = promotion.is_some_and(|promotion| promotion.winner == winner);
        if is_own && claim.is_held().await? {
            Ok(rule)
        } else {
            Err(self.elsewhere())
        }
    }

    /// The control's service did not get the release; a deployment that is over takes another one.
    pub(super) fn not_promoted(&self, winner: &str, code: ExitCode, is_final: bool) -> Outcome {
        let name = &self.comparison.definition.name;
        let message = format!(
            "{name}: {winner} is better, and the control's service did not get its release: the \
             traffic is shared as before"
        );
        let again = self.again();
        let hint = if is_final {
            format!("`{again} --retry-failed` deploys it again")
        } else {
            format!("`{again}` goes on with it")
        };
        Outcome::failed(Conclusion::NotPromoted(code), message).hint(hint)
    }
}

/// Says whether the control's service has the release.
fn is_done(conclusion: progress::Conclusion) -> bool {
    use progress::Conclusion as End;
    match conclusion {
        End::Succeeded | End::Unchanged => true,
        End::Started
        | End::RolledBack
        | End::Returned
        | End::Failed
        | End::Misrouted
        | End::Superseded
        | End::TimedOut
        | End::Paused
        | End::Interrupted(_)
        | End::NotBegun
        | End::Refused(_)
        | End::Error(_) => false,
    }
}

/// Says whether the deployment is over, so that another would be a new one.
fn is_final(conclusion: progress::Conclusion) -> bool {
    use progress::Conclusion as End;
    match conclusion {
        End::RolledBack | End::Returned | End::Failed | End::Misrouted | End::Superseded => true,
        End::Succeeded
        | End::Unchanged
        | End::Started
        | End::TimedOut
        | End::Paused
        | End::Interrupted(_)
        | End::NotBegun
        | End::Refused(_)
        | End::Error(_) => false,
    }
}
