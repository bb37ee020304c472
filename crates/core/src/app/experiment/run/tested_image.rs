//! Which image a variant ran while it was compared: a tag in its manifest may name another one by now,
//! which nobody has tested.

use jiff::Timestamp;

use crate::cloud::{Answer, Ecs};
use crate::experiment::{Arm, Refusal};
use crate::release::ids::{ClusterName, ServiceRevisionArn};
use crate::release::{
    LiveService, LiveTaskDefinition, ServiceDeployment, ServiceDeploymentStatus, pinned,
};
use mlship_manifest::Manifest;

/// The images of the model's container, by their digests, of all deployments that served a variant
/// since a time; without what nobody knows.
struct Ran {
    digests: Vec<String>,
    is_all_known: bool,
}

impl Ran {
    fn take(&mut self, digest: Option<String>) {
        match digest {
            Some(digest) if !self.digests.contains(&digest) => self.digests.push(digest),
            Some(_) => {}
            None => self.is_all_known = false,
        }
    }
}

/// Returns the manifest of a variant with the image that its tasks ran since a time, by its digest.
///
/// # Errors
/// A refusal where nobody knows which image that was, or where it was more than one.
pub(super) async fn as_tested<C: Ecs>(
    cloud: &C,
    arm: &Arm,
    manifest: &Manifest,
    since: Timestamp,
) -> Answer<Result<Manifest, Refusal>> {
    let written = &manifest.release.image;
    if written.contains('@') {
        return Ok(Ok(manifest.clone()));
    }
    let ran = ran(cloud, arm, since).await?;
    Ok(match &ran.digests[..] {
        [digest] if ran.is_all_known => {
            let mut manifest = manifest.clone();
            manifest.release.image = pinned(written, digest);
            Ok(manifest)
        }
        [] | [_] => Err(Refusal::untold_image(arm, written)),
        several => Err(Refusal::several_images(arm, written, several)),
    })
}

async fn ran<C: Ecs>(cloud: &C, arm: &Arm, since: Timestamp) -> Answer<Ran> {
    let mut ran = Ran {
        digests: Vec::new(),
        is_all_known: true,
    };
    let Some(service) = cloud.service(&arm.service).await? else {
        return Ok(ran);
    };
    let definition = service.task_definition.as_str();
    let Some(definition) = cloud.task_definition(definition).await? else {
        return Ok(ran);
    };
    let listed = cloud.all_service_deployments(&arm.service).await?;
    let served = served(&listed, since);
    let revisions = cloud.service_revisions(&served).await?;
    for (at, arn) in served.iter().enumerate() {
        let revision = revisions
            .iter()
            .find(|one| one.service_revision_arn == *arn);
        let images = revision.map_or(&[][..], |revision| &revision.container_images);
        let mut images = images.iter();
        let image = images.find(|image| Some(&*image.container_name) == definition.container());
        match image.and_then(|image| image.image_digest.clone()) {
            // ECS resolves no tags for a service that asks for that; the tasks know what they run.
            None if at == 0 => {
                let about = (&service, &arm.service.cluster);
                of_tasks(cloud, about, &definition, &mut ran).await?;
            }
            digest => ran.take(digest),
        }
    }
    Ok(ran)
}

/// Returns what served since a time: what was deployed since then, and what was there. The newest
/// stands first.
fn served(listed: &[ServiceDeployment], since: Timestamp) -> Vec<ServiceRevisionArn> {
    let mut found = Vec::new();
    for deployment in listed
        .iter()
        .filter(|deployment| may_have_served(deployment))
    {
        if let Some(target) = deployment.target()
            && !found.contains(target)
        {
            found.push(target.clone());
        }
        let was_there = deployment
            .created_at
            .is_some_and(|created| created <= since);
        if was_there && deployment.status == ServiceDeploymentStatus::Successful {
            break;
        }
    }
    found
}

fn may_have_served(deployment: &ServiceDeployment) -> bool {
    match deployment.status {
        ServiceDeploymentStatus::Pending
        | ServiceDeploymentStatus::InProgress
        | ServiceDeploymentStatus::Stopped
        | ServiceDeploymentStatus::StopRequested
        | ServiceDeploymentStatus::Successful
        | ServiceDeploymentStatus::Unknown => true,
        // Its tasks were given up.
        ServiceDeploymentStatus::RollbackRequested
        | ServiceDeploymentStatus::RollbackInProgress
        | ServiceDeploymentStatus::RollbackSuccessful
        | ServiceDeploymentStatus::RollbackFailed => false,
    }
}

/// Takes what the tasks of the newest deployment run.
async fn of_tasks<C: Ecs>(
    cloud: &C,
    (service, cluster): (&LiveService, &ClusterName),
    definition: &LiveTaskDefinition,
    ran: &mut Ran,
) -> Answer<()> {
    let Some(primary) = service.primary() else {
        ran.take(None);
        return Ok(());
    };
    let tasks = cloud.running_tasks(cluster, &primary.id).await?;
    let containers = tasks.iter().flat_map(|task| &task.containers);
    let own = containers.filter(|one| Some(&*one.name) == definition.container() && one.has_run());
    let digests: Vec<Option<String>> = own.map(|one| one.image_digest.clone()).collect();
    if digests.is_empty() {
        ran.take(None);
    }
    for digest in digests {
        ran.take(digest);
    }
    Ok(())
}
