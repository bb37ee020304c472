//! Loads the manifests that a command line names, or prints findings and gives the exit code.

use std::io::stdin;

use super::{Format, Global, output};
use crate::report::conceal;
use mlship_aws::ecs_document_checks::check;
use mlship_core::app::manifests::ManifestReader;
pub(super) use mlship_core::app::manifests::{Loaded, LoadedExperiment, LoadedManifests, Need};
use mlship_core::progress::ExitCode;
use mlship_manifest::Examined;
use mlship_text::words::counted;

/// Reads the one manifest of a command that takes no more.
pub(super) fn load_one(path: &str, command: &str, global: &Global) -> Result<Loaded, ExitCode> {
    let mut manifests = load(&[path.to_owned()], global)?;
    let names: Vec<&str> = manifests
        .iter()
        .map(|loaded| loaded.manifest.source.name())
        .collect();
    let hint = match &names[..] {
        [] => None,
        [first, ..] => Some(format!(
            "{path} has {}: name one, as in mlship {command} {first}",
            counted(names.len(), "manifest")
        )),
    };
    match manifests.pop() {
        Some(manifest) if manifests.is_empty() => Ok(manifest),
        Some(_) | None => {
            let message = format!("{command} takes the manifest of one service");
            Err(output::usage_with_hint(&message, hint.as_deref(), global))
        }
    }
}

/// Reads the manifests of releases, or reports what is wrong with them and returns the exit code.
pub(super) fn load(paths: &[String], global: &Global) -> Result<Vec<Loaded>, ExitCode> {
    let reading = reader(global).releases(paths, &mut stdin().lock());
    Ok(report_findings(reading, global)?.manifests)
}

/// Reads all manifests, or reports what is wrong with them and returns the exit code.
pub(super) fn load_all(paths: &[String], global: &Global) -> Result<LoadedManifests, ExitCode> {
    report_findings(read(paths, global), global)
}

/// Reads experiments for a command that deploys nothing, or reports what is wrong with them.
pub(super) fn load_experiments(
    path: &str,
    global: &Global,
) -> Result<Vec<LoadedExperiment>, ExitCode> {
    let reading = reader(global).experiments(path, &mut stdin().lock());
    Ok(report_findings(reading, global)?.experiments)
}

/// Reads all manifests that the paths name, of experiments too.
pub(super) fn read(paths: &[String], global: &Global) -> LoadedManifests {
    reader(global).all(paths, &mut stdin().lock())
}

fn reader(global: &Global) -> ManifestReader<'_> {
    ManifestReader {
        environment: global.environment.as_deref(),
        variables: &|name| std::env::var(name).ok(),
        check: &checked,
    }
}

/// Adds what only shows in ECS's own documents, and keeps what is secret out of all output.
pub(super) fn checked(examined: Examined) -> Examined {
    conceal(examined.secrets.clone());
    check(examined)
}

/// Reports what was found; with errors in it that is the end.
fn report_findings(reading: LoadedManifests, global: &Global) -> Result<LoadedManifests, ExitCode> {
    if !reading.is_broken() {
        output::warnings(&reading.findings, global);
        return Ok(reading);
    }
    output::findings(&reading.findings, global);
    if global.output == Format::Json {
        output::invalid(&reading.findings, reading.only.as_ref());
    }
    Err(ExitCode::Invalid)
}
