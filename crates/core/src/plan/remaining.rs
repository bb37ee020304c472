//! What of a running service a release does not say, by its places: for whoever writes a release
//! that says it all.

use serde_json::Value;

use super::Observed;
use super::diff::{SET_BY_ECS, differing, mentions, names_one_role};
use super::field_names::FieldNames;
use super::service_fields::with_revision;
use super::settings;
use crate::release::{LiveTaskDefinition, Release};
use crate::shape::{Defaults, Document, DocumentKind, Path, Segment, leaves, same};

/// A place at which a release and a service differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// In which document.
    pub kind: DocumentKind,
    /// Where in it.
    pub path: Path,
    /// The manifest's field that stands for it.
    pub field: String,
}

/// Returns what a task definition was registered with.
#[must_use]
pub fn registered(live: &LiveTaskDefinition) -> Document {
    let mut document = live.document.clone();
    document.retain(|field, _| !SET_BY_ECS.contains(&field.as_str()));
    document
}

/// Returns what a service is, with what ECS answers of it elsewhere.
#[must_use]
pub fn described(observed: &Observed) -> Document {
    let nothing = Document::new();
    let service = observed.service.as_ref();
    let revision = observed.revision.as_ref();
    with_revision(
        service.map_or(&nothing, |service| &service.document),
        revision.map(|revision| &revision.document),
    )
}

/// Returns where a release differs from what is there, and which settings of the service it leaves
/// out.
#[must_use]
pub fn remaining(release: &Release, observed: &Observed, account: &str) -> Vec<Remaining> {
    let mut found = of_task_definition(release, observed, account);
    found.extend(of_service(release, observed));
    found
}

fn of_task_definition(release: &Release, observed: &Observed, account: &str) -> Vec<Remaining> {
    let kind = DocumentKind::TaskDefinition;
    let serving = observed.task_definition.as_ref();
    let names = FieldNames::of_task_definition(release, serving);
    let after = &release.desired.task_definition;
    let defaults = Defaults::of_task_definition(after);
    let before = Value::Object(serving.map(registered).unwrap_or_default());
    let (before, after) = (
        leaves(kind, &before),
        leaves(kind, &Value::Object(after.clone())),
    );
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, defaults) || names_one_role(path, before, after, account)
    };
    let paths = differing(&before, &after, is_same).into_iter();
    paths
        .map(|path| Remaining {
            kind,
            field: names.name(path),
            path: path.clone(),
        })
        .collect()
}

fn of_service(release: &Release, observed: &Observed) -> Vec<Remaining> {
    let kind = DocumentKind::Service;
    let names = FieldNames::of_service(release);
    let live = described(observed);
    let wanted = &release.desired.service;
    let spoken_of = Value::Object(wanted.clone());
    let mut before = leaves(kind, &Value::Object(live.clone()));
    let after = leaves(kind, &spoken_of);
    let defaults = Defaults::of_service();
    let left_out = |path: &Path| {
        let is_setting = |setting: &&settings::Setting| starts_with(path, setting.place);
        let setting = settings::ALL.iter().find(is_setting);
        setting.is_some_and(|setting| {
            let is_filled_in = setting
                .of(&live)
                .is_some_and(|value| setting.is_filled_in(value));
            setting.of(wanted).is_none() && !is_filled_in
        })
    };
    before.retain(|path, _| mentions(&spoken_of, path) || left_out(path));
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, defaults)
    };
    let paths = differing(&before, &after, is_same).into_iter();
    // Another launch type is refused, and what a service is made with is past.
    let of_updates = paths
        .filter(|path| super::service_fields::is_updatable(path.texts().first().unwrap_or(&"")));
    of_updates
        .map(|path| Remaining {
            kind,
            field: names.name(path),
            path: path.clone(),
        })
        .collect()
}

fn starts_with(path: &Path, place: &str) -> bool {
    let mut steps = path.0.iter();
    place
        .split('.')
        .all(|step| matches!(steps.next(), Some(Segment::Field(name)) if name == step))
}
