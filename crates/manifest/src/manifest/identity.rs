//! Reads of a manifest only whom it is about, for commands that read or rescue: what else is in it
//! may be broken, and variables elsewhere unset. Nothing but that can be asked of an `Identity`.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::destination::Destination;
use super::diagnostic::Diagnostic;
use super::field_spans::Places;
use super::foreign_document;
use super::node::{Entry, Kind, Node};
use super::overlay::overlay;
use super::overlay_hint;
use super::parse::parse;
use super::read::{EXPERIMENT, ReadOptions, hide, in_order, kind, unknown_kind};
use super::rules::{self, Named};
use super::schema_check::{IDENTITY, Stage, VARIANT, repair_typos, schemas, walk};
use super::source::{Source, overlap};
use super::variables::{Expansion, Parameters, UsedDefault};
use crate::manifest::Code;
use mlship_text::secrets::KnownSecrets;

/// The way round a manifest that does not say whom it is about.
const WAY_ROUND: &str = "or leave the manifest out: `--service CLUSTER/NAME`";

/// Whom a release is about, overlay and variables applied.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The account that it may be released to.
    pub account: Option<String>,
    /// The cluster, by name or ARN.
    pub cluster: String,
    /// The region, where a field of its own says it.
    pub region: Option<String>,
    /// The service.
    pub service: String,
    /// The model; none of a variant, which goes by its service.
    pub model: Option<String>,
    /// Whether it names a version in a model registry, rightly or wrongly.
    pub has_reference: bool,
    /// The defaults of variables in these fields, each once.
    pub defaults: Vec<UsedDefault>,
    /// The environments whose overlays say something of these fields, where none was chosen.
    pub environments: Vec<String>,
    /// Where each of these fields was written.
    places: Places,
    /// The text it was read from.
    pub source: Arc<Source>,
}

impl Identity {
    /// Returns the account and the region that it is for.
    #[must_use]
    pub fn destination(&self) -> Destination {
        let account = self.account.as_deref();
        Destination::of(&self.cluster, self.region.as_deref(), account)
    }

    /// Returns an error that points at one of its fields.
    pub fn problem(&self, path: &str, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message)
            .at(self.places.span(path))
            .of(path)
    }
}

/// What a text is, as far as it says whom it is about.
#[derive(Debug)]
pub enum Identified {
    /// A release.
    Release(Box<Identity>),
    /// Why nobody knows which release: errors alone, each with the way round.
    Unknown(Vec<Diagnostic>),
    /// An A/B test between releases.
    Experiment,
}

/// Reads whom a manifest is about.
#[must_use]
pub fn identify(source: Arc<Source>, settings: &ReadOptions<'_>) -> Identified {
    match read(source, &IDENTITY, &schemas().identity, settings) {
        Identified::Unknown(found) => Identified::Unknown(with_way_round(found)),
        known => known,
    }
}

/// Reads where a variant of an experiment is: its service and its target group.
#[must_use]
pub fn identify_variant(source: Arc<Source>, settings: &ReadOptions<'_>) -> Identified {
    read(source, &VARIANT, &schemas().variant, settings)
}

fn read(
    source: Arc<Source>,
    asked: &'static [&'static str],
    schema: &'static Value,
    settings: &ReadOptions<'_>,
) -> Identified {
    let mut found = Vec::new();
    let root = parse(&source, &mut found);
    let Some(root) = root else {
        return Identified::Unknown(found);
    };
    if let Some(refused) = unknown_kind(&root).or_else(|| foreign_document::finding(&root)) {
        return Identified::Unknown(vec![refused]);
    }
    if kind(&root) == Some(EXPERIMENT) {
        return Identified::Experiment;
    }
    let mut reading = Reading {
        asked,
        schema,
        settings,
        secrets: KnownSecrets::none(),
        defaults: Vec::new(),
        has_reference: false,
        environments: Vec::new(),
        found,
    };
    let read = reading.understand(root);
    let Reading {
        secrets,
        defaults,
        has_reference,
        environments,
        found,
        ..
    } = reading;
    let found = in_order(hide(found, &secrets));
    match read {
        Some((fields, places)) if found.is_empty() => Identified::Release(Box::new(Identity {
            account: fields.account,
            cluster: fields.service.cluster,
            region: fields.service.region,
            service: fields.service.name,
            model: fields.model.map(|model| model.name),
            has_reference,
            defaults: each_once(defaults),
            environments,
            places,
            source,
        })),
        Some(_) | None => Identified::Unknown(found),
    }
}

/// Returns each default once, wherever it was used.
fn each_once(defaults: Vec<UsedDefault>) -> Vec<UsedDefault> {
    let mut once: Vec<UsedDefault> = Vec::new();
    for used in defaults {
        let is_same =
            |other: &UsedDefault| (&other.variable, &other.value) == (&used.variable, &used.value);
        if !once.iter().any(is_same) {
            once.push(used);
        }
    }
    once
}

fn with_way_round(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if found.is_empty() {
        let message = "the manifest does not say whom it is about";
        found.push(Diagnostic::error(Code::INTERNAL, message));
    }
    for finding in &mut found {
        finding.help = Some(match finding.help.take() {
            Some(help) => format!("{help}; {WAY_ROUND}"),
            None => WAY_ROUND.to_owned(),
        });
    }
    found
}

struct Reading<'a> {
    asked: &'static [&'static str],
    schema: &'static Value,
    settings: &'a ReadOptions<'a>,
    secrets: KnownSecrets,
    defaults: Vec<UsedDefault>,
    has_reference: bool,
    environments: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn understand(&mut self, mut root: Node) -> Option<(Fields, Places)> {
        let schema = &schemas().release.file;
        walk(&root, schema, Stage::Written, &mut self.found);
        repair_typos(&mut root, schema);
        let environments = root.get("environments").cloned();
        let environment = self.settings.environment;
        let chosen = environment.and_then(|name| environments.as_ref()?.get(name));
        let mut trees: Vec<Node> = chosen.cloned().into_iter().collect();
        trees.push(overlay(root, environment, &mut self.found).root);
        let of_model = |tree: &Node| tree.get("model")?.get("ref").map(|_| ());
        self.has_reference = trees.iter().any(|tree| of_model(tree).is_some());
        for tree in &mut trees {
            keep(tree, self.asked, "");
        }
        // A misspelt field stands in the tree under the name that was meant: then it matters. The
        // keys of an overlay may be in its own tree alone.
        let places: Vec<Range<usize>> = trees.iter().flat_map(ranges).collect();
        let mut root = trees.pop()?;
        self.found
            .retain(|finding| finding.is_error() && concerns(finding, &places));
        let mut expansion = Expansion {
            values: self.settings.variables,
            parameters: Parameters::InRelease,
            known: &mut self.secrets,
            defaults: &mut self.defaults,
            unresolved: Vec::new(),
            found: &mut self.found,
        };
        expansion.expand(&mut root, "");
        // Whom it is about is known before AWS is asked, or not at all.
        for unresolved in expansion.unresolved {
            self.found.push(unresolved.is_no_identity());
        }
        let places = Places::new(&root);
        let value = walk(&root, self.schema, Stage::Expanded, &mut self.found);
        let fields = serde_json::from_value::<Fields>(value).ok();
        if let Some(fields) = &fields {
            let named = Named {
                model: fields.model.as_ref().map(|model| &*model.name),
                service: &fields.service.name,
                cluster: &fields.service.cluster,
                region: fields.service.region.as_deref(),
                account: fields.account.as_deref(),
            };
            rules::check_names(&named, &places, &mut self.found);
        }
        if self.settings.environment.is_none() {
            overlay_hint::hint(environments.as_ref(), &mut self.found);
            self.environments = overlay_hint::that_have(environments.as_ref(), self.asked);
        }
        self.found.retain(Diagnostic::is_error);
        Some((fields?, places))
    }
}

#[derive(Deserialize)]
struct Fields {
    account: Option<String>,
    service: ServiceNames,
    model: Option<ModelName>,
}

#[derive(Deserialize)]
struct ServiceNames {
    cluster: String,
    region: Option<String>,
    name: String,
}

#[derive(Deserialize)]
struct ModelName {
    name: String,
}

/// Keeps of a mapping what leads to a field of the identity.
fn keep(node: &mut Node, asked: &[&str], around: &str) {
    let Kind::Mapping(entries) = &mut node.kind else {
        return;
    };
    let path = |entry: &Entry| match around {
        "" => entry.key.text.clone(),
        around => format!("{around}.{}", entry.key.text),
    };
    entries.retain(|entry| {
        let path = path(entry);
        let leads_on = |field: &&str| *field == path || is_within(field, &path);
        asked.iter().any(leads_on)
    });
    for entry in entries {
        let path = path(entry);
        keep(&mut entry.value, asked, &path);
    }
}

fn is_within(field: &str, path: &str) -> bool {
    let below = field.strip_prefix(path);
    below.is_some_and(|below| below.starts_with('.'))
}

/// Returns where the keys and values of a tree are; of mappings only their keys.
fn ranges(node: &Node) -> Vec<Range<usize>> {
    match &node.kind {
        Kind::Mapping(entries) => {
            let all = entries.iter().flat_map(|entry| {
                let mut of_entry = ranges(&entry.value);
                of_entry.push(entry.key.span.range());
                of_entry
            });
            all.collect()
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::String(_)
        | Kind::Unresolved(_)
        | Kind::Sequence(_) => vec![node.span.range()],
    }
}

/// Says whether something that is wrong with a manifest has to do with whom it is about.
fn concerns(finding: &Diagnostic, places: &[Range<usize>]) -> bool {
    if finding.code == Code::UNKNOWN_ENVIRONMENT {
        return true;
    }
    let Some(span) = &finding.span else {
        return true;
    };
    let own = span.range();
    places.iter().any(|place| overlap(place, &own))
}

#[cfg(test)]
mod tests;
