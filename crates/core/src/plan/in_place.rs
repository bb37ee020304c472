//! What of a service changes in place with a release, and is in no service revision: how it goes
//! back with the release.

use super::Change;
use super::ServiceWrite;
use super::diff;
use super::field_names::FieldNames;
use super::secret_fields::SecretFields;
use super::service_fields::starts_deployment;
use super::settings::{self, ALARMS, ALL, STRATEGY, WrittenLast};
use super::update::{changed_fields, service_write};
use crate::release::ids::ServiceId;
use crate::release::{Document, LiveService, LiveTaskDefinition, Release};
use serde_json::{Value, json};

/// What brings the settings of a release back that change in place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InPlace {
    /// The fields of `UpdateService`, as ECS takes them: as a whole.
    pub fields: Document,
    /// How they differ.
    pub changes: Vec<Change>,
    /// The release that comes back, in short.
    of: String,
    /// Which settings its tags do not tell.
    untold: Untold,
    /// Whether its described alarms are not the service's any more.
    lacks_alarms: bool,
}

/// Settings that no tag tells, so that they stay as they are.
#[derive(Debug, Clone, PartialEq, Default)]
enum Untold {
    /// All of them.
    #[default]
    All,
    /// Those at some places.
    At(Vec<&'static str>),
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
    /// Whether there was more than a tag tells.
    is_partial: bool,
}

impl Restoration {
    /// Returns whether nobody has changed them since.
    #[must_use]
    pub fn is_due(&self, service: &LiveService) -> bool {
        let Some(written) = &self.written else {
            return true;
        };
        // What differs is asked, and not how it is called.
        let names = FieldNames::of_revision(false);
        let secrets = SecretFields::known_by(None);
        diff::service(&service.document, written, &[], &names, &secrets).is_empty()
    }

    /// Returns whether they are as they were already.
    #[must_use]
    pub fn is_done(&self, service: &LiveService) -> bool {
        let mut wanted = self.update.clone();
        wanted.retain(|field, _| !NO_SETTING.contains(&field.as_str()));
        let names = FieldNames::of_revision(false);
        let secrets = SecretFields::known_by(None);
        diff::service(&service.document, &wanted, &[], &names, &secrets).is_empty()
    }

    /// Names what comes back.
    #[must_use]
    pub fn names(&self) -> String {
        let fields = self.update.keys().map(String::as_str);
        let fields = fields.filter(|field| !NO_SETTING.contains(field));
        let names = fields.collect::<Vec<_>>().join(", ");
        if self.is_partial {
            format!("what is recorded of {names}")
        } else {
            names
        }
    }
}

impl InPlace {
    /// Says what can't be brought back; of what is `decided` otherwise there is nothing to bring.
    #[must_use]
    pub fn notes(&self, decided: &[&str]) -> Vec<String> {
        let short = &self.of;
        let stays = match &self.untold {
            Untold::All => {
                let which = if decided.is_empty() {
                    "grace period, deployment configuration, switches"
                } else {
                    "grace period, circuit breaker, switches"
                };
                Some(format!(
                    "what changes in place ({which}) is not recorded with {short}, and stays as it is"
                ))
            }
            Untold::At(places) => {
                let places = places.iter().filter(|place| !decided.contains(place));
                let places: Vec<&str> = places.copied().collect();
                let places = (!places.is_empty()).then(|| places.join(", "));
                places.map(|places| {
                    format!("{places} of {short} is not recorded whole, and stays as it is")
                })
            }
        };
        let lacks_alarms = self.lacks_alarms && !decided.contains(&ALARMS);
        let gone = lacks_alarms.then(|| {
            format!(
                "the alarms that {short} described are not the service's any more: its manifest makes \
                 them again"
            )
        });
        stays.into_iter().chain(gone).collect()
    }

    /// Returns the update that changes nothing else, if there is anything to change.
    #[must_use]
    pub fn restoration(&self, id: &ServiceId, service: &LiveService) -> Option<Restoration> {
        let restoration = restoration(self.fields.clone(), None, id, service)?;
        Some(Restoration {
            is_partial: matches!(&self.untold, Untold::At(places) if !places.is_empty()),
            ..restoration
        })
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
    Some(Restoration {
        update,
        written,
        is_partial: false,
    })
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
            of: target.arn.short().to_owned(),
            ..InPlace::default()
        };
    }
    let is_judged = |live: &LiveTaskDefinition| own(live).is_judged();
    let is_judged = is_judged(target) || current.is_some_and(is_judged);
    let (mut written, lost) = of_target.values(is_in_place);
    let lacks_alarms = settings::expanded(&mut written, &service.document, id);
    let of_current = current.map(own).unwrap_or_default();
    let is_elsewhere = |place: &str| !is_in_place(place) || lost.contains(&place);
    let wanted = settings::with_defaults(&written, &of_current.without(is_elsewhere));
    let names = FieldNames::of_revision(is_judged);
    let secrets = SecretFields::known_by(release);
    let changes = diff::service(&service.document, &wanted, &[], &names, &secrets);
    let fields = changed_fields(&changes, &service.document, &wanted, &[]);
    InPlace {
        fields,
        changes,
        of: target.arn.short().to_owned(),
        untold: Untold::At(lost),
        lacks_alarms,
    }
}

/// Returns what brings back what a deployment changes in place: ECS leaves that as it is when it
/// rolls the deployment back.
pub(super) fn undoing(
    write: Option<&ServiceWrite>,
    id: &ServiceId,
    service: &LiveService,
) -> Option<Restoration> {
    let Some(ServiceWrite::Deploy(written)) = write else {
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
        let was = was.map(|was| with_absent(first, was, after));
        if let Some(was) = was.filter(|was| was != after) {
            before.insert(first.to_owned(), was);
            sent.insert(first.to_owned(), after.clone());
        }
    }
    restoration(before, Some(sent), id, service)
}

/// Returns a field as it was, with what takes those members away that were not there: what is left
/// out might stay.
fn with_absent(field: &str, was: Value, after: &Value) -> Value {
    let whole = |value: Value| Document::from_iter([(field.to_owned(), value)]);
    let (mut was, after) = (whole(was), whole(after.clone()));
    for setting in ALL {
        if let (None, Some(_), Some(default)) =
            (setting.of(&was), setting.of(&after), setting.default())
        {
            settings::put(&mut was, setting.place, default);
        }
    }
    if settings::at(&after, STRATEGY).is_some() && settings::at(&was, STRATEGY).is_none() {
        settings::put(&mut was, STRATEGY, json!("ROLLING"));
    }
    was.remove(field).unwrap_or_default()
}

/// Says whether a setting is in no service revision, and changes without a deployment.
fn is_in_place(place: &str) -> bool {
    let first = place.split('.').next().unwrap_or_default();
    !starts_deployment(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_there_is_taken_away_again() {
        let was = json!({"maximumPercent": 200});
        let after = json!({"maximumPercent": 150, "strategy": "CANARY", "bakeTimeInMinutes": 5,
            "alarms": {"alarmNames": ["a"], "enable": true, "rollback": true},
            "canaryConfiguration": {"canaryPercent": 10}, "lifecycleHooks": [{}]});
        let expected = json!({"maximumPercent": 200, "strategy": "ROLLING",
            "bakeTimeInMinutes": 0, "lifecycleHooks": [],
            "alarms": {"alarmNames": [], "enable": false, "rollback": false}});
        assert_eq!(
            with_absent("deploymentConfiguration", was, &after),
            expected
        );
        let whole = with_absent("deploymentConfiguration", after.clone(), &after);
        assert_eq!(whole, after);
        assert_eq!(
            with_absent("healthCheckGracePeriodSeconds", json!(300), &json!(0)),
            json!(300)
        );
    }
}
