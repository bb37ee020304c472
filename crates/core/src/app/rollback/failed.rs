//! What became of a release that somebody names and that is no target.

use super::deployments::Deployments;
use crate::cloud::Cloud;
use crate::history::{Attempt, Outcome, cause_of, outcomes};
use crate::release::VERSION;

/// How many deployments are looked at, a request each.
const MOST: usize = 20;

impl Deployments {
    /// Says how the newest deployment of a version ended that never succeeded, such as `was rolled
    /// back (image_not_found)`.
    pub(super) async fn failed<C: Cloud>(&self, cloud: &C, version: &str) -> Option<String> {
        let all = self.listed.iter().zip(outcomes(&self.listed)).take(MOST);
        for (record, outcome) in all {
            let is_its = |attempt: &&Attempt| attempt.deployment == record.service_deployment_arn;
            let Some(attempt) = self.attempts.iter().find(is_its) else {
                continue;
            };
            let brought = &attempt.task_definition;
            // It only adds to a refusal.
            let live = self.task_definition(cloud, brought).await.ok().flatten();
            let tags = live.map(|live| live.tags).unwrap_or_default();
            if tags.get(VERSION).map(String::as_str) != Some(version) {
                continue;
            }
            let cause = cause_of(record, Some(brought), Some(&tags), &[]);
            let why = cause.map_or_else(String::new, |cause| format!(" ({})", cause.as_str()));
            return Some(match outcome? {
                Outcome::RolledBack => format!("was rolled back{why}"),
                Outcome::Failed => format!("failed{why}"),
                Outcome::Superseded => "was superseded".to_owned(),
                Outcome::Stopped => "was stopped".to_owned(),
                Outcome::Running => "is under way".to_owned(),
                Outcome::Succeeded => return None,
            });
        }
        None
    }
}
