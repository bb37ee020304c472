//! Plans a rollback: to a whole service revision, not to a task definition alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::at_once::WayBack;
use super::diff;
use super::field_names::FieldNames;
use super::fingerprint::fingerprint;
use super::in_place::{in_place, undoing};
use super::model_changes::version_change;
use super::notes::{effect_note, risk_notes};
use super::planner::{in_manifest_order, running};
use super::remaining::registered;
use super::secret_fields::SecretFields;
use super::service_fields;
use super::settings::{LOAD_BALANCERS, WrittenLast};
use super::update::service_write;
use super::wired;
use super::{CONFIGURATION, Change, Effect, Plan, Previous, Writes};
use crate::release::EXPERIMENT;
use crate::release::Moved;
use crate::release::ids::{Caller, ServiceId};
use crate::release::{
    CONTENT, COPY_OF, Document, LiveService, LiveTaskDefinition, MODEL, ModelVersion, Release,
    ServiceRevision, VERSION, tag_list,
};
use mlship_text::digest::digest;

/// What going back starts from, and where it leads.
#[derive(Debug, Clone, Copy)]
pub struct RollbackInput<'a> {
    /// Which service.
    pub id: &'a ServiceId,
    /// What the manifest asks for today, for the secrets in it: its fields held them before, too.
    /// Without it nobody knows which they are.
    pub release: Option<&'a Release>,
    /// The service as it is.
    pub service: &'a LiveService,
    /// The service revision that it states, where ECS still has it.
    pub current_revision: Option<&'a ServiceRevision>,
    /// The task definition in that.
    pub current: Option<&'a LiveTaskDefinition>,
    /// The service revision to return to; without one only the task definition target.
    pub target_revision: Option<&'a ServiceRevision>,
    /// The task definition in that.
    pub target: &'a LiveTaskDefinition,
    /// Containers whose tag names another image by now.
    pub moved: &'a [Moved],
}

/// Plans the one update that brings a service back to an earlier revision.
#[must_use]
pub fn plan_rollback(input: &RollbackInput<'_>, caller: &Caller) -> Plan {
    let caller = &caller.told_by(Some(input.service.service_arn.as_str()));
    let RollbackInput {
        id,
        service,
        current,
        target,
        ..
    } = *input;
    let (mut document, restored) = restored(input);
    let in_place = in_place(id, service, target, current, input.release);
    let is_inactive = !is_active(target);
    let register =
        (is_inactive || !input.moved.is_empty()).then(|| new_revision(target, input.moved));
    let content = register.clone().unwrap_or_else(|| registered(target));
    let containers = content.get("containerDefinitions");
    let image = containers.and_then(|containers| containers[0]["image"].as_str());
    let image = image.unwrap_or_default().to_owned();
    let mut changes = changes(input, content, caller.account.as_str());
    changes.extend(restored);
    let way = WayBack::of(service, in_place.fields.get(CONFIGURATION));
    let notes_of_settings = in_place.notes(&way.decided);
    let is_beside = |change: &Change| !change.ecs_field.starts_with(CONFIGURATION);
    changes.extend(in_place.changes.into_iter().filter(is_beside));
    document.extend(in_place.fields);
    document.remove(CONFIGURATION);
    if let Some(configuration) = way.configuration {
        let (stated, sent) = reconfigured(service, &configuration);
        let (names, secrets) = (
            FieldNames::of_revision(is_judged(current)),
            SecretFields::known_by(input.release),
        );
        changes.extend(diff::service(
            &stated,
            &sent,
            GOES_WITH_IT,
            &names,
            &secrets,
        ));
        document.extend(sent);
    }
    if register.is_none() {
        document.insert("taskDefinition".to_owned(), json!(target.arn));
    }
    let same = service.task_definition == target.arn && register.is_none();
    if same || document.contains_key("capacityProviderStrategy") {
        document.insert("forceNewDeployment".to_owned(), json!(true));
    }
    let mut notes: Vec<String> = effect_note(Effect::ReplaceTasks, service)
        .into_iter()
        .collect();
    notes.extend(risk_notes(service, &document));
    notes.extend(way.note);
    notes.extend(is_inactive.then(|| inactive_note(target)));
    notes.extend(input.moved.iter().map(moved_note));
    notes.extend(notes_of_settings);
    let tag = |name: &str| target.tags.get(name).cloned();
    let write = service_write(document, true, id, service);
    let restoration = undoing(write.as_ref(), id, service);
    Plan {
        service: id.clone(),
        caller: caller.clone(),
        model: ModelVersion {
            name: tag(MODEL).unwrap_or_else(|| id.name.to_string()),
            version: tag(VERSION).unwrap_or_else(|| target.arn.short().to_owned()),
        },
        image,
        origin: None,
        previous: current.map(Previous::of),
        effect: Effect::ReplaceTasks,
        changes: in_manifest_order(changes),
        notes,
        writes: Writes {
            register,
            service: write,
            ..Writes::default()
        },
        kept: Vec::new(),
        ignored: Vec::new(),
        adopts: false,
        tasks: service.desired_count,
        running_tasks: super::notes::running_tasks(service),
        is_idle: service.running_count == 0,
        other_model: None,
        settings: String::new(),
        restoration,
        newest: None,
        recorded: Some(target.tags.clone()),
        tags: BTreeMap::new(),
        running: running(service),
        live: None,
        traffic: None,
        going_back: service.is_rolling_back(),
        experiment: input.service.tags().remove(EXPERIMENT),
        observed: fingerprint(Some(service), false),
        secrets: SecretFields::known_by(input.release).known.clone(),
    }
}

fn changes(input: &RollbackInput<'_>, mut content: Document, account: &str) -> Vec<Change> {
    let RollbackInput {
        release,
        current,
        target,
        ..
    } = *input;
    content.remove("tags");
    let nothing = Document::new();
    let before = current.map_or(&nothing, |live| &live.document);
    let mut changes = diff::task_definition(
        before,
        &content,
        &FieldNames::between(current, target),
        account,
        &SecretFields::known_by(release),
    );
    let version = |live: &LiveTaskDefinition| live.tags.get(VERSION).cloned();
    let (before, after) = (current.and_then(version), version(target));
    if let Some(after) = after.filter(|after| before.as_ref() != Some(after)) {
        changes.insert(0, version_change(before.as_ref(), &after));
    }
    changes
}

/// Returns the fields of `UpdateService` in which two revisions differ, and how.
fn restored(input: &RollbackInput<'_>) -> (Document, Vec<Change>) {
    let Some(revision) = input.target_revision else {
        return (Document::new(), Vec::new());
    };
    // Only like is compared with like: a service states what it was asked for, a revision what
    // ECS made of it.
    let stated = input
        .current_revision
        .map_or(&input.service.document, |revision| &revision.document);
    let secrets = SecretFields::known_by(input.release);
    let mut document = Document::new();
    let mut changes = Vec::new();
    for field in service_fields::restored() {
        let (before, after) = (stated.get(field), revision.document.get(field));
        if field == LOAD_BALANCERS && wired::is_moved(before, after) {
            continue;
        }
        let is_list = before.or(after).is_some_and(Value::is_array);
        let Some(after) = after.cloned().or_else(|| is_list.then(|| json!([]))) else {
            continue;
        };
        let names = FieldNames::of_revision(false);
        let found = diff::service(
            &only(field, before),
            &only(field, Some(&after)),
            &[],
            &names,
            &secrets,
        );
        let empties = after == json!([]) && before.is_some_and(|before| *before != json!([]));
        if !found.is_empty() || empties {
            document.insert(field.to_owned(), after);
            changes.extend(found);
        }
    }
    (document, changes)
}

/// Returns a document of one field, where that has a value.
fn only(field: &str, value: Option<&Value>) -> Document {
    let value = value.map(|value| (field.to_owned(), value.clone()));
    value.into_iter().collect()
}

/// Says whether the pause before each step is an analysis', of the release that is left.
fn is_judged(current: Option<&LiveTaskDefinition>) -> bool {
    WrittenLast::of(current.map(|live| &live.tags)).is_judged()
}

/// Parts of a deployment configuration that go when the whole that is sent does not have them.
const GOES_WITH_IT: &[&str] = &[
    "deploymentConfiguration.canaryConfiguration",
    "deploymentConfiguration.linearConfiguration",
];

/// Returns the deployment configuration of a service, and the one that it gets.
fn reconfigured(service: &LiveService, configuration: &Document) -> (Document, Document) {
    let stated = only(CONFIGURATION, service.document.get(CONFIGURATION));
    (stated, only(CONFIGURATION, Some(&json!(configuration))))
}

fn is_active(task_definition: &LiveTaskDefinition) -> bool {
    let status = task_definition
        .document
        .get("status")
        .and_then(Value::as_str);
    status.is_none_or(|status| status == "ACTIVE")
}

/// Returns what registers a revision once more, its moved images by their digests.
fn new_revision(task_definition: &LiveTaskDefinition, moved: &[Moved]) -> Document {
    let mut document = registered(task_definition);
    let mut tags = task_definition.tags.clone();
    let containers = document.get_mut("containerDefinitions");
    let containers = containers
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for container in containers {
        let is_its = |moved: &&Moved| container["name"] == *moved.container;
        if let Some(moved) = moved.iter().find(is_its) {
            container["image"] = json!(moved.pinned);
            // It is another content now than the manifest's.
            tags.remove(CONTENT);
        }
    }
    // A copy of a copy is one of the first.
    tags.entry(COPY_OF.to_owned())
        .or_insert_with(|| task_definition.arn.to_string());
    tags.entry(CONTENT.to_owned())
        .or_insert_with(|| digest(&json!(document)));
    document.insert("tags".to_owned(), tag_list(&tags));
    document
}

fn inactive_note(target: &LiveTaskDefinition) -> String {
    let short = target.arn.short();
    format!("{short} is inactive: its content is registered anew")
}

fn moved_note(moved: &Moved) -> String {
    let Moved {
        written, pinned, ..
    } = moved;
    format!("{written} names another image by now: registered anew with {pinned}, which ran")
}
