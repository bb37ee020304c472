//! Leaves alone what has failed before: a run that is gone on with by what ECS and tags tell.

use super::Deploy;
use crate::app::history::newest_of_content;
use crate::app::{ResultRecord, results};
use crate::cloud::{Balancing, Cloud};
use crate::plan::{Effect, Plan};
use crate::registry::Registries;
use crate::release::{CONTENT, tags_of};
use mlship_manifest::Manifest;

/// What becomes of content whose last deployment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It is deployed.
    Always,
    /// It is left alone.
    UnlessFailed,
}

impl<C: Cloud + Balancing + Registries> Deploy<'_, C> {
    /// Returns how a release ends that would be left alone, without telling anybody. What can't be
    /// seen the deploy itself will meet.
    pub(in crate::app) async fn left_alone(&self, manifest: &Manifest) -> Option<ResultRecord> {
        let (plan, _) = Box::pin(self.foreseen(manifest)).await?;
        let left = self.leave_failed(&plan).await;
        left.filter(ResultRecord::has_failed_before)
    }

    /// Ends a deploy of what has failed before, where that is left alone.
    pub(super) async fn leave_failed(&self, plan: &Plan) -> Option<ResultRecord> {
        let may_have_failed = match plan.effect {
            Effect::ReplaceTasks => true,
            Effect::Create | Effect::InPlace | Effect::None => false,
        };
        if self.options.repeat == Repeat::Always || !may_have_failed {
            return None;
        }
        let tags = match &plan.writes.register {
            Some(document) => document.get("tags").map(tags_of),
            // What is deployed again is what the service was left on.
            None => plan.recorded.clone(),
        };
        let content = tags?.remove(CONTENT)?;
        let newest = newest_of_content(self.context.cloud, &plan.service, &content).await;
        let entry = match newest {
            Ok(entry) => entry?,
            Err(error) => return Some(results::aws_error(&plan.service, &error)),
        };
        let outcome = entry.outcome.filter(|outcome| outcome.is_failure())?;
        let cause = entry.cause.map_or_else(String::new, |cause| {
            format!(" ({})", cause.as_str().replace('_', " "))
        });
        let at = entry.finished.or(entry.started);
        let at = at.map_or_else(String::new, |at| format!(" at {at:.0}"));
        let why = format!("this content {}{at}{cause}", outcome.words());
        let mut result = results::not_begun(&plan.service, &why)
            .with_plan(plan)
            .failed_before();
        result.hint = Some("--retry-failed deploys it again".to_owned());
        Some(result)
    }
}
