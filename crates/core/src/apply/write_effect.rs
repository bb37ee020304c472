//! Tells from the service's deployments whether a write took effect, or somebody else's did.

use crate::plan::Started;
use crate::release::ids::TaskDefinitionArn;
use crate::release::{DeploymentState, LiveService};

/// What tells our deployment from others.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedDeployment<'a> {
    /// The service before the write.
    pub(super) before: Option<&'a LiveService>,
    /// The task definition that was asked for: an ARN, or `family:revision`.
    pub(super) wanted: Option<&'a str>,
}

/// What a look at the service shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum WriteEffect {
    /// A deployment that was not there before and brings what we asked for.
    Started(Started),
    /// Somebody else's deployment, and none of ours.
    Conflict,
    /// What was there before.
    NotApplied,
}

impl ExpectedDeployment<'_> {
    /// Returns how a service stands.
    pub(super) fn effect(&self, service: Option<&LiveService>) -> WriteEffect {
        let entries = service.map_or(&[][..], |service| &service.deployments);
        let is_new = |deployment: &&DeploymentState| {
            let before = self
                .before
                .and_then(|service| service.deployment(&deployment.id));
            before.is_none()
        };
        // Ours may have been replaced already: it is followed all the same, to that verdict.
        let ours = entries
            .iter()
            .filter(is_new)
            .find(|deployment| self.is_wanted(&deployment.task_definition));
        match ours {
            Some(ours) => WriteEffect::Started(Started {
                deployment: ours.id.clone(),
                shown: service
                    .filter(|service| self.names_new(service))
                    .map(|service| Box::new(service.clone())),
                created_at: ours.created_at,
                task_definition: ours.task_definition.clone(),
            }),
            None if entries.iter().any(|deployment| is_new(&deployment)) => WriteEffect::Conflict,
            None => WriteEffect::NotApplied,
        }
    }

    /// Says whether a service names the record of a deployment that it did not name before.
    fn names_new(&self, service: &LiveService) -> bool {
        let before = self
            .before
            .and_then(|service| service.current_service_deployment.as_ref());
        let now = service.current_service_deployment.as_ref();
        now.is_some() && now != before
    }

    /// Returns whether what a deployment brings is what was asked for.
    pub(super) fn is_wanted(&self, brings: &TaskDefinitionArn) -> bool {
        self.wanted
            .is_some_and(|wanted| brings.as_str() == wanted || brings.short() == wanted)
    }
}
