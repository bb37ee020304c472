//! The deployments of a service as ECS lists them, held against the service itself: the list may
//! be behind by seconds, and a rescue that does not see what arrives makes things worse. No
//! command that reads or rescues lists deployments otherwise.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use crate::cloud::{Answer, Cloud, CloudError};
use crate::pause::{elapsed, sleep};
use crate::release::ids::ServiceId;
use crate::release::{DeploymentState, LiveService, ServiceDeployment};

/// For how long a list may be behind.
const BEHIND: Duration = Duration::from_secs(20);
/// Between two looks at it.
const PAUSE: Duration = Duration::from_secs(1);
/// A record and its entry of `deployments` are made in one go, not in one instant.
const IN_ONE_GO: SignedDuration = SignedDuration::from_secs(5);

/// How far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Reach {
    /// A page.
    Newest,
    /// All that ECS keeps.
    All,
}

/// The deployments that ECS has on record, what the service names as current included.
#[derive(Debug)]
pub(in crate::app) struct OnRecord {
    /// Newest first.
    pub(in crate::app) deployments: Vec<ServiceDeployment>,
    /// The entry of the service that no record is of yet.
    unrecorded: Option<DeploymentState>,
}

impl OnRecord {
    /// Lists the deployments of a service that was looked at no later.
    ///
    /// # Errors
    /// When AWS says no or stays out of reach.
    pub(in crate::app) async fn of<C: Cloud>(
        cloud: &C,
        id: &ServiceId,
        service: &LiveService,
        reach: Reach,
    ) -> Answer<Self> {
        let listed = list(cloud, id, reach).await?;
        Self::held_against(cloud, service, listed).await
    }

    /// Looks at a service and at its deployments, and again while these are behind. The second
    /// answer may be a refusal, whatever the first is.
    ///
    /// # Errors
    /// When the service can't be seen. Where the list stays behind a deployment that runs, that is
    /// the second answer.
    pub(in crate::app) async fn seen<C: Cloud>(
        cloud: &C,
        id: &ServiceId,
        reach: Reach,
    ) -> Answer<(Option<LiveService>, Answer<Self>)> {
        let began = Instant::now();
        loop {
            let (service, listed) = tokio::join!(cloud.service(id), list(cloud, id, reach));
            let Some(service) = service? else {
                return Ok((None, Err(CloudError::no_service(id))));
            };
            let whole = match listed {
                Ok(listed) => Self::held_against(cloud, &service, listed).await,
                Err(refused) => Err(refused),
            };
            let is_late = elapsed(began) >= BEHIND;
            match whole {
                Ok(whole) if whole.unrecorded.is_some() && !is_late => sleep(PAUSE).await,
                Ok(whole) => {
                    let whole = whole.unless_one_runs_unseen(id);
                    return Ok((Some(service), whole));
                }
                Err(refused) => return Ok((Some(service), Err(refused))),
            }
        }
    }

    /// Adds what the service names as current, and finds out whether anything is still missing.
    async fn held_against<C: Cloud>(
        cloud: &C,
        service: &LiveService,
        mut deployments: Vec<ServiceDeployment>,
    ) -> Answer<Self> {
        if let Some(current) = &service.current_service_deployment {
            let is_it = |listed: &ServiceDeployment| listed.service_deployment_arn == *current;
            if !deployments.iter().any(is_it) {
                let arns = std::slice::from_ref(current);
                deployments.extend(cloud.describe_service_deployments(arns).await?);
                deployments.sort_by_key(|listed| std::cmp::Reverse(listed.created_at));
            }
            if deployments.iter().any(is_it) {
                return Ok(Self {
                    deployments,
                    unrecorded: None,
                });
            }
        }
        let newest = deployments.first().and_then(|newest| newest.created_at);
        let is_newer = |entry: &&DeploymentState| match (entry.created_at, newest) {
            (Some(made), Some(newest)) => made.duration_since(newest) > IN_ONE_GO,
            // What has completed may be older than the 90 days that ECS keeps.
            (_, None) => deployments.is_empty() && service.running().is_some(),
            (None, Some(_)) => false,
        };
        let unrecorded = service.primary().filter(is_newer).cloned();
        Ok(Self {
            deployments,
            unrecorded,
        })
    }

    /// What runs without a record is told apart from what does not run.
    fn unless_one_runs_unseen(self, id: &ServiceId) -> Answer<Self> {
        let runs = |entry: &&DeploymentState| entry.rollout_state.as_deref() == Some("IN_PROGRESS");
        match self.unrecorded.as_ref().filter(runs) {
            Some(entry) => Err(CloudError::not_on_record(id, &entry.task_definition)),
            None => Ok(self),
        }
    }
}

/// Returns a service that can have deployments.
///
/// # Errors
/// Where there is none, or it is being deleted.
pub(in crate::app) fn active(service: Option<LiveService>, id: &ServiceId) -> Answer<LiveService> {
    let service = service.filter(LiveService::is_active);
    let service = service.ok_or_else(|| CloudError::no_service(id))?;
    match service.deletion() {
        Some(_) => Err(CloudError::being_deleted(id)),
        None => Ok(service),
    }
}

async fn list<C: Cloud>(cloud: &C, id: &ServiceId, reach: Reach) -> Answer<Vec<ServiceDeployment>> {
    match reach {
        Reach::Newest => cloud.service_deployments(id).await,
        Reach::All => cloud.all_service_deployments(id).await,
    }
}
