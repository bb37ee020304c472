//! Whether a rule sends a service's traffic to the tasks that should serve; pure.

mod before;
mod obstacle;
mod repair;
#[cfg(test)]
mod tests;

pub use before::{Inspection, Intent, Live, Sight, Unseen, remarks, told};
pub use obstacle::{Obstacle, obstacles};
pub use repair::{Repair, ShareChange, changes, repair};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::release::ids::TargetGroupArn;
use crate::release::{Forward, ListenerRule, Routing, Wiring};

/// A rule, and where the tasks are that it should send requests to.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// How the service is wired.
    pub wiring: &'a Wiring,
    /// The rule of production traffic, if there is one.
    pub rule: Option<&'a ListenerRule>,
    /// The group of the tasks that should serve; none where nothing should yet, or nobody knows.
    pub live: Option<&'a TargetGroupArn>,
    /// The groups that have no healthy target.
    pub empty: &'a BTreeSet<TargetGroupArn>,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Wrong {
    /// There is no such rule.
    Gone,
    /// It forwards nothing: the type of its action.
    ForwardsNothing(String),
    /// It names a group that is none of the service's.
    Foreign(Share),
    /// It shares requests between both groups.
    Split(Vec<Share>),
    /// It sends requests to no group.
    Nowhere,
    /// It sends requests to the group that the serving tasks are not in.
    WrongGroup {
        /// Where it sends them.
        to: Share,
        /// Where the tasks are.
        live: TargetGroupArn,
    },
    /// It sends requests to a group without a healthy target.
    Empty(Share),
}

/// A group's part of the requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The group.
    pub group: TargetGroupArn,
    /// Its part, in percent of the sum.
    pub percent: f64,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} % to {}", percent(self.percent), self.group.name())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => write!(f, "the rule of production traffic is not there"),
            Self::ForwardsNothing(kind) => {
                write!(
                    f,
                    "the rule of production traffic forwards nothing: its action is {kind}"
                )
            }
            Self::Foreign(share) => write!(
                f,
                "the rule of production traffic has a group that is none of the service's: {share}"
            ),
            Self::Split(shares) => {
                let shares: Vec<String> = shares.iter().map(ToString::to_string).collect();
                write!(f, "production traffic is split: {}", shares.join(", "))
            }
            Self::Nowhere => write!(
                f,
                "the rule of production traffic gives no group any weight"
            ),
            Self::WrongGroup { to, live } => write!(
                f,
                "production traffic goes to the wrong group: {to}, and the tasks that should serve are in {}",
                live.name()
            ),
            Self::Empty(share) => write!(
                f,
                "production traffic goes to a group without healthy targets: {share}"
            ),
        }
    }
}

/// Returns all that is wrong, worst first; nothing where all requests go to one group, and that is
/// the one of the tasks that should serve.
#[must_use]
pub fn wrongs(scene: Scene<'_>) -> Vec<Wrong> {
    let Some(rule) = scene.rule else {
        return vec![Wrong::Gone];
    };
    let forward = match &rule.routing {
        Routing::Forward(forward) => forward,
        Routing::Other(kind) => return vec![Wrong::ForwardsNothing(kind.clone())],
    };
    let shares = shares(forward);
    let served: Vec<&Share> = shares.iter().filter(|share| share.percent > 0.0).collect();
    let mut found = Vec::new();
    let empty = served
        .iter()
        .filter(|share| scene.empty.contains(&share.group));
    found.extend(empty.map(|share| Wrong::Empty((*share).clone())));
    if let [only] = served.as_slice()
        && let Some(live) = scene.live
        && only.group != *live
        && scene.wiring.has(&only.group)
    {
        found.push(Wrong::WrongGroup {
            to: (*only).clone(),
            live: live.clone(),
        });
    }
    match served.len() {
        0 => found.push(Wrong::Nowhere),
        1 => {}
        _ => found.push(Wrong::Split(served.into_iter().cloned().collect())),
    }
    let foreign = shares
        .iter()
        .filter(|share| !scene.wiring.has(&share.group));
    found.extend(foreign.cloned().map(Wrong::Foreign));
    found
}

/// Returns what is wrong once a deployment has ended. What failed and `stayed` has left two fleets:
/// only requests that nobody answers are wrong then.
#[must_use]
pub fn wrongs_after_end(scene: Scene<'_>, stayed: bool) -> Vec<Wrong> {
    let live = scene.live.filter(|_| !stayed);
    let mut found = wrongs(Scene { live, ..scene });
    found.retain(|wrong| match wrong {
        Wrong::Split(_) => !stayed,
        // Without weight it gets nothing, and the next deploy says so.
        Wrong::Foreign(share) => share.percent > 0.0,
        Wrong::Gone
        | Wrong::ForwardsNothing(_)
        | Wrong::Nowhere
        | Wrong::WrongGroup { .. }
        | Wrong::Empty(_) => true,
    });
    found
}

/// Returns each group's part of the requests. A single group gets all of them, whatever its weight.
#[must_use]
pub fn shares(forward: &Forward) -> Vec<Share> {
    let sum: u32 = forward.weights.values().sum();
    let is_single = forward.weights.len() == 1;
    let part = |weight: u32| match sum {
        _ if is_single => 100.0,
        0 => 0.0,
        _ => f64::from(weight) * 100.0 / f64::from(sum),
    };
    let each = forward.weights.iter().map(|(group, weight)| Share {
        group: group.clone(),
        percent: part(*weight),
    });
    each.collect()
}

/// Returns the part of one group, in percent; nothing where a rule forwards nothing.
#[must_use]
pub fn share_of(routing: &Routing, group: &TargetGroupArn) -> Option<f64> {
    let Routing::Forward(forward) = routing else {
        return None;
    };
    let its = shares(forward)
        .into_iter()
        .find(|share| share.group == *group);
    Some(its.map_or(0.0, |share| share.percent))
}

/// Returns how a rule should forward: everything to one group of the pair, nothing to the other,
/// and clients stay with their group for as long as before.
#[must_use]
pub fn repaired(wiring: &Wiring, rule: &ListenerRule, live: &TargetGroupArn) -> Forward {
    let stickiness = match &rule.routing {
        Routing::Forward(forward) => forward.stickiness,
        Routing::Other(_) => None,
    };
    let weights = [(live.clone(), 100), (wiring.other(live).clone(), 0)];
    Forward {
        weights: BTreeMap::from(weights),
        stickiness,
    }
}

/// Returns a percentage as people read it: with a tenth where it has one.
#[must_use]
pub fn percent(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 {
        format!("{tenths:.0}")
    } else {
        format!("{tenths:.1}")
    }
}
