//! The deployments of a service, or of a model in every service: from ECS's records, and from the
//! tags of revisions whose deployments ECS has deleted. Writes nothing.

mod by_model;
mod content;
mod experiments;
mod older_revisions;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use by_model::history_of_model;
pub(in crate::app) use content::newest_of_content;
pub use experiments::name_experiments;
use older_revisions::older_revisions;

use super::on_record::{OnRecord, Reach};
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::history::{Attempt, Entry, Extent, Timeline, cause_of, outcomes, recorded_cause};
use crate::release::ids::{ServiceId, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{
    DesiredStatus, LiveService, LiveTaskDefinition, ServiceDeployment, ServiceRevision,
};

/// How many tasks that stopped are looked at: more tell no more of why.
const MOST_STOPPED: usize = 1000;

/// What became of a service's deployments.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Whose the service is, where ECS keeps no record of its deployments; that it is being deleted,
    /// or runs no task.
    pub note: Option<String>,
}

/// Gathers a service's newest deployments. Where ECS has forgotten earlier ones, the revisions
/// that they left follow.
///
/// # Errors
/// When AWS says no or stays out of reach, or has no such service.
pub async fn history<C: Cloud>(cloud: &C, service: &ServiceId, limit: usize) -> Answer<History> {
    let live = cloud.service(service).await?;
    let live = live
        .filter(LiveService::is_active)
        .ok_or_else(|| CloudError::no_service(service))?;
    let note = live.foreign().map(|foreign| foreign.words());
    let deployments = match described(cloud, service, &live, limit).await {
        Err(error) if note.is_some() && error.kind == ErrorKind::Rejected => Vec::new(),
        answer => answer?,
    };
    let revisions = revisions(cloud, &deployments).await?;
    let mut known = TaskDefinitionCache {
        cloud,
        found: BTreeMap::new(),
    };
    let mut entries = Vec::new();
    for (deployment, outcome) in deployments.iter().zip(outcomes(&deployments)) {
        let revision = deployment.target().and_then(|target| revisions.get(target));
        let brought = revision.and_then(|revision| revision.task_definition.as_ref());
        let task_definition = known.task_definition(brought).await?;
        entries.push(Entry::of(
            deployment,
            outcome,
            revision,
            task_definition.as_ref(),
        ));
    }
    add_causes(&known, service, &deployments, &mut entries).await?;
    let mut attempts: Vec<Attempt> = deployments
        .iter()
        .filter_map(|deployment| Attempt::of(deployment, &revisions))
        .collect();
    for attempt in &mut attempts {
        if let Some(Some(live)) = known.found.get(&attempt.task_definition) {
            attempt.know(&live.tags);
        }
    }
    let extent = if deployments.len() < limit {
        Extent::Whole
    } else {
        Extent::Newest
    };
    let timeline = Timeline::of(&attempts, extent);
    for entry in &mut entries {
        entry.mark(&timeline, &live);
    }
    let most = limit.saturating_sub(entries.len());
    let older = older_revisions(&mut known, &live, &deployments, most).await?;
    entries.extend(older.iter().map(Entry::of_revision));
    let is_idle = live.running_count == 0;
    let note = note
        .or_else(|| live.deletion())
        .or_else(|| is_idle.then(|| "runs no task".to_owned()));
    Ok(History { entries, note })
}

/// Says why deployments failed. ECS remembers tasks for an hour, which who may not look at them does
/// without.
async fn add_causes<C: Cloud>(
    known: &TaskDefinitionCache<'_, C>,
    id: &ServiceId,
    deployments: &[ServiceDeployment],
    entries: &mut [Entry],
) -> Answer<()> {
    let tags_of = |entry: &Entry| {
        let brought = known.found.get(entry.task_definition.as_ref()?)?;
        brought.as_ref().map(|live| &live.tags)
    };
    let is_open = |(deployment, entry): (&ServiceDeployment, &Entry)| {
        let arn = &deployment.service_deployment_arn;
        let kept = tags_of(entry).and_then(|tags| recorded_cause(tags, arn));
        entry.has_failed() && kept.is_none()
    };
    let mut stopped = Vec::new();
    if deployments.iter().zip(&*entries).any(is_open) {
        let cloud = known.cloud;
        let listed = cloud.service_tasks(id, DesiredStatus::Stopped).await;
        let mut listed = CloudError::unless_refused(listed)?.unwrap_or_default();
        listed.truncate(MOST_STOPPED);
        if !listed.is_empty() {
            let tasks = cloud.tasks(&id.cluster, &listed).await;
            stopped = CloudError::unless_refused(tasks)?.unwrap_or_default();
        }
    }
    for (deployment, entry) in deployments.iter().zip(entries) {
        if entry.has_failed() {
            let brought = entry.task_definition.as_ref();
            entry.cause = cause_of(deployment, brought, tags_of(entry), &stopped);
        }
    }
    Ok(())
}

/// Returns the newest deployments in full.
async fn described<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    service: &LiveService,
    limit: usize,
) -> Answer<Vec<ServiceDeployment>> {
    let on_record = OnRecord::of(cloud, id, service, Reach::All).await?;
    let arns: Vec<_> = on_record
        .deployments
        .into_iter()
        .take(limit)
        .map(|deployment| deployment.service_deployment_arn)
        .collect();
    let mut found = cloud.describe_service_deployments(&arns).await?;
    found.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
    Ok(found)
}

async fn revisions<C: Cloud>(
    cloud: &C,
    deployments: &[ServiceDeployment],
) -> Answer<BTreeMap<ServiceRevisionArn, ServiceRevision>> {
    let mut arns: Vec<_> = deployments
        .iter()
        .filter_map(|deployment| deployment.target().cloned())
        .collect();
    arns.sort();
    arns.dedup();
    let found = cloud.service_revisions(&arns).await?;
    Ok(found
        .into_iter()
        .map(|revision| (revision.service_revision_arn.clone(), revision))
        .collect())
}

/// Task definitions that were looked up: several deployments can bring the same one.
struct TaskDefinitionCache<'a, C> {
    cloud: &'a C,
    found: BTreeMap<TaskDefinitionArn, Option<LiveTaskDefinition>>,
}

impl<C: Cloud> TaskDefinitionCache<'_, C> {
    async fn task_definition(
        &mut self,
        arn: Option<&TaskDefinitionArn>,
    ) -> Answer<Option<LiveTaskDefinition>> {
        let Some(arn) = arn else {
            return Ok(None);
        };
        if let Some(known) = self.found.get(arn) {
            return Ok(known.clone());
        }
        let found = self.cloud.task_definition(arn.as_str()).await?;
        self.found.insert(arn.clone(), found.clone());
        Ok(found)
    }
}
