//! Loads manifests from paths: either manifests that may be acted on, or the findings that say why
//! not. Reads files, and of the environment only the variables it is given.

mod examining;
mod loaded;
mod selection;
mod subjects;
mod terms;
#[cfg(test)]
mod tests;
mod twice;
mod variants;

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

pub use loaded::{Loaded, place_manifests};
pub use selection::Selector;
pub use subjects::Subjects;
pub use terms::LoadedTerms;
pub(in crate::app) use variants::MEASURED;
pub use variants::Need;

use super::fleet;
use crate::release::ids::ServiceId;
use crate::release::service_of;
use mlship_manifest::{
    self, Code, Diagnostic, Examined, ExperimentManifest, Manifest, ManifestContent, Source,
    UsedDefault, VariableFiles,
};

/// Returns the service that a draft is for, if it says so much.
fn service_named_by(draft: &Manifest) -> Option<ServiceId> {
    let is_named = !draft.release.service.name.is_empty();
    is_named.then(|| service_of(&draft.release))
}

/// An experiment that may be acted on, with the releases of its variants, in their order.
#[derive(Debug)]
pub struct LoadedExperiment {
    /// The manifest.
    pub manifest: ExperimentManifest,
    /// The releases.
    pub releases: Vec<Loaded>,
    /// The defaults of variables that say where all that is, where not all of it was read.
    pub defaults: Vec<UsedDefault>,
}

/// What reading came to: the manifests that can be used, and everything there is to say.
#[derive(Debug, Default)]
pub struct LoadedManifests {
    /// The releases.
    pub manifests: Vec<Loaded>,
    /// The experiments.
    pub experiments: Vec<LoadedExperiment>,
    /// What was found in them.
    pub findings: Vec<Diagnostic>,
    /// The service, where they are about a single one.
    pub only: Option<ServiceId>,
}

impl LoadedManifests {
    /// Returns the releases and the experiments.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Loaded>, Vec<LoadedExperiment>) {
        (self.manifests, self.experiments)
    }

    /// Returns whether something was found that nothing may be done with.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        is_broken(&self.findings)
    }
}

fn is_broken(findings: &[Diagnostic]) -> bool {
    findings.iter().any(Diagnostic::is_error)
}

/// Reads manifests for one environment.
pub struct ManifestReader<'a> {
    /// The overlay that is applied.
    pub environment: Option<&'a str>,
    /// What a release must be like to be one of those that are read.
    pub select: &'a [Selector],
    /// Whether the run can be in several accounts, so that one name can be several services.
    pub has_several_accounts: bool,
    /// The files of variables.
    pub files: &'a VariableFiles,
    /// Returns the value that a variable has where no file says it.
    pub environment_variables: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Adds what only shows in ECS's own documents.
    pub check: &'a (dyn Fn(Examined) -> Examined + Sync),
}

/// An experiment among the paths, as far as it could be understood.
#[derive(Debug, Clone)]
struct ExperimentDraft {
    source: Arc<Source>,
    draft: Option<Box<ExperimentManifest>>,
    findings: Vec<Diagnostic>,
}

impl ManifestReader<'_> {
    /// Reads all manifests that the paths name, of experiments too.
    pub fn all(&self, paths: &[String], stdin: &mut dyn Read) -> LoadedManifests {
        let (reading, experiments) = self.apart(paths, stdin);
        self.without_consequences(self.with_variants(reading, experiments, Need::All))
    }

    /// Reads the experiments that a path names, for a command that deploys nothing: whoever ends
    /// one in a bad moment needn't have what a release is made of.
    pub fn experiments(
        &self,
        paths: &[String],
        need: Need,
        stdin: &mut dyn Read,
    ) -> LoadedManifests {
        let (mut reading, experiments) = self.apart(paths, stdin);
        // What is wrong with releases beside it is told where it matters; a path that was named and
        // can't be read, here.
        let is_named = |source: &Source| paths.iter().any(|path| path == source.name());
        reading.findings.retain(|finding| {
            let span = finding.span.as_ref();
            span.is_none_or(|span| span.source().text().is_empty() && is_named(span.source()))
        });
        let mut reading = self.with_variants(reading, experiments, need);
        // So is what is wrong with files of variables.
        if reading.is_broken() || reading.experiments.is_empty() {
            let all = self.files.findings().iter().cloned();
            reading.findings = all.chain(reading.findings).collect();
        }
        self.without_consequences(reading)
    }

    /// Reads the manifests of releases, for a command that takes nothing else.
    pub fn releases(&self, paths: &[String], stdin: &mut dyn Read) -> LoadedManifests {
        let (mut reading, experiments) = self.apart(paths, stdin);
        let is_alone = reading.manifests.is_empty() && !reading.is_broken();
        for ExperimentDraft {
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
        self.without_consequences(reading)
    }

    /// Says of a file of variables that can't be read what is wrong with it, and not of each
    /// variable besides that nobody knows it.
    fn without_consequences(&self, mut reading: LoadedManifests) -> LoadedManifests {
        if let [cause, ..] = self.files.findings()
            && reading.findings.contains(cause)
        {
            let findings = &mut reading.findings;
            findings.retain(|finding| finding.code != Code::UNKNOWN_VARIABLE);
        }
        reading
    }

    fn with_variants(
        &self,
        mut reading: LoadedManifests,
        experiments: Vec<ExperimentDraft>,
        need: Need,
    ) -> LoadedManifests {
        for ExperimentDraft {
            draft, findings, ..
        } in experiments
        {
            let (findings, mut defaults) = match (need.fields(), &draft) {
                (Some(fields), Some(draft)) => {
                    let errors = draft.errors_in(&fields).into_iter().cloned().collect();
                    (errors, draft.defaults_in(&fields))
                }
                (Some(_), None) | (None, _) => (findings, Vec::new()),
            };
            let is_broken = is_broken(&findings);
            reading.findings.extend(findings);
            let Some(manifest) = draft else {
                continue;
            };
            let variants = variants::read(&manifest, self, need);
            // A release may be among the paths, and then was told of already.
            for finding in variants.findings {
                if !reading.findings.contains(&finding) {
                    reading.findings.push(finding);
                }
            }
            if let Some(releases) = variants.releases.filter(|_| !is_broken) {
                defaults.extend(variants.defaults);
                reading.experiments.push(LoadedExperiment {
                    manifest: *manifest,
                    releases,
                    defaults,
                });
            }
        }
        reading
    }

    /// Reads the releases that the paths name, and returns the experiments beside them.
    fn apart(
        &self,
        paths: &[String],
        stdin: &mut dyn Read,
    ) -> (LoadedManifests, Vec<ExperimentDraft>) {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let found = mlship_manifest::find(&paths, stdin);
        let mut findings = self.files.findings().to_vec();
        findings.extend(found.problems);
        let mut reading = LoadedManifests {
            findings,
            ..LoadedManifests::default()
        };
        let mut experiments = Vec::new();
        let is_only = found.sources.len() == 1;
        let all = self.examine(&found.sources);
        for (source, examined) in found.sources.into_iter().zip(all) {
            let findings = examined.findings;
            let draft = match examined.subject {
                ManifestContent::Release(draft) => draft,
                // It has neither a service nor tags.
                ManifestContent::Experiment(_) if !self.select.is_empty() => continue,
                ManifestContent::Experiment(draft) => {
                    experiments.push(ExperimentDraft {
                        source,
                        draft,
                        findings,
                    });
                    continue;
                }
            };
            let is_selected = |draft: &Manifest| {
                let mut selectors = self.select.iter();
                selectors.all(|selector| selector.selects(&draft.release))
            };
            if !draft.as_deref().is_none_or(is_selected) {
                continue;
            }
            reading.only = draft
                .as_deref()
                .filter(|_| is_only)
                .and_then(service_named_by);
            let is_broken = is_broken(&findings);
            reading.findings.extend(findings);
            if let Some(manifest) = draft.filter(|_| !is_broken) {
                reading.manifests.push(Loaded::new(*manifest));
            }
        }
        let said = reading.manifests.iter();
        let said = said.map(|loaded| loaded.place().clone()).collect();
        if let Err(twice) = place_manifests(&mut reading.manifests, said) {
            reading.findings.extend(twice);
        }
        // What can't be read may be what another one depends on.
        if !reading.is_broken() {
            let found = fleet::findings(&reading.manifests);
            reading.findings.extend(found);
        }
        (reading, experiments)
    }
}
