//! `mlship init`

mod new;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use clap::Args;

use super::load::checked;
use super::named_service::{ELSEWHERE, NamedService, named_service};
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{failed_to_write, init_document, init_notes, init_page};
use mlship_core::app::importing::{ImportError, import_service};
use mlship_core::import::Imported;
use mlship_core::progress::ExitCode;

/// Write a manifest: a new one, or that of a service that runs, whoever made it
///
/// A new one has the usual fields, with what each is for. On a terminal what it needs and no flag
/// says is asked for; elsewhere nothing is ever asked, and without flags it is an example.
///
/// That of a service has an empty diff, and the first deploy of it replaces no task: it puts
/// mlship's tags on the service. What looks secret becomes a variable, which is named on standard
/// error.
#[derive(Debug, Args)]
#[command(after_help = examples::INIT)]
pub(super) struct Init {
    /// Write the manifest of a service, by its cluster and its name, or by its ARN
    #[arg(
        long,
        value_name = "CLUSTER/SERVICE",
        value_parser = named_service,
        conflicts_with_all = new::FLAGS
    )]
    from_service: Option<NamedService>,
    /// Name the model's container, where several could be
    #[arg(long, value_name = "NAME", requires = "from_service")]
    container: Option<String>,
    /// Write the manifest to a file that is not there yet, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    #[command(flatten)]
    new: new::New,
}

pub(super) async fn run(command: &Init, global: &Global) -> ExitCode {
    if global.environment.is_some() {
        let hint =
            "to add overlays: mlship init --environments NAMES; those of a service are its own";
        let message = "-e/--env applies an overlay, and a manifest that is written has none yet";
        return output::usage_with_hint(message, Some(hint), global);
    }
    let out = command.out.as_deref();
    if let Some(file) = out.filter(|file| Path::new(file).exists()) {
        let hint = "choose another name, or remove the file first";
        return output::usage_with_hint(&format!("{file} exists"), Some(hint), global);
    }
    let Some(from) = &command.from_service else {
        return match new::manifest(&command.new, global) {
            Ok(manifest) => present(&manifest, out, global),
            Err(code) => code,
        };
    };
    let session = match Session::as_caller(&from.destination(), global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let caller = match &session.caller {
        Ok(caller) => caller,
        Err(error) => return output::cloud_error(error, global),
    };
    if let Some(message) = from.elsewhere(&caller.region, caller.account.known()) {
        return output::obstacle(&message, ELSEWHERE, global);
    }
    let container = command.container.as_deref();
    match import_service(&*session.cloud, caller, &from.id, container, &checked).await {
        Ok(imported) => present(&imported, out, global),
        Err(ImportError::Cloud(error)) => output::cloud_error(&error, global),
        Err(ImportError::Obstacle(obstacle)) => {
            output::obstacle(&obstacle.message, &obstacle.hint, global)
        }
    }
}

fn present(imported: &Imported, out: Option<&str>, global: &Global) -> ExitCode {
    if let Some(file) = out
        && let Err(error) = write_new(file, &imported.manifest)
    {
        failed_to_write(file, &error);
        return ExitCode::Unexpected;
    }
    match global.format() {
        Format::Json => return output::revealed(&init_document(imported)),
        Format::Human if out.is_none() => output::revealed_page(&init_page(imported)),
        Format::Human => {}
    }
    output::complain_page(&init_notes(imported));
    if let Some(file) = out {
        let next = global.invocation().command_line("diff", file);
        output::complain(&format!("wrote {file}; next: {next}"));
    }
    ExitCode::Done
}

fn write_new(file: &str, text: &str) -> std::io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file)?;
    opened.write_all(text.as_bytes())
}
