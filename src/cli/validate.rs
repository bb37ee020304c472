//! `mlship validate`

use clap::Args;
use serde_json::json;

use super::load::read;
use super::pipeline::CodeQuality;
use super::{Format, Global, examples, output};
use mlship_core::progress::ExitCode;
use mlship_text::words::counted;

/// Check manifests without calling AWS, and report every problem
#[derive(Debug, Args)]
#[command(after_help = examples::VALIDATE)]
pub(super) struct Validate {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    #[command(flatten)]
    pub(super) quality: CodeQuality,
}

pub(super) fn run(command: &Validate, global: &Global) -> ExitCode {
    let reading = match read(&command.paths, global) {
        Ok(reading) => reading,
        Err(code) => return code,
    };
    global.read(reading.manifests.iter().map(|loaded| &loaded.manifest));
    let findings = reading.findings;
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    match global.format() {
        Format::Json => {
            global.found(&findings);
            output::document(&json!({"findings": findings}));
        }
        Format::Human => {
            output::findings(&findings, global);
            let valid = reading.manifests.len() + reading.experiments.len();
            output::line(&verdict(valid, errors));
        }
    }
    if errors > 0 {
        ExitCode::Invalid
    } else {
        ExitCode::Done
    }
}

fn verdict(valid: usize, errors: usize) -> String {
    match (valid, errors) {
        (1, 0) => "valid".to_owned(),
        (valid, 0) => format!("{} are valid", counted(valid, "manifest")),
        (_, errors) => counted(errors, "problem"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_well() {
        assert_eq!(verdict(1, 0), "valid");
        assert_eq!(verdict(3, 0), "3 manifests are valid");
        assert_eq!(verdict(2, 1), "1 problem");
        assert_eq!(verdict(0, 2), "2 problems");
    }
}
