//! `mlship history`

mod forgotten;

use std::collections::BTreeMap;

use clap::Args;
use forgotten::forgotten;
use serde_json::json;

use super::load::load_one;
use super::{Format, Global, aws, exit, output};
use crate::cloud::{Answer, Cloud, CloudError};
use crate::history::{Entry, outcomes};
use crate::release::ids::{ServiceId, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{LiveTaskDefinition, ServiceDeployment, ServiceRevision};
use crate::report::history_text;

/// Show every deployment of a service, newest first: which version, how it ended, when, by whom
#[derive(Debug, Args)]
pub(super) struct History {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Show at most this many
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) async fn run(command: &History, global: &Global) -> u8 {
    let loaded = match load_one(&command.path, "history", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let cloud = match aws::cloud(global).await {
        Ok(cloud) => cloud,
        Err(error) => return output::cloud_error(&error, global),
    };
    let service = loaded.service();
    let entries = match entries(&cloud, &service, command.limit.into()).await {
        Ok(entries) => entries,
        Err(error) => return output::cloud_error(&error, global),
    };
    match global.output {
        Format::Human => {
            output::text(&history_text(&service, &entries, &global.palette()));
            exit::DONE
        }
        Format::Json => output::document(&json!({
            "service": service.name, "cluster": service.cluster, "entries": entries,
        })),
    }
}

/// Gathers a service's newest deployments. Where ECS has forgotten earlier ones, the revisions
/// that they left follow.
async fn entries<C: Cloud>(cloud: &C, service: &ServiceId, limit: usize) -> Answer<Vec<Entry>> {
    let live = cloud.service(service).await?;
    let live = live
        .filter(|live| live.status != "INACTIVE")
        .ok_or_else(|| CloudError::no_service(service))?;
    let deployments = described(cloud, service, limit).await?;
    let revisions = revisions(cloud, &deployments).await?;
    let mut known = Known {
        cloud,
        found: BTreeMap::new(),
    };
    let mut entries = Vec::new();
    for (deployment, outcome) in deployments.iter().zip(outcomes(&deployments)) {
        let revision = deployment.target().and_then(|target| revisions.get(target));
        let brought = revision.and_then(|one| one.task_definition.as_ref());
        let task_definition = known.task_definition(brought).await?;
        entries.push(Entry::of(
            deployment,
            outcome,
            revision,
            task_definition.as_ref(),
        ));
    }
    let most = limit.saturating_sub(entries.len());
    let forgotten = forgotten(&mut known, &live, &deployments, most).await?;
    entries.extend(forgotten.iter().map(Entry::of_revision));
    Ok(entries)
}

/// Returns the newest deployments in full.
async fn described<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    limit: usize,
) -> Answer<Vec<ServiceDeployment>> {
    let listed = cloud.all_service_deployments(service).await?;
    let arns: Vec<_> = listed
        .into_iter()
        .take(limit)
        .map(|one| one.service_deployment_arn)
        .collect();
    let mut found = cloud.describe_service_deployments(&arns).await?;
    found.sort_by_key(|one| std::cmp::Reverse(one.created_at));
    Ok(found)
}

async fn revisions<C: Cloud>(
    cloud: &C,
    deployments: &[ServiceDeployment],
) -> Answer<BTreeMap<ServiceRevisionArn, ServiceRevision>> {
    let mut arns: Vec<_> = deployments
        .iter()
        .filter_map(|one| one.target().cloned())
        .collect();
    arns.sort();
    arns.dedup();
    let found = cloud.service_revisions(&arns).await?;
    Ok(found
        .into_iter()
        .map(|one| (one.service_revision_arn.clone(), one))
        .collect())
}

/// Task definitions that were looked up: several deployments can bring the same one.
struct Known<'a, C> {
    cloud: &'a C,
    found: BTreeMap<TaskDefinitionArn, Option<LiveTaskDefinition>>,
}

impl<C: Cloud> Known<'_, C> {
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
