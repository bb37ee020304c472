//! Plans the creation of a service that does not exist yet.

use std::collections::BTreeMap;

use serde_json::json;

use super::autoscaling::scaled;
use super::diff;
use super::field_names::FieldNames;
use super::model_changes::version_change;
use super::notes::{count, counted};
use super::planner::Draft;
use super::secret_fields::SecretFields;
use super::service_tags::{service_tags, tag_changes};
use super::{Effect, ServiceWrite, Writes};
use crate::release::{Document, Release, tag_list};

pub(super) fn create(release: &Release, account: &str) -> Draft {
    let mut service = release.desired.service.clone();
    let scaling = release.desired.scaling;
    // Without a task there is nothing whose use could be measured.
    let first = scaling.map_or(1, |scaling| scaling.min.max(1));
    service.entry("desiredCount").or_insert(json!(first));
    service.retain(|_, value| *value != json!([]));
    let secrets = SecretFields::of(release);
    let mut changes = diff::task_definition(
        &Document::new(),
        &release.desired.task_definition,
        &FieldNames::of_task_definition(release, None),
        account,
        &secrets,
    );
    let names = FieldNames::of_service(release);
    changes.extend(diff::service(&Document::new(), &service, &names, &secrets));
    changes.insert(0, version_change(None, &release.model.version));
    changes.extend(tag_changes(
        &release.desired.tags,
        &BTreeMap::new(),
        release,
    ));
    let tags = service_tags(release);
    if !tags.is_empty() {
        service.insert("tags".to_owned(), tag_list(&tags));
    }
    let scaled = scaled(scaling, None, false);
    changes.extend(scaled.changes);
    service.insert("cluster".to_owned(), json!(release.service.cluster));
    service.insert("serviceName".to_owned(), json!(release.service.name));
    let tasks = count(service.get("desiredCount"));
    Draft {
        effect: Effect::Create,
        changes,
        notes: vec![format!("creates the service with {}", counted(tasks))],
        writes: Writes {
            register: Some(release.registration()),
            service: Some(ServiceWrite::Create(service)),
            tags: BTreeMap::new(),
            scaling: scaled.writes,
        },
    }
}
