//! `mlship render`

use clap::Args;
use serde_json::Value;

use super::load::{load, load_all};
use super::output::not_planned;
use super::{Format, Global, examples, output};
use crate::cli::sessions::{Asking, Sessions};
use mlship_core::app::rendering::{
    MARK, Rendered, Secrets, registration, unresolved_shown, written,
};
use mlship_core::progress::ExitCode;
use mlship_manifest::Destination;

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
    if command.task_definition || global.format() == Format::Json {
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
    let secrets = command.secrets();
    let releases = reading.manifests.iter().map(|loaded| {
        let manifest = &loaded.manifest;
        let mut rendered = written(&manifest.release, &manifest.secrets, secrets)?;
        unresolved_shown(&mut rendered.document, manifest.unresolved());
        Ok(rendered)
    });
    let experiments = reading.experiments.iter().map(|loaded| {
        let manifest = &loaded.manifest;
        written(&manifest.experiment, &manifest.secrets, secrets)
    });
    let all: Result<Vec<_>, _> = releases.chain(experiments).collect();
    let all = all.map_err(|error| output::unexpected(&error))?;
    let hidden: usize = all.iter().map(|rendered| rendered.hidden).sum();
    if hidden > 0 {
        output::complain(&format!(
            "note: {} hidden; --show-values shows them",
            values(hidden)
        ));
    }
    Ok(all.into_iter().map(|rendered| rendered.document).collect())
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
    let wanted = manifests.iter();
    let wanted = wanted.map(|loaded| loaded.manifest.release.destination());
    let wanted: Vec<Destination> = wanted.collect();
    let sessions = Sessions::deaf(&wanted, Asking::Nobody, global).await;
    let sessions = sessions.map_err(|error| output::cloud_error(&error, global))?;
    let mut documents = Vec::new();
    for (at, loaded) in manifests.iter().enumerate() {
        let service = loaded.service();
        let session = sessions.to(at);
        let session = session.map_err(|error| output::cloud_error_of(&service, error, global))?;
        let (context, region) = (session.context(), session.cloud.region());
        let rendered = registration(&context, region, &loaded.manifest, command.secrets()).await;
        let Rendered { document, hidden } =
            rendered.map_err(|error| not_planned(&service, &error, global))?;
        if hidden > 0 {
            output::complain(&format!(
                "note: {service}: {} hidden, and ECS refuses the document with {MARK} in it; \
                 --show-values shows them and leaves that out",
                values(hidden),
            ));
        }
        documents.push(document);
    }
    Ok(documents)
}

impl Render {
    fn secrets(&self) -> Secrets {
        if self.show_values {
            Secrets::Shown
        } else {
            Secrets::Hidden
        }
    }
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
