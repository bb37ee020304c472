//! Fields that belong to somebody else: they are left as they are.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Observed;
use super::field_names::FieldNames;
use super::remaining::registered;
use crate::release::Release;
use crate::release::fields::FIELDS;
use crate::shape::{Document, DocumentKind, Leaves, Path, Segment, leaves, set_leaves};

/// Returns a release that wants of ignored fields what there is, and the fields that this is
/// about.
pub(super) fn without_ignored<'a>(
    release: &'a Release,
    observed: &Observed,
) -> (Cow<'a, Release>, Vec<String>) {
    if release.ignore.is_empty() {
        return (Cow::Borrowed(release), Vec::new());
    }
    let mut left = Left {
        release: release.clone(),
        fields: BTreeSet::new(),
    };
    left.of_task_definition(release, observed);
    left.of_service(release, observed);
    left.of_tags_and_scaling(release);
    (Cow::Owned(left.release), left.fields.into_iter().collect())
}

struct Left {
    release: Release,
    fields: BTreeSet<String>,
}

impl Left {
    fn of_task_definition(&mut self, release: &Release, observed: &Observed) {
        let Some(serving) = &observed.task_definition else {
            return;
        };
        let names = FieldNames::of_task_definition(release, Some(serving));
        let kind = DocumentKind::TaskDefinition;
        let live = leaves(kind, &Value::Object(registered(serving)));
        let wanted = Value::Object(release.desired.task_definition.clone());
        let wanted = leaves(kind, &wanted);
        let mut edits = Vec::new();
        for path in all_paths(&live, &wanted) {
            let name = names.name(path);
            if is_ignored(release, &name, path, "taskDefinition") {
                edits.push((path, live.get(path)));
                self.fields.insert(name);
            }
        }
        set_leaves(kind, &mut self.release.desired.task_definition, edits);
    }

    fn of_service(&mut self, release: &Release, observed: &Observed) {
        let names = FieldNames::of_service(release);
        let kind = DocumentKind::Service;
        let desired = &release.desired.service;
        let service = observed.service.as_ref();
        let mut live = service.map_or_else(Document::new, |service| service.document.clone());
        live.retain(|field, _| desired.contains_key(field));
        let live = leaves(kind, &Value::Object(live));
        let wanted = leaves(kind, &Value::Object(desired.clone()));
        let mut edits = Vec::new();
        for path in all_paths(&live, &wanted) {
            let name = names.name(path);
            if is_ignored(release, &name, path, "service") {
                // A list is written as a whole, anything else may be left out.
                let in_list = path.0.iter().any(|step| matches!(step, Segment::Key(_)));
                let value = live.get(path).filter(|_| in_list);
                edits.push((path, value));
                self.fields.insert(name);
            }
        }
        set_leaves(kind, &mut self.release.desired.service, edits);
    }

    fn of_tags_and_scaling(&mut self, release: &Release) {
        for key in release.desired.tags.keys() {
            let name = format!("tags.{key}");
            if ignores(release, &name) {
                self.release.desired.tags.remove(key);
                self.fields.insert(name);
            }
        }
        if ignores(release, "autoscaling") && release.desired.scaling.is_some() {
            self.release.desired.scaling = None;
            self.fields.insert("autoscaling".to_owned());
        }
        if ignores(release, "rollout.alarms") {
            self.release.desired.alarms.clear();
        }
    }
}

fn all_paths<'a>(live: &'a Leaves, wanted: &'a Leaves) -> BTreeSet<&'a Path> {
    live.keys().chain(wanted.keys()).collect()
}

/// Says whether a leaf is ignored: by the manifest's name or by ECS's.
fn is_ignored(release: &Release, name: &str, path: &Path, section: &str) -> bool {
    let of_ecs = format!("overrides.{section}.{path}");
    let plain = path.to_string();
    let names = [name, &of_ecs, &plain];
    let ignores = |field: &String| names.iter().any(|name| covers(field, name));
    release.ignore.iter().any(ignores)
}

/// Says whether a field of the manifest is left to somebody else.
pub(super) fn ignores(release: &Release, name: &str) -> bool {
    release.ignore.iter().any(|field| covers(field, name))
}

/// Says whether a field is another one, or holds it.
fn covers(field: &str, name: &str) -> bool {
    match name.strip_prefix(field) {
        Some("") => true,
        // A name that a user chose may have dots in it: `A.B` is not within `A`.
        Some(rest) => rest.starts_with(['.', '[']) && !is_entry(field),
        None => false,
    }
}

/// Says whether a field is an entry of a mapping whose names a user chose.
fn is_entry(field: &str) -> bool {
    let maps = FIELDS
        .iter()
        .filter_map(|row| row.manifest.strip_suffix('*'));
    maps.into_iter()
        .any(|map| field.strip_prefix(map).is_some_and(|name| !name.is_empty()))
}

/// Says whether a setting is left to somebody else.
pub(super) fn ignores_setting(release: &Release, place: &str) -> bool {
    if release.ignore.is_empty() {
        return false;
    }
    let path = Path(
        place
            .split('.')
            .map(|step| Segment::Field(step.to_owned()))
            .collect(),
    );
    let name = FieldNames::of_service(release).name(&path);
    is_ignored(release, &name, &path, "service")
}
