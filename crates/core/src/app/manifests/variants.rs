//! Loads the releases that the variants of an experiment name.

use super::{Loaded, ManifestReader};
use mlship_manifest::Code;
use mlship_manifest::{
    self, Diagnostic, ExperimentManifest, Manifest, ManifestContent, check_releases, overlap,
};

/// What reading the releases of an experiment came to.
pub(super) struct Variants {
    /// The releases, in the order of the variants, where all of them can be used.
    pub(super) releases: Option<Vec<Loaded>>,
    /// What is wrong with them: each by itself in its own file, and together in the experiment's.
    pub(super) findings: Vec<Diagnostic>,
}

/// What a command needs of the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// All of them, since they may be deployed.
    All,
    /// Where they are: their services and target groups.
    Places,
}

/// How many variants there can be: more is an error that was told.
const MOST: usize = 5;

/// Reads the releases of an experiment's variants, for the same environment.
pub(super) fn read(
    experiment: &ExperimentManifest,
    reader: &ManifestReader<'_>,
    need: Need,
) -> Variants {
    let count = experiment.experiment.variants.len().min(MOST);
    let mut own = Vec::new();
    let mut together = Vec::new();
    let mut releases: Vec<Option<Manifest>> = Vec::new();
    for index in 0..count {
        let release = match open(experiment, index, reader, need) {
            Ok((release, findings)) => {
                own.extend(findings);
                release
            }
            Err(problem) => {
                together.extend(problem);
                None
            }
        };
        releases.push(release);
    }
    let drafts: Vec<Option<&Manifest>> = releases.iter().map(Option::as_ref).collect();
    together.extend(check_releases(experiment, &drafts));
    together.extend(own);
    let is_broken = together.iter().any(Diagnostic::is_error);
    let all: Option<Vec<Manifest>> = releases.into_iter().collect();
    let loaded = |manifest| Loaded { manifest };
    Variants {
        releases: all
            .filter(|_| !is_broken)
            .map(|all| all.into_iter().map(loaded).collect()),
        findings: together,
    }
}

type Read = (Option<Manifest>, Vec<Diagnostic>);

/// Reads one release, with what is said of it; or says why it is none, where that is news.
fn open(
    experiment: &ExperimentManifest,
    index: usize,
    reader: &ManifestReader<'_>,
    need: Need,
) -> Result<Read, Option<Diagnostic>> {
    let place = format!("variants[{index}].release");
    let variant = &experiment.experiment.variants[index];
    if variant.release.is_empty() || experiment.is_broken(&place) {
        return Err(None);
    }
    let path = experiment.release_path(variant);
    let source = match mlship_manifest::file(&path) {
        Ok(source) => source,
        Err(problem) if problem.code == Code::FILE_NOT_FOUND => {
            let message = format!("there is no file {}", path.display());
            let problem = experiment.problem(&place, Code::RELEASE_NOT_FOUND, message);
            return Err(Some(
                problem.help("the path is relative to the file of the experiment"),
            ));
        }
        Err(problem) => return Ok((None, vec![problem])),
    };
    let examined = reader.examine_one(source);
    match examined.subject {
        ManifestContent::Release(Some(draft))
            if need == Need::Places && is_placed(&draft, &examined.findings) =>
        {
            Ok((Some(*draft), Vec::new()))
        }
        ManifestContent::Release(draft) => {
            let is_broken = examined.findings.iter().any(Diagnostic::is_error);
            let release = draft.filter(|_| !is_broken).map(|draft| *draft);
            Ok((release, examined.findings))
        }
        ManifestContent::Experiment(_) => {
            let message = format!("{} is an experiment, not a release", path.display());
            let problem = experiment.problem(&place, Code::VARIANT_IS_NO_RELEASE, message);
            Err(Some(problem.help(
                "name the manifest of a release, with `kind: ModelRelease`",
            )))
        }
    }
}

/// Says whether a release tells its service and its target group, whatever else is wrong with it.
fn is_placed(release: &Manifest, findings: &[Diagnostic]) -> bool {
    let fields = ["service.cluster", "service.name", "traffic.targetGroup"];
    fields.iter().all(|field| {
        let own = release.places.span(field).range();
        let errors = findings.iter().filter(|finding| finding.is_error());
        let mut broken = errors.filter_map(|error| Some(error.span.as_ref()?.range()));
        let is_broken = broken.any(|range| overlap(&own, &range));
        release.places.is_written(field) && !is_broken
    })
}
