//! From paths to manifests that are valid, or to the findings that say why not.

mod variants;

use std::collections::HashMap;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) use variants::Need;

use super::check::check;
use super::{Format, Global, output};
use crate::report::conceal;
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_core::release::service_of;
use mlship_manifest::Code;
use mlship_manifest::{
    self, Diagnostic, Examined, ExperimentManifest, Manifest, Settings, Source, Subject,
};

/// The manifest of a release that may be acted on.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
}

impl Loaded {
    /// Returns the service it is for.
    pub(super) fn service(&self) -> ServiceId {
        service_of(&self.manifest.release)
    }
}

/// Returns the service that a draft is for, if it says so much.
fn service_named_by(draft: &Manifest) -> Option<ServiceId> {
    let is_named = !draft.release.service.name.is_empty();
    is_named.then(|| service_of(&draft.release))
}

/// An experiment that may be acted on, with the releases of its variants, in their order.
#[derive(Debug)]
pub(super) struct LoadedExperiment {
    pub(super) manifest: ExperimentManifest,
    pub(super) releases: Vec<Loaded>,
}

/// What reading came to: the manifests that can be used, and everything there is to say.
pub(super) struct Reading {
    pub(super) manifests: Vec<Loaded>,
    pub(super) experiments: Vec<LoadedExperiment>,
    pub(super) findings: Vec<Diagnostic>,
    /// The service, where they are about a single one.
    only: Option<ServiceId>,
}

impl Reading {
    /// Returns the releases and the experiments.
    pub(super) fn into_parts(self) -> (Vec<Loaded>, Vec<LoadedExperiment>) {
        (self.manifests, self.experiments)
    }
}

/// Reads all manifests that the paths name, of experiments too.
pub(super) fn read(paths: &[String], global: &Global) -> Reading {
    let environment = global.environment.as_deref();
    let (reading, experiments) = releases(paths, environment);
    with_variants(reading, experiments, environment, Need::All)
}

/// Reads the experiments that a path names, for a command that deploys nothing: whoever ends one
/// in a bad moment needn't have what a release is made of.
pub(super) fn load_experiments(
    path: &str,
    global: &Global,
) -> Result<Vec<LoadedExperiment>, ExitCode> {
    let environment = global.environment.as_deref();
    let (mut reading, experiments) = releases(&[path.to_owned()], environment);
    // What is wrong with releases beside it is told where it matters.
    reading.findings.retain(|one| one.span.is_none());
    let reading = with_variants(reading, experiments, environment, Need::Places);
    told(&reading, global)?;
    Ok(reading.experiments)
}

fn with_variants(
    mut reading: Reading,
    experiments: Vec<Aside>,
    environment: Option<&str>,
    need: Need,
) -> Reading {
    for Aside {
        draft, findings, ..
    } in experiments
    {
        let is_broken = findings.iter().any(Diagnostic::is_error);
        reading.findings.extend(findings);
        let Some(manifest) = draft else {
            continue;
        };
        let variants = variants::read(&manifest, environment, need);
        // A release may be among the paths, and then was told of already.
        for one in variants.findings {
            if !reading.findings.contains(&one) {
                reading.findings.push(one);
            }
        }
        if let Some(releases) = variants.releases.filter(|_| !is_broken) {
            let manifest = *manifest;
            reading
                .experiments
                .push(LoadedExperiment { manifest, releases });
        }
    }
    reading
}

/// An experiment among the paths, as far as it could be understood.
struct Aside {
    source: Arc<Source>,
    draft: Option<Box<ExperimentManifest>>,
    findings: Vec<Diagnostic>,
}

/// Reads the releases that the paths name, and returns the experiments beside them.
fn releases(paths: &[String], environment: Option<&str>) -> (Reading, Vec<Aside>) {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let found = mlship_manifest::find(&paths, &mut std::io::stdin().lock());
    let mut reading = Reading {
        manifests: Vec::new(),
        experiments: Vec::new(),
        findings: found.problems,
        only: None,
    };
    let mut experiments = Vec::new();
    let is_only = found.sources.len() == 1;
    let all = examine(&found.sources, environment);
    for (source, examined) in found.sources.into_iter().zip(all) {
        let findings = examined.findings;
        let draft = match examined.subject {
            Subject::Release(draft) => draft,
            Subject::Experiment(draft) => {
                experiments.push(Aside {
                    source,
                    draft,
                    findings,
                });
                continue;
            }
        };
        reading.only = draft
            .as_deref()
            .filter(|_| is_only)
            .and_then(service_named_by);
        let is_broken = findings.iter().any(Diagnostic::is_error);
        reading.findings.extend(findings);
        if let Some(manifest) = draft.filter(|_| !is_broken) {
            reading.manifests.push(Loaded {
                manifest: *manifest,
            });
        }
    }
    let twice = named_twice(&reading.manifests);
    reading.findings.extend(twice);
    (reading, experiments)
}

/// How many manifests are worth another thread.
const WORTH_A_THREAD: usize = 64;

/// Examines all manifests, in their order; many of them on all processors.
fn examine(sources: &[Arc<Source>], environment: Option<&str>) -> Vec<Examined> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(sources.len() / WORTH_A_THREAD);
    if threads <= 1 {
        return examine_here(sources, environment);
    }
    std::thread::scope(|scope| {
        let shares = sources.chunks(sources.len().div_ceil(threads));
        let running: Vec<_> = shares
            .map(|share| scope.spawn(move || examine_here(share, environment)))
            .collect();
        let ended = running.into_iter().map(|thread| match thread.join() {
            Ok(examined) => examined,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.flatten().collect()
    })
}

fn examine_here(sources: &[Arc<Source>], environment: Option<&str>) -> Vec<Examined> {
    let one = |source| examine_one(Arc::clone(source), environment);
    sources.iter().map(one).collect()
}

fn examine_one(source: Arc<Source>, environment: Option<&str>) -> Examined {
    let settings = Settings {
        environment,
        variables: &|name| std::env::var(name).ok(),
    };
    let examined = mlship_manifest::examine(source, &settings);
    conceal(examined.secrets.clone());
    check(examined)
}

/// Finds services that several manifests are for: the last would win, by the order of file names.
fn named_twice(manifests: &[Loaded]) -> Vec<Diagnostic> {
    let mut first: HashMap<ServiceId, &Loaded> = HashMap::new();
    let mut found = Vec::new();
    for loaded in manifests {
        let service = loaded.service();
        if let Some(other) = first.get(&service) {
            let other = other.manifest.source.name();
            let message = format!("{other} is for service {service} too");
            let problem = loaded
                .manifest
                .problem("service.name", Code::SERVICE_TWICE, message);
            found.push(problem.help("deploy one of them, or give one another service or overlay"));
        } else {
            first.insert(service, loaded);
        }
    }
    found
}

/// Reads the one manifest of a command that takes no more.
pub(super) fn load_one(path: &str, command: &str, global: &Global) -> Result<Loaded, ExitCode> {
    let mut manifests = load(&[path.to_owned()], global)?;
    match manifests.pop() {
        Some(one) if manifests.is_empty() => Ok(one),
        Some(_) | None => {
            let message = format!("{command} takes the manifest of one service");
            Err(output::usage(&message, global))
        }
    }
}

/// Reads the manifests of releases, or reports what is wrong with them and returns the exit code.
pub(super) fn load(paths: &[String], global: &Global) -> Result<Vec<Loaded>, ExitCode> {
    let (mut reading, experiments) = releases(paths, global.environment.as_deref());
    let is_broken = reading.findings.iter().any(Diagnostic::is_error);
    let is_alone = reading.manifests.is_empty() && !is_broken;
    for Aside {
        source,
        draft,
        findings,
    } in experiments
    {
        let name = source.name();
        let is_named = name == "<stdin>" || paths.iter().any(|path| path == name);
        // Among the releases of a directory, an experiment is none of the command's business.
        if !is_named && !is_alone {
            continue;
        }
        match draft {
            Some(draft) => reading.findings.push(draft.is_no_release()),
            None => reading.findings.extend(findings),
        }
    }
    told(&reading, global)?;
    Ok(reading.manifests)
}

/// Reads all manifests, or reports what is wrong with them and returns the exit code.
pub(super) fn load_all(paths: &[String], global: &Global) -> Result<Reading, ExitCode> {
    let reading = read(paths, global);
    told(&reading, global)?;
    Ok(reading)
}

/// Reports what was found; with errors in it that is the end.
fn told(reading: &Reading, global: &Global) -> Result<(), ExitCode> {
    output::findings(&reading.findings, global);
    if !reading.findings.iter().any(Diagnostic::is_error) {
        return Ok(());
    }
    if global.output == Format::Json {
        output::invalid(&reading.findings, reading.only.as_ref());
    }
    Err(ExitCode::Invalid)
}
