//! Whom a command that reads or rescues is about: by manifests, or by services themselves.

use clap::Args;
use serde_json::{Value, json};

use super::load::{invalid, load_subjects};
use super::named_service::{ELSEWHERE, NamedService, named_service};
use super::sessions::{Asking, Sessions};
use super::{Format, Global, output};
use mlship_core::app::Subject;
use mlship_core::app::experiment::NamedVariant;
use mlship_core::app::manifests::Subjects;
use mlship_core::progress::ExitCode;
use mlship_manifest::Destination;

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
        serve: impl AsyncFnOnce(Subjects) -> ExitCode,
    ) -> ExitCode {
        if let Err(code) = self.named.may_be_used(global) {
            return code;
        }
        if !self.named.is_empty() {
            return serve(Subjects::named(self.named.subjects())).await;
        }
        serve_paths(&self.paths, command, answer, global, serve).await
    }

    /// Says in which accounts and regions the services are looked for, where no manifest says it.
    pub(super) fn say_place(&self, sessions: &Sessions, global: &Global) -> Result<(), ExitCode> {
        self.named.say_place(sessions, global)
    }
}

/// Serves whom manifests are about, of which there is at least one.
pub(super) async fn serve_paths(
    paths: &[String],
    command: &str,
    answer: Answer,
    global: &Global,
    serve: impl AsyncFnOnce(Subjects) -> ExitCode,
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
    let broken = match (&read.findings[..], answer, global.format()) {
        ([], _, _) => ExitCode::Done,
        (_, Answer::Document, Format::Json) | (_, _, Format::Human) => ExitCode::Invalid,
        (findings, Answer::Lines, Format::Json) => invalid(findings, None, global),
    };
    ExitCode::worst([broken, Box::pin(serve(read)).await])
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
        if !self.is_empty() && !global.vars.is_empty() {
            let message = "--vars fills in variables of a manifest, and --service has none";
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

    /// Returns where to ask for each of them.
    pub(super) fn destinations(&self) -> Vec<Destination> {
        self.services
            .iter()
            .map(NamedService::destination)
            .collect()
    }

    /// Returns them, each once.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let (mut known, mut subjects) = (Vec::new(), Vec::new());
        for NamedService { id, place } in &self.services {
            if !known.contains(&(id, place)) {
                known.push((id, place));
                subjects.push(Subject::of_service(id.clone(), place.clone()));
            }
        }
        subjects
    }

    /// Returns whether it has to be known who calls: where no manifest says the account, people are
    /// told.
    pub(super) fn asking(&self) -> Asking {
        if self.is_empty() {
            Asking::Nobody
        } else {
            Asking::Soon
        }
    }

    /// Says in which accounts and regions they are looked for; one that an ARN places in another
    /// account is not looked for here.
    pub(super) fn say_place(&self, sessions: &Sessions, global: &Global) -> Result<(), ExitCode> {
        if self.is_empty() {
            return Ok(());
        }
        let mut here = Vec::new();
        for session in sessions.all() {
            let (account, region) = (session.account(), session.cloud.region());
            let words = match &session.caller {
                Ok(caller) => caller.account.to_string(),
                Err(error) => format!("unknown ({error})"),
            };
            output::complain(&format!("account {words}, region {region}"));
            here.push((region, account));
        }
        for named in &self.services {
            let mut looks = here
                .iter()
                .map(|(region, account)| named.elsewhere(region, *account));
            // Without any way to it, it has a refusal of its own.
            if let Some(Some(message)) = looks.next()
                && looks.all(|elsewhere| elsewhere.is_some())
            {
                return Err(output::obstacle(&message, ELSEWHERE, global));
            }
        }
        Ok(())
    }
}
