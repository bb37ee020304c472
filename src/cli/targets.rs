//! Whom a command that reads or rescues is about: by manifests, or by services themselves.

use std::time::Duration;

use clap::Args;

use super::load::load_subjects;
use super::named_service::{ELSEWHERE, NamedService, named_service};
use super::session::Session;
use super::{Global, output};
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

impl Targets {
    /// Reads whom the command is about, each service once, or reports why that is not known.
    pub(super) fn read(&self, command: &str, global: &Global) -> Result<Vec<Subject>, ExitCode> {
        self.read_with_findings(command, global)
            .map(|read| read.subjects)
    }

    /// Reads the same, with what is wrong in the manifests elsewhere.
    pub(super) fn read_with_findings(
        &self,
        command: &str,
        global: &Global,
    ) -> Result<Subjects, ExitCode> {
        self.named.may_be_used(global)?;
        if !self.named.is_empty() {
            return Ok(Subjects {
                subjects: self.named.subjects(),
                ..Subjects::default()
            });
        }
        read_paths(&self.paths, command, global)
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

/// Reads whom manifests are about, of which there is at least one.
pub(super) fn read_paths(
    paths: &[String],
    command: &str,
    global: &Global,
) -> Result<Subjects, ExitCode> {
    let read = load_subjects(paths, global)?;
    if read.subjects.is_empty() {
        let message = format!("{command} takes the manifests of services");
        let hint = "name one, or a service itself with --service CLUSTER/NAME";
        return Err(output::usage_with_hint(&message, Some(hint), global));
    }
    Ok(read)
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
