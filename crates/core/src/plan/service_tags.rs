//! The service's own tags: which are added, and how a diff shows them.

use std::collections::BTreeMap;

use super::diff::{self, Change};
use super::field_names::FieldNames;
use super::secret_fields::SecretFields;
use crate::release::{Document, LiveService, Release, SCALED};

/// Returns the service's tags: the user's, and the mark that autoscaling leaves.
pub(super) fn service_tags(release: &Release) -> BTreeMap<String, String> {
    let mut tags = release.desired.tags.clone();
    if release.desired.scaling.is_some() {
        tags.insert(SCALED.to_owned(), "true".to_owned());
    }
    tags
}

pub(super) fn new_tags(
    wanted: &BTreeMap<String, String>,
    service: &LiveService,
) -> BTreeMap<String, String> {
    let known = service.tags();
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
    diff::service(&before, &after, &names, &SecretFields::of(release))
}
