//! Plans the creation of a service that does not exist yet.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::alarms::alarmed;
use super::autoscaling::scaled;
use super::diff;
use super::field_names::FieldNames;
use super::model_changes::version_change;
use super::notes::{count, counted};
use super::planner::Draft;
use super::secret_fields::SecretFields;
use super::service_tags::{service_tags, tag_changes};
use super::settings::PROVIDERS;
use super::{Effect, Observed, ServiceWrite, Writes};
use crate::release::{Document, Release, merge_over, tag_list};

/// Returns the settings of a service that is made: what the manifest writes, over our defaults.
pub(super) fn new_service(release: &Release) -> Document {
    let desired = &release.desired;
    let written = Value::Object(desired.service.clone());
    let below = Value::Object(desired.new_service.clone());
    let mut service = match merge_over(Some(&below), &written) {
        Value::Object(service) => service,
        _ => desired.service.clone(),
    };
    let providers = service.get(PROVIDERS).and_then(Value::as_array);
    // ECS takes one of the two.
    if providers.is_some_and(|providers| !providers.is_empty()) {
        service.remove("launchType");
    }
    service
}

pub(super) fn create(release: &Release, observed: &Observed, account: &str) -> Draft {
    let mut service = new_service(release);
    let settings = service.clone();
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
    changes.extend(diff::service(
        &Document::new(),
        &service,
        &[],
        &names,
        &secrets,
    ));
    changes.insert(0, version_change(None, &release.model.version));
    changes.extend(tag_changes(
        &release.desired.tags,
        &BTreeMap::new(),
        release,
        &secrets,
    ));
    let tags = service_tags(release);
    if !tags.is_empty() {
        service.insert("tags".to_owned(), tag_list(&tags));
    }
    let scaled = scaled(scaling, None, false);
    changes.extend(scaled.changes);
    let alarmed = alarmed(release, observed, &[&service]);
    changes.extend(alarmed.changes);
    service.insert("cluster".to_owned(), json!(release.service.cluster));
    service.insert("serviceName".to_owned(), json!(release.service.name));
    let tasks = count(service.get("desiredCount"));
    Draft {
        effect: Effect::Create,
        refusal: alarmed.refusal,
        changes,
        kept: Vec::new(),
        adopts: false,
        settings,
        notes: vec![format!("creates the service with {}", counted(tasks))],
        writes: Writes {
            register: Some(release.registration()),
            service: Some(ServiceWrite::Create(service)),
            tags: BTreeMap::new(),
            untag: Vec::new(),
            revision_tags: BTreeMap::new(),
            scaling: scaled.writes,
            alarms: alarmed.writes,
        },
    }
}
