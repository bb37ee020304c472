//! Whether a release may begin where requests go as they do: what ECS would find only later, or
//! not at all. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::obstacle::{Obstacle, lasting, obstacles};
use super::shares;
use crate::release::ids::TargetGroupArn;
use crate::release::{Document, ListenerRule, Routing, Shift, Wiring};
use crate::shape::items;

/// Where the tasks are that serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// There is no service yet: what answers behind its rule is somebody else's.
    NoService,
    /// None are there yet.
    Nowhere,
    /// In a group of the pair.
    In(TargetGroupArn),
    /// AWS does not say.
    NotTold,
}

/// What could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What.
    pub what: &'static str,
    /// Why: the permission that it takes, or AWS's words.
    pub why: String,
}

/// What was seen of the rules and groups of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// How it is wired, or will be.
    pub wiring: Wiring,
    /// The rule of production traffic, if it is there.
    pub production: Result<Option<ListenerRule>, Unseen>,
    /// The rule of test traffic, if it is there.
    pub test: Result<Option<ListenerRule>, Unseen>,
    /// Where the tasks are that serve.
    pub live: Result<Live, Unseen>,
    /// The groups of the pair that have no healthy target.
    pub empty: Result<BTreeSet<TargetGroupArn>, Unseen>,
    /// The open experiment that the rule of production traffic is of.
    pub experiment: Option<String>,
}

/// What was seen before a release, and what of it stands in the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What was seen.
    pub sight: Sight,
    /// What stands in the way, worst first.
    pub obstacles: Vec<Obstacle>,
    /// What holds nothing up, and is worth a line.
    pub remarks: Vec<String>,
}

impl Inspection {
    /// Holds what was seen against what a release means to do.
    #[must_use]
    pub fn of(sight: Sight, intent: &Intent) -> Self {
        Self {
            obstacles: obstacles(&sight, intent),
            remarks: remarks(&sight, intent),
            sight,
        }
    }

    /// Says where requests go, where that was seen.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let rule = self.sight.production.as_ref().ok()?.as_ref()?;
        Some(told(rule))
    }
}

/// What a release means to do with traffic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intent {
    /// Whether ECS moves it.
    pub(super) moves: bool,
    /// How long each step bakes, of the strategies that move it.
    pub(super) bake_minutes: u64,
    /// The groups that it sends, where it sends single ones.
    pub(super) single: Vec<TargetGroupArn>,
}

impl Intent {
    /// Reads it from a service as ECS will have it.
    #[must_use]
    pub fn of(service: &Document) -> Self {
        let configuration = service.get("deploymentConfiguration");
        let configuration = configuration.and_then(Value::as_object);
        let shift = configuration.and_then(Shift::of_configuration);
        let bake = shift.map(|shift| match shift.steps() {
            // All of it moves at once: what bakes is the end.
            1 => shift.bake_minutes(),
            _ => shift.step_bake_minutes(),
        });
        let single = items(service.get("loadBalancers"))
            .filter(|balancer| balancer.get("advancedConfiguration").is_none())
            .filter_map(|balancer| balancer["targetGroupArn"].as_str())
            .map(TargetGroupArn::new);
        Self {
            moves: bake.is_some(),
            bake_minutes: u64::from(bake.unwrap_or(0)),
            single: single.collect(),
        }
    }
}

impl Sight {
    /// Returns the group of the tasks that serve, where that is known.
    #[must_use]
    pub fn live_group(&self) -> Option<&TargetGroupArn> {
        match &self.live {
            Ok(Live::In(group)) => Some(group),
            Ok(Live::NoService | Live::Nowhere | Live::NotTold) | Err(_) => None,
        }
    }

    /// Returns the groups without healthy targets that requests must not go to. Where the tasks
    /// that should serve are all down, that is what a release may mend.
    pub(super) fn empty_that_tells(&self) -> BTreeSet<TargetGroupArn> {
        let Ok(empty) = &self.empty else {
            return BTreeSet::new();
        };
        let is_told = match &self.live {
            Ok(Live::In(group)) => !empty.contains(group),
            Ok(Live::NoService | Live::Nowhere) => false,
            Ok(Live::NotTold) | Err(_) => self
                .wiring
                .groups
                .iter()
                .any(|group| !empty.contains(group)),
        };
        if is_told {
            empty.clone()
        } else {
            BTreeSet::new()
        }
    }

    /// Returns what could not be looked at.
    #[must_use]
    pub fn unseen(&self) -> Vec<&Unseen> {
        let all = [
            self.production.as_ref().err(),
            self.test.as_ref().err(),
            self.live.as_ref().err(),
            self.empty.as_ref().err(),
        ];
        all.into_iter().flatten().collect()
    }
}

/// Returns what holds nothing up, and is worth a line.
#[must_use]
pub fn remarks(sight: &Sight, intent: &Intent) -> Vec<String> {
    let mut found = Vec::new();
    if let (true, Ok(Some(rule))) = (intent.moves, &sight.production) {
        found.extend(of_moving(rule, intent));
    }
    if let (Some(live), Ok(empty)) = (sight.live_group(), &sight.empty)
        && empty.contains(live)
    {
        found.push(format!(
            "warning: {}, where the tasks that serve are, has no healthy target",
            live.name()
        ));
    }
    if sight.live == Ok(Live::NotTold) {
        found.push(
            "not checked: in which group the tasks are that serve, which ECS does not say"
                .to_owned(),
        );
    }
    let unseen = sight.unseen().into_iter();
    found.extend(unseen.map(|it| format!("not checked: {} ({})", it.what, it.why)));
    found
}

/// Returns what a rule does beside sharing requests that matters while ECS moves them.
fn of_moving(rule: &ListenerRule, intent: &Intent) -> Vec<String> {
    let mut found = Vec::new();
    if !rule.before.is_empty() {
        found.push(format!(
            "warning: the rule of production traffic has {} before it forwards, and one of AWS's \
             pages says that a deployment fails for that",
            rule.before.join(", ")
        ));
    }
    let forward = match &rule.routing {
        Routing::Forward(forward) => forward,
        Routing::Other(_) => return found,
    };
    let bakes = intent.bake_minutes.saturating_mul(60);
    let stays = forward
        .stickiness
        .filter(|seconds| u64::from(*seconds) <= bakes);
    found.extend(stays.map(|seconds| {
        format!(
            "clients stay with their group for {}, whatever its weight: until then the new release has \
             new clients alone",
            lasting(seconds)
        )
    }));
    found
}

/// Says where a rule sends requests: each group with its share.
#[must_use]
pub fn told(rule: &ListenerRule) -> String {
    match &rule.routing {
        Routing::Forward(forward) => {
            let shares = shares(forward);
            let shares: Vec<String> = shares.iter().map(ToString::to_string).collect();
            shares.join(", ")
        }
        Routing::Other(kind) => kind.clone(),
    }
}

#[cfg(test)]
mod tests;
