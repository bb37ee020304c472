//! Plans the update of an existing service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::autoscaling::{is_marked, scaled};
use super::diff::{self, Change};
use super::field_names::FieldNames;
use super::ignored::ignores_setting;
use super::kept::kept;
use super::model_changes::{is_identity, task_definition_changes};
use super::notes::{effect_note, owned_note, risk_notes, same_container_note, scale_note};
use super::ownership::{Ownership, is_untagged};
use super::planner::Draft;
use super::secret_fields::SecretFields;
use super::service_fields::{is_updatable, needs_force, starts_deployment, with_revision};
use super::service_tags::{gone_tags, missing, new_tags, service_tags, tag_changes, untag_changes};
use super::settings::{self, WrittenLast};
use super::{Effect, Observed, Redeploy, ServiceWrite, Writes};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{Document, LiveService, Release, merge_over};

pub(super) fn update(
    release: &Release,
    service: &LiveService,
    observed: &Observed,
    caller: &Caller,
    redeploy: Redeploy,
) -> Draft {
    let serving = observed.task_definition.as_ref();
    let mut changes = task_definition_changes(release, serving, &caller.account);
    let adopts = Ownership::of(observed) == Ownership::Foreign;
    // Of an adoption as of one that was recorded by half, or where others deployed since.
    let is_untagged = serving.is_some_and(is_untagged);
    if is_untagged && changes.iter().all(is_identity) {
        // What runs is the release already, and only its tags are missing.
        changes.clear();
    }
    let register = (!changes.is_empty()).then(|| release.registration());
    let scaled = scaled(
        release.desired.scaling,
        observed.scaling.as_ref(),
        is_marked(service),
    );
    let revision = observed
        .revision
        .as_ref()
        .map(|revision| &revision.document);
    let live = with_revision(&service.document, revision);
    let last = WrittenLast::of(serving.map(|live| &live.tags))
        .without(|place| ignores_setting(release, place));
    let mut wanted = settings::with_defaults(&release.desired.service, &last);
    // What only CreateService takes is no change of an update. Another launch type is refused.
    wanted.retain(|field, _| is_updatable(field));
    let count = wanted.get("desiredCount").and_then(Value::as_u64);
    let mut notes = scaled.notes;
    if scaled.owns && wanted.remove("desiredCount").is_some() {
        notes.extend(owned_note(count, service, release));
    }
    let names = FieldNames::of_service(release);
    let secrets = SecretFields::of(release);
    let adjusted = diff::service(&live, &wanted, &names, &secrets);
    let kept = kept(&live, &wanted, &names, &secrets);
    let mut document = changed_fields(&adjusted, &live, &wanted);
    let stuck = register.is_none() && is_stuck(service);
    if stuck {
        notes.push("the last deployment of this release failed; it is deployed again".to_owned());
    }
    let forced = document.keys().any(|field| needs_force(field));
    if stuck || forced || redeploy == Redeploy::Always {
        document.insert("forceNewDeployment".to_owned(), json!(true));
    }
    let deploys = register.is_some() || document.keys().any(|field| starts_deployment(field));
    changes.extend(adjusted);
    changes.extend(scaled.changes);
    let tags = new_tags(&release.desired.tags, service);
    changes.extend(tag_changes(&tags, &service.tags(), release));
    let untag = gone_tags(release, service, serving);
    changes.extend(untag_changes(&untag, release));
    let effect = match (deploys, changes.is_empty()) {
        (true, _) => Effect::ReplaceTasks,
        (false, false) => Effect::InPlace,
        (false, true) => Effect::None,
    };
    notes.extend(effect_note(effect, service));
    notes.extend(same_container_note(&changes));
    notes.extend(scale_note(service, &document));
    notes.extend(risk_notes(service, &document));
    let revision_tags = match (is_untagged && register.is_none(), serving) {
        (true, Some(serving)) => missing(&release.identity(), &serving.tags),
        _ => BTreeMap::new(),
    };
    Draft {
        effect,
        changes,
        kept,
        notes,
        adopts,
        writes: Writes {
            register,
            service: service_write(document, deploys, &release.service, service),
            tags: new_tags(&service_tags(release), service),
            untag: untag.into_keys().collect(),
            revision_tags,
            scaling: scaled.writes,
        },
    }
}

pub(super) fn service_write(
    mut document: Document,
    deploys: bool,
    id: &ServiceId,
    service: &LiveService,
) -> Option<ServiceWrite> {
    if !deploys && document.is_empty() {
        return None;
    }
    // Left out of an update, propagateTags has been seen to fall back to NONE.
    if let Some(propagate) = service
        .document
        .get("propagateTags")
        .filter(|propagate| **propagate != json!("NONE"))
    {
        document.entry("propagateTags").or_insert(propagate.clone());
    }
    document.insert("cluster".to_owned(), json!(id.cluster));
    document.insert("service".to_owned(), json!(id.name));
    Some(if deploys {
        ServiceWrite::Deploy(document)
    } else {
        ServiceWrite::Adjust(document)
    })
}

/// Returns the top-level fields of `UpdateService` that have changes in them. Objects keep the
/// members that the manifest does not speak of, since ECS replaces them as a whole.
fn changed_fields(changes: &[Change], live: &Document, wanted: &Document) -> Document {
    let mut document = Document::new();
    for change in changes {
        let field = change
            .ecs_field
            .split(['.', '['])
            .next()
            .unwrap_or_default();
        let Some(wanted) = wanted.get(field) else {
            continue;
        };
        document.insert(field.to_owned(), replaced(live.get(field), wanted));
    }
    document
}

/// Returns what ECS gets for a field, which it replaces as a whole.
fn replaced(live: Option<&Value>, wanted: &Value) -> Value {
    // What is switched off has no other members.
    if wanted["enabled"] == json!(false) {
        return wanted.clone();
    }
    let mut value = merge_over(live, wanted);
    let strategy = |value: &Value| value["strategy"].as_str().map(str::to_owned);
    let back_to_rolling = wanted["strategy"] == "ROLLING"
        && live.and_then(strategy).is_some_and(|was| was != "ROLLING");
    if let (true, Value::Object(members)) = (back_to_rolling, &mut value) {
        // ECS would run the other strategy's hooks and wait out its bake time.
        for (field, absent) in OF_OTHER_STRATEGIES {
            let is_written = wanted.get(field).is_some();
            if !is_written && members.remove(field).is_some() {
                members.extend(absent.map(|absent| (field.to_owned(), absent())));
            }
        }
    }
    value
}

/// What takes a field away that stays when it is left out.
type Absent = Option<fn() -> Value>;

/// What of a deployment configuration a rolling service has no use for.
const OF_OTHER_STRATEGIES: [(&str, Absent); 4] = [
    ("lifecycleHooks", Some(|| json!([]))),
    ("bakeTimeInMinutes", Some(|| json!(0))),
    ("canaryConfiguration", None),
    ("linearConfiguration", None),
];

/// A deployment that ECS gave up without going back: the service stays as it is until told.
fn is_stuck(service: &LiveService) -> bool {
    service
        .primary()
        .is_some_and(|primary| primary.rollout_state.as_deref() == Some("FAILED"))
}
