//! Use case: what a service serves, and how its newest deployment goes. Changes nothing.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::planning::observe;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::history::{Outcome, outcomes};
use crate::plan::Observed;
use crate::release::ids::{
    ClusterName, DeploymentId, ServiceId, ServiceName, ServiceRevisionArn, TaskDefinitionArn,
};
use crate::release::{
    LiveService, LiveTaskDefinition, MODEL, MODEL_METRICS, MODEL_REF, ServiceDeployment,
    ServiceDeploymentStatus, ServiceRevision, VERSION,
};

/// What a service is like, as JSON has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceStatus {
    /// Its name.
    pub service: ServiceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// What serves; nothing where nothing is deployed.
    pub release: Option<ServingRelease>,
    /// How many tasks there should be.
    pub desired: u32,
    /// How many run.
    pub running: u32,
    /// How many are on their way.
    pub pending: u32,
    /// The deployment under way; nothing when the service is at rest.
    pub deployment: Option<RunningDeployment>,
    /// What became of the newest deployment, where ECS tells.
    pub last_deployment: Option<LastDeployment>,
    /// Whose the service is, where it is not mlship's to deploy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why something is missing that was asked for and not answered.
    #[serde(flatten, serialize_with = "as_error")]
    pub unanswered: Option<CloudError>,
}

#[expect(clippy::ref_option, reason = "so serde hands it over")]
fn as_error<S: Serializer>(
    unanswered: &Option<CloudError>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut members = serializer.serialize_map(None)?;
    if let Some(error) = unanswered {
        members.serialize_entry("error", &error.to_string())?;
        members.serialize_entry("hint", &error.hint)?;
    }
    members.end()
}

/// The release that serves, by the tags of its task definition: other tools set none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServingRelease {
    /// The model.
    pub model: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The reference into a model registry that it was made from.
    pub model_ref: Option<String>,
    /// Metrics of that version.
    pub model_metrics: Option<String>,
    /// The image of the model's container, as it was written.
    pub image: Option<String>,
    /// What ECS resolved it to, which a tag alone does not tell.
    pub digest: Option<String>,
    /// The revision.
    pub task_definition: TaskDefinitionArn,
}

/// A deployment under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunningDeployment {
    /// Which.
    pub id: DeploymentId,
    /// The revision that it brings.
    pub task_definition: TaskDefinitionArn,
    /// How many tasks it is to have.
    pub desired: u32,
    /// How many of them run.
    pub running: u32,
    /// How many are on their way.
    pub pending: u32,
    /// How many failed.
    pub failed: u32,
    /// What ECS says of it.
    pub reason: Option<String>,
}

/// What became of the newest deployment, which what serves says nothing of after a rollback.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastDeployment {
    /// How it ended, if this version knows its status.
    pub outcome: Option<Outcome>,
    /// The revision that it brought.
    pub task_definition: Option<TaskDefinitionArn>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What ECS says of it.
    pub reason: Option<String>,
}

/// Looks at a service.
///
/// # Errors
/// When AWS says no or stays out of reach.
pub async fn status<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<ServiceStatus> {
    let Observed {
        service,
        task_definition,
        ..
    } = observe(cloud, id).await?;
    let Some(service) = service.filter(LiveService::is_active) else {
        return Ok(ServiceStatus::nothing_there(id));
    };
    let mut unanswered = None;
    let listed = or_unanswered(cloud.service_deployments(id).await, &mut unanswered);
    let revisions = revisions(cloud, &service, &listed).await;
    let revisions = or_unanswered(revisions, &mut unanswered);
    let last = last_deployment(cloud, &listed, &revisions).await;
    let last_deployment = or_unanswered(last, &mut unanswered);
    let digest = digest(&revisions, &service, task_definition.as_ref());
    Ok(ServiceStatus {
        service: id.name.clone(),
        cluster: id.cluster.clone(),
        release: task_definition.map(|live| ServingRelease::of(live, digest)),
        desired: service.desired_count,
        running: service.running_count,
        pending: service.pending_count,
        deployment: RunningDeployment::of(&service),
        last_deployment,
        note: service.foreign().map(|foreign| foreign.words()),
        unanswered,
    })
}

/// Older endpoints and narrow policies don't tell: a status without that is one. What was not
/// answered is missing from it, and that is said.
fn or_unanswered<T: Default>(answer: Answer<T>, unanswered: &mut Option<CloudError>) -> T {
    match CloudError::unless_refused(answer) {
        Ok(told) => told.unwrap_or_default(),
        Err(error) => {
            unanswered.get_or_insert(error);
            T::default()
        }
    }
}

impl ServiceStatus {
    fn nothing_there(id: &ServiceId) -> Self {
        Self {
            service: id.name.clone(),
            cluster: id.cluster.clone(),
            release: None,
            desired: 0,
            running: 0,
            pending: 0,
            deployment: None,
            last_deployment: None,
            note: None,
            unanswered: None,
        }
    }
}

impl ServingRelease {
    fn of(live: LiveTaskDefinition, digest: Option<String>) -> Self {
        let tag = |name: &str| live.tags.get(name).cloned();
        Self {
            model: tag(MODEL),
            version: tag(VERSION),
            model_ref: tag(MODEL_REF),
            model_metrics: tag(MODEL_METRICS),
            image: live.image().map(str::to_owned),
            digest,
            task_definition: live.arn,
        }
    }
}

impl RunningDeployment {
    fn of(service: &LiveService) -> Option<Self> {
        service.running().map(|primary| Self {
            id: primary.id.clone(),
            task_definition: primary.task_definition.clone(),
            desired: primary.desired_count,
            running: primary.running_count,
            pending: primary.pending_count,
            failed: primary.failed_tasks,
            reason: primary.rollout_state_reason.clone(),
        })
    }
}

/// Returns the service revisions that have tasks, or else those lately deployed, and the newest.
async fn revisions<C: Cloud>(
    cloud: &C,
    service: &LiveService,
    listed: &[ServiceDeployment],
) -> Answer<Vec<ServiceRevision>> {
    let mut arns: Vec<ServiceRevisionArn> = service
        .current_service_revisions
        .iter()
        .map(|revision| revision.arn.clone())
        .collect();
    let most = if arns.is_empty() { listed.len() } else { 1 };
    for target in listed
        .iter()
        .take(most)
        .filter_map(ServiceDeployment::target)
    {
        if !arns.contains(target) {
            arns.push(target.clone());
        }
    }
    cloud.service_revisions(&arns).await
}

/// Returns the digest that ECS resolved the model's image to, which a tag alone does not tell.
fn digest(
    revisions: &[ServiceRevision],
    service: &LiveService,
    task_definition: Option<&LiveTaskDefinition>,
) -> Option<String> {
    let serving = revisions
        .iter()
        .find(|revision| revision.task_definition.as_ref() == Some(&service.task_definition))?;
    let container = task_definition.and_then(LiveTaskDefinition::container);
    let mut images = serving.container_images.iter();
    let image = images.find(|image| Some(image.container_name.as_str()) == container)?;
    image.image_digest.clone()
}

async fn last_deployment<C: Cloud>(
    cloud: &C,
    listed: &[ServiceDeployment],
    revisions: &[ServiceRevision],
) -> Answer<Option<LastDeployment>> {
    let Some(mut newest) = listed.first().cloned() else {
        return Ok(None);
    };
    if newest.status == ServiceDeploymentStatus::Stopped {
        // Whether it failed only the whole record tells.
        let arns = std::slice::from_ref(&newest.service_deployment_arn);
        let found = cloud.describe_service_deployments(arns).await?;
        let Some(whole) = found.into_iter().next() else {
            return Ok(None);
        };
        newest = whole;
    }
    let target = newest.target();
    let brought = revisions
        .iter()
        .find(|revision| Some(&revision.service_revision_arn) == target)
        .and_then(|revision| revision.task_definition.clone());
    Ok(Some(LastDeployment {
        outcome: outcomes(std::slice::from_ref(&newest)).pop().flatten(),
        task_definition: brought,
        finished: newest.finished_at,
        reason: newest.status_reason,
    }))
}
