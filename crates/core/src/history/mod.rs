//! The deployment history of a service, from ECS's records and from tags. Pure.

mod outcome;
#[cfg(test)]
mod tests;
mod timeline;
mod took_part;
mod why;

use jiff::Timestamp;
pub use outcome::{Outcome, outcomes};
use serde::Serialize;
pub use timeline::{Attempt, Extent, RollbackAction, Timeline};
pub use took_part::TookPart;
pub use why::{cause_of, failure_tag, recorded_cause, was_made_since};

use crate::progress::Cause;
use crate::release::ids::{ServiceDeploymentArn, TaskDefinitionArn};
use crate::release::{
    GIT_SHA, LiveService, LiveTaskDefinition, MODEL, MODEL_GIT_SHA, MODEL_METRICS, MODEL_REF,
    MODEL_RUN, OVERRIDDEN, RUN, ServiceDeployment, ServiceRevision, VERSION, WHO, as_tag,
};
use mlship_manifest::Reference;

/// One deployment of a service. What nobody wrote down is left out: other tools set no tags, and
/// ECS forgets deployments after 90 days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The model.
    pub model: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The revision that was deployed.
    pub task_definition: Option<TaskDefinitionArn>,
    /// The image of the model's container, as it was written.
    pub image: Option<String>,
    /// What ECS resolved it to.
    pub digest: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Whether ECS is taking it back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub going_back: bool,
    /// Why it failed, when it did and that is known.
    pub cause: Option<Cause>,
    /// Whether it is what serves.
    pub serves: bool,
    /// Whether somebody or something went back from what it brought.
    pub gone_back_from: bool,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How long it took, by ECS's clock.
    pub duration_seconds: Option<f64>,
    /// Who made the revision.
    pub who: Option<String>,
    /// Of which commit.
    pub git_sha: Option<String>,
    /// In which run of a pipeline.
    pub run: Option<String>,
    /// The reference into a model registry that it was made from.
    pub model_ref: Option<String>,
    /// The training run of that version.
    pub model_run: Option<String>,
    /// The commit of that run.
    pub model_git_sha: Option<String>,
    /// Metrics of that version.
    pub model_metrics: Option<String>,
    /// Gates that did not hold, with the reason why it was released all the same.
    pub overridden: Option<String>,
    /// ECS's record of it.
    pub deployment: Option<ServiceDeploymentArn>,
    /// The experiments that the version took part in, newest first; none where no ledger was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiments: Option<Vec<TookPart>>,
}

impl Entry {
    /// Tells of a deployment that ECS still knows.
    #[must_use]
    pub fn of(
        deployment: &ServiceDeployment,
        outcome: Option<Outcome>,
        revision: Option<&ServiceRevision>,
        task_definition: Option<&LiveTaskDefinition>,
    ) -> Self {
        let container = task_definition.and_then(LiveTaskDefinition::container);
        let images = revision.map_or(&[][..], |revision| &revision.container_images);
        let image = images
            .iter()
            .find(|image| Some(&*image.container_name) == container);
        let brought = revision.and_then(|revision| revision.task_definition.clone());
        let started = deployment.started_at.or(deployment.created_at);
        let took = started.zip(deployment.finished_at);
        let of_revision = task_definition.map(Self::of_revision);
        let tags = task_definition.map(|live| &live.tags);
        let going_back = deployment.status.is_going_back();
        let has_failed = going_back || outcome.is_some_and(Outcome::is_failure);
        Self {
            task_definition: brought.clone(),
            digest: image.and_then(|image| image.image_digest.clone()),
            outcome,
            going_back,
            // Of its tasks nothing is known here.
            cause: has_failed
                .then(|| cause_of(deployment, brought.as_ref(), tags, &[]))
                .flatten(),
            started,
            finished: deployment.finished_at,
            duration_seconds: took.map(|(from, to)| to.duration_since(from).as_secs_f64()),
            deployment: Some(deployment.service_deployment_arn.clone()),
            ..of_revision.unwrap_or_else(Self::blank)
        }
    }

    /// Tells what a revision says of itself, when nothing else is known any more.
    #[must_use]
    pub fn of_revision(revision: &LiveTaskDefinition) -> Self {
        let tag = |name: &str| revision.tags.get(name).cloned();
        Self {
            model: tag(MODEL),
            version: tag(VERSION),
            task_definition: Some(revision.arn.clone()),
            image: revision.image().map(str::to_owned),
            who: tag(WHO),
            git_sha: tag(GIT_SHA),
            run: tag(RUN),
            model_ref: tag(MODEL_REF),
            model_run: tag(MODEL_RUN),
            model_git_sha: tag(MODEL_GIT_SHA),
            model_metrics: tag(MODEL_METRICS),
            overridden: tag(OVERRIDDEN),
            ..Self::blank()
        }
    }

    /// Returns whether there is a failure to tell the cause of.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.going_back || self.outcome.is_some_and(Outcome::is_failure)
    }

    /// Says what it is to the service now.
    pub fn mark(&mut self, timeline: &Timeline<'_>, service: &LiveService) {
        let serves = timeline.serves().map(|serves| &serves.deployment);
        let brought = self.task_definition.as_ref();
        // What succeeded last may have no task by now, or be replaced in this moment.
        let runs = brought.is_some_and(|arn| service.runs(arn));
        self.serves = runs && serves.is_some() && serves == self.deployment.as_ref();
        self.gone_back_from = brought.is_some_and(|arn| timeline.was_gone_back_from(arn));
    }

    /// Returns whether it brought a model, by its own name or by that in its registry.
    #[must_use]
    pub fn is_of(&self, model: &str) -> bool {
        let registered = self.model_ref.as_deref().map(Reference::parse);
        let registered = registered
            .and_then(Result::ok)
            .map(|reference| reference.name);
        self.model.as_deref() == Some(model) || registered == Some(as_tag(model))
    }

    fn blank() -> Self {
        Self {
            model: None,
            version: None,
            task_definition: None,
            image: None,
            digest: None,
            outcome: None,
            going_back: false,
            cause: None,
            serves: false,
            gone_back_from: false,
            started: None,
            finished: None,
            duration_seconds: None,
            who: None,
            git_sha: None,
            run: None,
            model_ref: None,
            model_run: None,
            model_git_sha: None,
            model_metrics: None,
            overridden: None,
            deployment: None,
            experiments: None,
        }
    }
}
