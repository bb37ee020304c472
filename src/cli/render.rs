//! `mlship render`

use clap::Args;
use serde_json::Value;

use super::diff::stopped;
use super::load::{Loaded, load, load_all};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::model_version::pin;
use mlship_core::app::planning::PlanError;
use mlship_core::progress::ExitCode;
use mlship_core::release::{CONTENT, MANIFEST, Provenance, resolve};
use mlship_manifest::Manifest;
use mlship_text::secrets::{HIDDEN, Redacted, redact_document};

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
    /// Show secret values, which are *** otherwise
    #[arg(long)]
    show_values: bool,
}

pub(super) async fn run(command: &Render, global: &Global) -> ExitCode {
    let documents = if command.task_definition {
        task_definitions(command, global).await
    } else {
        manifests(command, global)
    };
    let documents = match documents {
        Ok(documents) => documents,
        Err(code) => return code,
    };
    if command.task_definition || global.output == Format::Json {
        let document = one_document(documents);
        return if command.show_values {
            output::revealed(&document)
        } else {
            output::document(&document)
        };
    }
    for document in &documents {
        if command.show_values {
            output::revealed_yaml(document);
        } else {
            output::yaml(document);
        }
    }
    ExitCode::Done
}

/// Returns what was written, overlays and variables applied: releases, then experiments.
fn manifests(command: &Render, global: &Global) -> Result<Vec<Value>, ExitCode> {
    let reading = load_all(&command.paths, global)?;
    let releases = reading.manifests.iter().map(|loaded| {
        let manifest = &loaded.manifest;
        (serde_json::to_value(&manifest.release), &manifest.secrets)
    });
    let experiments = reading.experiments.iter().map(|loaded| {
        let manifest = &loaded.manifest;
        (
            serde_json::to_value(&manifest.experiment),
            &manifest.secrets,
        )
    });
    let mut hidden = 0;
    let mut documents = Vec::new();
    for (value, secrets) in releases.chain(experiments) {
        let value = without_nothing(value.map_err(|error| output::unexpected(&error))?);
        if command.show_values {
            documents.push(value);
        } else {
            let redacted = redact_document(&value, secrets);
            hidden += redacted.hidden.len();
            documents.push(redacted.document);
        }
    }
    if hidden > 0 {
        output::complain(&format!(
            "note: {} hidden; --show-values shows them",
            values(hidden)
        ));
    }
    Ok(documents)
}

/// "1 value is", "2 values are"
fn values(count: usize) -> String {
    if count == 1 {
        "1 value is".to_owned()
    } else {
        format!("{count} values are")
    }
}

async fn task_definitions(command: &Render, global: &Global) -> Result<Vec<Value>, ExitCode> {
    let manifests = load(&command.paths, global)?;
    let session = Session::open(global)
        .await
        .map_err(|error| output::cloud_error(&error, global))?;
    let mut documents = Vec::new();
    for loaded in &manifests {
        match registration(&session.cloud, &loaded.manifest).await {
            Ok(document) if command.show_values => documents.push(document),
            Ok(document) => documents.push(hide(&document, loaded)),
            Err(stop) => return Err(stopped(&loaded.service(), &stop, global)),
        }
    }
    Ok(documents)
}

/// The member that no ECS client sends, so that nobody registers what has `***` for a password.
const MARK: &str = "mlshipHidden";

/// Hides what is secret, and marks a document in which something is.
fn hide(document: &Value, loaded: &Loaded) -> Value {
    let Redacted {
        mut document,
        mut hidden,
    } = redact_document(document, &loaded.manifest.secrets);
    if !hidden.is_empty() {
        output::complain(&format!(
            "note: {}: {} hidden, and ECS refuses the document with {MARK} in it; \
             --show-values shows them and leaves that out",
            loaded.service(),
            values(hidden.len()),
        ));
        hidden.extend(hide_digests(&mut document));
        document[MARK] = Value::from(hidden);
    }
    document
}

/// A quick digest of what is hidden lets anybody try guesses.
fn hide_digests(document: &mut Value) -> Vec<String> {
    let tags = document["tags"].as_array_mut();
    let digests = tags.into_iter().flatten().filter_map(|tag| {
        let name = [MANIFEST, CONTENT]
            .into_iter()
            .find(|name| tag["key"] == *name)?;
        tag["value"] = Value::from(HIDDEN);
        Some(format!("tags[{name}]"))
    });
    digests.collect()
}

/// Returns what ECS gets; a reference into a registry is looked up for it.
async fn registration(cloud: &AwsCloud, manifest: &Manifest) -> Result<Value, PlanError> {
    let pinned = pin(cloud, manifest).await?;
    let mut release = resolve(&pinned.manifest.release, cloud.region());
    release.provenance = Provenance::of_pipeline(&|name| std::env::var(name).ok()).tags("");
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
