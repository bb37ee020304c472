//! `mlship validate`

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::load::read;
use super::pipeline::CodeQuality;
use super::{Format, Global, examples, output};
use mlship_core::progress::ExitCode;
use mlship_manifest::Unresolved;
use mlship_text::words::counted;

/// Check manifests without calling AWS, and report every problem
#[derive(Debug, Args)]
#[command(after_help = examples::VALIDATE)]
pub(super) struct Validate {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) quality: CodeQuality,
}

pub(super) fn run(command: &Validate, global: &Global) -> ExitCode {
    let reading = match read(&command.paths, global) {
        Ok(reading) => reading,
        Err(code) => return code,
    };
    global.read(reading.manifests.iter().map(|loaded| &loaded.manifest));
    let unresolved: Vec<UnresolvedView> = reading
        .manifests
        .iter()
        .flat_map(|loaded| loaded.manifest.unresolved())
        .map(UnresolvedView::of)
        .collect();
    let findings = reading.findings;
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    match global.format() {
        Format::Json => {
            global.found(&findings);
            let mut document = json!({"findings": findings});
            if !unresolved.is_empty() {
                document["unresolved"] = json!(unresolved);
            }
            output::document(&document);
        }
        Format::Human => {
            output::findings(&findings, global);
            let valid = reading.manifests.len() + reading.experiments.len();
            output::line(&verdict(valid, errors));
            for one in &unresolved {
                output::complain(&one.words());
            }
        }
    }
    if errors > 0 {
        ExitCode::Invalid
    } else {
        ExitCode::Done
    }
}

/// A parameter that nobody was asked for.
#[derive(Debug, Serialize)]
struct UnresolvedView {
    file: String,
    line: usize,
    field: String,
    parameter: String,
}

impl UnresolvedView {
    fn of(unresolved: &Unresolved) -> Self {
        Self {
            file: unresolved.at.source().name().to_owned(),
            line: unresolved.at.line(),
            field: unresolved.field.clone(),
            parameter: unresolved.name.clone(),
        }
    }

    fn words(&self) -> String {
        let Self {
            file,
            line,
            field,
            parameter,
        } = self;
        format!("{file}:{line}: {field} is unresolved until AWS is asked for {parameter}")
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
