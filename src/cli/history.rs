//! `mlship history`

use clap::Args;
use serde_json::{Value, json};

use super::targets::{Answer, NamedServices, serve_paths, with_findings};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{history_text, model_history_document, model_history_text};
use mlship_core::app::Subject;
use mlship_core::app::at_once::in_order;
use mlship_core::app::history::{History as ServiceHistory, history, history_of_model};
use mlship_core::app::manifests::Subjects;
use mlship_core::app::not_there::explained;
use mlship_core::cloud::Answer as Answered;
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
    let serve = async |read: &Subjects| history_of(command, read, global).await;
    if command.paths.is_empty() {
        if let Err(code) = command.named.may_be_used(global) {
            return code;
        }
        return serve(&Subjects::named(command.named.subjects())).await;
    }
    serve_paths(&command.paths, "history", Answer::Document, global, serve).await
}

async fn history_of(command: &History, read: &Subjects, global: &Global) -> ExitCode {
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.named.say_place(&session, global).await {
        return code;
    }
    let limit = usize::from(command.limit);
    let asked = Asked {
        limit,
        read,
        session: &session,
        global,
    };
    match (&command.model, &read.subjects[..]) {
        (Some(model), subjects) => {
            let services = subjects.iter().map(|subject| subject.service().clone());
            asked.of_model(model, services.collect()).await
        }
        (None, [subject]) if read.findings.is_empty() => asked.of_service(subject).await,
        (None, subjects) => asked.of_services(subjects).await,
    }
}

/// What was asked for, and of whom.
struct Asked<'a> {
    limit: usize,
    read: &'a Subjects,
    session: &'a Session,
    global: &'a Global,
}

impl Asked<'_> {
    async fn history_of(&self, subject: &Subject) -> Answered<ServiceHistory> {
        let cloud = &self.session.cloud;
        match history(cloud, subject.service(), self.limit).await {
            Ok(found) => Ok(found),
            Err(error) => Err(explained(cloud, subject, error).await),
        }
    }

    async fn of_service(&self, subject: &Subject) -> ExitCode {
        let service = subject.service();
        match self.history_of(subject).await {
            Ok(found) => match self.global.output {
                Format::Human => {
                    output::page(&page(service, &found, self.global));
                    ExitCode::Done
                }
                Format::Json => output::document(&document(service, &found)),
            },
            Err(error) => output::cloud_error(&error, self.global),
        }
    }

    async fn of_services(&self, subjects: &[Subject]) -> ExitCode {
        let (mut documents, mut codes) = (Vec::new(), Vec::new());
        let each = subjects
            .iter()
            .map(async |subject| self.history_of(subject).await);
        for (subject, answer) in subjects.iter().zip(in_order(each).await) {
            let service = subject.service();
            match answer {
                Ok(found) => match self.global.output {
                    Format::Human => output::page(&page(service, &found, self.global)),
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
        if self.global.output == Format::Json {
            output::document(&with_findings(json!({"services": documents}), self.read));
        }
        ExitCode::worst(codes)
    }

    async fn of_model(&self, model: &str, services: Vec<ServiceId>) -> ExitCode {
        let found = history_of_model(&self.session.cloud, model, services, self.limit);
        let found = match found.await {
            Ok(found) => found,
            Err(error) => return output::cloud_error(&error, self.global),
        };
        match self.global.output {
            Format::Human => {
                let palette = self.global.palette();
                output::page(&model_history_text(model, &found, &palette));
                ExitCode::Done
            }
            Format::Json => {
                let document = model_history_document(model, &found);
                output::document(&with_findings(document, self.read))
            }
        }
    }
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
