//! Reads one manifest, from text to checked fields.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::diagnostic::Diagnostic;
use super::experiment::ExperimentManifest;
use super::field_spans::Places;
use super::foreign_document;
use super::node::{Kind, Node};
use super::overlay::overlay;
use super::overlay_hint;
use super::parse::parse;
use super::read_again::{Again, Recorder, is_of_placeholder};
use super::rules;
use super::schema::ModelRelease;
use super::schema_check::{Stage, Stages, repair_typos, schemas, walk};
use super::source::Source;
use super::suggest;
use super::variables::{Expansion, Origin, Parameters, Unresolved, UsedDefault, Values};
use crate::manifest::Code;
use mlship_text::secrets::KnownSecrets;

/// How many problems of one file are worth reading.
const MOST_FINDINGS: usize = 100;

/// What a manifest is read with.
pub struct ReadOptions<'a> {
    /// The environment whose overlay applies.
    pub environment: Option<&'a str>,
    /// Where the values of variables come from.
    pub variables: &'a dyn Values,
}

/// A manifest that keeps every rule that can be checked offline.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// What was written, overlay and variables applied.
    pub release: ModelRelease,
    /// Where each field was written.
    pub places: Places,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Diagnostic>,
    /// The environments that the file has overlays for.
    pub environments: Vec<String>,
    /// The text it was read from.
    pub source: Arc<Source>,
    /// What variables with secret names filled in.
    pub secrets: KnownSecrets,
    /// The variables that filled it in, and who says them.
    pub variables: Vec<(String, Origin)>,
    /// The parameters whose values it lacks.
    pub(super) unresolved: Vec<Unresolved>,
    /// How it is read once more, where it lacks any.
    pub(super) again: Option<Arc<Again>>,
}

impl Manifest {
    /// Returns an error that points at a field, for what only shows later: a check at plan time,
    /// or a field that AWS rejects.
    pub fn problem(&self, path: &str, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message)
            .at(self.places.span(path))
            .of(path)
    }
}

/// What reading a text came to.
#[derive(Debug)]
pub struct Examined {
    /// What the text describes.
    pub subject: ManifestContent,
    /// All problems of the file, in the order of their places.
    pub findings: Vec<Diagnostic>,
    /// What variables with secret names filled in, whether or not the text is valid.
    pub secrets: KnownSecrets,
}

/// What a text describes, as far as it could be understood. With an error among the findings it
/// is a draft: good for looking for more problems, and for nothing else.
#[derive(Debug)]
pub enum ManifestContent {
    /// A release, as is everything that doesn't say otherwise.
    Release(Option<Box<Manifest>>),
    /// An A/B test between releases.
    Experiment(Option<Box<ExperimentManifest>>),
}

/// Reads the manifest of a release and checks everything that can be checked offline.
///
/// # Errors
///
/// Returns all problems of the file, warnings included, in the order of their places. That of an
/// experiment is that it is no release.
pub fn read(source: Arc<Source>, settings: &ReadOptions<'_>) -> Result<Manifest, Vec<Diagnostic>> {
    let examined = examine(source, settings);
    let broken = examined.findings.iter().any(Diagnostic::is_error);
    match examined.subject {
        ManifestContent::Release(Some(manifest)) if !broken => Ok(*manifest),
        ManifestContent::Experiment(Some(experiment)) => Err(vec![experiment.is_no_release()]),
        ManifestContent::Release(_) | ManifestContent::Experiment(None) => Err(examined.findings),
    }
}

/// Reads a manifest as far as it can be understood.
#[must_use]
pub fn examine(source: Arc<Source>, settings: &ReadOptions<'_>) -> Examined {
    let mut found = Vec::new();
    let mut secrets = KnownSecrets::none();
    let root = parse(&source, &mut found);
    let refused = root
        .as_ref()
        .and_then(|root| unknown_kind(root).or_else(|| foreign_document::finding(root)));
    let root = root.filter(|_| refused.is_none());
    found.extend(refused);
    if root.as_ref().and_then(kind) == Some(EXPERIMENT) {
        let shape = &schemas().experiment;
        let read = root.and_then(|root| {
            let rules = (
                rules::check_experiment as Rules<_>,
                // It is ended by whoever can't ask for anything.
                Parameters::Nowhere,
            );
            understand(root, shape, rules, settings, &mut secrets, &mut found)
        });
        let findings = all_told(hide(found, &secrets), read.is_some());
        let experiment = read.map(|read| ExperimentManifest {
            experiment: read.fields,
            places: read.places,
            warnings: findings.clone(),
            environments: read.environments,
            defaults: read.defaults,
            source,
            secrets: secrets.clone(),
        });
        return Examined {
            subject: ManifestContent::Experiment(experiment.map(Box::new)),
            findings,
            secrets,
        };
    }
    let shape = &schemas().release;
    let record = Recorder::of(settings.variables);
    let recorded = ReadOptions {
        environment: settings.environment,
        variables: &record,
    };
    let read = root.and_then(|root| {
        understand(
            root,
            shape,
            (rules::check, Parameters::InRelease),
            &recorded,
            &mut secrets,
            &mut found,
        )
    });
    let findings = all_told(hide(found, &secrets), read.is_some());
    let manifest = read.map(|read| Manifest {
        release: read.fields,
        places: read.places,
        warnings: findings.clone(),
        environments: read.environments,
        variables: record.set(),
        again: (!read.unresolved.is_empty())
            .then(|| Arc::new(Again::of(settings.environment, record.into_variables()))),
        unresolved: read.unresolved,
        source,
        secrets: secrets.clone(),
    });
    Examined {
        subject: ManifestContent::Release(manifest.map(Box::new)),
        findings,
        secrets,
    }
}

/// Takes out of the words of findings what is secret; the snippets see to themselves.
pub(super) fn hide(mut found: Vec<Diagnostic>, secrets: &KnownSecrets) -> Vec<Diagnostic> {
    for finding in &mut found {
        finding.message = secrets.redact(&finding.message).into_owned();
        if let Some(help) = &mut finding.help {
            *help = secrets.redact(help).into_owned();
        }
    }
    found
}

/// Orders what was found; what can't be read for no reason is a mistake of this program.
fn all_told(mut found: Vec<Diagnostic>, is_read: bool) -> Vec<Diagnostic> {
    if !is_read && !found.iter().any(Diagnostic::is_error) {
        found.push(Diagnostic::error(
            Code::INTERNAL,
            "the manifest could not be read",
        ));
    }
    in_order(found)
}

struct Read<T> {
    fields: T,
    places: Places,
    environments: Vec<String>,
    defaults: Vec<UsedDefault>,
    unresolved: Vec<Unresolved>,
}

/// What is checked between fields.
type Rules<T> = fn(&T, &Places, &mut Vec<Diagnostic>);

fn understand<T: DeserializeOwned>(
    mut root: Node,
    shape: &Stages,
    (rules, parameters): (Rules<T>, Parameters),
    settings: &ReadOptions<'_>,
    secrets: &mut KnownSecrets,
    found: &mut Vec<Diagnostic>,
) -> Option<Read<T>> {
    // All overlays, chosen or not: a typo in staging is found when production is validated.
    walk(&root, &shape.file, Stage::Written, found);
    if found
        .iter()
        .any(|finding| finding.code == Code::UNKNOWN_FIELD)
    {
        repair_typos(&mut root, &shape.file);
    }
    let environments = root.get("environments").cloned();
    let overlaid = overlay(root, settings.environment, found);
    let mut root = overlaid.root;
    let mut defaults = Vec::new();
    let before = found.len();
    let mut expansion = Expansion {
        values: settings.variables,
        parameters,
        known: secrets,
        defaults: &mut defaults,
        unresolved: Vec::new(),
        found,
    };
    expansion.expand(&mut root, "");
    let unresolved = expansion.unresolved;
    let places = Places::new(&root);
    let fields = typed(&root, &shape.overlaid, found);
    if let Some(fields) = &fields {
        rules(fields, &places, found);
        // What stands in the place of a parameter is nobody's mistake.
        let new = found.split_off(before);
        let news = new.into_iter();
        let news = news.filter(|finding| !is_of_placeholder(finding, &unresolved));
        found.extend(news);
    }
    if settings.environment.is_none() {
        overlay_hint::hint(environments.as_ref(), found);
    }
    Some(Read {
        fields: fields?,
        places,
        environments: overlaid.known,
        defaults,
        unresolved,
    })
}

/// Turns the tree into the types.
fn typed<T: DeserializeOwned>(
    root: &Node,
    schema: &serde_json::Value,
    found: &mut Vec<Diagnostic>,
) -> Option<T> {
    let value = walk(root, schema, Stage::Expanded, found);
    match serde_json::from_value(value) {
        Ok(fields) => Some(fields),
        Err(_) if found.iter().any(Diagnostic::is_error) => None,
        // The error's own text may repeat a value, so it is not shown.
        Err(_) => {
            found.push(
                Diagnostic::error(
                    Code::INTERNAL,
                    "the manifest agrees with its schema, not with its types",
                )
                .at(root.span.clone())
                .help("this is a mistake in mlship; please report it"),
            );
            None
        }
    }
}

pub(super) const EXPERIMENT: &str = "Experiment";
const KINDS: [&str; 2] = ["ModelRelease", EXPERIMENT];

/// Returns what a manifest says that it is.
pub(super) fn kind(root: &Node) -> Option<&str> {
    match &root.get("kind")?.kind {
        Kind::String(text) => Some(text),
        _ => None,
    }
}

/// Says of a manifest that is nothing we know what it could be.
pub(super) fn unknown_kind(root: &Node) -> Option<Diagnostic> {
    let text = kind(root).filter(|text| !KINDS.contains(text))?;
    let message = format!("unknown kind `{}`", super::schema_check::shorten(text));
    let all = format!("a manifest's kind is {}", suggest::any_of(&KINDS));
    Some(
        Diagnostic::error(Code::UNKNOWN_KIND, message)
            .at(root.get("kind")?.span.clone())
            .help(suggest::help(text, &KINDS, &all)),
    )
}

/// Sorts findings by their place, and drops those that are said twice.
#[must_use]
pub fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|finding| finding.span.as_ref().map(|span| span.range().start));
    let mut ordered: Vec<Diagnostic> = Vec::new();
    for finding in found {
        let nearby = ordered
            .iter()
            .rev()
            .take_while(|other| other.span == finding.span);
        if !nearby.into_iter().any(|other| *other == finding) {
            ordered.push(finding);
        }
    }
    if ordered.len() > MOST_FINDINGS {
        let cut = ordered.split_off(MOST_FINDINGS);
        let message = format!("{} more problems are not shown", cut.len());
        ordered.push(if cut.iter().any(Diagnostic::is_error) {
            Diagnostic::error(Code::TOO_MANY_PROBLEMS, message)
        } else {
            Diagnostic::warning(Code::TOO_MANY_PROBLEMS, message)
        });
    }
    ordered
}
