//! Finds the newest deployment of a service, whoever started it.

use super::{Commands, WatchOptions, WatchTarget};
use crate::app::first_look::{first_look, saw_nothing};
use crate::app::on_record::{OnRecord, Reach, active};
use crate::app::serving::refresh_previous;
use crate::app::{Context, Subject};
use crate::app::{ReleaseRecord, Report, ResultRecord};
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::history::recorded_cause;
use crate::plan::{Previous, Started};
use crate::progress::{Conclusion, Event, Refusal};
use crate::registry::Registries;
use crate::release::ids::{DeploymentId, ServiceDeploymentArn, ServiceId, TaskDefinitionArn};
use crate::release::{
    LiveService, LiveTaskDefinition, MODEL, ServiceDeployment, ServiceDeploymentStatus as Status,
    VERSION,
};
use crate::rollout::{WaitsEnded, removed_deployment};
use mlship_manifest::schema::Analysis;

/// Watches the newest deployment of a service to its verdict. With `record`, the model registry is
/// told how it ended, and that it could not be is a failure.
pub async fn watch_newest<C: Cloud + Registries>(
    context: &Context<'_, C>,
    subject: &Subject,
    options: WatchOptions,
    record: bool,
    report: &mut dyn Report,
) -> ResultRecord {
    let ended_by = EndedBy::Nobody;
    let mut result = follow_newest(context, subject, options, ended_by, report).await;
    if record {
        subject.tell_registry(context, &mut result, report).await;
        result.require_recording();
        result.api_calls = context.cloud.calls();
    }
    result
}

/// Who ends the waits of a deployment that is watched.
pub(in crate::app) enum EndedBy {
    /// Who only watches changes nothing.
    Nobody,
    /// An analysis, as it judges each step.
    Analysis {
        /// By what.
        analysis: Analysis,
        /// The model's version that it is said of, where that is known.
        version: Option<String>,
    },
    /// This run, each of them, of this deployment alone.
    Promotion(ServiceDeploymentArn),
}

/// Watches the newest deployment of a service to its verdict, and ends its waits where somebody is
/// to; where a promotion is of an older one, that is said and nothing done.
pub(in crate::app) async fn follow_newest<C: Cloud>(
    context: &Context<'_, C>,
    subject: &Subject,
    options: WatchOptions,
    ended_by: EndedBy,
    report: &mut dyn Report,
) -> ResultRecord {
    let service = subject.service();
    let look = first_look(context, service, report, async || {
        newest(context, subject).await
    });
    let mut result = match Box::pin(look).await {
        Ok(mut target) => {
            match ended_by {
                EndedBy::Nobody => {}
                EndedBy::Analysis { analysis, version } => {
                    let running = target.release.as_ref().map(|release| &release.version);
                    if let (Some(wanted), Some(running)) = (&version, running)
                        && wanted != running
                    {
                        return other_version(service, wanted, running);
                    }
                    target.waits = WaitsEnded::ByAnalysis(analysis);
                }
                EndedBy::Promotion(deployment) => {
                    target.waits = WaitsEnded::ByPromotion(deployment);
                }
            }
            let deployment = target.started.deployment.clone();
            report.event(service, &Event::Attached { deployment });
            let watched = target.wait_for_verdict(context, options, report);
            let mut result = Box::pin(watched).await;
            refresh_previous(context.cloud, service, &mut result).await;
            target.hint_back(&mut result);
            result
        }
        Err(error) => saw_nothing(context, subject, error).await,
    };
    result.api_calls = context.cloud.calls();
    result
}

/// A manifest of another version may say other margins.
fn other_version(service: &ServiceId, wanted: &str, running: &str) -> ResultRecord {
    let mut result = ResultRecord::new(service, Conclusion::Refused(Refusal::Check));
    result.error = Some(format!(
        "the manifest is of version {wanted}, and what is being deployed is {running}: it may be \
         judged by other margins"
    ));
    result.hint = Some("name the manifest, with its variables, that is being deployed".to_owned());
    result
}

/// Finds the newest deployment of a service, whoever started it.
///
/// # Errors
/// When AWS gives no usable answer, and where there is no active service.
async fn newest<C: Cloud>(context: &Context<'_, C>, subject: &Subject) -> Answer<WatchTarget> {
    let cloud = context.cloud;
    let id = subject.service();
    let (live, on_record) = OnRecord::seen(cloud, id, Reach::Newest).await?;
    let service = active(live, id)?;
    if let Some(foreign) = service.foreign() {
        return Err(CloudError::foreign(id, &foreign));
    }
    let (deployment, task_definition, has_predecessor) =
        newest_deployment(cloud, id, &service, on_record).await?;
    let mut started = entry_of(&service, &deployment, task_definition);
    if service.deployment(&started.deployment).is_none() {
        let brought = &started.task_definition;
        let left = removed_deployment(cloud, (id, &service), &deployment, brought).await;
        // It only adds to the diagnosis.
        started.deployment = left.ok().flatten().unwrap_or(started.deployment);
    }
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
    Ok(WatchTarget {
        service: id.clone(),
        release: brought.as_ref().and_then(released),
        origin: None,
        previous: previous.as_ref().map(Previous::of),
        started,
        is_own: false,
        has_predecessor,
        recorded: brought
            .as_ref()
            .and_then(|live| recorded_cause(&live.tags, &deployment.service_deployment_arn)),
        restoration: None,
        commands: Commands::about(context.invocation, subject),
        abort_after: 0,
        waits: WaitsEnded::ByNobody,
    })
}

/// Returns the newest service deployment, what it brings, and whether any before it succeeded.
///
/// The entries of the service alone can't stand in for it: after a rollback PRIMARY is the release
/// before, and COMPLETED, as it would be after a success.
///
/// # Errors
/// When AWS says no or stays out of reach, and where there is none.
async fn newest_deployment(
    cloud: &impl Cloud,
    id: &ServiceId,
    service: &LiveService,
    on_record: Answer<OnRecord>,
) -> Answer<(ServiceDeployment, TaskDefinitionArn, bool)> {
    let listed = match on_record {
        Ok(on_record) => on_record.deployments,
        Err(error) if error.kind == ErrorKind::Missing => return Err(error),
        // The one under way needs no list.
        Err(error) if !error.is_transport() => {
            let current = service.current_service_deployment.as_slice();
            let found = cloud.describe_service_deployments(current).await;
            let found = found.unwrap_or_default();
            if found.is_empty() {
                return Err(CloudError::newest_not_known(error));
            }
            found
        }
        Err(error) => return Err(error),
    };
    let mut before = listed.iter().skip(1);
    let has_predecessor = before.any(|earlier| earlier.status == Status::Successful);
    let newest = listed
        .into_iter()
        .next()
        .ok_or_else(|| CloudError::no_deployment(id))?;
    let target = newest.target().map(std::slice::from_ref);
    let revisions = cloud.service_revisions(target.unwrap_or_default()).await?;
    let brought = revisions
        .into_iter()
        .next()
        .and_then(|revision| revision.task_definition);
    match brought {
        Some(brought) => Ok((newest, brought, has_predecessor)),
        None => Err(CloudError::no_deployment(id)),
    }
}

/// Returns the entry of `deployments` that belongs to a service deployment. A rollback that has
/// ended took it out of the list: the moment it was made is then what tells it.
pub(in crate::app) fn entry_of(
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
        shown: None,
        created_at: ours.map_or(deployment.created_at, |entry| entry.created_at),
        task_definition,
    }
}

/// Returns the release that a task definition carries, when its tags say so.
#[must_use]
pub fn released(live: &LiveTaskDefinition) -> Option<ReleaseRecord> {
    Some(ReleaseRecord {
        model: live.tags.get(MODEL)?.clone(),
        version: live.tags.get(VERSION)?.clone(),
        image: live.image().unwrap_or_default().to_owned(),
    })
}
