//! Finds deployments that started and ended between two looks at the service.
//!
//! One that fails at once and is rolled back leaves `deployments` within seconds; only the list
//! of service deployments still tells of it.

use std::collections::HashSet;

use super::write_effect::ExpectedDeployment;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::plan::Started;
use crate::release::ServiceDeployment;
use crate::release::ids::{DeploymentId, ServiceDeploymentArn, ServiceId, ServiceRevisionArn};

/// The service deployments that were there before the write.
pub(super) struct DeploymentBaseline<'a, C> {
    cloud: &'a C,
    service: &'a ServiceId,
    /// Unknown where ECS does not tell.
    listed: Option<HashSet<ServiceDeploymentArn>>,
}

impl<'a, C: Cloud> DeploymentBaseline<'a, C> {
    /// No deployment can bring a revision that did not exist.
    pub(super) fn of_new_revision(cloud: &'a C, service: &'a ServiceId) -> Self {
        let listed = Some(HashSet::new());
        Self {
            cloud,
            service,
            listed,
        }
    }

    /// These were there.
    pub(super) fn listed(
        cloud: &'a C,
        service: &'a ServiceId,
        known: &[ServiceDeploymentArn],
    ) -> Self {
        Self {
            cloud,
            service,
            listed: Some(known.iter().cloned().collect()),
        }
    }

    /// Lists what has brought a revision before.
    pub(super) async fn of_known_revision(cloud: &'a C, service: &'a ServiceId) -> Self {
        let all = cloud.service_deployments(service).await.ok();
        let arns = |deployment: ServiceDeployment| deployment.service_deployment_arn;
        Self {
            cloud,
            service,
            listed: all.map(|all| all.into_iter().map(arns).collect()),
        }
    }

    /// Finds the newest deployment since then that brings what was asked for.
    ///
    /// # Errors
    /// When that was not answered: nobody knows then whether there is one.
    pub(super) async fn find_since(
        &self,
        expected: ExpectedDeployment<'_>,
    ) -> Answer<Option<Started>> {
        let Some(before) = &self.listed else {
            return Ok(None);
        };
        let since = self.cloud.service_deployments(self.service).await;
        let mut since = CloudError::unless_refused(since)?.unwrap_or_default();
        since.retain(|deployment| !before.contains(&deployment.service_deployment_arn));
        let targets: Vec<ServiceRevisionArn> = since
            .iter()
            .filter_map(|deployment| deployment.target().cloned())
            .collect();
        if targets.is_empty() {
            return Ok(None);
        }
        let revisions = self.cloud.service_revisions(&targets).await;
        let revisions = CloudError::unless_refused(revisions)?.unwrap_or_default();
        Ok(since.iter().find_map(|deployment| {
            let target = deployment.target()?;
            let brought = revisions
                .iter()
                .find(|revision| revision.service_revision_arn == *target)?
                .task_definition
                .as_ref()?;
            expected.is_wanted(brought).then(|| Started {
                deployment: DeploymentId::of_ended(&deployment.service_deployment_arn),
                shown: None,
                created_at: deployment.created_at,
                task_definition: brought.clone(),
            })
        }))
    }
}
