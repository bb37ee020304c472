//! What stopping an experiment changes, and cleaning up after it: pure.

use std::time::Duration;

use jiff::Timestamp;

use super::definition::{Arm, Definition};
use super::record::{End, Record, State, second};
use super::refusal::Refusal;
use super::rule::{Forward, ListenerRule, Routing};
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
            return Ok(Plan::Ended(Box::new(record)));
        }
    }
    if !asked.force
        && let Some(why) = speaks_against(winner, known)
    {
        return Err(vec![Refusal::unfit_winner(&winner.name, why)]);
    }
    let leaves = leaves(definition, winner, known, asked);
    // What was turned off stays off: clients of a loser that is gone would be back with it.
    let stickiness = live.filter(|_| leaves.is_none());
    let had_cookies = live.or(definition.stickiness).is_some();
    let headers = header_rules(&definition.rule, siblings).into_iter();
    let arms = definition.arms.iter();
    let before = record.end.as_ref().map(|end| end.outcome.clone());
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
        leaves: leaves.filter(|_| had_cookies),
        headers: headers.map(|rule| rule.arn.clone()).collect(),
        record: Record {
            state: State::Stopping,
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

impl Closes {
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
    is_sticky.then(|| Forward {
        stickiness: None,
        ..live.clone()
    })
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
        rule.routing = Routing::Forward(opens.forward);
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
            // Interrupted after the write, and the numbers are gone.
            let mut moved = running(&sticky());
            moved.routing = Routing::Forward(end.forward.clone());
            let again = plan(
                &sticky(),
                Some(&moved),
                &[],
                &Known::default(),
                &Asked::default(),
            );
            let Ok(Plan::Closes(again)) = again else {
                panic!("{again:?}");
            };
            assert_eq!(again.forward, end.forward);
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
        rule.tags = Record {
            state: State::Stopped,
            ..end.ended(Timestamp::UNIX_EPOCH, "ana")
        }
        .tags();
        let again = |rule, asked| plan(&definition, Some(rule), &[], &Known::default(), &asked);
        // Somebody shared the traffic again, or another experiment's rollback did.
        let changed = again(&rule, named("challenger"));
        assert_eq!(changed.unwrap_err()[0].code, "changed-since");
        let mut kept = rule.clone();
        kept.routing = Routing::Forward(end.forward);
        assert!(matches!(
            again(&kept, named("challenger")),
            Ok(Plan::Ended(_))
        ));
        assert_eq!(
            again(&kept, named("control")).unwrap_err()[0].code,
            "stopped-already"
        );
    }

    #[test]
    fn what_was_stopped_can_still_be_turned() {
        let definition = sticky();
        let known = Known {
            outcome: "challenger_better".to_owned(),
            ..Known::default()
        };
        let end = closes(&definition, &known, &named("challenger"));
        let mut rule = running(&definition);
        rule.tags = end.ended(Timestamp::UNIX_EPOCH, "ana").tags();
        rule.routing = Routing::Forward(end.forward);
        let unknown = Known {
            outcome: "unknown".to_owned(),
            ..Known::default()
        };
        let again = |asked| match plan(&definition, Some(&rule), &[], &unknown, &asked) {
            Ok(Plan::Closes(closes)) => *closes,
            other => panic!("{other:?}"),
        };
        // Its help says so: clients needn't wait for their cookies.
        let now = again(Asked {
            now: true,
            ..named("challenger")
        });
        assert_eq!(weights(&now.forward), "0-control=0 1-challenger=100");
        assert_eq!(
            (now.forward.stickiness, now.cookies),
            (None, Duration::ZERO)
        );
        assert_eq!(now.outcome, "challenger_better");
        // The winner turns out to do harm.
        let back = again(Asked {
            force: true,
            now: true,
            ..Asked::default()
        });
        assert_eq!(weights(&back.forward), "0-control=100 1-challenger=0");
    }

    #[test]
    fn what_serves_is_no_loser() {
        let definition = sticky();
        let control = &definition.arms[0];
        let rule = running(&definition);
        let refused = serving(&[control], std::slice::from_ref(&rule));
        assert_eq!(refused[0].code, "loser-serves");
        let mut ended = rule.clone();
        let end = closes(&definition, &Known::default(), &named("challenger"));
        ended.routing = Routing::Forward(end.forward);
        assert_eq!(serving(&[control], std::slice::from_ref(&ended)), []);
        let mut other = ended.clone();
        // A single group gets all, whatever its weight.
        other.routing = self::rule(&[(&control.group, 0)]).routing;
        assert_eq!(serving(&[control], &[ended.clone(), other]).len(), 1);
        let last = without_cookie(&[control], &ended).unwrap();
        assert_eq!(
            (weights(&last).as_str(), last.stickiness),
            ("0-control=0 1-challenger=100", None)
        );
        ended.routing = Routing::Forward(last);
        assert_eq!(without_cookie(&[control], &ended), None);
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
        let stopping = Record {
            state: State::Stopping,
            ..closes(&definition, &Known::default(), &named("control"))
                .ended(Timestamp::UNIX_EPOCH, "ana")
        };
        let early = losers(&definition, Some(&stopping), Timestamp::now()).unwrap_err();
        assert_eq!(early.code, "not-stopped");
    }
}
