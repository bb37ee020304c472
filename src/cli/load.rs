//! From paths to manifests that are valid, or to the findings that say why not.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use super::check::check;
use super::{Format, Global, exit, output};
use crate::manifest::{self, Diagnostic, Examined, Manifest, Settings, Source};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};

/// A manifest that may be acted on.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
}

/// A third failure for one reason is no accident, and where one task is wanted it is what ECS's
/// circuit breaker waits for, too.
const ABORT_AFTER: u32 = 3;

impl Loaded {
    /// Returns how many tasks may fail alike before the release is given up; 0 for any number.
    pub(super) fn abort_after(&self) -> u32 {
        let rollout = self.manifest.release.rollout.as_ref();
        let asked = rollout.and_then(|rollout| rollout.abort_after);
        asked.unwrap_or(ABORT_AFTER)
    }

    /// Returns the service it is for.
    pub(super) fn service(&self) -> ServiceId {
        id(&self.manifest)
    }
}

fn id(manifest: &Manifest) -> ServiceId {
    let service = &manifest.release.service;
    ServiceId {
        cluster: ClusterName::new(&service.cluster),
        name: ServiceName::new(&service.name),
    }
}

/// Returns the service that a draft is for, if it says so much.
fn service_of(draft: &Manifest) -> Option<ServiceId> {
    let is_named = !draft.release.service.name.is_empty();
    is_named.then(|| id(draft))
}

/// What reading came to: the manifests that can be used, and everything there is to say.
pub(super) struct Reading {
    pub(super) manifests: Vec<Loaded>,
    pub(super) findings: Vec<Diagnostic>,
    /// The service, where they are about a single one.
    only: Option<ServiceId>,
}

/// Reads all manifests that the paths name.
pub(super) fn read(paths: &[String], global: &Global) -> Reading {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let found = manifest::find(&paths, &mut std::io::stdin().lock());
    let mut reading = Reading {
        manifests: Vec::new(),
        findings: found.problems,
        only: None,
    };
    let is_only = found.sources.len() == 1;
    for examined in examine(&found.sources, global.environment.as_deref()) {
        let draft = examined.manifest.as_ref().filter(|_| is_only);
        reading.only = draft.and_then(service_of);
        let is_broken = examined.findings.iter().any(Diagnostic::is_error);
        reading.findings.extend(examined.findings);
        if let Some(manifest) = examined.manifest.filter(|_| !is_broken) {
            reading.manifests.push(Loaded { manifest });
        }
    }
    let twice = named_twice(&reading.manifests);
    reading.findings.extend(twice);
    reading
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
    let settings = Settings {
        environment,
        variables: &|name| std::env::var(name).ok(),
    };
    let one = |source: &Arc<Source>| check(manifest::examine(Arc::clone(source), &settings));
    sources.iter().map(one).collect()
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
                .problem("service.name", "service-twice", message);
            found.push(problem.help("deploy one of them, or give one another service or overlay"));
        } else {
            first.insert(service, loaded);
        }
    }
    found
}

/// Reads the one manifest of a command that takes no more.
pub(super) fn load_one(path: &str, command: &str, global: &Global) -> Result<Loaded, u8> {
    let mut manifests = load(&[path.to_owned()], global)?;
    match manifests.pop() {
        Some(one) if manifests.is_empty() => Ok(one),
        Some(_) | None => {
            let message = format!("{command} takes the manifest of one service");
            Err(output::usage(&message, global))
        }
    }
}

/// Reads all manifests, or reports what is wrong with them and returns the exit code.
pub(super) fn load(paths: &[String], global: &Global) -> Result<Vec<Loaded>, u8> {
    let reading = read(paths, global);
    output::findings(&reading.findings, global);
    if reading.findings.iter().any(Diagnostic::is_error) {
        if global.output == Format::Json {
            output::invalid(&reading.findings, reading.only.as_ref());
        }
        return Err(exit::INVALID);
    }
    Ok(reading.manifests)
}
