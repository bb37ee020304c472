//! What a service is like, as JSON has it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::cloud::CloudError;
use crate::history::Outcome;
use crate::progress::Cause;
use crate::release::ids::{ClusterName, DeploymentId, ServiceId, ServiceName, TaskDefinitionArn};
use crate::release::{
    LiveService, LiveTaskDefinition, MODEL, MODEL_METRICS, MODEL_REF, NamedPlace, VERSION,
};

/// What a service is like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceStatus {
    /// Its name.
    pub service: ServiceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its account, as its ARN has it; nothing where nothing is deployed.
    pub account: Option<String>,
    /// Its region, as its ARN has it, or as it was asked for.
    pub region: Option<String>,
    /// What tells it apart from those of the same name elsewhere.
    #[serde(skip)]
    pub place: Option<Arc<NamedPlace>>,
    /// What serves; nothing where nothing does.
    pub release: Option<ServingRelease>,
    /// What is deployed where nothing serves, and nothing is under way.
    #[serde(skip)]
    pub deployed: Option<ServingRelease>,
    /// Every release that has tasks, or should have: what serves first, then what arrives.
    pub releases: Vec<ReleaseStatus>,
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
    /// What is wrong with where requests go, while no deployment moves them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misrouted: Option<Misrouted>,
    /// What was probably meant, where the service is not there.
    #[serde(rename = "hint", skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
    /// What AWS refused to tell, so that nothing is said of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_seen: Vec<NotSeen>,
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

/// Requests that go where nobody answers, or to other tasks than those that should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misrouted {
    /// What is wrong, worst first.
    pub wrong: Vec<String>,
    /// The next step.
    pub hint: Option<String>,
}

/// Something that a narrow policy or an older endpoint keeps from being told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSeen {
    /// What.
    pub what: &'static str,
    /// Why, in AWS's words.
    pub error: String,
    /// The next step, such as the action to allow.
    pub hint: Option<String>,
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

/// A release of the service, by its tasks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseStatus {
    /// The model, where the revision's tags tell.
    pub model: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The image of the model's container, as it was written.
    pub image: Option<String>,
    /// What ECS resolved it to.
    pub digest: Option<String>,
    /// The revision.
    pub task_definition: TaskDefinitionArn,
    /// What it is to the service.
    pub role: Role,
    /// How many of its tasks run.
    pub running: u32,
    /// How many of these pass their checks, and those of each load balancer; nothing where that
    /// could not be seen.
    pub healthy: Option<u32>,
    /// How many are on their way.
    pub starting: u32,
    /// How many died, as far as ECS still tells; nothing where that could not be seen.
    pub failed: Option<u32>,
    /// The share of the load balancer's traffic, in percent; nothing where releases share a target
    /// group, or no rule was asked.
    pub weight: Option<f64>,
    /// Why most of those that died did.
    pub cause: Option<Cause>,
    /// The same in AWS's own words.
    pub reason: Option<String>,
}

/// What a release is to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It takes the requests.
    Serving,
    /// It is to serve next.
    Arriving,
    /// Its tasks are on their way out.
    Leaving,
}

/// A deployment under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunningDeployment {
    /// Which.
    pub id: DeploymentId,
    /// Whether ECS is on its way back to it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub going_back: bool,
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
    /// Since when it runs, by ECS's clock.
    pub started: Option<Timestamp>,
    /// Until when going back takes seconds, at the latest: both releases run until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_return_until: Option<Timestamp>,
}

/// What became of the newest deployment, which what serves says nothing of after a rollback.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastDeployment {
    /// How it ended, if this version knows its status.
    pub outcome: Option<Outcome>,
    /// Whether ECS is taking it back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub going_back: bool,
    /// The revision that it brought.
    pub task_definition: Option<TaskDefinitionArn>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What ECS says of it.
    pub reason: Option<String>,
    /// Why it failed, as far as ECS still knows its tasks.
    pub cause: Option<Cause>,
}

impl ServiceStatus {
    pub(super) fn nothing_there(id: &ServiceId) -> Self {
        Self {
            service: id.name.clone(),
            cluster: id.cluster.clone(),
            account: None,
            region: id
                .place
                .as_ref()
                .and_then(|named| named.place.region.clone()),
            place: id.place.clone(),
            release: None,
            deployed: None,
            releases: Vec::new(),
            desired: 0,
            running: 0,
            pending: 0,
            deployment: None,
            last_deployment: None,
            note: None,
            misrouted: None,
            meant: None,
            not_seen: Vec::new(),
            unanswered: None,
        }
    }

    /// Says whether the service is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.release.is_some() || !self.releases.is_empty()
    }
}

impl ServingRelease {
    pub(super) fn of(live: &LiveTaskDefinition, digest: Option<String>) -> Self {
        let tag = |name: &str| live.tags.get(name).cloned();
        Self {
            model: tag(MODEL),
            version: tag(VERSION),
            model_ref: tag(MODEL_REF),
            model_metrics: tag(MODEL_METRICS),
            image: live.image().map(str::to_owned),
            digest,
            task_definition: live.arn.clone(),
        }
    }

    /// A revision that nobody may describe.
    pub(super) fn unknown(arn: &TaskDefinitionArn) -> Self {
        Self {
            model: None,
            version: None,
            model_ref: None,
            model_metrics: None,
            image: None,
            digest: None,
            task_definition: arn.clone(),
        }
    }
}

impl RunningDeployment {
    pub(super) fn of(
        service: &LiveService,
        failed: u32,
        instant_return_until: Option<Timestamp>,
    ) -> Option<Self> {
        service.running().map(|primary| Self {
            id: primary.id.clone(),
            going_back: service.is_rolling_back(),
            task_definition: primary.task_definition.clone(),
            desired: primary.desired_count,
            running: primary.running_count,
            pending: primary.pending_count,
            failed: primary.failed_tasks.max(failed),
            reason: primary.rollout_state_reason.clone(),
            started: primary.created_at,
            instant_return_until,
        })
    }
}
