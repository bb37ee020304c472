//! `mlship history`

use clap::Args;
use serde_json::{Value, json};

use super::targets::{NamedServices, read_paths};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{history_text, model_history_document, model_history_text};
use mlship_core::app::Subject;
use mlship_core::app::at_once::in_order;
use mlship_core::app::history::{History as ServiceHistory, history, history_of_model};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_text::Page;

/// Show every deployment of a service, newest first: which version, how it ended, when, by whom
#[derive(Debug, Args)]
#[command(after_help = examples::HISTORY)]
pub(super) struct History {
    /// Manifests, directories of manifests, or - for standard input; only whom they are about is
    /// read. With --model, every service of the account and region without one
    #[arg(required_unless_present_any = ["model", "services"])]
    paths: Vec<String>,
    #[command(flatten)]
    named: NamedServices,
    /// Show where this model was served instead, by its own name or that in its registry
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Show at most this many deployments
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) async fn run(command: &History, global: &Global) -> ExitCode {
    let subjects = match command.subjects(global) {
        Ok(subjects) => subjects,
        Err(code) => return code,
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.named.say_place(&session, global).await {
        return code;
    }
    let services: Vec<ServiceId> = subjects
        .iter()
        .map(|subject| subject.service().clone())
        .collect();
    let limit = usize::from(command.limit);
    match (&command.model, &services[..]) {
        (Some(model), _) => of_model(model, services, limit, &session, global).await,
        (None, [service]) => of_service(service, limit, &session, global).await,
        (None, services) => of_services(services, limit, &session, global).await,
    }
}

impl History {
    fn subjects(&self, global: &Global) -> Result<Vec<Subject>, ExitCode> {
        if self.paths.is_empty() {
            return Ok(self.named.subjects());
        }
        read_paths(&self.paths, "history", global).map(|read| read.subjects)
    }
}

async fn of_service(
    service: &ServiceId,
    limit: usize,
    session: &Session,
    global: &Global,
) -> ExitCode {
    match history(&session.cloud, service, limit).await {
        Ok(found) => match global.output {
            Format::Human => {
                output::page(&page(service, &found, global));
                ExitCode::Done
            }
            Format::Json => output::document(&document(service, &found)),
        },
        Err(error) => output::cloud_error(&error, global),
    }
}

async fn of_services(
    services: &[ServiceId],
    limit: usize,
    session: &Session,
    global: &Global,
) -> ExitCode {
    let (mut documents, mut codes) = (Vec::new(), Vec::new());
    let each = services
        .iter()
        .map(async |service| history(&session.cloud, service, limit).await);
    for (service, answer) in services.iter().zip(in_order(each).await) {
        match answer {
            Ok(found) => match global.output {
                Format::Human => output::page(&page(service, &found, global)),
                Format::Json => documents.push(document(service, &found)),
            },
            Err(error) => {
                codes.push(output::cloud_error_of(service, &error));
                documents.push(json!({
                    "service": service.name, "cluster": service.cluster, "entries": [],
                    "error": error.to_string(), "hint": error.hint,
                }));
            }
        }
    }
    if global.output == Format::Json {
        output::document(&json!({"services": documents}));
    }
    ExitCode::worst(codes)
}

fn page(service: &ServiceId, found: &ServiceHistory, global: &Global) -> Page {
    let mut page = history_text(service, &found.entries, &global.palette());
    if let Some(note) = &found.note {
        page.line(format!("{service} {note}"));
    }
    page
}

fn document(service: &ServiceId, found: &ServiceHistory) -> Value {
    let mut document = json!({
        "service": service.name, "cluster": service.cluster, "entries": found.entries,
    });
    if let Some(note) = &found.note {
        document["note"] = json!(note);
    }
    document
}

async fn of_model(
    model: &str,
    services: Vec<ServiceId>,
    limit: usize,
    session: &Session,
    global: &Global,
) -> ExitCode {
    let found = match history_of_model(&session.cloud, model, services, limit).await {
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
