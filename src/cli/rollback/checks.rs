//! Whether a release can run again, before anything is touched.
//!
//! A deployment that runs is stopped without asking: what it replaces still has its tasks, and
//! going on is no better.

use super::Run;
use super::survey::Survey;
use super::wanted::Goal;
use crate::cli::watch;
use crate::preflight::{Preflight, needs, preflight};
use crate::progress::{Conclusion, Refusal};
use crate::report::ResultRecord;

pub(super) fn unchecked(what: &String) -> String {
    format!("not checked: {what}")
}

impl Run<'_> {
    /// Looks whether a release can run again.
    pub(super) async fn check(&self, goal: &Goal) -> Preflight {
        if self.command.skip_checks {
            return Preflight::default();
        }
        let needs = needs(&goal.task_definition.document, goal.revision.as_ref());
        preflight(self.cloud, &needs, self.command.check_timeout).await
    }

    /// A release that cannot run is no way out.
    pub(super) fn unfit(&self, survey: &Survey, goal: &Goal, found: &Preflight) -> ResultRecord {
        let mut result = ResultRecord::new(&self.id, Conclusion::Refused(Refusal::Check));
        result.release = watch::released(&goal.task_definition);
        let missing = found.missing.join("; ");
        let short = goal.task_definition.arn.short();
        result.error = Some(format!("{short} cannot run again: {missing}"));
        let others = survey.others(&goal.task_definition.arn);
        let command = self.way().command("rollback");
        result.hint = Some(if others.is_empty() {
            format!("put it back, or try all the same: {command} --skip-checks")
        } else {
            format!(
                "put it back, or go elsewhere: {command} --to {}",
                others.join(" or ")
            )
        });
        result
    }
}
