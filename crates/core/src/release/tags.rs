//! The tags that identify a release, on its immutable task definition.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ids::ServiceDeploymentArn;

/// The model's name.
pub const MODEL: &str = "mlship:model";
/// The model's version.
pub const VERSION: &str = "mlship:version";
/// The SHA-256 of the task definition's content, by which a registration whose answer was lost
/// is found again.
pub const CONTENT: &str = "mlship:content";
/// The SHA-256 of the manifest after overlays and variables.
pub const MANIFEST: &str = "mlship:manifest";
/// On a service: its autoscaling was made here, so that Application Auto Scaling is asked about it
/// even when the manifest speaks of none any more. It goes together with it.
pub const SCALED: &str = "mlship:autoscaling";
/// On a rule the name of the experiment that it shares traffic for, on a service of it the rule's
/// ARN.
pub const EXPERIMENT: &str = "mlship:experiment";
/// On the revision that serves: the service's settings that mlship wrote last.
pub const SETTINGS: &str = "mlship:settings";
/// On a revision: why it failed last.
pub const FAILURE: &str = "mlship:failure";
/// On a revision that a rollback registered anew: the revision whose content it has.
pub const COPY_OF: &str = "mlship:copy-of";
/// That each step of a release's traffic is judged by its `rollout.analysis`; the value is `true`.
pub const JUDGED: &str = "mlship:judged";
/// On a revision: who had ECS take its deployment back, and which deployment that was.
pub const TAKEN_BACK: &str = "mlship:taken-back";
/// What every tag of mlship's begins with.
pub const PREFIX: &str = "mlship:";
/// The commit.
pub const GIT_SHA: &str = "mlship:git-sha";
/// A link to the pipeline's run.
pub const RUN: &str = "mlship:run";
/// Who released it.
pub const WHO: &str = "mlship:by";
/// The reference into a model registry that the release was made from.
pub const MODEL_REF: &str = "mlship:model-ref";
/// The training run of the registered version.
pub const MODEL_RUN: &str = "mlship:model-run";
/// The commit of that run.
pub const MODEL_GIT_SHA: &str = "mlship:model-git-sha";
/// Metrics of the registered version.
pub const MODEL_METRICS: &str = "mlship:model-metrics";
/// Gates that did not hold, each with the reason why it was released all the same.
pub const OVERRIDDEN: &str = "mlship:overridden";
/// The tags that say where a release comes from, and never count as a change.
pub const STORY: [&str; 8] = [
    GIT_SHA,
    RUN,
    WHO,
    MODEL_REF,
    MODEL_RUN,
    MODEL_GIT_SHA,
    MODEL_METRICS,
    OVERRIDDEN,
];

/// Who had ECS take a deployment back, where ECS's own words don't tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    /// A rollback did, or took it for its own.
    Asked,
    /// The run that deployed it gave it up.
    GivenUp,
}

impl TakenBack {
    /// Returns the tag that says so.
    #[must_use]
    pub fn tag(self, deployment: &ServiceDeploymentArn) -> BTreeMap<String, String> {
        let value = format!("{}:{}", self.word(), id_of(deployment));
        BTreeMap::from([(TAKEN_BACK.to_owned(), value)])
    }

    /// Reads such a tag's value, if it is about this deployment: a revision can have several.
    #[must_use]
    pub fn read(value: &str, deployment: &ServiceDeploymentArn) -> Option<Self> {
        let (word, id) = value.split_once(':')?;
        let all = [Self::Asked, Self::GivenUp];
        let found = all.into_iter().find(|by| by.word() == word)?;
        (id == id_of(deployment)).then_some(found)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::GivenUp => "given-up",
        }
    }
}

fn id_of(deployment: &ServiceDeploymentArn) -> &str {
    let arn = deployment.as_str();
    arn.rsplit_once('/').map_or(arn, |(_, id)| id)
}

/// Returns tags as ECS takes them.
#[must_use]
pub fn tag_list(tags: &BTreeMap<String, String>) -> Value {
    tags.iter()
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect()
}

/// Returns the tags in ECS's list form as a map.
#[must_use]
pub fn tags_of(list: &Value) -> BTreeMap<String, String> {
    let pair = |tag: &Value| {
        let text = |member: &str| tag[member].as_str().map(str::to_owned);
        Some((text("key")?, text("value").unwrap_or_default()))
    };
    list.as_array()
        .map(|tags| tags.iter().filter_map(pair).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tags` of a manifest leave room for these: 37 and 13 are the 50 that ECS takes.
    #[test]
    fn thirteen_tags_of_a_revision_are_mlships_own() {
        let identity = [MODEL, VERSION, CONTENT, MANIFEST, SETTINGS];
        assert_eq!(identity.len() + STORY.len(), 13);
    }
}
