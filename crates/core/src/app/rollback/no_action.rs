//! Results of a rollback that has nothing to do.

use super::deployments::Deployments;
use super::target::{Target, TargetSpec};
use super::{Outcome, Rollback};
use crate::app::idle::note_on_idle;
use crate::app::watch::released;
use crate::app::{Address, ResultRecord};
use crate::cloud::{Balancing, Cloud};
use crate::history::Attempt;
use crate::plan::Previous;
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;
use crate::release::LiveTaskDefinition;
use crate::release::ids::TaskDefinitionArn;

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Somebody went back already. Whether what serves now is to be left, too, or this is the same
    /// rollback once more, nobody can tell: it is for people to say where to.
    pub(super) async fn already_back(
        &self,
        deployments: &Deployments,
        at: &Attempt,
        left: &Attempt,
    ) -> ResultRecord {
        let cloud = self.context.cloud;
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        let serving = deployments.task_definition(cloud, &at.task_definition);
        let serving = serving.await.ok().flatten();
        result.release = serving.as_ref().and_then(released);
        result.task_definition = Some(at.task_definition.to_string());
        let when = deployments.ended(at, left);
        let when = when.map_or_else(String::new, |when| format!(" at {when}"));
        let from = deployments.name(cloud, &left.task_definition).await;
        let to = deployments.name(cloud, &at.task_definition).await;
        result.error = Some(format!(
            "went back from {from} to {to}{when}; a second rollback goes no further by itself"
        ));
        let command = self.watch().command("rollback");
        let than = Some(&at.task_definition);
        let others = deployments.others(cloud, than).await;
        let further = others.hint(&command);
        result.hint = Some(further.unwrap_or_else(|| self.forward(deployments)));
        result
    }

    /// Adds to a refusal what goes on serving, where that is known.
    pub(super) async fn telling_what_serves(
        &self,
        outcome: Outcome,
        deployments: &Deployments,
    ) -> Outcome {
        let Outcome::Ended(mut result) = outcome else {
            return outcome;
        };
        let is_refused = matches!(result.conclusion(), Conclusion::Refused(_));
        if is_refused
            && result.previous.is_none()
            && let Some(serving) = serving(deployments)
        {
            let cloud = self.context.cloud;
            let told = deployments.task_definition(cloud, serving);
            let told = told.await.ok().flatten();
            result.previous = told.as_ref().map(Previous::of);
        }
        Outcome::Ended(result)
    }

    /// Somebody is going back there already, unless ECS is undoing that.
    pub(super) fn already_rolling_back(&self, at: &Attempt) -> ResultRecord {
        let mut result = self.unchanged(None);
        result.task_definition = Some(at.task_definition.to_string());
        let watch = self.watch().command("watch");
        let short = at.task_definition.short();
        if at.status.is_going_back() {
            result.conclude(Conclusion::Refused(Refusal::Check));
            result.error = Some(format!(
                "the rollback to {short} failed, and ECS is on its way back from it"
            ));
            result.hint = Some(format!("wait for that, then try again: {watch}"));
            return result;
        }
        // Nothing of it serves yet.
        result.note = Some(format!("a rollback to {short} is under way"));
        result.hint = Some(format!(
            "{} is on its way back already: {watch}",
            at.task_definition.short()
        ));
        result
    }

    pub(super) async fn at_target(
        &self,
        deployments: &Deployments,
        target: &Target,
    ) -> ResultRecord {
        let mut result = self.unchanged(Some(&target.task_definition));
        let (cloud, id) = (self.context.cloud, self.service());
        result.note = note_on_idle(cloud, id, &deployments.service).await;
        result
    }

    pub(super) fn unchanged(&self, serving: Option<&LiveTaskDefinition>) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Unchanged);
        result.release = serving.and_then(released);
        result.task_definition = serving.map(|live| live.arn.to_string());
        result
    }

    pub(super) async fn no_target(&self, deployments: &Deployments) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        let looked = deployments.looked_at();
        let cloud = self.context.cloud;
        let failed = match &self.options.to {
            Some(TargetSpec::Version(version)) => deployments.failed(cloud, version).await,
            Some(
                TargetSpec::Revision(_)
                | TargetSpec::TaskDefinition(_)
                | TargetSpec::ServiceRevision(_),
            )
            | None => None,
        };
        result.error = Some(match (&self.options.to, failed) {
            (Some(to), Some(how)) => {
                format!("release {to} {how}, and what never succeeded is no target")
            }
            (Some(to), None) => format!("no release {to} to go back to; looked at {looked}"),
            (None, _) => format!("no earlier release that succeeded; looked at {looked}"),
        });
        let others = deployments.others(cloud, None).await;
        let command = self.watch().command("rollback");
        let elsewhere = others.hint(&command);
        result.hint = Some(elsewhere.unwrap_or_else(|| self.forward(deployments)));
        result
    }

    /// Returns the next step where there is nothing to go back to.
    fn forward(&self, deployments: &Deployments) -> String {
        let again = match self.subject.address() {
            Address::Manifest(_) => format!(" with {}", self.watch().command("deploy")),
            // A deploy takes the manifest that nobody named.
            Address::Service(_) => String::new(),
        };
        match deployments.timeline().serves() {
            Some(serving) => format!(
                "{} serves, and is the only one that succeeded: mend the manifest and deploy \
                 again{again}",
                serving.task_definition.short()
            ),
            None => format!(
                "no release of this service has succeeded yet: mend the manifest and deploy \
                 again{again}"
            ),
        }
    }
}

/// Returns what serves by the service's own word, or while a deployment runs by the records.
fn serving(deployments: &Deployments) -> Option<&TaskDefinitionArn> {
    let primary = deployments.service.primary();
    let completed = primary.filter(|primary| primary.rollout_state.as_deref() == Some("COMPLETED"));
    let completed = completed.map(|primary| &primary.task_definition);
    completed.or_else(|| {
        let on_record = deployments.timeline().serves();
        on_record.map(|attempt| &attempt.task_definition)
    })
}
