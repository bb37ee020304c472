//! The service's own tags: which are added, and how a diff shows them.

use std::collections::BTreeMap;

use super::diff::{self, Change};
use super::field_names::FieldNames;
use super::ignored::ignores;
use super::ownership::is_untagged;
use super::secret_fields::SecretFields;
use crate::release::{
    ALARMED, Document, LiveService, LiveTaskDefinition, MODEL, PREFIX, Release, SCALED, tag_list,
};

/// What AWS's own tags begin with.
const OF_AWS: &str = "aws:";

/// Returns the service's tags: the user's, whose it is, and the marks that autoscaling and
/// alarms leave.
pub(super) fn service_tags(release: &Release) -> BTreeMap<String, String> {
    let mut tags = release.desired.tags.clone();
    tags.insert(MODEL.to_owned(), release.model.name.clone());
    if release.desired.scaling.is_some() {
        tags.insert(SCALED.to_owned(), "true".to_owned());
    }
    if !release.desired.alarms.is_empty() {
        tags.insert(ALARMED.to_owned(), "true".to_owned());
    }
    tags
}

pub(super) fn new_tags(
    wanted: &BTreeMap<String, String>,
    service: &LiveService,
) -> BTreeMap<String, String> {
    missing(wanted, &service.tags())
}

/// Returns the tags that are not there, or have another value.
pub(super) fn missing(
    wanted: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    wanted
        .iter()
        .filter(|(name, value)| known.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns how a diff shows tags that are added, or have another value.
pub(super) fn tag_changes(
    tags: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
    release: &Release,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let before = tags
        .keys()
        .filter_map(|name| Some((name.clone(), known.get(name)?.clone())));
    between(&before.collect(), tags, release, secrets)
}

/// Returns the tags that left the manifest: the revision that serves, if it is mlship's, still
/// carries them, as it was registered with what the manifest had then.
pub(super) fn gone_tags(
    release: &Release,
    service: &LiveService,
    serving: Option<&LiveTaskDefinition>,
) -> BTreeMap<String, String> {
    let ours = serving.filter(|serving| !is_untagged(serving));
    let written = ours.map(|serving| &serving.tags);
    let is_gone = |(key, value): &(String, String)| {
        let was_ours = written.is_some_and(|tags| tags.get(key) == Some(value));
        let is_wanted =
            release.desired.tags.contains_key(key) || ignores(release, &format!("tags.{key}"));
        let is_reserved = key.starts_with(PREFIX) || key.starts_with(OF_AWS);
        was_ours && !is_wanted && !is_reserved
    };
    service.tags().into_iter().filter(is_gone).collect()
}

/// Returns how a diff shows tags that go.
pub(super) fn untag_changes(
    gone: &BTreeMap<String, String>,
    release: &Release,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    between(gone, &BTreeMap::new(), release, secrets)
}

fn between(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    release: &Release,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let document = |tags: &BTreeMap<String, String>| {
        Document::from_iter([("tags".to_owned(), tag_list(tags))])
    };
    let names = FieldNames::of_service(release);
    diff::service(&document(before), &document(after), &[], &names, secrets)
}
