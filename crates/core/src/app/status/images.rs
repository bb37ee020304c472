//! Which images ECS made of those that releases name.

use crate::cloud::{Answer, Cloud};
use crate::release::ids::ServiceRevisionArn;
use crate::release::{LiveService, LiveTaskDefinition, ServiceDeployment, ServiceRevision};

/// Returns the service revisions that have tasks, or else those lately deployed, and the newest.
pub(super) async fn revisions<C: Cloud>(
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
pub(super) fn digest(revisions: &[ServiceRevision], live: &LiveTaskDefinition) -> Option<String> {
    let serving = revisions
        .iter()
        .find(|revision| revision.task_definition.as_ref() == Some(&live.arn))?;
    let container = live.container();
    let mut images = serving.container_images.iter();
    let image = images.find(|image| Some(image.container_name.as_str()) == container)?;
    image.image_digest.clone()
}
