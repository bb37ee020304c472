//! Plans the start of an experiment, or its next phase. Pure.

mod checks;
mod headers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use checks::{of_rule, of_variants, warnings};
pub use headers::{HeaderRule, header_rules};
use headers::{gone_headers, missing_headers};

use super::definition::{Arm, Definition, RampStep};
use super::record::{Record, State, weights};
use super::recorded_variants::RecordedVariants;
use super::refusal::Refusal;
use super::spending::Spending;
use super::tag_room::TagRoom;
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{Forward, ListenerRule, LiveService, Routing, TargetGroup, as_tag};

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
pub struct StartRequest {
    /// To go to the ramp's next step.
    pub next: bool,
    /// To take traffic from target groups that no variant has, and from where somebody moved it
    /// by hand.
    pub force: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum StartPlan {
    /// Nothing: it runs as wanted.
    AlreadyRunning(Box<RunningPhase>),
    /// To open a phase.
    Open(Box<PhaseOpening>),
}

impl StartPlan {
    /// Adds what is worth knowing before.
    pub fn warn(&mut self, more: Vec<String>) {
        match self {
            Self::AlreadyRunning(runs) => runs.warnings.extend(more),
            Self::Open(opening) => opening.warnings.extend(more),
        }
    }
}

/// An experiment that runs as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningPhase {
    /// What its rule says of it.
    pub record: Record,
    /// The ramp's next step, if there is one.
    pub next: Option<RampStep>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
}

/// A phase to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseOpening {
    /// Why.
    pub why: StartReason,
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
    /// Such rules of variants that were dropped, which go, with the variants' names.
    pub gone: Vec<(String, RuleArn)>,
    /// What is worth knowing before.
    pub warnings: Vec<String>,
}

impl PhaseOpening {
    /// Says whether it deploys the variants: in a later phase they are what they were in the first.
    #[must_use]
    pub fn deploys(&self) -> bool {
        match self.why {
            StartReason::Start => true,
            StartReason::Continue => self.phase == 1,
            StartReason::NextStep
            | StartReason::Changed
            | StartReason::Dropped
            | StartReason::Drifted => false,
        }
    }

    /// Says whether it gives a challenger of a phase that runs a greater share.
    #[must_use]
    pub fn raises(&self, definition: &Definition) -> bool {
        let runs = matches!(
            self.why,
            StartReason::NextStep
                | StartReason::Changed
                | StartReason::Dropped
                | StartReason::Drifted
        );
        let Routing::Forward(live) = &self.rule.routing else {
            return runs;
        };
        let share = |forward: &Forward, arm: &Arm| {
            let all: u32 = forward.weights.values().sum();
            let own = forward.weights.get(&arm.group).copied().unwrap_or(0);
            f64::from(own) / f64::from(all.max(1))
        };
        let mut challengers = definition.challengers();
        runs && challengers.any(|arm| share(&self.forward, arm) > share(live, arm))
    }
}

/// Why a phase is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartReason {
    /// The experiment begins.
    Start,
    /// Opening it was interrupted.
    Continue,
    /// The ramp goes on.
    NextStep,
    /// The manifest's weights or variants are others.
    Changed,
    /// A variant is taken out.
    Dropped,
    /// The rule is not as the manifest has it: somebody changed one of them.
    Drifted,
}

/// Plans to start an experiment, or to go on with it.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(
    definition: &Definition,
    seen: &Situation,
    asked: StartRequest,
) -> Result<StartPlan, Vec<Refusal>> {
    let Some(rule) = &seen.rule else {
        return Err(vec![Refusal::no_rule(&definition.rule)]);
    };
    let record = Record::read(&rule.tags).filter(|record| record.state.is_open());
    let definition = &match &record {
        Some(record) => definition.as_in(record),
        None => definition.clone(),
    };
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
        None => StartReason::Start,
        Some(record) if record.state == State::Starting => StartReason::Continue,
        Some(_) if wanted > at => StartReason::NextStep,
        Some(record) if takes_out(definition, record) => StartReason::Dropped,
        Some(record) if record.weights != shares => StartReason::Changed,
        Some(record) if !is_kept(rule, &forward) && !asked.force => {
            return Err(vec![Refusal::changed_by_hand(&record.name)]);
        }
        Some(_) if !is_as_wanted(rule, &forward) || !headers.is_empty() => StartReason::Drifted,
        Some(record) => {
            return Ok(StartPlan::AlreadyRunning(Box::new(RunningPhase {
                record: record.clone(),
                next: steps.get(wanted).cloned(),
                warnings: Vec::new(),
            })));
        }
    };
    let before = record.as_ref();
    let phase = match why {
        StartReason::Start => 1,
        StartReason::Continue => before.map_or(1, |record| record.phase),
        StartReason::NextStep
        | StartReason::Changed
        | StartReason::Dropped
        | StartReason::Drifted => before.map_or(1, |record| record.phase.saturating_add(1)),
    };
    let step_number = u32::try_from(wanted).unwrap_or(u32::MAX);
    let steps = u32::try_from(last).unwrap_or(u32::MAX);
    let spending = before.map_or(Spending::first(steps), |record| {
        record.spent(last).next(why, (step_number, steps))
    });
    let challengers = definition.arms.iter().filter(|arm| !arm.is_control);
    let spending = spending.shared_by(challengers.count());
    let attach = attach(definition, rule);
    if attach
        .as_ref()
        .is_some_and(|attach| attach.weights.len() > MOST)
    {
        return Err(vec![Refusal::too_many_groups(MOST)]);
    }
    let opened = Record {
        phase,
        step: step_number,
        spending: Some(spending),
        weights: shares,
        ..begun(definition, before)
    };
    let room = TagRoom::of(&rule.tags, definition, &opened);
    if let Some(lacks) = room.lacks() {
        return Err(vec![Refusal::too_many_tags(room.of_others, lacks)]);
    }
    let mut warnings = warnings(definition, rule, before, seen);
    warnings.extend(room.warning());
    Ok(StartPlan::Open(Box::new(PhaseOpening {
        why,
        phase,
        step: (step_number, last),
        rule: rule.clone(),
        attach,
        record: opened,
        forward,
        headers,
        gone: gone_headers(definition, &seen.siblings),
        warnings,
    })))
}

/// Returns what is put down before a phase is opened, but for the phase itself.
fn begun(definition: &Definition, before: Option<&Record>) -> Record {
    Record {
        name: definition.name.clone(),
        state: State::Starting,
        phase: 1,
        step: 1,
        spending: None,
        weights: String::new(),
        since: None,
        started: before.and_then(|record| record.started),
        by: String::new(),
        hypothesis: definition.hypothesis.clone(),
        analysis_digest: definition.analysis_digest.clone(),
        variants: Some(RecordedVariants::of(definition)),
        phases: before.map_or_else(Vec::new, |record| record.phases.clone()),
        dropped: before.map_or_else(Vec::new, |record| record.dropped.clone()),
        ledger: address(definition),
        recorded: None,
        promotion: None,
        end: None,
    }
}

/// Says whether a variant is to be taken out that takes part so far.
fn takes_out(definition: &Definition, record: &Record) -> bool {
    let mut dropped = definition.arms.iter().filter(|arm| arm.is_dropped);
    dropped.any(|arm| !record.is_dropped(&arm.name))
}

/// How many target groups an action takes.
const MOST: usize = 5;

/// Returns the address of the ledger, where a tag takes it as it is: another one would lead
/// elsewhere.
fn address(definition: &Definition) -> Option<String> {
    let written = definition.ledger.as_ref().map(ToString::to_string);
    written.filter(|address| as_tag(address) == *address)
}

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
        let arms = definition.arms.iter().filter(|arm| !arm.is_dropped);
        let groups = arms.map(|arm| arm.group.clone());
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
