//! Finds the service deployment that belongs to the followed entry of `deployments`.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::Follow;
use crate::cloud::{Answer, Cloud};
use crate::release::ids::{ServiceDeploymentArn, ServiceId, TaskDefinitionArn};
use crate::release::{LiveService, ServiceDeployment, ServiceDeploymentStatus as Status};

/// Entry and service deployment are made in one go, not in one instant.
const IN_ONE_GO: SignedDuration = SignedDuration::from_secs(-5);

/// Finds our service deployment, and remembers which ones bring something else.
pub(super) struct Locate<'a, C> {
    pub(super) cloud: &'a C,
    pub(super) service: &'a ServiceId,
    pub(super) task_definition: &'a TaskDefinitionArn,
    pub(super) follow: &'a Follow,
    /// Whether a service deployment brings our task definition: that never changes.
    pub(super) checked: HashMap<ServiceDeploymentArn, bool>,
}

impl<C: Cloud> Locate<'_, C> {
    /// Takes the one that the service names when it is ours, else the listed one that is ours
    /// and nearest to the entry in time.
    pub(super) async fn find(
        &mut self,
        service: &LiveService,
    ) -> Answer<Option<ServiceDeployment>> {
        if let Some(arn) = &service.current_service_deployment
            && let Some(deployment) = describe(self.cloud, arn).await?
            && is_of_entry(&deployment, self.follow, service)
            && self.brings_ours(&deployment).await?
        {
            return Ok(Some(deployment)
                .filter(|deployment| !is_earlier_record(deployment, self.follow, service)));
        }
        let listed = self.cloud.service_deployments(self.service).await?;
        for brief in nearest_first(listed, self.follow, service) {
            if self.brings_ours(&brief).await? {
                let found = describe(self.cloud, &brief.service_deployment_arn).await?;
                return Ok(
                    found.filter(|deployment| !is_earlier_record(deployment, self.follow, service))
                );
            }
        }
        Ok(None)
    }

    async fn brings_ours(&mut self, deployment: &ServiceDeployment) -> Answer<bool> {
        let arn = &deployment.service_deployment_arn;
        if let Some(known) = self.checked.get(arn) {
            return Ok(*known);
        }
        let Some(target) = deployment.target() else {
            return Ok(false);
        };
        let target = std::slice::from_ref(target);
        let revisions = self.cloud.service_revisions(target).await?;
        let brought = revisions
            .first()
            .and_then(|revision| revision.task_definition.as_ref());
        let is_ours = brought == Some(self.task_definition);
        if brought.is_some() {
            self.checked.insert(arn.clone(), is_ours);
        }
        Ok(is_ours)
    }
}

/// Describes one service deployment.
pub(super) async fn describe<C: Cloud>(
    cloud: &C,
    arn: &ServiceDeploymentArn,
) -> Answer<Option<ServiceDeployment>> {
    let arns = std::slice::from_ref(arn);
    let found = cloud.describe_service_deployments(arns).await?;
    Ok(found.into_iter().next())
}

/// Returns those that may belong to the followed entry, the likeliest first.
fn nearest_first(
    mut listed: Vec<ServiceDeployment>,
    follow: &Follow,
    service: &LiveService,
) -> Vec<ServiceDeployment> {
    listed.retain(|deployment| is_of_entry(deployment, follow, service));
    listed.sort_by_key(|deployment| distance(deployment.created_at, follow.created_at));
    listed
}

/// Returns whether a record tells of an earlier time: ECS, going back to our entry, works on it
/// again, and writes no second record of it.
fn is_earlier_record(
    deployment: &ServiceDeployment,
    follow: &Follow,
    service: &LiveService,
) -> bool {
    let ours = service
        .primary()
        .filter(|primary| primary.id == follow.deployment);
    let state = ours.and_then(|primary| primary.rollout_state.as_deref());
    deployment.status == Status::Successful && matches!(state, Some("IN_PROGRESS" | "FAILED"))
}

/// Returns whether a service deployment may belong to the followed entry: not made before it,
/// and not made together with another one. Two deployments can bring the same task definition.
fn is_of_entry(deployment: &ServiceDeployment, follow: &Follow, service: &LiveService) -> bool {
    let (Some(theirs), Some(ours)) = (deployment.created_at, follow.created_at) else {
        return true;
    };
    let gap = Some(theirs.duration_since(ours).abs());
    let others = service
        .deployments
        .iter()
        .filter(|deployment| deployment.id != follow.deployment);
    let mut gaps = others.filter_map(|other| distance(deployment.created_at, other.created_at));
    theirs.duration_since(ours) >= IN_ONE_GO && gaps.all(|other| Some(other) >= gap)
}

fn distance(first: Option<Timestamp>, other: Option<Timestamp>) -> Option<SignedDuration> {
    Some(first?.duration_since(other?).abs())
}
