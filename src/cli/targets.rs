//! Whom a command that reads or rescues is about: by manifests, or by services themselves.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::load::{invalid, load_subjects};
use super::named_service::{ELSEWHERE, NamedService, named_service};
use super::session::Session;
use super::{Format, Global, output};
use mlship_core::app::Subject;
use mlship_core::app::experiment::NamedVariant;
use mlship_core::app::manifests::Subjects;
use mlship_core::cloud::{CloudError, ErrorKind, Identity};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::Caller;

/// How long to wait for who calls, where a command can do without.
const CALLER_TIMEOUT: Duration = Duration::from_secs(5);

/// Asks who calls, and does not wait for long: STS can be out of reach where ECS is not. A signal
/// ends the wait, and the command with its next one.
pub(super) async fn caller_soon(session: &Session) -> Result<Caller, CloudError> {
    let asked = tokio::time::timeout(CALLER_TIMEOUT, session.cloud.caller());
    let answered = tokio::select! {
        answered = asked => answered.ok(),
        _ = session.context().interrupts.wait() => None,
    };
    answered.unwrap_or_else(|| {
        Err(CloudError::no_answer(
            "GetCallerIdentity",
            ErrorKind::Unreachable,
        ))
    })
}

/// Whom a command is about.
#[derive(Debug, Args)]
pub(super) struct Targets {
    /// Manifests, directories of manifests, or - for standard input; only whom they are about is
    /// read
    #[arg(required_unless_present = "services")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) named: NamedServices,
}

/// Services without their manifests.
#[derive(Debug, Args)]
pub(super) struct NamedServices {
    /// Name a service itself instead of a manifest, or give its ARN; can be repeated
    #[arg(
        id = "services",
        long = "service",
        value_name = "CLUSTER/NAME",
        value_parser = named_service,
        conflicts_with = "paths"
    )]
    services: Vec<NamedService>,
}

/// What a command writes for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A line for each thing, the broken manifests among them.
    Lines,
    /// One document, in which they are.
    Document,
}

impl Targets {
    /// Serves whom the command is about, each service once, with the reasons why of others that is
    /// not known. Who is known is served all the same, and the exit code is that of the worst.
    pub(super) async fn serve(
        &self,
        command: &str,
        answer: Answer,
        global: &Global,
        serve: impl AsyncFnOnce(&Subjects) -> ExitCode,
    ) -> ExitCode {
        if let Err(code) = self.named.may_be_used(global) {
            return code;
        }
        if !self.named.is_empty() {
            return serve(&Subjects::named(self.named.subjects())).await;
        }
        serve_paths(&self.paths, command, answer, global, serve).await
    }

    /// Says in which account and region the services are looked for, where no manifest says it.
    pub(super) async fn say_place(
        &self,
        session: &Session,
        global: &Global,
    ) -> Result<(), ExitCode> {
        self.named.say_place(session, global).await
    }
}

/// Serves whom manifests are about, of which there is at least one.
pub(super) async fn serve_paths(
    paths: &[String],
    command: &str,
    answer: Answer,
    global: &Global,
    serve: impl AsyncFnOnce(&Subjects) -> ExitCode,
) -> ExitCode {
    let read = match load_subjects(paths, global) {
        Ok(read) => read,
        Err(code) => return code,
    };
    if read.subjects.is_empty() {
        let message = format!("{command} takes the manifests of services");
        let hint = "name one, or a service itself with --service CLUSTER/NAME";
        return output::usage_with_hint(&message, Some(hint), global);
    }
    let broken = match (&read.findings[..], answer, global.output) {
        ([], _, _) => ExitCode::Done,
        (_, Answer::Document, Format::Json) | (_, _, Format::Human) => ExitCode::Invalid,
        (findings, Answer::Lines, Format::Json) => invalid(findings, None, global),
    };
    ExitCode::worst([broken, Box::pin(serve(&read)).await])
}

/// Returns a document of services with what is wrong with the manifests of others.
pub(super) fn with_findings(mut document: Value, read: &Subjects) -> Value {
    if !read.findings.is_empty() {
        document["findings"] = json!(read.findings);
    }
    document
}

impl NamedServices {
    /// Says whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// Refuses what only a manifest has.
    pub(super) fn may_be_used(&self, global: &Global) -> Result<(), ExitCode> {
        if !self.is_empty() && global.environment.is_some() {
            let message = "-e/--env applies an overlay of a manifest, and --service has none";
            return Err(output::usage_with_hint(message, None, global));
        }
        Ok(())
    }

    /// Returns them as variants of experiments.
    pub(super) fn variants(&self) -> Vec<NamedVariant> {
        let variants = self.services.iter().map(|named| NamedVariant {
            service: named.id.clone(),
            place: named.place.clone(),
        });
        variants.collect()
    }

    /// Returns them, each once.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let mut subjects: Vec<Subject> = Vec::new();
        for NamedService { id, place } in &self.services {
            if !subjects.iter().any(|subject| subject.service() == id) {
                subjects.push(Subject::of_service(id.clone(), place.clone()));
            }
        }
        subjects
    }

    /// Says in which account and region they are looked for; one that an ARN places elsewhere is
    /// not looked for here.
    pub(super) async fn say_place(
        &self,
        session: &Session,
        global: &Global,
    ) -> Result<(), ExitCode> {
        if self.is_empty() {
            return Ok(());
        }
        let region = session.cloud.region();
        let caller = caller_soon(session).await;
        let account = match &caller {
            Ok(caller) => caller.account.to_string(),
            Err(error) => format!("unknown ({error})"),
        };
        output::complain(&format!("account {account}, region {region}"));
        let account = caller
            .as_ref()
            .ok()
            .and_then(|caller| caller.account.known());
        let elsewhere = self
            .services
            .iter()
            .find_map(|named| named.elsewhere(region, account));
        match elsewhere {
            Some(message) => Err(output::obstacle(&message, ELSEWHERE, global)),
            None => Ok(()),
        }
    }
}
