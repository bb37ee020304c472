//! The live state in ECS, read from its wire format.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::ids::{
    DeploymentId, ServiceDeploymentArn, ServiceRevisionArn, TargetGroupArn, TaskDefinitionArn,
};
use super::lifecycle::{AlarmWatch, HookState, LifecycleStage, ResolvedConfiguration};
use super::primary_settings::with_settings_of_primary;
use super::wiring::{Wiring, single_group};
use super::{Document, tags};
use crate::shape::items;

/// A service as `DescribeServices`, `CreateService` and `UpdateService` return it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveService {
    /// The service's ARN.
    pub service_arn: String,
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    pub status: String,
    /// Tasks asked for.
    #[serde(default)]
    pub desired_count: u32,
    /// Tasks running, of all deployments.
    #[serde(default)]
    pub running_count: u32,
    /// Tasks on their way, of all deployments.
    #[serde(default)]
    pub pending_count: u32,
    /// The task definition of the newest deployment; none any more once the service is deleted.
    #[serde(default)]
    pub task_definition: TaskDefinitionArn,
    /// PRIMARY first.
    #[serde(default)]
    pub deployments: Vec<DeploymentState>,
    /// The newest 100, newest first. Good for showing, never an oracle of success.
    #[serde(default)]
    pub events: Vec<ServiceEvent>,
    /// The running service deployment, where this endpoint reports it.
    #[serde(default)]
    pub current_service_deployment: Option<ServiceDeploymentArn>,
    /// The revisions that have tasks, with their counts.
    #[serde(default)]
    pub current_service_revisions: Vec<RevisionCounts>,
    /// Everything as it came, for comparing.
    #[serde(skip)]
    pub document: Document,
}

impl LiveService {
    /// Says whether it is there: ECS describes a deleted service for a while.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status != "INACTIVE"
    }
}

/// How many tasks a service revision has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionCounts {
    /// Which revision.
    pub arn: ServiceRevisionArn,
    /// Its tasks.
    #[serde(flatten)]
    pub counts: TaskCounts,
    /// The percentage of production traffic that ECS asks for it; none where no traffic moves.
    #[serde(default)]
    pub requested_production_traffic_weight: Option<f64>,
    /// The percentage of test traffic that ECS asks for it.
    #[serde(default)]
    pub requested_test_traffic_weight: Option<f64>,
}

/// Task counts of a service revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskCounts {
    /// Tasks asked for.
    #[serde(default)]
    pub requested_task_count: u32,
    /// Tasks running.
    #[serde(default)]
    pub running_task_count: u32,
    /// Tasks on their way.
    #[serde(default)]
    pub pending_task_count: u32,
}

/// An entry of a service's `deployments`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentState {
    /// `ecs-svc/…`.
    pub id: DeploymentId,
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    pub status: String,
    /// The task definition it runs.
    pub task_definition: TaskDefinitionArn,
    /// Tasks asked for.
    #[serde(default)]
    pub desired_count: u32,
    /// Tasks running.
    #[serde(default)]
    pub running_count: u32,
    /// Tasks on their way.
    #[serde(default)]
    pub pending_count: u32,
    /// Tasks that failed in a row.
    #[serde(default)]
    pub failed_tasks: u32,
    /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
    #[serde(default)]
    pub rollout_state: Option<String>,
    /// ECS's own words.
    #[serde(default)]
    pub rollout_state_reason: Option<String>,
    /// When it was made, by ECS's clock.
    #[serde(default, deserialize_with = "epoch")]
    pub created_at: Option<Timestamp>,
}

/// A line of a service's `events`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEvent {
    /// Unique in the service.
    pub id: String,
    /// When, by ECS's clock.
    #[serde(default, deserialize_with = "epoch")]
    pub created_at: Option<Timestamp>,
    /// ECS's own words.
    pub message: String,
}

impl LiveService {
    /// Reads a service from its wire form.
    pub fn read(document: Document) -> serde_json::Result<Self> {
        let mut service: Self = serde_json::from_value(Value::Object(document.clone()))?;
        service.document = with_settings_of_primary(document);
        Ok(service)
    }

    /// Returns when it was made, by ECS's clock.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        time_in(&self.document, "createdAt")
    }

    /// Returns the deployment that ECS works towards.
    #[must_use]
    pub fn primary(&self) -> Option<&DeploymentState> {
        self.deployments
            .iter()
            .find(|deployment| deployment.status == "PRIMARY")
    }

    /// Returns whether a task of a revision runs.
    #[must_use]
    pub fn runs(&self, revision: &TaskDefinitionArn) -> bool {
        let mut its = self.deployments.iter();
        its.any(|entry| entry.task_definition == *revision && entry.running_count > 0)
    }

    /// Returns what is the matter with a service whose deletion has begun, as what follows its
    /// name.
    #[must_use]
    pub fn deletion(&self) -> Option<String> {
        let is_draining = self.status == "DRAINING";
        is_draining.then(|| "is being deleted: ECS stops its tasks".to_owned())
    }

    /// Returns the deployment under way, if one is.
    #[must_use]
    pub fn running(&self) -> Option<&DeploymentState> {
        self.primary()
            .filter(|primary| primary.rollout_state.as_deref() == Some("IN_PROGRESS"))
    }

    /// Returns whether ECS is on its way back to an older deployment: it takes that up under its
    /// old id.
    #[must_use]
    pub fn is_rolling_back(&self) -> bool {
        self.running().is_some_and(|primary| {
            let newer = |deployment: &DeploymentState| deployment.created_at > primary.created_at;
            primary.created_at.is_some() && self.deployments.iter().any(newer)
        })
    }

    /// Returns the deployment with this id, if it is still listed.
    #[must_use]
    pub fn deployment(&self, id: &DeploymentId) -> Option<&DeploymentState> {
        self.deployments
            .iter()
            .find(|deployment| deployment.id == *id)
    }

    /// Returns the service's tags.
    #[must_use]
    pub fn tags(&self) -> BTreeMap<String, String> {
        tags::tags_of(self.document.get("tags").unwrap_or(&Value::Null))
    }
}

/// A task definition as ECS has it, with its tags.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveTaskDefinition {
    /// Its ARN, revision included.
    pub arn: TaskDefinitionArn,
    /// The definition itself, without its tags.
    pub document: Document,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl LiveTaskDefinition {
    /// Returns when it was registered, by ECS's clock.
    #[must_use]
    pub fn registered_at(&self) -> Option<Timestamp> {
        time_in(&self.document, "registeredAt")
    }

    /// Returns the image of the model's container: the one that ECS lists first.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.document.get("containerDefinitions")?[0]["image"].as_str()
    }

    /// Says whether it has a container of this name.
    #[must_use]
    pub fn has_container(&self, name: &str) -> bool {
        items(self.document.get("containerDefinitions")).any(|container| container["name"] == name)
    }

    /// Returns the name of the model's container.
    #[must_use]
    pub fn container(&self) -> Option<&str> {
        self.document.get("containerDefinitions")?[0]["name"].as_str()
    }
}

/// A service deployment, brief (listed) or in full (described).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDeployment {
    /// Its ARN.
    pub service_deployment_arn: ServiceDeploymentArn,
    /// How far it is.
    pub status: ServiceDeploymentStatus,
    /// ECS's own words.
    #[serde(default)]
    pub status_reason: Option<String>,
    /// When it was made, by ECS's clock.
    #[serde(default, deserialize_with = "epoch")]
    pub created_at: Option<Timestamp>,
    /// When it started.
    #[serde(default, deserialize_with = "epoch")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, deserialize_with = "epoch")]
    pub finished_at: Option<Timestamp>,
    /// The revision it brings, when listed.
    #[serde(default)]
    pub target_service_revision_arn: Option<ServiceRevisionArn>,
    /// The revision it brings and its tasks, when described.
    #[serde(default)]
    pub target_service_revision: Option<RevisionCounts>,
    /// The revisions it replaces and their tasks, when described.
    #[serde(default)]
    pub source_service_revisions: Vec<RevisionCounts>,
    /// Where it goes back to.
    #[serde(default)]
    pub rollback: Option<Rollback>,
    /// The circuit breaker's count.
    #[serde(default)]
    pub deployment_circuit_breaker: Option<CircuitBreaker>,
    /// When ECS last changed anything of it: what changed did so then or before.
    #[serde(default, deserialize_with = "epoch")]
    pub updated_at: Option<Timestamp>,
    /// Where it stands, of a deployment that moves traffic.
    #[serde(default)]
    pub lifecycle_stage: Option<LifecycleStage>,
    /// The hooks that it called, and the pauses that it met.
    #[serde(default)]
    pub lifecycle_hook_details: Vec<HookState>,
    /// The settings that it goes by.
    #[serde(default)]
    pub deployment_configuration: Option<Document>,
    /// The alarms that ECS watches meanwhile.
    #[serde(default)]
    pub alarms: Option<AlarmWatch>,
}

impl ServiceDeploymentStatus {
    /// Returns whether ECS takes the deployment back, or was asked to.
    #[must_use]
    pub fn is_going_back(self) -> bool {
        matches!(self, Self::RollbackRequested | Self::RollbackInProgress)
    }
}

impl ServiceDeployment {
    /// Says whether nothing served before it, so that there is nothing beside it and nothing to go
    /// back to; of a whole record.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.source_service_revisions.is_empty() && self.rollback.is_none()
    }

    /// Returns the service revision this deployment brings.
    #[must_use]
    pub fn target(&self) -> Option<&ServiceRevisionArn> {
        let described = self
            .target_service_revision
            .as_ref()
            .map(|revision| &revision.arn);
        described.or(self.target_service_revision_arn.as_ref())
    }
}

/// Why and whereto a deployment is rolled back.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollback {
    /// ECS's own words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The revision that comes back.
    #[serde(default)]
    pub service_revision_arn: Option<ServiceRevisionArn>,
}

/// What the circuit breaker counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CircuitBreaker {
    /// `MONITORING`, `TRIGGERED`, `MONITORING_COMPLETE` or `DISABLED`.
    #[serde(default)]
    pub status: Option<String>,
    /// Failures so far.
    #[serde(default)]
    pub failure_count: u32,
    /// Failures at which it acts.
    #[serde(default)]
    pub threshold: u32,
}

/// The states of a service deployment. There is no FAILED: a failure without rollback is STOPPED.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceDeploymentStatus {
    /// Not begun.
    Pending,
    /// Under way.
    InProgress,
    /// About to stop where it is.
    StopRequested,
    /// Ended where it was.
    Stopped,
    /// About to go back.
    RollbackRequested,
    /// Going back.
    RollbackInProgress,
    /// Back on the revision before.
    RollbackSuccessful,
    /// Could not go back.
    RollbackFailed,
    /// The new revision serves.
    Successful,
    /// A state that this version does not know; it decides nothing.
    #[serde(other)]
    Unknown,
}

/// What a service deployment brings: the immutable record behind it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRevision {
    /// Its ARN.
    pub service_revision_arn: ServiceRevisionArn,
    /// The task definition it runs.
    #[serde(default)]
    pub task_definition: Option<TaskDefinitionArn>,
    /// The images as ECS resolved them.
    #[serde(default)]
    pub container_images: Vec<ContainerImage>,
    /// What ECS made of its settings.
    #[serde(default)]
    pub resolved_configuration: Option<ResolvedConfiguration>,
    /// Everything as it came, for going back to it.
    #[serde(skip)]
    pub document: Document,
}

impl ServiceRevision {
    /// Reads a service revision from its wire form.
    pub fn read(document: Document) -> serde_json::Result<Self> {
        let mut revision: Self = serde_json::from_value(Value::Object(document.clone()))?;
        revision.document = document;
        Ok(revision)
    }

    /// Returns when it was made, by ECS's clock.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        time_in(&self.document, "createdAt")
    }

    /// Returns the group of a pair that its tasks are in: the one that ECS says, or the only one
    /// that it names.
    #[must_use]
    pub fn group_of(&self, wiring: &Wiring) -> Option<TargetGroupArn> {
        let resolved = self.resolved_configuration.iter();
        let mut resolved = resolved
            .flat_map(|resolved| &resolved.load_balancers)
            .filter_map(|balancer| balancer.target_group_arn.clone());
        let only = || match Wiring::of(&self.document) {
            Some(_) => None,
            None => single_group(&self.document).map(TargetGroupArn::new),
        };
        let said = resolved.find(|group| wiring.has(group));
        said.or_else(|| only().filter(|group| wiring.has(group)))
    }
}

/// An image as ECS resolved it for one container.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerImage {
    /// Which container.
    #[serde(default)]
    pub container_name: String,
    /// `sha256:…`.
    #[serde(default)]
    pub image_digest: Option<String>,
}

/// Reads ECS's timestamps: seconds since the epoch, with a fraction.
pub(super) fn epoch<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let seconds = Option::<f64>::deserialize(deserializer)?;
    Ok(seconds.and_then(|seconds| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole milliseconds until year 9999"
        )]
        let milliseconds = (seconds * 1000.0).round() as i64;
        Timestamp::from_millisecond(milliseconds).ok()
    }))
}

fn time_in(document: &Document, field: &str) -> Option<Timestamp> {
    epoch(document.get(field)?).ok().flatten()
}
