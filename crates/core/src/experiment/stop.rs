//! Plans the stop of an experiment, and the cleanup after it. Pure.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;

use super::definition::{Arm, Definition};
use super::ending::End;
use super::promotion::{Promotion, PromotionState};
use super::record::{Record, State, second};
use super::refusal::Refusal;
use super::start::header_rules;
use crate::release::ids::RuleArn;
use crate::release::{Forward, ListenerRule, Routing};

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StopRequest {
    /// The variant that gets all the traffic; the control where nobody won.
    pub winner: Option<String>,
    /// To take clients from the losers at once, whatever their cookies say.
    pub now: bool,
    /// To do it in spite of what speaks against the winner.
    pub force: bool,
    /// Who asks.
    pub by: StopBy,
}

/// Who asks to stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StopBy {
    /// What was read of it.
    #[default]
    Reading,
    /// Somebody.
    Hand,
    /// Whoever deployed the release of the variant that won to the control's service.
    Promotion,
}

/// What is known of the variants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariantCondition {
    /// The verdict of the last readout, by its word in documents; `unknown` where there was none.
    pub outcome: String,
    /// Variants that a guardrail speaks against.
    pub breached: Vec<String>,
    /// Variants without a healthy target.
    pub dead: Vec<String>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum StopPlan {
    /// Nothing: it was stopped like this.
    AlreadyStopped(Box<Record>),
    /// To give all the traffic to a variant.
    Close(Box<Closing>),
}

/// The end of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    /// The variant that gets all the traffic.
    pub winner: String,
    /// The rule as it was seen.
    pub rule: ListenerRule,
    /// How it shares requests then.
    pub forward: Forward,
    /// Whether clients leave the losers at once, and why, where they would stay otherwise.
    pub immediate_switch: Option<ImmediateSwitch>,
    /// How long clients may be with the losers.
    pub cookies: Duration,
    /// The rules for callers that assign themselves, which go.
    pub headers: Vec<RuleArn>,
    /// What the record says until all is done.
    pub record: Record,
    /// The word for the verdict.
    pub outcome: String,
}

/// Why clients leave the losers at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImmediateSwitch {
    /// These losers breach a guardrail, or have no healthy target.
    UnfitLosers(Vec<String>),
    /// It was asked for.
    Requested,
}

/// Plans to stop an experiment.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(
    definition: &Definition,
    rule: Option<&ListenerRule>,
    siblings: &[ListenerRule],
    known: &VariantCondition,
    asked: &StopRequest,
) -> Result<StopPlan, Vec<Refusal>> {
    let Some(rule) = rule else {
        return Err(vec![Refusal::no_rule(&definition.rule)]);
    };
    let record = Record::read(&rule.tags).filter(|record| record.name == definition.name);
    let Some(record) = record else {
        return Err(vec![Refusal::not_under_way(&definition.name)]);
    };
    let definition = &definition.as_in(&record);
    let winner = winner(definition, asked).map_err(|refusal| vec![refusal])?;
    let live = cookie(rule);
    if record.state == State::Stopped && !asked.force {
        let ended = record.end.as_ref();
        if let Some(end) = ended.filter(|end| end.winner != winner.name) {
            return Err(vec![Refusal::stopped_otherwise(&record.name, &end.winner)]);
        }
        if !has_all(winner, rule) {
            return Err(vec![Refusal::changed_since(&record.name, &winner.name)]);
        }
        if !asked.now || live.is_none() {
            return Ok(StopPlan::AlreadyStopped(Box::new(record)));
        }
    }
    let promotion = record.promotion.as_ref();
    let is_deploying = |of: &&Promotion| of.state == PromotionState::Deploying;
    if asked.by == StopBy::Hand
        && !asked.force
        && record.state == State::Running
        && let Some(promotion) = promotion.filter(is_deploying)
    {
        let refusal = Refusal::promotion_under_way(&record.name, &promotion.winner);
        return Err(vec![refusal]);
    }
    if !asked.force
        && let Some(why) = speaks_against(winner, known)
    {
        return Err(vec![Refusal::unfit_winner(&winner.name, why)]);
    }
    let immediate_switch = immediate_switch(definition, winner, known, asked);
    // What was turned off stays off: clients of a loser that is gone would be back with it.
    let stickiness = live.filter(|_| immediate_switch.is_none());
    let had_cookies = live.or(definition.stickiness).is_some();
    let headers = header_rules(&definition.rule, siblings).into_iter();
    let arms = definition.arms.iter();
    let before = record.end.as_ref().map(|end| end.outcome.clone());
    Ok(StopPlan::Close(Box::new(Closing {
        winner: winner.name.clone(),
        rule: rule.clone(),
        forward: Forward {
            weights: arms
                // As long as there is a cookie it would lead clients back there.
                .filter(|arm| !arm.is_dropped || stickiness.is_none())
                .map(|arm| (arm.group.clone(), u32::from(arm.name == winner.name) * 100))
                .collect(),
            stickiness,
        },
        cookies: Duration::from_secs(stickiness.unwrap_or(0).into()),
        immediate_switch: immediate_switch.filter(|_| had_cookies),
        headers: headers.map(|rule| rule.arn.clone()).collect(),
        record: Record {
            state: State::Stopping,
            promotion: record.promotion.clone().map(|promotion| match asked.by {
                StopBy::Promotion => Promotion {
                    state: PromotionState::Deployed,
                    ..promotion
                },
                StopBy::Hand | StopBy::Reading => promotion.at_the_end(),
            }),
            ..record
        },
        outcome: before.unwrap_or_else(|| known.outcome.clone()),
    })))
}

/// Returns how long clients stay with their group, as the rule has it.
fn cookie(rule: &ListenerRule) -> Option<u32> {
    match &rule.routing {
        Routing::Forward(forward) => forward.stickiness,
        Routing::Other(_) => None,
    }
}

/// Says whether a rule sends all new clients to a variant.
fn has_all(arm: &Arm, rule: &ListenerRule) -> bool {
    match &rule.routing {
        Routing::Forward(forward) => forward.serving().eq([&arm.group]),
        Routing::Other(_) => false,
    }
}

impl Closing {
    /// Returns what the record says once all is done, if that began at a time: at the first
    /// attempt, after which traffic is no longer shared as the phase has it.
    #[must_use]
    pub fn ended(&self, at: Timestamp, by: &str) -> Record {
        let before = self.record.end.as_ref();
        Record {
            state: State::Stopped,
            end: Some(End {
                outcome: self.outcome.clone(),
                winner: self.winner.clone(),
                at: before.map_or_else(|| second(at), |end| end.at),
                by: by.to_owned(),
                cookies_end: self.cookies_end(at),
                cleaned: None,
            }),
            ..self.record.clone()
        }
    }

    /// Returns how the rule shares requests with the winner alone in it.
    #[must_use]
    pub fn alone(&self) -> Forward {
        let serving = self.forward.serving();
        Forward {
            weights: serving.map(|group| (group.clone(), 100)).collect(),
            stickiness: self.forward.stickiness,
        }
    }

    /// Returns when the last client leaves the losers, if the traffic was moved by a time.
    #[must_use]
    pub fn cookies_end(&self, moved: Timestamp) -> Timestamp {
        let end = second(moved).saturating_add(self.cookies);
        end.unwrap_or(Timestamp::MAX)
    }
}

/// Returns the variants that lost an experiment which is over and which no client is with.
///
/// # Errors
/// When it is not over, or clients may still be with them.
pub fn losers<'a>(
    definition: &'a Definition,
    record: Option<&Record>,
    now: Timestamp,
) -> Result<Vec<&'a Arm>, Refusal> {
    let record = record.filter(|record| record.name == definition.name);
    let Some(record) = record else {
        return Err(Refusal::not_under_way(&definition.name));
    };
    let end = record.end.as_ref();
    let Some(end) = end.filter(|_| record.state == State::Stopped) else {
        return Err(Refusal::not_stopped(&definition.name));
    };
    // As it was written down: to the second.
    if second(now) < end.cookies_end {
        let until = end.cookies_end.to_string();
        return Err(Refusal::cookies_live(&definition.name, &until));
    }
    let arms = definition.arms.iter();
    Ok(arms.filter(|arm| arm.name != end.winner).collect())
}

/// Returns a refusal for each of these variants that a rule still sends requests to.
#[must_use]
pub fn serving(arms: &[&Arm], rules: &[ListenerRule]) -> Vec<Refusal> {
    let serves = |arm: &Arm, rule: &ListenerRule| match &rule.routing {
        Routing::Forward(forward) => forward.serving().any(|group| *group == arm.group),
        Routing::Other(_) => false,
    };
    let arms = arms.iter().filter_map(|arm| {
        let rule = rules.iter().find(|rule| serves(arm, rule))?;
        Some(Refusal::still_serves(arm, &rule.arn))
    });
    arms.collect()
}

/// Returns how a rule shares requests without a cookie that leads clients to these variants; none
/// where it has no such cookie.
#[must_use]
pub fn without_cookie(arms: &[&Arm], rule: &ListenerRule) -> Option<Forward> {
    let Routing::Forward(live) = &rule.routing else {
        return None;
    };
    let is_left = |arm: &&Arm| live.weights.contains_key(&arm.group);
    let is_sticky = live.stickiness.is_some() && arms.iter().any(is_left);
    // Out of every rule a service can't be scaled.
    let out: Vec<_> = arms
        .iter()
        .filter(|arm| arm.is_dropped && !is_left(arm))
        .collect();
    let mut forward = Forward {
        stickiness: None,
        ..live.clone()
    };
    forward
        .weights
        .extend(out.iter().map(|arm| (arm.group.clone(), 0)));
    (is_sticky || !out.is_empty()).then_some(forward)
}

fn winner<'a>(definition: &'a Definition, asked: &StopRequest) -> Result<&'a Arm, Refusal> {
    let found = match &asked.winner {
        Some(name) => definition.arm(name),
        None => definition.control(),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = definition.arms.iter().map(|arm| &*arm.name).collect();
        Refusal::no_variant(asked.winner.as_deref().unwrap_or("control"), &known)
    })
}

fn speaks_against(winner: &Arm, known: &VariantCondition) -> Option<&'static str> {
    if winner.is_dropped {
        Some("was dropped from the experiment")
    } else if known.dead.contains(&winner.name) {
        Some("has no healthy target")
    } else if known.breached.contains(&winner.name) {
        Some("breaches a guardrail")
    } else {
        None
    }
}

fn immediate_switch(
    definition: &Definition,
    winner: &Arm,
    known: &VariantCondition,
    asked: &StopRequest,
) -> Option<ImmediateSwitch> {
    let is_unfit = |name: &&String| known.breached.contains(name) || known.dead.contains(name);
    let losers = definition.arms.iter().map(|arm| &arm.name);
    let losers = losers.filter(|name| **name != winner.name);
    let unfit: Vec<String> = losers.filter(is_unfit).cloned().collect();
    if !unfit.is_empty() {
        Some(ImmediateSwitch::UnfitLosers(unfit))
    } else if asked.now {
        Some(ImmediateSwitch::Requested)
    } else {
        None
    }
}
