//! What of a service changes in place with a release, and is in no service revision: how it goes
//! back with the release.

use serde_json::Value;

use super::Change;
use super::ServiceWrite;
use super::diff;
use super::field_names::FieldNames;
use super::planner::Draft;
use super::secret_fields::SecretFields;
use super::service_fields::starts_deployment;
use super::settings::{self, ALL, WrittenLast};
use super::update::{changed_fields, service_write};
use crate::release::ids::ServiceId;
use crate::release::{Document, LiveService, LiveTaskDefinition, Release};

/// What brings the settings of a release back that change in place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InPlace {
    /// The fields of `UpdateService`, as ECS takes them: as a whole.
    pub fields: Document,
    /// How they differ.
    pub changes: Vec<Change>,
    /// What can't be brought back.
    pub notes: Vec<String>,
    /// The settings of these that the tag had no room for.
    lost: Vec<&'static str>,
}

/// The members of an update that say whose it is.
const NO_SETTING: [&str; 2] = ["cluster", "service"];

/// The update that brings settings back which change in place.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// What `UpdateService` takes; it starts no deployment.
    pub update: Document,
    /// What a deployment wrote in their place; nothing where they go back whatever is there.
    written: Option<Document>,
}

impl Restoration {
    /// Returns whether nobody has changed them since.
    #[must_use]
    pub fn is_due(&self, service: &LiveService) -> bool {
        let Some(written) = &self.written else {
            return true;
        };
        let names = FieldNames::of_revision();
        let secrets = SecretFields::known_by(None);
        diff::service(&service.document, written, &[], &names, &secrets).is_empty()
    }

    /// Returns whether they are as they were already.
    #[must_use]
    pub fn is_done(&self, service: &LiveService) -> bool {
        let mut wanted = self.update.clone();
        wanted.retain(|field, _| !NO_SETTING.contains(&field.as_str()));
        let names = FieldNames::of_revision();
        let secrets = SecretFields::known_by(None);
        diff::service(&service.document, &wanted, &[], &names, &secrets).is_empty()
    }

    /// Names what comes back.
    #[must_use]
    pub fn names(&self) -> String {
        let fields = self.update.keys().map(String::as_str);
        let fields = fields.filter(|field| !NO_SETTING.contains(field));
        fields.collect::<Vec<_>>().join(", ")
    }
}

impl InPlace {
    /// Says nothing of settings that are as the release was deployed with, by ECS's record of that.
    pub fn compare(&mut self, service: &LiveService, deployed_with: &Document) {
        let live = service.document.get("deploymentConfiguration");
        let is_same = |place: &&str| {
            place
                .strip_prefix("deploymentConfiguration.")
                .is_some_and(|name| {
                    let value = |value: Option<&Value>| value.filter(|it| !is_empty(it)).cloned();
                    let live = live.and_then(|live| live.get(name));
                    value(live) == value(deployed_with.get(name))
                })
        };
        if self.lost.iter().all(is_same) {
            self.notes.retain(|note| !note.ends_with(LOST));
        }
    }

    /// Returns the update that changes nothing else, if there is anything to change.
    #[must_use]
    pub fn restoration(&self, id: &ServiceId, service: &LiveService) -> Option<Restoration> {
        restoration(self.fields.clone(), None, id, service)
    }
}

fn restoration(
    fields: Document,
    written: Option<Document>,
    id: &ServiceId,
    service: &LiveService,
) -> Option<Restoration> {
    let update = service_write(fields, false, id, service)?
        .document()
        .clone();
    Some(Restoration { update, written })
}

/// Returns what goes back in place with a release, by the tags of its revision; `current` is the
/// release that is left.
#[must_use]
pub fn in_place(
    id: &ServiceId,
    service: &LiveService,
    target: &LiveTaskDefinition,
    current: Option<&LiveTaskDefinition>,
    release: Option<&Release>,
) -> InPlace {
    let own = |live: &LiveTaskDefinition| {
        let is_ours = !settings::names_another(&live.tags, id);
        WrittenLast::of(Some(&live.tags).filter(|_| is_ours))
    };
    let of_target = own(target);
    if of_target.is_empty() {
        return InPlace {
            notes: vec![format!(
                "what changes in place (grace period, deployment configuration, switches) is not \
                 recorded with {}, and stays as it is",
                target.arn.short()
            )],
            ..InPlace::default()
        };
    }
    let (mut written, lost) = of_target.values(is_in_place);
    let lacks_alarms = settings::expanded(&mut written, &service.document, id);
    let of_current = current.map(own).unwrap_or_default();
    let is_elsewhere = |place: &str| !is_in_place(place) || lost.contains(&place);
    let wanted = settings::with_defaults(&written, &of_current.without(is_elsewhere));
    let names = FieldNames::of_revision();
    let secrets = SecretFields::known_by(release);
    let changes = diff::service(&service.document, &wanted, &[], &names, &secrets);
    let fields = changed_fields(&changes, &service.document, &wanted, &[]);
    let short = target.arn.short();
    let lacks = (!lost.is_empty()).then(|| format!("{} of {short}{LOST}", lost.join(", ")));
    let gone = lacks_alarms.then(|| {
        format!(
            "the alarms that {short} described are not the service's any more: its manifest makes \
             them again"
        )
    });
    InPlace {
        fields,
        changes,
        notes: lacks.into_iter().chain(gone).collect(),
        lost,
    }
}

/// How a note ends on settings that the tag had no room for.
const LOST: &str = ": not recorded whole, and stays as it is";

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Returns what brings back what a deployment changes in place: ECS leaves that as it is when it
/// rolls the deployment back.
pub(super) fn undoing(draft: &Draft, id: &ServiceId, service: &LiveService) -> Option<Restoration> {
    let Some(ServiceWrite::Deploy(written)) = &draft.writes.service else {
        return None;
    };
    let (mut before, mut sent) = (Document::new(), Document::new());
    for setting in ALL.iter().filter(|setting| is_in_place(setting.place)) {
        let first = setting.place.split('.').next().unwrap_or_default();
        let Some(after) = written.get(first) else {
            continue;
        };
        let was = service.document.get(first).cloned();
        let was = was.or_else(|| setting.default().filter(|_| first == setting.place));
        if let Some(was) = was.filter(|was| was != after) {
            before.insert(first.to_owned(), was);
            sent.insert(first.to_owned(), after.clone());
        }
    }
    restoration(before, Some(sent), id, service)
}

/// Says whether a setting is in no service revision, and changes without a deployment.
fn is_in_place(place: &str) -> bool {
    let first = place.split('.').next().unwrap_or_default();
    !starts_deployment(first)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;

    fn notes(live: Value, deployed_with: Value) -> Vec<String> {
        let service = json!({"serviceArn": "s", "status": "ACTIVE", "taskDefinition": "m:2",
            "deploymentConfiguration": live});
        let service = LiveService::read(object(service)).unwrap();
        let mut in_place = InPlace {
            notes: vec![format!("lifecycleHooks of m:1{LOST}"), "other".to_owned()],
            lost: vec!["deploymentConfiguration.lifecycleHooks"],
            ..InPlace::default()
        };
        in_place.compare(&service, &object(deployed_with));
        in_place.notes
    }

    #[test]
    fn settings_that_are_as_the_release_was_deployed_with_need_no_word() {
        let hooks = json!({"lifecycleHooks": [{"targetType": "PAUSE"}]});
        assert_eq!(notes(hooks.clone(), hooks.clone()), ["other"]);
        assert_eq!(notes(json!({"lifecycleHooks": []}), json!({})), ["other"]);
        assert_eq!(notes(hooks, json!({})).len(), 2);
    }
}
