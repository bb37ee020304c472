//! Loads the releases that the variants of an experiment name.

use super::{Loaded, ManifestReader};
use mlship_manifest::Code;
use mlship_manifest::{
    self, Diagnostic, ExperimentManifest, Identified, Manifest, ManifestContent, Unresolved,
    UsedDefault, check_releases, identify_variant,
};

/// What reading the releases of an experiment came to.
pub(super) struct Variants {
    /// The releases, in the order of the variants, where all of them can be used.
    pub(super) releases: Option<Vec<Loaded>>,
    /// What is wrong with them: each by itself in its own file, and together in the experiment's.
    pub(super) findings: Vec<Diagnostic>,
    /// The defaults of variables that say where they are.
    pub(super) defaults: Vec<UsedDefault>,
}

/// What a command needs of the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// All of them, since they may be deployed.
    All,
    /// Where they are, and what is measured.
    Numbers,
    /// Where they are: their services and target groups.
    Places,
}

impl Need {
    /// Returns the fields of an experiment that must be right; none where all must be.
    pub(super) fn fields(self) -> Option<Vec<&'static str>> {
        match self {
            Self::All => None,
            Self::Numbers => Some([&TRAFFIC[..], &MEASURED].concat()),
            Self::Places => Some(TRAFFIC.to_vec()),
        }
    }
}

/// The fields of an experiment that say whose traffic it is about.
pub(in crate::app) const TRAFFIC: [&str; 5] = [
    "metadata.name",
    "listenerRule",
    "variants",
    "stickiness",
    "assignment",
];

/// The fields that say what is measured, and what of it decides.
pub(in crate::app) const MEASURED: [&str; 11] = [
    "primary",
    "guardrails",
    "metrics",
    "alpha",
    "plannedSample",
    "minimumEventsPerArm",
    "maximumDays",
    "design",
    "looks",
    "outcomeWithin",
    "ramp",
];

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
    let mut defaults = Vec::new();
    for index in 0..count {
        let release = match open(experiment, index, reader, need) {
            Ok(read) => {
                own.extend(read.findings);
                defaults.extend(read.defaults);
                read.release
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
    Variants {
        releases: all
            .filter(|_| !is_broken)
            .map(|all| all.into_iter().map(Loaded::new).collect()),
        findings: together,
        defaults,
    }
}

/// What reading one release came to.
#[derive(Default)]
struct Read {
    release: Option<Manifest>,
    findings: Vec<Diagnostic>,
    defaults: Vec<UsedDefault>,
}

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
        Err(problem) => {
            return Ok(Read {
                findings: vec![problem],
                ..Read::default()
            });
        }
    };
    let mut examined = reader.examine_one(source.clone());
    examined.findings.extend(unread_places(&examined.subject));
    match examined.subject {
        ManifestContent::Release(Some(draft)) if need != Need::All => {
            Ok(match identify_variant(source, &reader.options()) {
                Identified::Release(identity) => Read {
                    release: Some(*draft),
                    defaults: identity.defaults,
                    findings: Vec::new(),
                },
                Identified::Unknown(findings) => Read {
                    findings,
                    ..Read::default()
                },
                // A draft of a release is of no experiment.
                Identified::Experiment => Read::default(),
            })
        }
        ManifestContent::Release(draft) => {
            let is_broken = examined.findings.iter().any(Diagnostic::is_error);
            Ok(Read {
                release: draft.filter(|_| !is_broken).map(|draft| *draft),
                findings: examined.findings,
                defaults: Vec::new(),
            })
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

/// Says of a release whose target group is in a parameter that no experiment can do with it:
/// whoever ends one asks for nothing.
fn unread_places(subject: &ManifestContent) -> Vec<Diagnostic> {
    let ManifestContent::Release(Some(draft)) = subject else {
        return Vec::new();
    };
    let of_traffic = |one: &&Unresolved| one.field.starts_with("traffic");
    let unread = draft.unresolved().iter().filter(of_traffic);
    unread.map(Unresolved::is_no_identity).collect()
}
