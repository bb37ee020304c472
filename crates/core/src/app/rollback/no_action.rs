//! Results of a rollback that has nothing to do.

use super::Rollback;
use super::deployments::Deployments;
use super::target::Target;
use crate::app::watch::released;
use crate::app::{Address, ResultRecord};
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
        let than = Some(&at.task_definition);
        let others = deployments.others(self.context.cloud, than).await;
        result.hint = Some(match others.hint(&command) {
            None => "it came by a rollback, and nothing else succeeded before".to_owned(),
            Some(elsewhere) => format!("it came by a rollback; {elsewhere}"),
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
        let mut result = ResultRecord::new(self.service(), Conclusion::Unchanged);
        result.release = serving.and_then(released);
        result.task_definition = serving.map(|live| live.arn.to_string());
        result
    }

    pub(super) async fn no_target(&self, deployments: &Deployments) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        let looked = deployments.looked_at();
        result.error = Some(match &self.options.to {
            Some(to) => format!("no release {to} to go back to; looked at {looked}"),
            None => format!("no earlier release that succeeded; looked at {looked}"),
        });
        let others = deployments.others(self.context.cloud, None).await;
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
