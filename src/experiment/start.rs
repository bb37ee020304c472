//! What starting an experiment, or going on with it, changes: pure.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Arm, Definition, Step};
use super::record::{EXPERIMENT, RULE, Record, State, VARIANT, weights};
use super::refusal::Refusal;
use super::rule::{Condition, Forward, ListenerRule, Routing, TargetGroup};
use crate::release::LiveService;
use crate::release::ids::{RuleArn, TargetGroupArn};

/// What was seen of everything that takes part.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The rule; none where there is none.
    pub rule: Option<ListenerRule>,
    /// All rules of its listener.
    pub siblings: Vec<ListenerRule>,
    /// The target groups that are there.
    pub groups: Vec<TargetGroup>,
    /// The variants' services, in their order, those that are there.
    pub services: Vec<Option<LiveService>>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// To go to the ramp's next step.
    pub next: bool,
    /// To take traffic from target groups that no variant has, and from where somebody moved it
    /// by hand.
    pub force: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Nothing: it runs as wanted.
    Runs(Box<Runs>),
    /// To open a phase.
    Opens(Box<Opens>),
}

/// An experiment that runs as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    /// What its rule says of it.
    pub record: Record,
    /// The ramp's next step, if there is one.
    pub next: Option<Step>,
}

/// A phase to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opens {
    /// Why.
    pub why: Why,
    /// The number of the phase.
    pub phase: u32,
    /// The number of the step, from 1, and how many there are.
    pub step: (u32, usize),
    /// The rule as it was seen.
    pub rule: ListenerRule,
    /// How the rule shares requests before, with every variant's group in it; none where all are.
    /// A group in no rule takes no targets.
    pub attach: Option<Forward>,
    /// How it shares them then.
    pub forward: Forward,
    /// What the record says once the phase has begun, but for its times and who began it.
    pub record: Record,
    /// Rules for callers that assign themselves, by variant, that are still to be made.
    pub headers: Vec<HeaderRule>,
    /// What is worth knowing before.
    pub warnings: Vec<String>,
}

impl Opens {
    /// Says whether it gives a challenger of a phase that runs a greater share.
    #[must_use]
    pub fn raises(&self, definition: &Definition) -> bool {
        let runs = matches!(self.why, Why::NextStep | Why::Changed | Why::Drifted);
        let Routing::Forward(live) = &self.rule.routing else {
            return runs;
        };
        let share = |forward: &Forward, arm: &Arm| {
            let all: u32 = forward.weights.values().sum();
            let own = forward.weights.get(&arm.group).copied().unwrap_or(0);
            f64::from(own) / f64::from(all.max(1))
        };
        let mut challengers = definition.arms.iter().filter(|arm| !arm.is_control);
        runs && challengers.any(|arm| share(&self.forward, arm) > share(live, arm))
    }
}

/// A rule that leads callers who name a variant to it.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderRule {
    /// The variant's name.
    pub variant: String,
    /// Its priority, before the experiment's own rule.
    pub priority: u32,
    /// The conditions of the experiment's rule, and the header.
    pub conditions: Vec<Condition>,
    /// Where it leads.
    pub forward: Forward,
    /// Its tags, by which it is found again.
    pub tags: BTreeMap<String, String>,
}

/// Why a phase is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The experiment begins.
    Start,
    /// Opening it was interrupted.
    Continue,
    /// The ramp goes on.
    NextStep,
    /// The manifest's weights or variants are others.
    Changed,
    /// The rule is not as the manifest has it: somebody changed one of them.
    Drifted,
}

/// Plans to start an experiment, or to go on with it.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(definition: &Definition, seen: &Situation, asked: Asked) -> Result<Plan, Vec<Refusal>> {
    let Some(rule) = &seen.rule else {
        return Err(vec![Refusal::no_rule(&definition.rule)]);
    };
    let record = Record::read(&rule.tags).filter(|record| record.state.is_open());
    let mut refusals = of_rule(definition, rule, record.as_ref(), asked);
    refusals.extend(of_variants(definition, rule, seen));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let steps = definition.steps();
    let last = steps.len();
    let at = record.as_ref().map_or(1, |record| record.step as usize);
    let at = at.clamp(1, last);
    let runs = record
        .as_ref()
        .is_some_and(|record| record.state == State::Running);
    let wanted = at + usize::from(asked.next && runs);
    let Some(step) = steps.get(wanted - 1) else {
        return Err(vec![Refusal::no_next_step(last)]);
    };
    let forward = definition.forward(step);
    // Where callers assign themselves the rule's own weights say nothing of the split.
    let shares = weights(&definition.shares(step));
    let headers = missing_headers(definition, rule, &seen.siblings)?;
    let why = match &record {
        None => Why::Start,
        Some(record) if record.state == State::Starting => Why::Continue,
        Some(_) if wanted > at => Why::NextStep,
        Some(record) if record.weights != shares => Why::Changed,
        Some(record) if !is_kept(rule, &forward) && !asked.force => {
            return Err(vec![Refusal::changed_by_hand(&record.name)]);
        }
        Some(_) if !is_as_wanted(rule, &forward) || !headers.is_empty() => Why::Drifted,
        Some(record) => {
            return Ok(Plan::Runs(Box::new(Runs {
                record: record.clone(),
                next: steps.get(wanted).cloned(),
            })));
        }
    };
    let before = record.as_ref();
    let phase = match why {
        Why::Start => 1,
        Why::Continue => before.map_or(1, |record| record.phase),
        Why::NextStep | Why::Changed | Why::Drifted => {
            before.map_or(1, |one| one.phase.saturating_add(1))
        }
    };
    let attach = attach(definition, rule);
    if attach.as_ref().is_some_and(|one| one.weights.len() > MOST) {
        return Err(vec![Refusal::too_many_groups(MOST)]);
    }
    let step = u32::try_from(wanted).unwrap_or(u32::MAX);
    Ok(Plan::Opens(Box::new(Opens {
        why,
        phase,
        step: (step, last),
        rule: rule.clone(),
        attach,
        record: Record {
            name: definition.name.clone(),
            state: State::Starting,
            phase,
            step,
            weights: shares,
            since: None,
            started: before.and_then(|record| record.started),
            by: String::new(),
            hypothesis: definition.hypothesis.clone(),
            terms: definition.terms.clone(),
            end: None,
        },
        forward,
        headers,
        warnings: warnings(definition, rule, before, seen),
    })))
}

/// How many target groups an action takes.
const MOST: usize = 5;

/// Says whether nobody moved the traffic since the phase began.
fn is_kept(rule: &ListenerRule, forward: &Forward) -> bool {
    matches!(&rule.routing, Routing::Forward(live) if live.weights == forward.weights)
}

fn is_as_wanted(rule: &ListenerRule, forward: &Forward) -> bool {
    matches!(&rule.routing, Routing::Forward(live) if live.shares_like(forward))
}

/// Returns how the rule shares requests with all groups in it, new ones without a share.
fn attach(definition: &Definition, rule: &ListenerRule) -> Option<Forward> {
    let missing = |live: &BTreeMap<TargetGroupArn, u32>| {
        let groups = definition.arms.iter().map(|arm| arm.group.clone());
        let missing = groups.filter(|group| !live.contains_key(group));
        missing.collect::<Vec<_>>()
    };
    match &rule.routing {
        Routing::Forward(live) => {
            let missing = missing(&live.weights);
            // What no variant has gives its place up with its traffic, at the latest now: a rule
            // has five.
            let unserved = definition.arms.iter().map(|arm| (arm.group.clone(), 0));
            let unserved = unserved.filter(|(group, _)| live.weights.contains_key(group));
            let mut weights: BTreeMap<_, _> = unserved.collect();
            // What gets all requests as the only one needs a weight beside others.
            let serving = live.serving();
            weights.extend(serving.map(|group| (group.clone(), live.weights[group].max(1))));
            weights.extend(missing.iter().map(|group| (group.clone(), 0)));
            let stickiness = live.stickiness;
            (!missing.is_empty()).then_some(Forward {
                weights,
                stickiness,
            })
        }
        // Nothing was served here: the control is, from now on.
        Routing::Other(_) => {
            let arms = definition.arms.iter();
            let weights = arms.map(|arm| (arm.group.clone(), u32::from(arm.is_control)));
            Some(Forward {
                weights: weights.collect(),
                stickiness: None,
            })
        }
    }
}

fn of_rule(
    definition: &Definition,
    rule: &ListenerRule,
    record: Option<&Record>,
    asked: Asked,
) -> Vec<Refusal> {
    let mut found = Vec::new();
    if rule.priority.is_none() {
        found.push(Refusal::default_rule());
    }
    if let Some(other) = record.filter(|record| record.name != definition.name) {
        found.push(Refusal::another_runs(&other.name));
    }
    let is_own = |record: &&Record| record.name == definition.name;
    if record
        .filter(is_own)
        .is_some_and(|record| record.state == State::Stopping)
    {
        found.push(Refusal::is_stopping(&definition.name));
    }
    match &rule.routing {
        Routing::Forward(live) => {
            let serving = live.serving();
            let foreign = serving.filter(|group| definition.arm_of(group).is_none());
            let names: Vec<&str> = foreign.map(TargetGroupArn::name).collect();
            if !names.is_empty() && !asked.force {
                found.push(Refusal::others_serve(&names));
            }
        }
        Routing::Other(action) if action == "fixed-response" => {}
        Routing::Other(action) => found.push(Refusal::no_forward(action)),
    }
    found
}

fn of_variants(definition: &Definition, rule: &ListenerRule, seen: &Situation) -> Vec<Refusal> {
    let mut found = Vec::new();
    let balancer = rule.arn.load_balancer();
    for (index, arm) in definition.arms.iter().enumerate() {
        match seen.groups.iter().find(|group| group.arn == arm.group) {
            None => found.push(Refusal::no_group(index, arm)),
            Some(group) => {
                let mut others = group.load_balancers.iter();
                let other = others.find(|one| !one.ends_with(&format!(":loadbalancer/{balancer}")));
                found.extend(other.map(|_| Refusal::other_balancer(index, arm)));
            }
        }
        let service = seen.services.get(index).and_then(Option::as_ref);
        if service.is_some_and(|service| owns(service, &rule.arn)) {
            found.push(Refusal::owned(arm));
        }
    }
    found
}

/// Says whether ECS moves a service's traffic by a rule: its strategy owns it.
fn owns(service: &LiveService, rule: &RuleArn) -> bool {
    let balancers = service.document.get("loadBalancers");
    let balancers = balancers.and_then(|list| list.as_array());
    balancers.into_iter().flatten().any(|balancer| {
        let advanced = &balancer["advancedConfiguration"];
        ["productionListenerRule", "testListenerRule"]
            .iter()
            .any(|field| advanced[*field] == rule.as_str())
    })
}

/// Returns the rules for callers that assign themselves which are not there yet.
fn missing_headers(
    definition: &Definition,
    rule: &ListenerRule,
    siblings: &[ListenerRule],
) -> Result<Vec<HeaderRule>, Vec<Refusal>> {
    let (Some(header), Some(own)) = (&definition.header, rule.priority) else {
        return Ok(Vec::new());
    };
    let taken: BTreeSet<u32> = siblings.iter().filter_map(|one| one.priority).collect();
    let mut free = (1..own).rev().filter(|priority| !taken.contains(priority));
    let mut found = Vec::new();
    for arm in definition.arms.iter().filter(|arm| !arm.is_control) {
        let tags = header_tags(definition, arm);
        if siblings.iter().any(|one| one.is_tagged(&tags)) {
            continue;
        }
        let Some(priority) = free.next() else {
            return Err(vec![Refusal::no_priority(own)]);
        };
        let mut conditions = rule.conditions.clone();
        conditions.push(names(header, &arm.name));
        found.push(HeaderRule {
            variant: arm.name.clone(),
            priority,
            conditions,
            forward: Forward {
                weights: [(arm.group.clone(), 1)].into(),
                stickiness: None,
            },
            tags,
        });
    }
    Ok(found)
}

/// Returns the tags of a variant's own rule.
fn header_tags(definition: &Definition, arm: &Arm) -> BTreeMap<String, String> {
    let pairs = [
        (EXPERIMENT, definition.name.as_str()),
        (VARIANT, &arm.name),
        (RULE, definition.rule.as_str()),
    ];
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Returns the rules of variants that an experiment made.
#[must_use]
pub fn header_rules<'a>(rule: &RuleArn, siblings: &'a [ListenerRule]) -> Vec<&'a ListenerRule> {
    let is_own = |one: &&ListenerRule| {
        let of = one.tags.get(RULE);
        one.tags.contains_key(VARIANT) && of.is_some_and(|own| own == rule.as_str())
    };
    siblings.iter().filter(is_own).collect()
}

fn names(header: &str, variant: &str) -> Condition {
    let condition = serde_json::json!({
        "Field": "http-header",
        "HttpHeaderConfig": { "HttpHeaderName": header, "Values": [variant] },
    });
    condition.as_object().cloned().unwrap_or_default()
}

fn warnings(
    definition: &Definition,
    rule: &ListenerRule,
    before: Option<&Record>,
    seen: &Situation,
) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(before) = before.filter(|one| one.terms != definition.terms) {
        let began = before
            .started
            .map_or(String::new(), |time| format!(" on {time}"));
        found.push(format!(
            "what decides is not what it was when the experiment began{began}: changed after a \
             look, the verdict may be wrong more often than alpha says"
        ));
    }
    if before.is_none()
        && let Routing::Forward(live) = &rule.routing
    {
        let all: u32 = live.weights.values().sum();
        let arms = definition.arms.iter().filter(|arm| !arm.is_control);
        for arm in arms {
            let own = live.weights.get(&arm.group).copied().unwrap_or(0);
            if own > 0 {
                found.push(format!(
                    "{} has {:.0} % of the traffic already, and a release that is deployed to it \
                     gets that until the traffic is shared: what serves now should be the control",
                    arm.name,
                    100.0 * f64::from(own) / f64::from(all)
                ));
            }
        }
    }
    for arm in &definition.arms {
        let elsewhere = seen.siblings.iter().find(|other| {
            let is_other = other.arn != rule.arn && !other.tags.contains_key(VARIANT);
            is_other
                && matches!(&other.routing, Routing::Forward(forward)
                if forward.weights.get(&arm.group).is_some_and(|weight| *weight > 0))
        });
        if let Some(other) = elsewhere {
            let place = other.priority.map_or_else(
                || "the default rule".to_owned(),
                |priority| format!("the rule of priority {priority}"),
            );
            found.push(format!(
                "{} gets requests by {place} too, and the load balancer counts them together",
                arm.group.name()
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests;
