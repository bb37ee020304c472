//! A deployment, as far as choosing where to go back to needs it.

use std::collections::BTreeMap;

use crate::release::ids::{ServiceDeploymentArn, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{
    COPY_OF, ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision, TAKEN_BACK,
    TakenBack,
};

/// A deployment, as far as choosing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// ECS's record of it.
    pub deployment: ServiceDeploymentArn,
    /// How far it came.
    pub status: Status,
    /// Whether, if ECS took it back, somebody asked for that: it may have been a rollback.
    pub was_asked_back: bool,
    /// The service revision that it brings.
    pub revision: ServiceRevisionArn,
    /// The task definition in that.
    pub task_definition: TaskDefinitionArn,
    /// The revision whose content that is, where a rollback registered it anew.
    pub copy_of: Option<TaskDefinitionArn>,
}

impl Attempt {
    /// Returns what a deployment's record says, with the revision that it brings.
    #[must_use]
    pub fn of(
        deployment: &ServiceDeployment,
        revisions: &BTreeMap<ServiceRevisionArn, ServiceRevision>,
    ) -> Option<Self> {
        let revision = deployment.target()?;
        Some(Self {
            deployment: deployment.service_deployment_arn.clone(),
            status: deployment.status,
            was_asked_back: !failed_by_itself(deployment),
            revision: revision.clone(),
            task_definition: revisions.get(revision)?.task_definition.clone()?,
            copy_of: None,
        })
    }

    /// Adds what the tags of its task definition tell.
    pub fn know(&mut self, tags: &BTreeMap<String, String>) {
        let copied = tags.get(COPY_OF).map(TaskDefinitionArn::new);
        self.copy_of = copied.or(self.copy_of.take());
        let told = tags.get(TAKEN_BACK);
        match told.and_then(|told| TakenBack::read(told, &self.deployment)) {
            Some(TakenBack::GivenUp) => self.was_asked_back = false,
            Some(TakenBack::Asked) => self.was_asked_back = true,
            None => {}
        }
    }

    /// Returns the release that it brings, whatever number that has by now.
    #[must_use]
    pub fn release(&self) -> &TaskDefinitionArn {
        self.copy_of.as_ref().unwrap_or(&self.task_definition)
    }
}

/// Returns whether ECS says that it went back on its own: "rolled back because …". Where it does
/// not say why, somebody may have asked, and then it must not go back twice.
fn failed_by_itself(deployment: &ServiceDeployment) -> bool {
    let reason = deployment.status_reason.as_deref().unwrap_or_default();
    reason.contains("because") && !reason.contains("StopServiceDeployment")
}
