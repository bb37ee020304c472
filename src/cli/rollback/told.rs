//! What is said where nothing is done.

use super::Run;
use super::survey::Survey;
use super::wanted::Goal;
use crate::cli::watch;
use crate::cloud::{Answer, Cloud};
use crate::history::Attempt;
use crate::progress::{Conclusion, Refusal};
use crate::release::LiveTaskDefinition;
use crate::report::ResultRecord;

impl Run<'_> {
    /// What serves came by a rollback already.
    pub(super) async fn is_back(&self, survey: &Survey, at: &Attempt) -> Answer<ResultRecord> {
        let serving = self
            .cloud
            .task_definition(at.task_definition.as_str())
            .await?;
        let mut result = self.unchanged(serving.as_ref());
        let command = self.global.command_line("rollback", self.path());
        let others = survey.others(&at.task_definition);
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
    pub(super) fn under_way(&self, at: &Attempt) -> ResultRecord {
        let mut result = self.unchanged(None);
        result.task_definition = Some(at.task_definition.to_string());
        let watch = self.way().command("watch");
        result.hint = Some(format!(
            "{} is on its way back already: {watch}",
            at.task_definition.short()
        ));
        result
    }

    pub(super) fn at_goal(&self, goal: &Goal) -> ResultRecord {
        self.unchanged(Some(&goal.task_definition))
    }

    pub(super) fn unchanged(&self, serving: Option<&LiveTaskDefinition>) -> ResultRecord {
        let mut result = ResultRecord::new(&self.id, Conclusion::Unchanged);
        result.release = serving.and_then(watch::released);
        result.task_definition = serving.map(|live| live.arn.to_string());
        result
    }

    pub(super) fn nowhere(&self, survey: &Survey) -> ResultRecord {
        let mut result = ResultRecord::new(&self.id, Conclusion::Refused(Refusal::Check));
        let looked = survey.looked_at();
        let others = survey.succeeded();
        result.error = Some(match &self.command.to {
            Some(to) => format!("no release {to} to go back to; looked at {looked}"),
            None => format!("no earlier release that succeeded; looked at {looked}"),
        });
        result.hint =
            (!others.is_empty()).then(|| format!("these succeeded: {}", others.join(", ")));
        result
    }
}
