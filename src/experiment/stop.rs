//! What stopping an experiment changes, and cleaning up after it: pure.

use std::time::Duration;

use jiff::Timestamp;

use super::definition::{Arm, Definition};
use super::record::{End, Record, State, second};
use super::refusal::Refusal;
use super::rule::{Forward, ListenerRule};
use super::start::header_rules;
use crate::release::ids::RuleArn;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The variant that gets all the traffic; the control where nobody won.
    pub winner: Option<String>,
    /// To take clients from the losers at once, whatever their cookies say.
    pub now: bool,
    /// To do it in spite of what speaks against the winner.
    pub force: bool,
}

/// What is known of the variants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The verdict of the last readout, by its word in documents; `unknown` where there was none.
    pub outcome: String,
    /// Variants that a guardrail speaks against.
    pub breached: Vec<String>,
    /// Variants without a healthy target.
    pub dead: Vec<String>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Nothing: it was stopped like this.
    Ended(Box<Record>),
    /// To give all the traffic to a variant.
    Closes(Box<Closes>),
}

/// The end of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Closes {
    /// The variant that gets all the traffic.
    pub winner: String,
    /// The rule as it was seen.
    pub rule: ListenerRule,
    /// How it shares requests then.
    pub forward: Forward,
    /// Whether clients leave the losers at once, and why, where they would stay otherwise.
    pub leaves: Option<Leaves>,
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
pub enum Leaves {
    /// These losers breach a guardrail, or have no healthy target.
    Unfit(Vec<String>),
    /// It was asked for.
    Asked,
}

/// Plans to stop an experiment.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(
    definition: &Definition,
    rule: Option<&ListenerRule>,
    siblings: &[ListenerRule],
    known: &Known,
    asked: &Asked,
) -> Result<Plan, Vec<Refusal>> {
    let Some(rule) = rule else {
        return Err(vec![Refusal::no_rule(&definition.rule)]);
    };
    let record = Record::read(&rule.tags).filter(|record| record.name == definition.name);
    let Some(record) = record else {
        return Err(vec![Refusal::not_under_way(&definition.name)]);
    };
    let winner = winner(definition, asked).map_err(|refusal| vec![refusal])?;
    if record.state == State::Stopped {
        let ended = record.end.as_ref();
        return match ended.filter(|end| end.winner != winner.name) {
            None => Ok(Plan::Ended(Box::new(record))),
            Some(end) => Err(vec![Refusal::stopped_otherwise(&record.name, &end.winner)]),
        };
    }
    if !asked.force
        && let Some(why) = speaks_against(winner, known)
    {
        return Err(vec![Refusal::unfit_winner(&winner.name, why)]);
    }
    let leaves = leaves(definition, winner, known, asked);
    let stickiness = definition.stickiness.filter(|_| leaves.is_none());
    let headers = header_rules(&definition.name, siblings).into_iter();
    let arms = definition.arms.iter();
    Ok(Plan::Closes(Box::new(Closes {
        winner: winner.name.clone(),
        rule: rule.clone(),
        forward: Forward {
            weights: arms
                .map(|arm| (arm.group.clone(), u32::from(arm.name == winner.name) * 100))
                .collect(),
            stickiness,
        },
        cookies: Duration::from_secs(stickiness.unwrap_or(0).into()),
        leaves: leaves.filter(|_| definition.stickiness.is_some()),
        headers: headers.map(|rule| rule.arn.clone()).collect(),
        record: Record {
            state: State::Stopping,
            ..record
        },
        outcome: known.outcome.clone(),
    })))
}

impl Closes {
    /// Returns what the record says once all is done.
    #[must_use]
    pub fn ended(&self, at: Timestamp, by: &str) -> Record {
        let at = second(at);
        Record {
            state: State::Stopped,
            end: Some(End {
                outcome: self.outcome.clone(),
                winner: self.winner.clone(),
                at,
                by: by.to_owned(),
                cookies_end: at.saturating_add(self.cookies).unwrap_or(Timestamp::MAX),
                cleaned: None,
            }),
            ..self.record.clone()
        }
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
    let Some(end) = &record.end else {
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

fn winner<'a>(definition: &'a Definition, asked: &Asked) -> Result<&'a Arm, Refusal> {
    let found = match &asked.winner {
        Some(name) => definition.arm(name),
        None => definition.control(),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = definition.arms.iter().map(|arm| &*arm.name).collect();
        Refusal::no_variant(asked.winner.as_deref().unwrap_or("control"), &known)
    })
}

fn speaks_against(winner: &Arm, known: &Known) -> Option<&'static str> {
    if known.dead.contains(&winner.name) {
        Some("has no healthy target")
    } else if known.breached.contains(&winner.name) {
        Some("breaches a guardrail")
    } else {
        None
    }
}

fn leaves(definition: &Definition, winner: &Arm, known: &Known, asked: &Asked) -> Option<Leaves> {
    let is_unfit = |name: &&String| known.breached.contains(name) || known.dead.contains(name);
    let losers = definition.arms.iter().map(|arm| &arm.name);
    let losers = losers.filter(|name| **name != winner.name);
    let unfit: Vec<String> = losers.filter(is_unfit).cloned().collect();
    if !unfit.is_empty() {
        Some(Leaves::Unfit(unfit))
    } else if asked.now {
        Some(Leaves::Asked)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{definition, rule, situation};
    use super::super::{start, weights};
    use super::*;

    fn sticky() -> Definition {
        Definition {
            stickiness: Some(3600),
            ..definition(&[50, 50])
        }
    }

    /// A rule on which an experiment runs.
    fn running(definition: &Definition) -> ListenerRule {
        let seen = situation(definition);
        let Ok(start::Plan::Opens(opens)) = start::plan(definition, &seen, start::Asked::default())
        else {
            panic!("it can be started");
        };
        let mut rule = opens.rule;
        rule.tags = Record {
            state: State::Running,
            since: Some(Timestamp::UNIX_EPOCH),
            started: Some(Timestamp::UNIX_EPOCH),
            ..opens.record
        }
        .tags();
        rule
    }

    fn stop(definition: &Definition, known: &Known, asked: &Asked) -> Result<Plan, Vec<Refusal>> {
        plan(definition, Some(&running(definition)), &[], known, asked)
    }

    fn closes(definition: &Definition, known: &Known, asked: &Asked) -> Closes {
        match stop(definition, known, asked) {
            Ok(Plan::Closes(closes)) => *closes,
            other => panic!("{other:?}"),
        }
    }

    fn named(winner: &str) -> Asked {
        Asked {
            winner: Some(winner.to_owned()),
            ..Asked::default()
        }
    }

    #[test]
    fn losers_keep_their_clients_as_long_as_cookies_live() {
        let end = closes(&sticky(), &Known::default(), &named("challenger"));
        assert_eq!(weights(&end.forward), "0-control=0 1-challenger=100");
        assert_eq!((end.forward.stickiness, &end.leaves), (Some(3600), &None));
        let record = end.ended(Timestamp::UNIX_EPOCH, "ana");
        let found = record.end.clone().unwrap();
        assert_eq!(found.cookies_end.as_second(), 3600);
        let definition = sticky();
        let losers = |at| {
            losers(
                &definition,
                Some(&record),
                Timestamp::from_second(at).unwrap(),
            )
        };
        assert_eq!(losers(3599).unwrap_err().code, "clients-remain");
        let gone = losers(3600).unwrap();
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0].name, "control");
    }

    #[test]
    fn clients_leave_a_variant_that_does_harm_in_the_same_write() {
        for known in [
            Known {
                breached: vec!["challenger".to_owned()],
                ..Known::default()
            },
            Known {
                dead: vec!["challenger".to_owned()],
                ..Known::default()
            },
        ] {
            let end = closes(&sticky(), &known, &Asked::default());
            assert_eq!(weights(&end.forward), "0-control=100 1-challenger=0");
            assert_eq!(
                (end.forward.stickiness, end.cookies),
                (None, Duration::ZERO)
            );
            assert_eq!(
                end.leaves,
                Some(Leaves::Unfit(vec!["challenger".to_owned()]))
            );
            let refused = stop(&sticky(), &known, &named("challenger")).unwrap_err();
            assert_eq!(refused[0].code, "unfit-winner");
            let forced = Asked {
                force: true,
                ..named("challenger")
            };
            assert_eq!(closes(&sticky(), &known, &forced).leaves, None);
        }
        let now = Asked {
            now: true,
            ..Asked::default()
        };
        assert_eq!(
            closes(&sticky(), &Known::default(), &now).leaves,
            Some(Leaves::Asked)
        );
    }

    #[test]
    fn stopping_twice_is_stopping_once() {
        let definition = sticky();
        let end = closes(&definition, &Known::default(), &named("challenger"));
        let mut rule = running(&definition);
        rule.tags = end.ended(Timestamp::UNIX_EPOCH, "ana").tags();
        let again = |asked| plan(&definition, Some(&rule), &[], &Known::default(), &asked);
        assert!(matches!(again(named("challenger")), Ok(Plan::Ended(_))));
        assert_eq!(
            again(named("control")).unwrap_err()[0].code,
            "stopped-already"
        );
    }

    #[test]
    fn what_is_not_under_way_is_not_stopped() {
        let definition = sticky();
        let idle = rule(&[(&definition.arms[0].group, 1)]);
        let stop = |rule| plan(&definition, rule, &[], &Known::default(), &Asked::default());
        assert_eq!(stop(Some(&idle)).unwrap_err()[0].code, "not-under-way");
        assert_eq!(stop(None).unwrap_err()[0].code, "no-listener-rule");
        let unknown = self::stop(&definition, &Known::default(), &named("v10"));
        assert_eq!(
            unknown.unwrap_err()[0].help,
            "there are control, challenger"
        );
        let early = losers(&definition, None, Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(early.code, "not-under-way");
        let record = Record::read(&running(&definition).tags);
        let early = losers(&definition, record.as_ref(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(early.code, "not-stopped");
    }
}
