//! `mlship render`

use clap::Args;
use serde_json::Value;

use super::diff::stopped;
use super::load::{load, load_all};
use super::{Format, Global, examples, output};
use crate::app::model_version::pin;
use crate::app::planning::PlanError;
use crate::cli::session::Session;
use crate::cloud::aws::AwsCloud;
use crate::manifest::Manifest;
use crate::progress::ExitCode;
use crate::release::{Story, resolve};

/// Print manifests as they are after overlays and variables, or what ECS gets
#[derive(Debug, Args)]
#[command(after_help = examples::RENDER)]
pub(super) struct Render {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// Print the exact JSON that registers the task definition
    #[arg(long)]
    task_definition: bool,
}

pub(super) async fn run(command: &Render, global: &Global) -> ExitCode {
    let documents = if command.task_definition {
        task_definitions(&command.paths, global).await
    } else {
        manifests(&command.paths, global)
    };
    let documents = match documents {
        Ok(documents) => documents,
        Err(code) => return code,
    };
    if command.task_definition || global.output == Format::Json {
        return output::document(&one_document(documents));
    }
    for document in &documents {
        output::yaml(document);
    }
    ExitCode::Done
}

/// Returns what was written, overlays and variables applied: releases, then experiments.
fn manifests(paths: &[String], global: &Global) -> Result<Vec<Value>, ExitCode> {
    let reading = load_all(paths, global)?;
    let releases = reading.manifests.iter();
    let releases = releases.map(|loaded| serde_json::to_value(&loaded.manifest.release));
    let experiments = reading.experiments.iter();
    let experiments = experiments.map(|loaded| serde_json::to_value(&loaded.manifest.experiment));
    releases
        .chain(experiments)
        .map(|value| value.map(without_nothing))
        .collect::<Result<_, _>>()
        .map_err(|error| output::unexpected(&error))
}

async fn task_definitions(paths: &[String], global: &Global) -> Result<Vec<Value>, ExitCode> {
    let manifests = load(paths, global)?;
    let session = Session::open(global)
        .await
        .map_err(|error| output::cloud_error(&error, global))?;
    let mut documents = Vec::new();
    for loaded in &manifests {
        match registration(&session.cloud, &loaded.manifest).await {
            Ok(document) => documents.push(document),
            Err(stop) => return Err(stopped(&loaded.service(), &stop, global)),
        }
    }
    Ok(documents)
}

/// Returns what ECS gets; a reference into a registry is looked up for it.
async fn registration(cloud: &AwsCloud, manifest: &Manifest) -> Result<Value, PlanError> {
    let pinned = pin(cloud, manifest).await?;
    let mut release = resolve(&pinned.manifest.release, cloud.region());
    release.story = Story::of_pipeline(&|name| std::env::var(name).ok()).tags("");
    release.origin = pinned.origin_unchecked();
    Ok(Value::Object(release.registration()))
}

/// Returns a single document as it is, and several as a list: JSON has one value.
fn one_document(mut documents: Vec<Value>) -> Value {
    match documents.pop() {
        Some(only) if documents.is_empty() => only,
        last => {
            documents.extend(last);
            Value::Array(documents)
        }
    }
}

/// Leaves out what was not written: a null would read as an empty field.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, without_nothing(member)))
            .filter(|(_, member)| {
                !member.is_null() && *member != Value::Object(serde_json::Map::new())
            })
            .collect(),
        other => other,
    }
}
