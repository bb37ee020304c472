//! Results of a rollback that has nothing to do.

use super::Rollback;
use super::deployments::Deployments;
use super::target::Target;
use crate::app::ResultRecord;
use crate::app::watch::released;
use crate::cloud::{Answer, Balancing, Cloud};
use crate::history::Attempt;
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;
use crate::release::LiveTaskDefinition;

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// What serves came by a rollback already.
    pub(super) async fn already_back(
        &self,
        deployments: &Deployments,
        at: &Attempt,
    ) -> Answer<ResultRecord> {
        let serving = self
            .context
            .cloud
            .task_definition(at.task_definition.as_str())
            .await?;
        let mut result = self.unchanged(serving.as_ref());
        let command = self.watch().command("rollback");
        let others = deployments.others(&at.task_definition);
        result.hint = Some(if others.is_empty() {
            "it came by a rollback, and nothing else succeeded before".to_owned()
        } else {
            format!(
                "it came by a rollback; to go elsewhere: {command} --to {}",
                others.join(" or ")
            )
        });
        Ok(result)
    }

    /// Somebody is going back there already.
    pub(super) fn already_rolling_back(&self, at: &Attempt) -> ResultRecord {
        let mut result = self.unchanged(None);
        result.task_definition = Some(at.task_definition.to_string());
        let watch = self.watch().command("watch");
        result.hint = Some(format!(
            "{} is on its way back already: {watch}",
            at.task_definition.short()
        ));
        result
    }

    pub(super) fn at_target(&self, target: &Target) -> ResultRecord {
        self.unchanged(Some(&target.task_definition))
    }

    pub(super) fn unchanged(&self, serving: Option<&LiveTaskDefinition>) -> ResultRecord {
        let mut result = ResultRecord::new(self.service, Conclusion::Unchanged);
        result.release = serving.and_then(released);
        result.task_definition = serving.map(|live| live.arn.to_string());
        result
    }

    pub(super) fn no_target(&self, deployments: &Deployments) -> ResultRecord {
        let mut result = ResultRecord::new(self.service, Conclusion::Refused(Refusal::Check));
        let looked = deployments.looked_at();
        let others = deployments.succeeded();
        result.error = Some(match &self.options.to {
            Some(to) => format!("no release {to} to go back to; looked at {looked}"),
            None => format!("no earlier release that succeeded; looked at {looked}"),
        });
        result.hint =
            (!others.is_empty()).then(|| format!("these succeeded: {}", others.join(", ")));
        result
    }
}
