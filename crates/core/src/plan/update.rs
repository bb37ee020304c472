//! Plans the update of an existing service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::alarms::alarmed;
use super::autoscaling::{is_marked, scaled};
use super::diff::{self, Change};
use super::field_names::FieldNames;
use super::ignored::{ignores, ignores_setting};
use super::kept::kept;
use super::model_changes::{is_identity, task_definition_changes};
use super::notes::{
    adoption_note, effect_note, owned_note, risk_notes, same_container_note, scale_note,
};
use super::ownership::{Ownership, is_untagged};
use super::planner::Draft;
use super::remaining::described;
use super::room;
use super::secret_fields::SecretFields;
use super::service_fields::{is_updatable, needs_force, starts_deployment};
use super::service_tags::{gone_tags, missing, new_tags, service_tags, tag_changes, untag_changes};
use super::settings::{self, WrittenLast};
use super::wired::{self, Switch};
use super::{Effect, Observed, Redeploy, ServiceWrite, Writes};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{
    ALARMED, CONTENT, Document, LiveService, LiveTaskDefinition, Release, SCALED, STORY,
    ScalingWrite, merge_over,
};

pub(super) fn update(
    release: &Release,
    service: &LiveService,
    observed: &Observed,
    last: &WrittenLast,
    caller: &Caller,
    redeploy: Redeploy,
) -> Draft {
    let serving = observed.task_definition.as_ref();
    let secrets = SecretFields::of(release);
    let mut changes = task_definition_changes(release, serving, caller.account.as_str(), &secrets);
    let adopts = Ownership::of(observed) == Ownership::Foreign;
    // An adoption may have been recorded by half, and others may have deployed since.
    let is_untagged = serving.is_some_and(is_untagged);
    let content = serving.and_then(|serving| serving.tags.get(CONTENT));
    let is_told_by_content = content == Some(&release.content_digest());
    let lacks_tags_alone = (is_untagged || is_told_by_content) && changes.iter().all(is_identity);
    if lacks_tags_alone {
        // What runs is the release already, and only its tags are missing.
        changes.clear();
    }
    let register = (!changes.is_empty()).then(|| release.registration());
    let scaled = scaled(
        release.desired.scaling,
        observed.scaling.as_ref(),
        is_marked(service) && !ignores(release, "autoscaling"),
    );
    let mut wanted = settings::with_defaults(&release.desired.service, last);
    // What only CreateService takes is no change of an update. Another launch type is refused.
    wanted.retain(|field, _| is_updatable(field));
    let settings = wanted.clone();
    let live = settings::with_namespace_as_written(described(observed), &wanted, last);
    wired::order_as(&live, &mut wanted);
    let whole = settings::whole_places(&wanted, last);
    let count = wanted.get("desiredCount").and_then(Value::as_u64);
    let mut notes = scaled.notes;
    if scaled.owns && wanted.remove("desiredCount").is_some() {
        notes.extend(owned_note(count, service));
    }
    let names = FieldNames::of_service_over(release, last);
    let adjusted = diff::service(&live, &wanted, &whole, &names, &secrets);
    let kept = kept(
        &live,
        &wanted,
        |place| ignores_setting(release, place) || goes_with_strategy(&live, &wanted, place),
        &names,
        &secrets,
    );
    let mut document = changed_fields(&adjusted, &live, &wanted, &whole);
    let stuck = register.is_none() && is_stuck(service);
    if stuck {
        notes.push("the last deployment of this release failed; it is deployed again".to_owned());
    }
    let forced = document.keys().any(|field| needs_force(field));
    if stuck || forced || redeploy == Redeploy::Always {
        document.insert("forceNewDeployment".to_owned(), json!(true));
    }
    let replaces = |document: &Document| {
        register.is_some() || document.keys().any(|field| starts_deployment(field))
    };
    let is_replacing = replaces(&document);
    let switch = Switch::of(&live, &wanted, observed.traffic.as_deref());
    switch.complete(&mut document, &live, &wanted, is_replacing);
    let deploys = replaces(&document);
    changes.extend(adjusted);
    changes.extend(scaled.changes);
    let alarmed = alarmed(release, observed, &[&wanted, &live]);
    changes.extend(alarmed.changes);
    let tags = new_tags(&release.desired.tags, service);
    changes.extend(tag_changes(&tags, &service.tags(), release, &secrets));
    let gone = gone_tags(release, service, serving);
    changes.extend(untag_changes(&gone, release, &secrets));
    let mut untag: Vec<String> = gone.into_keys().collect();
    if scaled.writes.contains(&ScalingWrite::DropAll) {
        // Else what somebody else makes there later would pass for mlship's.
        untag.push(SCALED.to_owned());
    }
    untag.extend(alarmed.unmark.then(|| ALARMED.to_owned()));
    let effect = match (deploys, changes.is_empty()) {
        (true, _) => Effect::ReplaceTasks,
        (false, false) => Effect::InPlace,
        (false, true) => Effect::None,
    };
    notes.extend(effect_note(effect, service));
    notes.extend(adoption_note(adopts, effect));
    notes.extend(same_container_note(&changes));
    notes.extend(scale_note(service, &document));
    notes.extend(risk_notes(service, &document));
    notes.extend(switch.notes(deploys));
    let revision_tags = serving.filter(|_| lacks_tags_alone && !observed.shares_revision);
    let revision_tags = revision_tags.map(|serving| identity_tags(release, serving));
    let refusal = alarmed.refusal;
    let refusal = refusal.or_else(|| room::refusal(effect, service, &live, &wanted));
    Draft {
        effect,
        refusal,
        changes,
        kept,
        notes,
        adopts,
        settings,
        writes: Writes {
            register,
            service: service_write(document, deploys, &release.service, service),
            tags: new_tags(&service_tags(release), service),
            untag,
            revision_tags: revision_tags.unwrap_or_default(),
            scaling: scaled.writes,
            alarms: alarmed.writes,
        },
    }
}

/// Returns what a revision lacks of the tags of the release that it is.
fn identity_tags(release: &Release, serving: &LiveTaskDefinition) -> BTreeMap<String, String> {
    let mut identity = release.identity();
    // Which run it was that released it stays as it was told.
    let is_untagged = is_untagged(serving);
    identity.retain(|key, _| is_untagged || !STORY.contains(&key.as_str()));
    missing(&identity, &serving.tags)
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
pub(super) fn changed_fields(
    changes: &[Change],
    live: &Document,
    wanted: &Document,
    whole: &[&str],
) -> Document {
    let mut document = Document::new();
    for change in changes {
        let field = change
            .ecs_field
            .split(['.', '['])
            .next()
            .unwrap_or_default();
        if let Some(wanted) = wanted.get(field) {
            document.insert(field.to_owned(), replaced(live.get(field), wanted));
        }
    }
    for place in whole {
        let field = place.split('.').next().unwrap_or_default();
        if !document.contains_key(field) {
            continue;
        }
        match settings::at(wanted, place) {
            Some(value) => settings::put(&mut document, place, value.clone()),
            None => settings::remove(&mut document, place),
        }
    }
    document
}

/// Says whether a setting goes with the strategy that it is of.
fn goes_with_strategy(live: &Document, wanted: &Document, place: &str) -> bool {
    let Some((configuration, field)) = place.split_once('.') else {
        return false;
    };
    let of = |document: &Document| document.get(configuration).cloned().unwrap_or_default();
    left_behind(&of(live), &of(wanted)).any(|(left, _)| left == field)
}

/// Returns what of a deployment configuration is of a strategy that is given up for another.
fn left_behind(live: &Value, wanted: &Value) -> impl Iterator<Item = (&'static str, Absent)> {
    let strategy = |value: &Value| value["strategy"].as_str().map(str::to_owned);
    let now = strategy(wanted).filter(|now| strategy(live).is_some_and(|was| was != *now));
    let all = OF_STRATEGIES.into_iter();
    all.filter_map(move |(field, strategies, absent)| {
        let is_left = !strategies.contains(&now.as_deref()?);
        is_left.then_some((field, absent))
    })
}

/// Returns what ECS gets for a field, which it replaces as a whole.
fn replaced(live: Option<&Value>, wanted: &Value) -> Value {
    // What is switched off has no other members.
    if wanted["enabled"] == json!(false) {
        return wanted.clone();
    }
    let mut value = merge_over(live, wanted);
    if let (Some(live), Value::Object(members)) = (live, &mut value) {
        // ECS would run the other strategy's hooks and wait out its bake time.
        for (field, absent) in left_behind(live, wanted) {
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

/// What of a deployment configuration is of some strategies alone. ECS drops another's part without
/// a word, and runs another's hooks and bake.
const OF_STRATEGIES: [(&str, &[&str], Absent); 4] = [
    (
        "lifecycleHooks",
        &["CANARY", "LINEAR", "BLUE_GREEN"],
        Some(|| json!([])),
    ),
    (
        "bakeTimeInMinutes",
        &["CANARY", "LINEAR", "BLUE_GREEN"],
        Some(|| json!(0)),
    ),
    ("canaryConfiguration", &["CANARY"], None),
    ("linearConfiguration", &["LINEAR"], None),
];

/// A deployment that ECS gave up without going back: the service stays as it is until told.
fn is_stuck(service: &LiveService) -> bool {
    service
        .primary()
        .is_some_and(|primary| primary.rollout_state.as_deref() == Some("FAILED"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_of_a_strategy_goes_with_it() {
        let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5, "maximumPercent": 150,
            "canaryConfiguration": {"canaryPercent": 10}, "lifecycleHooks": [{}]});
        let to = |wanted: Value| replaced(Some(&canary), &wanted);
        let expected = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 5, "maximumPercent": 150,
            "linearConfiguration": {"stepPercent": 20}, "lifecycleHooks": [{}]});
        let linear = json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 20}});
        assert_eq!(to(linear), expected);
        let expected = json!({"strategy": "ROLLING", "bakeTimeInMinutes": 0,
            "maximumPercent": 150, "lifecycleHooks": []});
        assert_eq!(to(json!({"strategy": "ROLLING"})), expected);
        assert_eq!(to(json!({"strategy": "CANARY"})), canary);
        assert_eq!(to(json!({"maximumPercent": 150})), canary);
    }
}
