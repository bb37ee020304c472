//! `mlship history`

use clap::Args;
use serde_json::json;

use super::load::{Loaded, load, load_one};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{history_text, model_history_document, model_history_text};
use mlship_core::app::history::{History as ServiceHistory, history, history_of_model};
use mlship_core::progress::ExitCode;

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
        (None, _) => output::usage_with_hint(
            "history takes the manifest of one service",
            Some("name one, or ask where a model was served in all of them with --model NAME"),
            global,
        ),
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
    let ServiceHistory { entries, note } =
        match history(&session.cloud, &service, limit.into()).await {
            Ok(history) => history,
            Err(error) => return output::cloud_error(&error, global),
        };
    match global.output {
        Format::Human => {
            let mut page = history_text(&service, &entries, &global.palette());
            if let Some(note) = note {
                page.line(format!("{service} {note}"));
            }
            output::page(&page);
            ExitCode::Done
        }
        Format::Json => {
            let mut document = json!({
                "service": service.name, "cluster": service.cluster, "entries": entries,
            });
            if let Some(note) = note {
                document["note"] = json!(note);
            }
            output::document(&document)
        }
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
    let found = match history_of_model(&session.cloud, model, services, limit.into()).await {
        Ok(found) => found,
        Err(error) => return output::cloud_error(&error, global),
    };
    match global.output {
        Format::Human => {
            output::page(&model_history_text(model, &found, &global.palette()));
            ExitCode::Done
        }
        Format::Json => output::document(&model_history_document(model, &found)),
    }
}
