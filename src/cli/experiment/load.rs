//! Loads the one experiment that a command is about.

use crate::cli::load::{LoadedExperiment, Need, load_all, load_experiments};
use crate::cli::{Global, output};
use mlship_core::app::experiment::Comparison;
use mlship_core::progress::ExitCode;

/// Reads the one experiment that a path names, with what a command needs of its releases.
pub(super) fn load_one(
    path: &str,
    command: &str,
    need: Need,
    global: &Global,
) -> Result<Comparison, ExitCode> {
    let mut experiments = match need {
        Need::All => load_all(&[path.to_owned()], global)?.experiments,
        Need::Places => load_experiments(path, global)?,
    };
    match experiments.pop() {
        Some(experiment) if experiments.is_empty() => Ok(comparison(experiment)),
        Some(_) => {
            let message = format!("experiment {command} takes the manifest of one experiment");
            Err(output::usage_with_hint(
                &message,
                Some("name one of them"),
                global,
            ))
        }
        None => {
            let path = if path == "-" { "standard input" } else { path };
            let message = format!(
                "{path} has no manifest of `kind: Experiment`, which experiment {command} takes"
            );
            let hint =
                "name the manifest of an experiment; mlship experiment list shows those that run";
            Err(output::usage_with_hint(&message, Some(hint), global))
        }
    }
}

/// Returns what is compared.
pub(in crate::cli) fn comparison(loaded: LoadedExperiment) -> Comparison {
    let releases = loaded.releases.into_iter();
    let releases = releases.map(|release| release.manifest).collect();
    Comparison::new(loaded.manifest, releases)
}
