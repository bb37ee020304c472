//! How a rule should share requests, where it does not: by whose tasks serve. Pure.

use std::fmt;

use super::before::{Intent, Live, Sight, Unseen};
use super::obstacle::{Obstacle, obstacles};
use super::{Share, percent, repaired, shares};
use crate::release::ids::TargetGroupArn;
use crate::release::{Forward, ListenerRule, Routing, Wiring};

/// A group's part of the requests, now and once the rule is mended.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareChange {
    /// The group.
    pub group: TargetGroupArn,
    /// Now, in percent; none where the rule does not have it.
    pub before: Option<f64>,
    /// Then.
    pub after: Option<f64>,
}

impl fmt::Display for ShareChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |share: Option<f64>| {
            share.map_or("–".to_owned(), |share| format!("{} %", percent(share)))
        };
        let (before, after) = (part(self.before), part(self.after));
        write!(f, "{} {before} → {after}", self.group.name())
    }
}

/// What mends the rule of production traffic.
#[derive(Debug, Clone, PartialEq)]
pub enum Repair {
    /// Nothing is wrong with its weights.
    Nothing,
    /// Other weights.
    Weights {
        /// The rule.
        rule: Box<ListenerRule>,
        /// How it should forward.
        to: Forward,
        /// Why that group gets the requests, where no tasks say it.
        chosen: Option<String>,
    },
    /// No weights that mlship could know.
    Not(String),
}

const NOT_TOLD: &str = "ECS does not say in which group the tasks are that serve";

fn not_seen(unseen: &Unseen) -> String {
    format!("{} was not seen: {}", unseen.what, unseen.why)
}

/// Returns what mends a rule. Where it is not known which tasks should serve, nobody may guess.
#[must_use]
pub fn repair(sight: &Sight) -> Repair {
    let rule = match &sight.production {
        Ok(Some(rule)) => rule,
        Ok(None) => return Repair::Not("the rule of production traffic is not there".to_owned()),
        Err(unseen) => return Repair::Not(not_seen(unseen)),
    };
    // Whatever a release means to do: what is wrong of the rule alone.
    let found = obstacles(sight, &Intent::default());
    if let Some(not) = found.iter().find(|found| found.forbids_repair()) {
        let help = not.help().unwrap_or_default();
        return Repair::Not(format!("{not}: {help}"));
    }
    if !found.iter().any(Obstacle::is_repairable) {
        // What was not seen can't be said to be right.
        return match &sight.live {
            Ok(Live::In(_) | Live::NoService | Live::Nowhere) => Repair::Nothing,
            Ok(Live::NotTold) => Repair::Not(NOT_TOLD.to_owned()),
            Err(unseen) => Repair::Not(not_seen(unseen)),
        };
    }
    match served(sight, rule) {
        Ok((group, chosen)) => Repair::Weights {
            to: repaired(&sight.wiring, rule, &group),
            rule: Box::new(rule.clone()),
            chosen,
        },
        Err(why) => Repair::Not(why),
    }
}

/// Returns the group that should get the requests, with the reason where no tasks give it.
fn served(sight: &Sight, rule: &ListenerRule) -> Result<(TargetGroupArn, Option<String>), String> {
    let live = match sight.live.as_ref().map_err(not_seen)? {
        Live::In(live) => live,
        Live::NoService | Live::Nowhere => return unserved(sight, rule),
        Live::NotTold => return Err(NOT_TOLD.to_owned()),
    };
    let other = sight.wiring.other(live);
    if let Ok(empty) = &sight.empty
        && empty.contains(live)
        && !empty.contains(other)
    {
        return Err(format!(
            "the tasks that should serve are in {}, which has no healthy target, and {} has: \
             moving requests away would leave nobody to answer",
            live.name(),
            other.name()
        ));
    }
    Ok((live.clone(), None))
}

/// Where nobody answers in either group, no weights can take an answer away: those that change
/// least are as good as any for the first tasks.
fn unserved(
    sight: &Sight,
    rule: &ListenerRule,
) -> Result<(TargetGroupArn, Option<String>), String> {
    let empty = sight.empty.as_ref();
    let empty = empty.map_err(not_seen)?;
    let groups = &sight.wiring.groups;
    if let Some(answers) = groups.iter().find(|group| !empty.contains(group)) {
        return Err(format!(
            "tasks answer in {}, and it is not known that they are the service's",
            answers.name()
        ));
    }
    let shares = match &rule.routing {
        Routing::Forward(forward) => shares(forward),
        Routing::Other(_) => Vec::new(),
    };
    let share = |group: &TargetGroupArn| {
        let mut its = shares.iter().filter(|share| share.group == *group);
        its.next().map_or(0.0, |share: &Share| share.percent)
    };
    let [first, second] = groups;
    let (group, why) = if share(second) > share(first) {
        (second, "it has the most weight now")
    } else if share(first) > 0.0 {
        (first, "it has the most weight now")
    } else {
        (first, "it is the first of the service's groups")
    };
    let chosen = format!(
        "nothing serves yet, in neither group: {} gets the requests, since {why}",
        group.name()
    );
    Ok((group.clone(), Some(chosen)))
}

/// Returns the shares that other weights change, by the order of the pair.
#[must_use]
pub fn changes(wiring: &Wiring, rule: &ListenerRule, to: &Forward) -> Vec<ShareChange> {
    let before = match &rule.routing {
        Routing::Forward(forward) => shares(forward),
        Routing::Other(_) => Vec::new(),
    };
    let after = shares(to);
    let foreign = before.iter().map(|share| &share.group);
    let foreign = foreign.filter(|group| !wiring.has(group));
    let all = wiring.groups.iter().chain(foreign);
    let each = all.map(|group| {
        let part = |shares: &[Share]| {
            let its = shares.iter().find(|share| share.group == *group);
            its.map(|share| share.percent)
        };
        ShareChange {
            group: group.clone(),
            before: part(&before),
            after: part(&after),
        }
    });
    each.collect()
}
