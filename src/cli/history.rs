//! `mlship history`

mod everywhere;
mod forgotten;

use std::collections::BTreeMap;

use clap::Args;
use everywhere::everywhere;
use forgotten::forgotten;
use serde_json::json;

use super::load::{Loaded, load, load_one};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{history_text, model_history_text};
use mlship_core::cloud::{Answer, Cloud, CloudError};
use mlship_core::history::{Entry, outcomes};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::{ServiceId, ServiceRevisionArn, TaskDefinitionArn};
use mlship_core::release::{LiveService, LiveTaskDefinition, ServiceDeployment, ServiceRevision};

/// Show every deployment of a service, newest first: which version, how it ended, when, by whom
#[derive(Debug, Args)]
#[command(after_help = examples::HISTORY)]
pub(super) struct History {
    /// The manifest of the service, or - for standard input; with --model any number of
    /// manifests, and every service of the account and region without one
    #[arg(required_unless_present = "model")]
    paths: Vec<String>,
    /// Show where this model was served instead, by its own name or that in its registry
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Show at most this many deployments
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) async fn run(command: &History, global: &Global) -> ExitCode {
    match (&command.model, &command.paths[..]) {
        (Some(model), paths) => of_model(model, paths, command.limit, global).await,
        (None, [path]) => of_service(path, command.limit, global).await,
        (None, _) => output::usage("history takes the manifest of one service", global),
    }
}

async fn of_service(path: &str, limit: u16, global: &Global) -> ExitCode {
    let loaded = match load_one(path, "history", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let service = loaded.service();
    let entries = match entries(&session.cloud, &service, limit.into()).await {
        Ok(entries) => entries,
        Err(error) => return output::cloud_error(&error, global),
    };
    match global.output {
        Format::Human => {
            output::page(&history_text(&service, &entries, &global.palette()));
            ExitCode::Done
        }
        Format::Json => output::document(&json!({
            "service": service.name, "cluster": service.cluster, "entries": entries,
        })),
    }
}

async fn of_model(model: &str, paths: &[String], limit: u16, global: &Global) -> ExitCode {
    let manifests = match paths {
        [] => Vec::new(),
        _ => match load(paths, global) {
            Ok(manifests) => manifests,
            Err(code) => return code,
        },
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let services: Vec<_> = manifests.iter().map(Loaded::service).collect();
    let found = match everywhere(&session.cloud, model, services, limit.into()).await {
        Ok(found) => found,
        Err(error) => return output::cloud_error(&error, global),
    };
    match global.output {
        Format::Human => {
            output::page(&model_history_text(model, &found, &global.palette()));
            ExitCode::Done
        }
        Format::Json => {
            let entries: Vec<_> = found
                .iter()
                .map(|(service, entry)| {
                    let mut value = json!(entry);
                    value["service"] = json!(service.name);
                    value["cluster"] = json!(service.cluster);
                    value
                })
                .collect();
            output::document(&json!({"model": model, "entries": entries}))
        }
    }
}

/// Gathers a service's newest deployments. Where ECS has forgotten earlier ones, the revisions
/// that they left follow.
async fn entries<C: Cloud>(cloud: &C, service: &ServiceId, limit: usize) -> Answer<Vec<Entry>> {
    let live = cloud.service(service).await?;
    let live = live
        .filter(LiveService::is_active)
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
