//! `mlship verify`

use clap::Args;

use super::load::load;
use super::pipeline::CodeQuality;
use super::sessions::{Asking, Sessions};
use super::{Format, Global, examples, output};
use crate::report::{Verification, verify_document, verify_text};
use mlship_core::app::at_once::in_order;
use mlship_core::app::verify::verify;
use mlship_core::cloud::CloudError;
use mlship_core::preflight::Memory;
use mlship_core::progress::ExitCode;
use mlship_manifest::Destination;

/// Ask AWS whether all is there that releases lean on, without changing anything
#[derive(Debug, Args)]
#[command(after_help = examples::VERIFY)]
pub(super) struct Verify {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) quality: CodeQuality,
}

pub(super) async fn run(command: &Verify, global: &Global) -> ExitCode {
    let manifests = match load(&command.paths, global) {
        Ok(manifests) => manifests,
        Err(code) => return code,
    };
    let wanted = manifests.iter().map(|loaded| loaded.place().clone().into());
    let wanted: Vec<Destination> = wanted.collect();
    let sessions = match Sessions::deaf(&wanted, Asking::Caller, global).await {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    let memory = Memory::default();
    let each = manifests.iter().enumerate().map(async |(at, loaded)| {
        let session = sessions.to(at).map_err(CloudError::clone)?;
        let caller = session.caller.as_ref().map_err(CloudError::clone)?;
        verify(&session.context(), caller, &memory, &loaded.manifest).await
    });
    let mut codes = Vec::new();
    let (mut seen, mut unanswered) = (Vec::new(), Vec::new());
    for (answer, loaded) in in_order(each).await.into_iter().zip(&manifests) {
        let service = loaded.service();
        match answer {
            Ok(verified) => {
                let verification = Verification { service, verified };
                codes.push(verification.exit_code());
                global.found(&verification.problems());
                global.checked(verification.checks());
                seen.push(verification);
            }
            Err(error) => {
                codes.push(output::not_planned(&service, &error, global));
                unanswered.push((service, error));
            }
        }
    }
    match global.format() {
        Format::Json => {
            output::document(&verify_document(&seen, &unanswered));
        }
        Format::Human => output::page(&verify_text(&seen)),
    }
    ExitCode::worst(codes)
}
