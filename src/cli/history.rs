//! `mlship history`

mod ledger;

use std::sync::Arc;

use clap::Args;
use futures_util::future::join_all;
use serde_json::{Value, json};

use self::ledger::{ExperimentsFlag, Known};
use super::targets::{Answer, NamedServices, serve_paths, with_findings};
use super::{Format, Global, examples, output};
use crate::cli::sessions::Sessions;
use crate::report::{history_text, model_history_document, model_history_text, name};
use mlship_core::app::Subject;
use mlship_core::app::at_once::in_order;
use mlship_core::app::history::{History as ServiceHistory, history, history_of_model};
use mlship_core::app::manifests::Subjects;
use mlship_core::app::not_there::explained;
use mlship_core::cloud::{Answer as Answered, CloudError};
use mlship_core::history::Entry;
use mlship_core::progress::ExitCode;
use mlship_core::release::NamedPlace;
use mlship_core::release::ids::ServiceId;
use mlship_text::Page;

/// Show every deployment of a service, newest first: which version, how it ended, when, by whom
#[derive(Debug, Args)]
#[command(after_help = examples::HISTORY)]
pub(super) struct History {
    /// Manifests, directories of manifests, or - for standard input; only whom they are about is
    /// read. With --model, every service of the account and region of each profile without one
    #[arg(required_unless_present_any = ["model", "services"])]
    paths: Vec<String>,
    #[command(flatten)]
    named: NamedServices,
    /// Show where this model was served instead, by its own name or that in its registry
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    #[command(flatten)]
    experiments: ExperimentsFlag,
    /// Show at most this many deployments
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) async fn run(command: &History, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| history_of(command, read, global).await;
    if command.paths.is_empty() {
        if let Err(code) = command.named.may_be_used(global) {
            return code;
        }
        return serve(Subjects::named(command.named.subjects())).await;
    }
    serve_paths(&command.paths, "history", Answer::Document, global, serve).await
}

async fn history_of(command: &History, mut read: Subjects, global: &Global) -> ExitCode {
    let asking = command.named.asking();
    let opened = if read.subjects.is_empty() {
        // Every service of wherever the settings lead.
        Sessions::of_profiles(asking, global).await
    } else {
        Sessions::of_subjects(&mut read, false, asking, global).await
    };
    let sessions = match opened {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.named.say_place(&sessions, global) {
        return code;
    }
    let limit = usize::from(command.limit);
    let asked = Asked {
        limit,
        experiments: &command.experiments,
        read: &read,
        sessions: &sessions,
        global,
    };
    match (&command.model, &read.subjects[..]) {
        (Some(model), _) => asked.of_model(model).await,
        (None, [subject]) if read.findings.is_empty() => asked.of_service(subject).await,
        (None, subjects) => asked.of_services(subjects).await,
    }
}

/// What was asked for, and of whom.
struct Asked<'a> {
    limit: usize,
    experiments: &'a ExperimentsFlag,
    read: &'a Subjects,
    sessions: &'a Sessions,
    global: &'a Global,
}

impl Asked<'_> {
    async fn history_of(&self, at: usize, subject: &Subject) -> Answered<ServiceHistory> {
        let cloud = &*self.sessions.to(at).map_err(CloudError::clone)?.cloud;
        match history(cloud, subject.service(), self.limit).await {
            Ok(found) => Ok(found),
            Err(error) => Err(explained(cloud, subject, error).await),
        }
    }

    async fn of_service(&self, subject: &Subject) -> ExitCode {
        let service = subject.service();
        let named = self.experiments.named(self.sessions.all());
        let (found, known) = tokio::join!(self.history_of(0, subject), named);
        match found {
            Ok(mut found) => {
                known.name(&mut found.entries);
                match self.global.format() {
                    Format::Human => {
                        output::page(&page(service, &found, self.global));
                        known.complain();
                        ExitCode::Done
                    }
                    Format::Json => output::document(&known.note(document(service, &found))),
                }
            }
            Err(error) => output::cloud_error(&error, self.global),
        }
    }

    async fn of_services(&self, subjects: &[Subject]) -> ExitCode {
        let (mut documents, mut codes) = (Vec::new(), Vec::new());
        let each = subjects.iter().enumerate();
        let each = each.map(async |(at, subject)| self.history_of(at, subject).await);
        let named = self.experiments.named(self.sessions.all());
        let (answers, known) = tokio::join!(in_order(each), named);
        for (subject, answer) in subjects.iter().zip(answers) {
            let service = subject.service();
            match answer {
                Ok(mut found) => {
                    known.name(&mut found.entries);
                    match self.global.format() {
                        Format::Human => output::page(&page(service, &found, self.global)),
                        Format::Json => documents.push(document(service, &found)),
                    }
                }
                Err(error) => {
                    codes.push(output::cloud_error_of(service, &error, self.global));
                    let mut document = json!({
                        "entries": [], "error": error.to_string(), "hint": error.hint,
                    });
                    name(&mut document, service);
                    documents.push(document);
                }
            }
        }
        match self.global.format() {
            Format::Human => known.complain(),
            Format::Json => {
                let document = known.note(json!({"services": documents}));
                output::document(&with_findings(document, self.read));
            }
        }
        ExitCode::worst(codes)
    }

    async fn of_model(&self, model: &str) -> ExitCode {
        let (mut asked, mut codes) = (Vec::new(), Vec::new());
        let is_everywhere = self.read.subjects.is_empty();
        for session in self.sessions.all() {
            if is_everywhere {
                asked.push((session, Vec::new()));
            }
            let here = self.read.subjects.iter().enumerate().filter(|(at, _)| {
                let way = self.sessions.to(*at);
                way.is_ok_and(|way| std::ptr::eq(way, session))
            });
            let here: Vec<ServiceId> = here.map(|(_, it)| it.service().clone()).collect();
            if !here.is_empty() {
                asked.push((session, here));
            }
        }
        for (at, way) in self.sessions.routes().iter().enumerate() {
            let Err(error) = way else {
                continue;
            };
            codes.push(match self.read.subjects.get(at) {
                Some(subject) => output::cloud_error_of(subject.service(), error, self.global),
                // The last of those that leave no answer ends the command.
                None if asked.is_empty() && at + 1 == self.sessions.routes().len() => {
                    output::cloud_error(error, self.global)
                }
                None => output::cloud_error_beside(error),
            });
        }
        if is_everywhere && asked.is_empty() {
            return ExitCode::worst(codes);
        }
        let places = asked.iter().map(|(session, _)| session.place()).collect();
        let places = NamedPlace::among(places);
        let each = asked.into_iter().map(async |(session, services)| {
            history_of_model(&*session.cloud, model, services, self.limit).await
        });
        let mut found = Vec::new();
        let ledgers = self.experiments.everywhere(self.sessions.all());
        let (answers, known) = tokio::join!(join_all(each), ledgers);
        for (answer, place) in answers.into_iter().zip(places) {
            match answer {
                Ok(entries) => found.extend(entries.into_iter().map(|(mut service, entry)| {
                    // What a manifest names has its place already.
                    if place.name().is_some() {
                        service.place.get_or_insert_with(|| Arc::clone(&place));
                    }
                    (service, entry)
                })),
                Err(error) => return output::cloud_error(&error, self.global),
            }
        }
        found.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.started));
        found.truncate(self.limit);
        known.name(found.iter_mut().map(|(_, entry)| entry));
        codes.push(self.show_model(model, &found, &known));
        ExitCode::worst(codes)
    }

    fn show_model(&self, model: &str, found: &[(ServiceId, Entry)], known: &Known) -> ExitCode {
        match self.global.format() {
            Format::Human => {
                let palette = self.global.palette();
                output::page(&model_history_text(model, found, &palette));
                known.complain();
                ExitCode::Done
            }
            Format::Json => {
                let document = known.note(model_history_document(model, found));
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
    let mut document = json!({"entries": found.entries});
    name(&mut document, service);
    if let Some(note) = &found.note {
        document["note"] = json!(note);
    }
    document
}
