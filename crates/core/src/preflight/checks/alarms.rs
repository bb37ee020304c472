//! Whether the rollout's alarms are there, can still go off, and see what the new release does.

use std::collections::BTreeSet;

use mlship_manifest::DELAY_MINUTES;

use crate::cloud::preconditions::{Alarm, Question};
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Shifting, Surroundings};
use crate::release::AlarmSource;

const FIELD: &[&str] = &["rollout.alarms"];

/// What a metric is of a load balancer, and on which group.
type Watched<'a> = (&'a str, Option<&'a str>);

pub(in crate::preflight) fn alarms(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    if release.alarms.is_empty() {
        return Vec::new();
    }
    let told = told!(answers, Question::Alarms(release.alarms.clone()), Alarms);
    let known: &[Alarm] = told.as_ref().map_or(&[], |known| known);
    let each = release.alarms.iter().map(|name| {
        let about = About::new(Check::Alarms, name, FIELD);
        if let Err(untold) = &told {
            return about.untold(untold);
        }
        let is_ours = release.described.contains(name);
        match known.iter().find(|alarm| alarm.name == *name) {
            None if is_ours => about.pass("is made by the deploy"),
            None => about.fail(
                "there is no such alarm",
                "make the alarm, or correct its name",
            ),
            Some(_) if is_ours => about.pass("is there"),
            Some(alarm) => doubt(&about, alarm, known, release.shifting.as_ref()),
        }
    });
    each.collect()
}

/// Returns the alarms that are on: ECS would watch none of them.
pub(in crate::preflight) fn firing_alarms(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    if release.alarms.is_empty() {
        return Vec::new();
    }
    let told = told!(answers, Question::Alarms(release.alarms.clone()), Alarms);
    let known: &[Alarm] = told.as_ref().map_or(&[], |known| known);
    let each = known.iter().map(|alarm| {
        let about = About::new(Check::FiringAlarm, &*alarm.name, FIELD);
        if alarm.state == "ALARM" {
            return about.fail(
                "is in alarm already, and ECS watches no alarm of a deployment that begins like that",
                "wait until it is over, or go on unwatched with --despite-alarms",
            );
        }
        about.pass("is not on")
    });
    each.collect()
}

/// Says what an alarm of somebody else's would not see, the worst of it.
fn doubt(about: &About, alarm: &Alarm, known: &[Alarm], shifting: Option<&Shifting>) -> Finding {
    if let Some(shifting) = shifting {
        let watched = watched(alarm);
        let groups: BTreeSet<&str> = watched.iter().filter_map(|(_, group)| *group).collect();
        let of_pair = |group: &String| groups.contains(group.as_str());
        let [first, second] = shifting.groups.each_ref().map(of_pair);
        if first != second && !has_twin(&watched, known, &shifting.groups) {
            let group = if first {
                &shifting.groups[0]
            } else {
                &shifting.groups[1]
            };
            return about.warn(
                format!("is on {group} alone, and every other release is in the other group"),
                "add the same alarm on the other group, or describe one in `rollout.alarms`",
            );
        }
        if groups.is_empty() && !watched.is_empty() {
            return about.warn(
                "is on the whole load balancer, where a first share of the traffic hardly shows",
                "watch the target groups: describe an alarm in `rollout.alarms`",
            );
        }
        if let Some(needed) = needed_minutes(alarm).filter(|needed| *needed > shifting.bake) {
            return about.warn(
                format!(
                    "goes off {needed} minutes late with CloudWatch's own delay, and the first bake \
                     ends after {}",
                    shifting.bake
                ),
                "bake longer, or have the alarm look at fewer minutes",
            );
        }
    }
    if alarm.state == "INSUFFICIENT_DATA" {
        return about.warn(
            "has no data, and goes off only once it has some",
            "see that its metric and dimensions are right; where it is quiet by nature, have it treat \
             missing data as not breaching",
        );
    }
    about.pass("is there")
}

/// Returns the load balancers' metrics that an alarm is made of.
fn watched(alarm: &Alarm) -> Vec<Watched<'_>> {
    let queries = alarm.definition.iter().flat_map(|alarm| &alarm.queries);
    let found = queries.filter_map(|query| match &query.source {
        AlarmSource::Metric {
            namespace,
            name,
            dimensions,
            ..
        } if namespace.ends_with("ELB") && dimensions.contains_key("LoadBalancer") => {
            let group = dimensions.get("TargetGroup").map(String::as_str);
            Some((name.as_str(), group))
        }
        AlarmSource::Metric { .. } | AlarmSource::Expression(_) => None,
    });
    found.collect()
}

/// Says whether other alarms watch on the other group what one does on its own.
fn has_twin(one: &[Watched<'_>], known: &[Alarm], groups: &[String; 2]) -> bool {
    let on = |(metric, group): &Watched<'_>| {
        let mut others = known.iter().flat_map(watched);
        others.any(|(name, other)| {
            let is_of_pair = other.is_some_and(|other| groups.iter().any(|one| one == other));
            name == *metric && is_of_pair && other != *group
        })
    };
    one.iter().all(on)
}

/// Returns how many minutes after the first bad request an alarm goes off.
fn needed_minutes(alarm: &Alarm) -> Option<u64> {
    let definition = alarm.definition.as_ref()?;
    let periods = definition
        .queries
        .iter()
        .filter_map(|query| match &query.source {
            AlarmSource::Metric { period, .. } => Some(*period),
            AlarmSource::Expression(_) => None,
        });
    let seconds = u64::from(periods.max()?) * u64::from(definition.points);
    Some(seconds.div_ceil(60) + u64::from(DELAY_MINUTES))
}
