//! Opens a phase: carries out the writes planned by [`start::plan`](super::start::plan), in order.
//!
//! What is interrupted between two of them is found by the rule's tags, and gone on with.

use jiff::Timestamp;

use super::phases::{Phase, added, in_order};
use super::record::{Record, State, second};
use super::start::{HeaderRule, PhaseOpening};
use super::tagging::{tag, untag};
use super::update_traffic::{TrafficUpdateError, shift};
use crate::apply::retry_idempotent;
use crate::cloud::retry::{CHECKED_WRITE, WhileBusy};
use crate::cloud::{Balancing, ErrorKind, Retrying};
use crate::release::{ListenerRule, Routing};

/// Puts down what is about to happen, and every variant's group into the rule: a group that no
/// rule forwards to takes no targets. Returns the rule as it is then.
///
/// # Errors
/// When the rule is not as it was seen, and when AWS says no or is out of reach.
pub async fn prepare<C: Balancing>(
    cloud: &C,
    opening: &PhaseOpening,
    by: &str,
) -> Result<ListenerRule, TrafficUpdateError> {
    let record = Record {
        by: by.to_owned(),
        ..opening.record.clone()
    };
    let arn = &opening.rule.arn;
    let outdated = record.outdated(&opening.rule.tags);
    if !outdated.is_empty() {
        untag(cloud, arn, &outdated).await?;
    }
    let tags = record.tags();
    tag(cloud, arn, &tags).await?;
    let mut rule = opening.rule.clone();
    if let Some(attach) = &opening.attach {
        shift(cloud, &rule, attach).await?;
        rule.routing = Routing::Forward(attach.clone());
    }
    Ok(rule)
}

/// Shares the traffic, and puts down since when.
///
/// # Errors
/// When the rule is not as [`prepare`] left it, and when AWS says no or is out of reach.
pub async fn share<C: Balancing>(
    cloud: &C,
    opening: &PhaseOpening,
    rule: &ListenerRule,
    by: &str,
    now: impl Fn() -> Timestamp,
) -> Result<Record, TrafficUpdateError> {
    for header in &opening.headers {
        make(cloud, rule, header).await?;
    }
    shift(cloud, rule, &opening.forward).await?;
    // Only then: callers who name a variant that was dropped fall back to the rule.
    for (_, gone) in &opening.gone {
        retry_idempotent(WhileBusy::no_longer(), async || {
            cloud.delete_rule(gone).await
        })
        .await?;
    }
    let since = second(now());
    let record = Record {
        state: State::Running,
        by: by.to_owned(),
        since: Some(since),
        started: opening.record.started.or(Some(since)),
        phases: phases(opening, since),
        ..opening.record.clone()
    };
    let tags = record.tags();
    tag(cloud, &rule.arn, &tags).await?;
    Ok(record)
}

/// Returns the phases that the experiment then had.
fn phases(opening: &PhaseOpening, since: Timestamp) -> Vec<Phase> {
    let record = &opening.record;
    let variants = record.variants.as_ref();
    let begun = variants.map(|variants| Phase {
        number: record.phase,
        since,
        weights: in_order(variants, &opening.rule.arn, &record.weights),
    });
    match begun {
        Some(begun) => added(record.phases.clone(), begun),
        None => record.phases.clone(),
    }
}

/// Makes a rule for callers that assign themselves, unless it is there.
async fn make<C: Balancing>(
    cloud: &C,
    rule: &ListenerRule,
    header: &HeaderRule,
) -> Result<(), TrafficUpdateError> {
    let listener = rule.listener();
    let mut priority = header.priority;
    let mut retrying = Retrying::by(&CHECKED_WRITE);
    loop {
        let (condition, to, tags) = (&header.header, &header.forward, &header.tags);
        let made = cloud.create_rule(rule, priority, condition, to, tags);
        let Err(error) = made.await else {
            return Ok(());
        };
        let is_taken = error.code.as_deref() == Some("PriorityInUse");
        // A priority that is taken may be ours by an answer that was lost.
        let kind = if is_taken {
            ErrorKind::Lost
        } else {
            error.kind
        };
        if !retrying.is_due(kind).await {
            return Err(error.into());
        }
        // It may be ours that took the priority.
        let there = cloud.rules_of(&listener).await?;
        if there.iter().any(|rule| rule.is_tagged(tags)) {
            return Ok(());
        }
        if is_taken {
            let is_free = |wanted: &u32| !there.iter().any(|rule| rule.priority == Some(*wanted));
            let Some(free) = (1..priority).rev().find(is_free) else {
                return Err(error.into());
            };
            priority = free;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::start::{StartPlan, StartRequest, plan};
    use super::super::testing::{FakeBalancer, definition, rule, situation};
    use super::super::{Definition, weights};
    use super::*;
    use crate::cloud::fake::Fault;

    fn opening(definition: &Definition, cloud: &FakeBalancer) -> PhaseOpening {
        let mut seen = situation(definition);
        seen.siblings = cloud.rules();
        seen.rule = Some(cloud.rule(&definition.rule));
        match plan(definition, &seen, StartRequest::default()) {
            Ok(StartPlan::Open(opening)) => *opening,
            other => panic!("{other:?}"),
        }
    }

    fn idle(definition: &Definition) -> FakeBalancer {
        FakeBalancer::new(vec![rule(&[(&definition.arms[0].group, 1)])])
    }

    async fn open(
        definition: &Definition,
        cloud: &FakeBalancer,
    ) -> Result<Record, TrafficUpdateError> {
        let opening = opening(definition, cloud);
        let rule = prepare(cloud, &opening, "ana").await?;
        share(cloud, &opening, &rule, "ana", || Timestamp::UNIX_EPOCH).await
    }

    fn by_header() -> Definition {
        Definition {
            header: Some("x-mlship-variant".to_owned()),
            ..definition(&[50, 30, 20])
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_opened_is_on_the_rule() {
        let definition = definition(&[50, 50]);
        let cloud = idle(&definition);
        let record = open(&definition, &cloud).await.unwrap();
        let live = cloud.rule(&definition.rule);
        assert_eq!(Record::read(&live.tags), Some(record));
        let Routing::Forward(forward) = live.routing else {
            panic!("it forwards");
        };
        assert_eq!(weights(&forward), "0-control=50 1-challenger=50");
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupted_start_goes_on_wherever_it_was() {
        for definition in [definition(&[50, 50]), by_header()] {
            for (operation, before) in [
                ("AddTags", 0),
                ("ModifyRule", 0),
                ("ModifyRule", 1),
                ("CreateRule", 0),
                ("CreateRule", 1),
                ("AddTags", 1),
            ] {
                let cloud = idle(&definition);
                let mut faults = vec![Fault::Denied; 1];
                if before > 0 {
                    // The first goes well, though its answer is lost.
                    faults.insert(0, Fault::LostAfter);
                }
                cloud.fail(operation, &faults);
                if open(&definition, &cloud).await.is_err() {
                    open(&definition, &cloud).await.unwrap();
                }
                let rules = cloud.rules();
                let record = Record::read(&cloud.rule(&definition.rule).tags).unwrap();
                assert_eq!((record.state, record.phase), (State::Running, 1));
                let made = if definition.header.is_some() { 3 } else { 1 };
                assert_eq!(rules.len(), made, "{operation} {before}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_rule_whose_answer_was_lost_is_made_once() {
        let definition = by_header();
        let cloud = idle(&definition);
        cloud.fail(
            "CreateRule",
            &[Fault::LostAfter, Fault::LostBefore, Fault::GarbledAfter],
        );
        open(&definition, &cloud).await.unwrap();
        let mut priorities: Vec<_> = cloud.rules().iter().map(|rule| rule.priority).collect();
        priorities.sort_unstable();
        assert_eq!(priorities, [Some(8), Some(9), Some(10)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_priority_that_was_taken_meanwhile_gives_way() {
        let definition = by_header();
        let cloud = idle(&definition);
        let opening = opening(&definition, &cloud);
        let mut other = rule(&[(&definition.arms[0].group, 1)]);
        other.arn = crate::release::ids::RuleArn::new("another");
        other.priority = Some(9);
        let both = [cloud.rules(), vec![other]].concat();
        let cloud = FakeBalancer::new(both);
        let rule = prepare(&cloud, &opening, "ana").await.unwrap();
        share(&cloud, &opening, &rule, "ana", Timestamp::now)
            .await
            .unwrap();
        let mut priorities: Vec<_> = cloud.rules().iter().map(|rule| rule.priority).collect();
        priorities.sort_unstable();
        assert_eq!(priorities, [Some(7), Some(8), Some(9), Some(10)]);
    }
}
