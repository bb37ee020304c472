//! The service's own tags: which are added, and how a diff shows them.

use std::collections::BTreeMap;

use super::diff::{self, Change};
use super::field_names::FieldNames;
use super::ignored::ignores;
use super::secret_fields::SecretFields;
use crate::release::{Document, LiveService, LiveTaskDefinition, MODEL, PREFIX, Release, SCALED};

/// What AWS's own tags begin with.
const OF_AWS: &str = "aws:";

/// Returns the service's tags: the user's, whose it is, and the mark that autoscaling leaves.
pub(super) fn service_tags(release: &Release) -> BTreeMap<String, String> {
    let mut tags = release.desired.tags.clone();
    tags.insert(MODEL.to_owned(), release.model.name.clone());
    if release.desired.scaling.is_some() {
        tags.insert(SCALED.to_owned(), "true".to_owned());
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

pub(super) fn tag_changes(
    tags: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
    release: &Release,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let pairs = |tags: &BTreeMap<String, String>| -> Document {
        [("tags".to_owned(), crate::release::tag_list(tags))]
            .into_iter()
            .collect()
    };
    let before = tags
        .keys()
        .filter_map(|name| Some((name.clone(), known.get(name)?.clone())));
    let names = FieldNames::of_service(release);
    let (before, after) = (pairs(&before.collect()), pairs(tags));
    diff::service(&before, &after, &[], &names, secrets)
}

/// Returns the tags that left the manifest: the revision that serves, if it is mlship's, still
/// carries them, as it was registered with what the manifest had then.
pub(super) fn gone_tags(
    release: &Release,
    service: &LiveService,
    serving: Option<&LiveTaskDefinition>,
) -> BTreeMap<String, String> {
    let written = serving.map(|serving| &serving.tags);
    let written = written.filter(|tags| tags.keys().any(|key| key.starts_with(PREFIX)));
    let is_gone = |(key, value): &(String, String)| {
        let was_ours = written.is_some_and(|tags| tags.get(key) == Some(value));
        let is_wanted =
            release.desired.tags.contains_key(key) || ignores(release, &format!("tags.{key}"));
        let is_reserved = key.starts_with(PREFIX) || key.starts_with(OF_AWS);
        was_ours && !is_wanted && !is_reserved
    };
    service.tags().into_iter().filter(is_gone).collect()
}

pub(super) fn untag_changes(
    gone: &BTreeMap<String, String>,
    release: &Release,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let list = |tags: &BTreeMap<String, String>| -> Document {
        [("tags".to_owned(), crate::release::tag_list(tags))]
            .into_iter()
            .collect()
    };
    let names = FieldNames::of_service(release);
    let nothing = list(&BTreeMap::new());
    diff::service(&list(gone), &nothing, &[], &names, secrets)
}
