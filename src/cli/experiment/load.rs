//! Loads the experiments that a command is about.

use super::presenter::end_of_service;
use crate::cli::load::{LoadedExperiment, Need, load_all, load_experiments};
use crate::cli::session::Session;
use crate::cli::sessions::Sessions;
use crate::cli::targets::NamedServices;
use crate::cli::{Global, output};
use mlship_core::app::experiment::Comparison;
use mlship_core::progress::ExitCode;

/// Reads the one experiment that a path names, for a command that may deploy its releases.
pub(super) fn load_one(path: &str, command: &str, global: &Global) -> Result<Comparison, ExitCode> {
    let paths = [path.to_owned()];
    let mut experiments = load_all(&paths, global)?.experiments;
    match experiments.pop() {
        Some(experiment) if experiments.is_empty() => Ok(comparison(experiment)),
        Some(_) => {
            let message = format!("experiment {command} takes the manifest of one experiment");
            let hint = Some("name one of them");
            Err(output::usage_with_hint(&message, hint, global))
        }
        None => Err(no_experiment(&paths, command, global)),
    }
}

/// Reads the experiments that paths name, with as much of them as a command needs, and returns the
/// exit code of those that can't be read.
pub(super) fn load_some(
    paths: &[String],
    command: &str,
    need: Need,
    global: &Global,
) -> Result<(Vec<Comparison>, ExitCode), ExitCode> {
    let (experiments, code) = load_experiments(paths, need, global)?;
    if experiments.is_empty() {
        return Err(no_experiment(paths, command, global));
    }
    Ok((experiments.into_iter().map(comparison).collect(), code))
}

/// Finds the experiments that services are variants of, each once, and says why others were not
/// found.
pub(super) async fn find<'a>(
    named: &NamedServices,
    sessions: &'a Sessions,
    global: &Global,
) -> (Vec<(Comparison, &'a Session)>, Vec<ExitCode>) {
    let (mut found, mut codes): (Vec<(Comparison, &Session)>, _) = (Vec::new(), Vec::new());
    for (at, variant) in named.variants().into_iter().enumerate() {
        let service = variant.service.clone();
        let session = match sessions.to(at) {
            Ok(session) => session,
            Err(error) => {
                codes.push(end_of_service(&error.clone().into(), &service, global));
                continue;
            }
        };
        match Comparison::of_service(&session.context(), variant).await {
            Ok(comparison) => {
                let rule = &comparison.definition.rule;
                let mut others = found.iter();
                if !others.any(|(other, _)| other.definition.rule == *rule) {
                    found.push((comparison, session));
                }
            }
            Err(outcome) => codes.push(end_of_service(&outcome, &service, global)),
        }
    }
    (found, codes)
}

pub(super) fn no_experiment(paths: &[String], command: &str, global: &Global) -> ExitCode {
    let path = match paths {
        [path] if path == "-" => "standard input",
        [path] => path,
        _ => "none of these",
    };
    let message =
        format!("{path} has no manifest of `kind: Experiment`, which experiment {command} takes");
    let hint = "name the manifest of an experiment; mlship experiment list shows those that run";
    output::usage_with_hint(&message, Some(hint), global)
}

/// Returns what is compared.
pub(in crate::cli) fn comparison(loaded: LoadedExperiment) -> Comparison {
    let releases = loaded.releases.into_iter();
    let releases = releases.map(|release| release.manifest).collect();
    Comparison::new(loaded.manifest, releases, loaded.defaults)
}
