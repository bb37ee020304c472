//! Checks that a release can still run, before a rollback changes anything.
//!
//! A deployment that runs is stopped without asking: what it replaces still has its tasks, and
//! going on is no better.

use super::Rollback;
use super::deployments::Deployments;
use super::target::Target;
use crate::app::ResultRecord;
use crate::app::watch::released;
use crate::cloud::{Balancing, Cloud};
use crate::preflight::{Preflight, needs, preflight};
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;

pub(super) fn unchecked(what: &String) -> String {
    format!("not checked: {what}")
}

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Looks whether a release can run again.
    pub(super) async fn check(&self, target: &Target) -> Preflight {
        if self.options.skip_checks {
            return Preflight::default();
        }
        let needs = needs(&target.task_definition.document, target.revision.as_ref());
        preflight(self.context.cloud, &needs, self.options.check_timeout).await
    }

    /// A release that cannot run is no way out.
    pub(super) async fn unfit(
        &self,
        deployments: &Deployments,
        target: &Target,
        found: &Preflight,
    ) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        result.release = released(&target.task_definition);
        let missing = found.missing.join("; ");
        let short = target.task_definition.arn.short();
        result.error = Some(format!("{short} cannot run again: {missing}"));
        let others = deployments
            .others(self.context.cloud, Some(&target.task_definition.arn))
            .await;
        let command = self.watch().command("rollback");
        result.hint = Some(match others.hint(&command) {
            None => format!("put it back, or try all the same: {command} --skip-checks"),
            Some(elsewhere) => format!("put it back, or go elsewhere: {elsewhere}"),
        });
        result
    }
}
