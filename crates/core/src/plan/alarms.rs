//! Plans the alarms that a manifest describes: those to make, to write anew, and to delete.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::diff::{Change, ChangeValues};
use super::ignored::ignores;
use super::settings::{ALARMS, STRATEGY, at};
use super::{Observed, Refusal};
use crate::release::ids::RuleArn;
use crate::release::{
    ALARMED, AlarmDefinition, AlarmWrites, DesiredAlarm, Document, LiveAlarm, Release, TargetGroup,
    alarm_names, alarm_prefix, alarm_words,
};
use mlship_manifest::{AlarmMetric, Code};

/// The field that describes alarms.
const FIELD: &str = "rollout.alarms";

/// What there is of the alarms that mlship makes for a service.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObservedAlarms {
    /// The target groups that alarms are to watch, but for those whose rule the manifest names;
    /// those that are not there are left out.
    pub groups: Vec<TargetGroup>,
    /// What is there under the names that are the service's.
    pub found: Vec<LiveAlarm>,
}

/// Returns whether `CloudWatch` has to be asked about a service's alarms before planning.
#[must_use]
pub fn asks_about_alarms(release: &Release, observed: &Observed) -> bool {
    if ignores(release, FIELD) {
        return false;
    }
    let live = observed.service.as_ref();
    let live = live.filter(|service| service.is_active());
    let names_own = live.is_some_and(|service| {
        let prefix = alarm_prefix(&release.service);
        alarm_names(&service.document).any(|name| name.starts_with(&prefix))
    });
    let is_marked = live.is_some_and(|service| service.tags().contains_key(ALARMED));
    !release.desired.alarms.is_empty() || is_marked || names_own
}

/// What alarms add to a plan.
#[derive(Debug, Default)]
pub(super) struct Alarmed {
    pub(super) changes: Vec<Change>,
    pub(super) writes: AlarmWrites,
    /// Whether the service has a mark of alarms that are no more.
    pub(super) unmark: bool,
    /// Why the release must not be deployed with them.
    pub(super) refusal: Option<Refusal>,
}

/// Plans the alarms of a service that will have the first of these settings which speak of any.
pub(super) fn alarmed(release: &Release, observed: &Observed, settings: &[&Document]) -> Alarmed {
    let speaks = |document: &&&Document| at(document, ALARMS).is_some();
    let naming = settings.iter().find(speaks);
    let named = naming.map(|document| alarm_names(document).collect());
    planned(release, observed, &named.unwrap_or_default()).unwrap_or_else(|refusal| Alarmed {
        refusal: Some(refusal),
        ..Alarmed::default()
    })
}

fn planned(
    release: &Release,
    observed: &Observed,
    named: &BTreeSet<&str>,
) -> Result<Alarmed, Refusal> {
    let Some(there) = observed.alarms.as_ref() else {
        return Ok(Alarmed::default());
    };
    let mut alarmed = Alarmed::default();
    let desired = &release.desired.alarms;
    let found: BTreeMap<&str, &LiveAlarm> = there
        .found
        .iter()
        .map(|alarm| (alarm.name.as_str(), alarm))
        .collect();
    for wanted in desired {
        let live = found.get(wanted.name.as_str()).copied();
        if let Some(other) = live.filter(|live| !live.is_of(&release.service)) {
            return Err(taken(other));
        }
        let balancer = balancer(wanted, &there.groups)?;
        let definition = wanted.definition(&balancer, &release.service);
        if live.and_then(|live| live.definition.as_ref()) != Some(&definition) {
            alarmed.changes.push(put_change(wanted, &definition, live));
            alarmed.writes.put.push(definition);
        }
    }
    let wanted: BTreeSet<&str> = desired.iter().map(|alarm| alarm.name.as_str()).collect();
    let own = there.found.iter();
    let own: Vec<&LiveAlarm> = own.filter(|live| live.is_of(&release.service)).collect();
    for live in &own {
        let name = live.name.as_str();
        if !wanted.contains(name) && !named.contains(name) {
            alarmed.changes.push(deletion(live));
            alarmed.writes.delete.push(name.to_owned());
        }
    }
    let service = observed.service.as_ref();
    let is_marked = service.is_some_and(|service| service.tags().contains_key(ALARMED));
    let none_is_left = desired.is_empty() && alarmed.writes.delete.len() == own.len();
    alarmed.unmark = is_marked && none_is_left && own.is_empty();
    alarmed.writes.unmark = none_is_left && !own.is_empty();
    Ok(alarmed)
}

/// Says that a rolling release ends up without the alarms that there were. Where traffic moves, that
/// there are none is said in any case.
#[must_use]
pub fn unwatched_note(live: Option<&Document>, service: &Document) -> Option<String> {
    let is_watched = |service: &Document| {
        let is_on = at(service, ALARMS).is_some_and(|alarms| alarms["enable"] == true);
        is_on && alarm_names(service).next().is_some()
    };
    let strategy = at(service, STRATEGY).and_then(serde_json::Value::as_str);
    let is_rolling = strategy.is_none_or(|strategy| strategy == "ROLLING");
    let gone = live.is_some_and(is_watched) && !is_watched(service);
    (is_rolling && gone).then(|| "no alarm will watch this release".to_owned())
}

fn taken(other: &LiveAlarm) -> Refusal {
    Refusal {
        code: Code::UNFIT_ALARM,
        path: FIELD,
        message: format!(
            "an alarm {} is there that mlship did not make for this service, and it stays as it is",
            other.name
        ),
        help: "delete it, or name it in `rollout.alarms` in place of the description".to_owned(),
    }
}

/// Returns the load balancer that tells of a group's requests. Whether the rule that the manifest
/// names has the group is no alarm's fault, and told of the rule.
fn balancer(wanted: &DesiredAlarm, groups: &[TargetGroup]) -> Result<String, Refusal> {
    let refused = |message: String, help: &str| Refusal {
        code: Code::UNFIT_ALARM,
        path: FIELD,
        message,
        help: help.to_owned(),
    };
    let name = wanted.group.name();
    let known = groups.iter().find(|known| known.arn == wanted.group);
    let by_group = known.and_then(|known| known.load_balancers.first());
    let by_rule = wanted.rule.as_ref().map(RuleArn::load_balancer_arn);
    let Some(balancer) = by_rule.as_ref().or(by_group) else {
        return Err(refused(
            format!("no load balancer sends requests to {name}, so there is nothing to watch"),
            "have a rule forward to the target group before the service is in it",
        ));
    };
    if balancer.contains(":loadbalancer/app/") {
        return Ok(balancer.clone());
    }
    Err(refused(
        format!("{name} is not behind an application load balancer, which tells what is watched"),
        "name an alarm of your own in `rollout.alarms`",
    ))
}

fn put_change(
    wanted: &DesiredAlarm,
    definition: &AlarmDefinition,
    live: Option<&LiveAlarm>,
) -> Change {
    let after = wanted.words();
    let before = live.map(|live| {
        let metric = wanted.terms.metric;
        let group = wanted.group.name();
        // What differs elsewhere than in the limit somebody changed by hand.
        let is_its = |was: &&AlarmDefinition| {
            let with_its_limit = AlarmDefinition {
                description: was.description.clone(),
                threshold: was.threshold,
                periods: was.periods,
                points: was.points,
                ..definition.clone()
            };
            was.points == was.periods && **was == with_its_limit
        };
        let was = live.definition.as_ref().filter(is_its);
        let words = was.map(|was| alarm_words(metric, was.threshold, was.periods, group));
        let words = words.filter(|words| *words != after);
        words.unwrap_or_else(|| format!("something else on {group}"))
    });
    Change {
        path: format!("{FIELD}.{}", wanted.terms.metric.name()),
        ecs_field: format!("alarms[{}]", wanted.name),
        shown: ChangeValues::Values {
            before: before.map(|words| json!(words)),
            after: Some(json!(after)),
        },
    }
}

fn deletion(live: &LiveAlarm) -> Change {
    let of = |metric: &AlarmMetric| live.name.ends_with(&format!("-{}", metric.name()));
    let metric = AlarmMetric::ALL.into_iter().find(of);
    let path = metric.map_or(FIELD.to_owned(), |metric| {
        format!("{FIELD}.{}", metric.name())
    });
    Change {
        path,
        ecs_field: format!("alarms[{}]", live.name),
        shown: ChangeValues::Values {
            before: Some(json!(live.name)),
            after: None,
        },
    }
}

#[cfg(test)]
mod tests;
