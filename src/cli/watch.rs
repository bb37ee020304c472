//! `mlship watch`

use clap::Args;

use super::load::{Loaded, load_one};
use super::recording::Recording;
use super::signals::Signals;
use super::watching::{Patience, Watched};
use super::{Global, aws, back_on, conclude, examples, exit, output};
use crate::cloud::aws::AwsCloud;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::plan::{Previous, Started};
use crate::release::ids::{DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{LiveService, LiveTaskDefinition, MODEL, ServiceDeployment, VERSION};
use crate::report::{Event, ReleaseRecord};
use crate::rollout::departed;

/// Attach to the running deployment, or tell how the newest one ended
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(super) struct Watch {
    /// The manifest of the service, or - for standard input
    path: String,
    #[command(flatten)]
    patience: Patience,
    /// Tell the model registry how it ended, as a deploy does that was waited for
    #[arg(long)]
    record: bool,
}

pub(super) async fn run(command: &Watch, global: &Global) -> u8 {
    let loaded = match load_one(&command.path, "watch", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    if command.record && loaded.manifest.release.model.reference.is_none() {
        let message = "--record tells the model registry, and the manifest has no model.ref";
        return output::usage(message, global);
    }
    let signals = Signals::listen();
    let cloud = match aws::cloud(global).await {
        Ok(cloud) => cloud,
        Err(error) => return output::cloud_error(&error, global),
    };
    let mut report = global.reporter();
    let mut result = match newest(&cloud, &loaded, global).await {
        Ok(watched) => {
            let deployment = watched.started.deployment.clone();
            report.event(&watched.service, &Event::Attached { deployment });
            let mut result = watched
                .to_the_end(&cloud, &command.patience, report.as_mut(), &signals)
                .await;
            back_on::look(&cloud, &watched.service, &mut result).await;
            result
        }
        Err(error) => conclude::failed_call(&loaded.service(), &error),
    };
    if command.record {
        let recording = Recording {
            cloud: &cloud,
            service: &loaded.service(),
            manifest: &loaded.manifest,
            global,
            signals: &signals,
        };
        recording.write(&mut result, report.as_mut()).await;
        let is_untold = result
            .registry
            .as_ref()
            .is_some_and(|told| told.error.is_some());
        // Telling is what was asked for. A release that went badly is worse news.
        if is_untold && result.exit_code == exit::DONE {
            result.exit_code = exit::UNREACHABLE;
        }
    }
    result.api_calls = cloud.calls();
    report.result(&result);
    result.exit_code
}

/// Finds the newest deployment of a service, whoever started it.
async fn newest(cloud: &AwsCloud, loaded: &Loaded, global: &Global) -> Answer<Watched> {
    let id = loaded.service();
    let live = cloud.service(&id).await?;
    let service = live
        .filter(|service| service.status == "ACTIVE")
        .ok_or_else(|| CloudError::no_service(&id))?;
    let started = match newest_listed(cloud, &id).await? {
        Some((deployment, task_definition)) => {
            let mut started = entry_of(&service, &deployment, task_definition);
            if service.deployment(&started.deployment).is_none() {
                let brought = &started.task_definition;
                let left = departed(cloud, (&id, &service), &deployment, brought).await;
                // It only adds to the diagnosis.
                started.deployment = left.ok().flatten().unwrap_or(started.deployment);
            }
            started
        }
        None => primary(&service).ok_or_else(|| CloudError::no_service(&id))?,
    };
    let brought = cloud
        .task_definition(started.task_definition.as_str())
        .await?;
    let previous = if started.task_definition == service.task_definition {
        None
    } else {
        cloud
            .task_definition(service.task_definition.as_str())
            .await?
    };
    Ok(Watched {
        service: id,
        release: brought.as_ref().and_then(released),
        origin: None,
        previous: previous.as_ref().map(Previous::of),
        started,
        commands: global.commands(&loaded.manifest),
        // Who only watches changes nothing.
        abort_after: 0,
    })
}

/// Returns the newest service deployment and what it brings, where ECS tells.
async fn newest_listed(
    cloud: &AwsCloud,
    service: &ServiceId,
) -> Answer<Option<(ServiceDeployment, TaskDefinitionArn)>> {
    let listed = match cloud.service_deployments(service).await {
        Ok(listed) => listed,
        Err(error) if error.is_transport() => return Err(error),
        // A narrow policy: the entries of the service itself remain.
        Err(_) => return Ok(None),
    };
    let Some(newest) = listed.into_iter().next() else {
        return Ok(None);
    };
    let Some(target) = newest.target() else {
        return Ok(None);
    };
    let revisions = cloud
        .service_revisions(std::slice::from_ref(target))
        .await?;
    let brought = revisions
        .into_iter()
        .next()
        .and_then(|one| one.task_definition);
    Ok(brought.map(|brought| (newest, brought)))
}

/// Returns the entry of `deployments` that belongs to a service deployment. A rollback that has
/// ended took it out of the list: the moment it was made is then what tells it.
pub(super) fn entry_of(
    service: &LiveService,
    deployment: &ServiceDeployment,
    task_definition: TaskDefinitionArn,
) -> Started {
    let ours = service.deployments.iter().find(|entry| {
        let apart = entry.created_at.zip(deployment.created_at);
        let near = apart.is_none_or(|(entry, made)| entry.duration_since(made).abs().as_secs() < 5);
        entry.task_definition == task_definition && near
    });
    let vanished = || DeploymentId::of_ended(&deployment.service_deployment_arn);
    Started {
        deployment: ours.map_or_else(vanished, |entry| entry.id.clone()),
        created_at: ours.map_or(deployment.created_at, |entry| entry.created_at),
        task_definition,
    }
}

fn primary(service: &LiveService) -> Option<Started> {
    service.primary().map(|primary| Started {
        deployment: primary.id.clone(),
        created_at: primary.created_at,
        task_definition: primary.task_definition.clone(),
    })
}

/// Returns the release that a task definition carries, when its tags say so.
pub(super) fn released(live: &LiveTaskDefinition) -> Option<ReleaseRecord> {
    Some(ReleaseRecord {
        model: live.tags.get(MODEL)?.clone(),
        version: live.tags.get(VERSION)?.clone(),
        image: live.image().unwrap_or_default().to_owned(),
    })
}
