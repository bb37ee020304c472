//! How a rule should share requests, where it does not: by whose tasks serve. Pure.

use super::before::{Intent, Live, Sight};
use super::obstacle::{Obstacle, obstacles};
use super::repaired;
use crate::release::{Forward, ListenerRule};

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
    },
    /// No weights that mlship could know.
    Not(String),
}

/// Returns what mends a rule. Where it is not known which tasks should serve, nobody may guess.
#[must_use]
pub fn repair(sight: &Sight) -> Repair {
    let rule = match &sight.production {
        Ok(Some(rule)) => rule,
        Ok(None) => return Repair::Not("the rule of production traffic is not there".to_owned()),
        Err(unseen) => {
            return Repair::Not(format!("{} was not seen: {}", unseen.what, unseen.why));
        }
    };
    // Whatever a release means to do: what is wrong of the rule alone.
    let found = obstacles(sight, &Intent::default());
    if let Some(not) = found.iter().find(|found| stands_in_the_way(found)) {
        let help = not.help().unwrap_or_default();
        return Repair::Not(format!("{not}: {help}"));
    }
    if !found.iter().any(Obstacle::is_repairable) {
        return Repair::Nothing;
    }
    let live = match &sight.live {
        Ok(Live::In(live)) => live,
        Ok(Live::NoService | Live::Nowhere) => {
            return Repair::Not(
                "no tasks serve yet, so that nobody knows which group should get the requests"
                    .to_owned(),
            );
        }
        Ok(Live::NotTold) => {
            return Repair::Not(
                "ECS does not say in which group the tasks are that serve".to_owned(),
            );
        }
        Err(unseen) => {
            return Repair::Not(format!("{} was not seen: {}", unseen.what, unseen.why));
        }
    };
    let other = sight.wiring.other(live);
    if let Ok(empty) = &sight.empty
        && empty.contains(live)
        && !empty.contains(other)
    {
        return Repair::Not(format!(
            "the tasks that should serve are in {}, which has no healthy target, and {} has: \
             moving requests away would leave nobody to answer",
            live.name(),
            other.name()
        ));
    }
    Repair::Weights {
        to: repaired(&sight.wiring, rule, live),
        rule: Box::new(rule.clone()),
    }
}

/// Says whether it is nothing that other weights should be written over.
fn stands_in_the_way(found: &Obstacle) -> bool {
    match found {
        Obstacle::Experiment(_) => true,
        Obstacle::Wrong(_) => !found.is_repairable(),
        Obstacle::InNoRule(_)
        | Obstacle::NotInProduction(_)
        | Obstacle::SameRule
        | Obstacle::TestGone
        | Obstacle::TestForwardsNothing(_)
        | Obstacle::Sticky { .. }
        | Obstacle::Taken(_)
        | Obstacle::NotLive { .. } => false,
    }
}
