//! The journey of one manifest, from text to fields.

use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::elsewhere;
use super::node::{Kind, Node};
use super::overlay::overlay;
use super::parse::parse;
use super::places::Places;
use super::rules;
use super::schema::ModelRelease;
use super::shape::{Stage, as_meant, schemas, walk};
use super::source::Source;
use super::suggest;
use super::variables::{self, Lookup};

/// How many problems of one file are worth reading.
const MOST_FINDINGS: usize = 100;

/// What a manifest is read with.
pub struct Settings<'a> {
    /// The environment whose overlay applies.
    pub environment: Option<&'a str>,
    /// Where the values of variables come from.
    pub variables: Lookup<'a>,
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
}

impl Manifest {
    /// Returns an error that points at a field, for what only shows later: a check at plan time,
    /// or a field that AWS rejects.
    pub fn problem(
        &self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(self.places.span(path))
    }
}

/// What reading a text came to.
#[derive(Debug)]
pub struct Examined {
    /// The release as far as it could be understood. With an error among the findings it is a
    /// draft: good for looking for more problems, and for nothing else.
    pub manifest: Option<Manifest>,
    /// All problems of the file, in the order of their places.
    pub findings: Vec<Diagnostic>,
}

/// Reads a manifest and checks everything that can be checked offline.
///
/// # Errors
///
/// Returns all problems of the file, warnings included, in the order of their places.
pub fn read(source: Arc<Source>, settings: &Settings<'_>) -> Result<Manifest, Vec<Diagnostic>> {
    let examined = examine(source, settings);
    let broken = examined.findings.iter().any(Diagnostic::is_error);
    match examined.manifest {
        Some(manifest) if !broken => Ok(manifest),
        Some(_) | None => Err(examined.findings),
    }
}

/// Reads a manifest as far as it can be understood.
#[must_use]
pub fn examine(source: Arc<Source>, settings: &Settings<'_>) -> Examined {
    let mut found = Vec::new();
    let read = understand(&source, settings, &mut found);
    if read.is_none() && !found.iter().any(Diagnostic::is_error) {
        found.push(Diagnostic::error(
            "internal",
            "the manifest could not be read",
        ));
    }
    let findings = in_order(found);
    let manifest = read.map(|(release, places, environments)| Manifest {
        release,
        places,
        warnings: findings.clone(),
        environments,
        source,
    });
    Examined { manifest, findings }
}

type Read = (ModelRelease, Places, Vec<String>);

fn understand(
    source: &Arc<Source>,
    settings: &Settings<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Read> {
    let mut root = parse(source, found)?;
    if let Some(refused) = other_kind(&root) {
        found.push(refused);
        return None;
    }
    // All overlays, chosen or not: a typo in staging is found when production is validated.
    walk(&root, &schemas().file, Stage::Written, found);
    if found.iter().any(|one| one.code == "unknown-field") {
        as_meant(&mut root, &schemas().file);
    }
    let environments = root.get("environments").cloned();
    let overlaid = overlay(root, settings.environment, found);
    let mut root = overlaid.root;
    variables::expand(&mut root, settings.variables, found);
    let places = Places::new(&root);
    let release = typed(&root, found);
    if let Some(release) = &release {
        rules::check(release, &places, found);
    }
    if settings.environment.is_none() {
        elsewhere::hint(environments.as_ref(), found);
    }
    let release = release?;
    Some((release, places, overlaid.known))
}

/// Turns the tree into the types.
fn typed(root: &Node, found: &mut Vec<Diagnostic>) -> Option<ModelRelease> {
    let value = walk(root, &schemas().release, Stage::Expanded, found);
    match serde_json::from_value(value) {
        Ok(release) => Some(release),
        Err(_) if found.iter().any(Diagnostic::is_error) => None,
        // The error's own text may repeat a value, so it is not shown.
        Err(_) => {
            found.push(
                Diagnostic::error(
                    "internal",
                    "the manifest agrees with its schema, not with its types",
                )
                .at(root.span.clone())
                .help("this is a mistake in mlship; please report it"),
            );
            None
        }
    }
}

/// Says of a manifest that is no model release what it is instead.
fn other_kind(root: &Node) -> Option<Diagnostic> {
    let kind = root.get("kind")?;
    match &kind.kind {
        Kind::String(text) if text == "Experiment" => Some(
            Diagnostic::error(
                "not-supported-yet",
                "`kind: Experiment` is not supported yet",
            )
            .at(kind.span.clone())
            .help("this version of mlship knows `kind: ModelRelease` only"),
        ),
        Kind::String(text) if text != "ModelRelease" => Some(
            Diagnostic::error(
                "unknown-kind",
                format!("unknown kind `{}`", super::shape::shorten(text)),
            )
            .at(kind.span.clone())
            .help(suggest::help(
                text,
                &["ModelRelease"],
                "a manifest's kind is `ModelRelease`",
            )),
        ),
        _ => None,
    }
}

/// Sorts findings by their place, and drops those that are said twice.
#[must_use]
pub fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|one| one.span.as_ref().map(|span| span.range().start));
    let mut ordered: Vec<Diagnostic> = Vec::new();
    for one in found {
        let nearby = ordered
            .iter()
            .rev()
            .take_while(|other| other.span == one.span);
        if !nearby.into_iter().any(|other| *other == one) {
            ordered.push(one);
        }
    }
    if ordered.len() > MOST_FINDINGS {
        let cut = ordered.split_off(MOST_FINDINGS);
        let message = format!("{} more problems are not shown", cut.len());
        ordered.push(if cut.iter().any(Diagnostic::is_error) {
            Diagnostic::error("too-many-problems", message)
        } else {
            Diagnostic::warning("too-many-problems", message)
        });
    }
    ordered
}
