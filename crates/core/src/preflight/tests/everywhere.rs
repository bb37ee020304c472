//! Over all that may be true of a release's surroundings, as far as it is seen.

use std::collections::BTreeSet;

use fastrand::Rng;
use proptest::prelude::*;

use super::super::{Answers, Check, Finding, Seen, State, Surroundings, Untold, judge};
use super::facts::{answered, on_instances, possible, release, right, service, task_definition};
use super::shifting::stepping;
use crate::cloud::preconditions::{Kind, Question};

fn releases() -> [Surroundings; 4] {
    let mut public = service();
    public["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = "ENABLED".into();
    [
        release(task_definition(), service()),
        release(task_definition(), on_instances()),
        release(task_definition(), public),
        stepping(),
    ]
}

fn unseen() -> Seen {
    Seen::Untold(Untold {
        permission: Some("ec2:DescribeSubnets"),
        words: "denied".to_owned(),
    })
}

/// Answers mostly right, so that what is wrong is mostly alone.
fn drawn(release: &Surroundings, random: &mut Rng) -> Answers {
    answered(release, |question| {
        let mut all = possible(question);
        let wrong = random.usize(..all.len());
        random.bool().then(|| Seen::Told(all.swap_remove(wrong)))
    })
}

fn of(findings: &[Finding], wanted: &State) -> Vec<Finding> {
    let found = findings.iter().filter(|finding| finding.state == *wanted);
    found.cloned().collect()
}

proptest! {
    #[test]
    fn pass_is_never_said_of_what_was_not_seen_and_fail_never_of_what_may_work(seed: u64) {
        let mut random = Rng::with_seed(seed);
        for release in releases() {
            let all = drawn(&release, &mut random);
            let hidden: Vec<&Question> = all.keys().collect();
            let hidden = hidden[random.usize(..hidden.len())].clone();
            // What nobody sees may be anything.
            let known = |question: &Question, fact: &Seen| {
                if *question == hidden {
                    fact.clone()
                } else {
                    all.get(question).cloned().unwrap_or_else(|| right(question))
                }
            };
            let blind = answered(&release, |question| Some(known(question, &unseen())));
            let blind = judge(&release, &blind);
            for fact in possible(&hidden) {
                let fact = Seen::Told(fact);
                let seen = answered(&release, |question| Some(known(question, &fact)));
                let seen = judge(&release, &seen);
                // What is not there has no architecture: that is then told of it, and nothing else.
                let about = |one: &Finding| {
                    let same = |other: &&Finding| {
                        (other.check, &other.subject) == (one.check, &one.subject)
                    };
                    seen.iter().filter(same).cloned().collect::<Vec<_>>()
                };
                for passed in of(&blind, &State::Pass) {
                    let then = about(&passed);
                    prop_assert!(
                        then.is_empty() || then.contains(&passed),
                        "{passed:#?} without {hidden:?}, and with {fact:?}: {then:#?}"
                    );
                }
                for failed in of(&blind, &State::Fail) {
                    let then = about(&failed);
                    prop_assert!(
                        then.is_empty() || !of(&then, &State::Fail).is_empty(),
                        "{failed:#?} without {hidden:?}, and with {fact:?}: {then:#?}"
                    );
                }
            }
        }
    }
}

#[test]
fn whoever_may_not_ask_learns_which_action_is_missing_and_nothing_passes_by_it() {
    for release in releases() {
        for kind in Kind::ALL {
            let answers = answered(&release, |question| (question.kind() == *kind).then(unseen));
            let asked = answers.keys().any(|question| question.kind() == *kind);
            let findings = judge(&release, &answers);
            let is_told = findings.iter().any(|finding| {
                let wanted = State::Unchecked {
                    permission: Some("ec2:DescribeSubnets"),
                };
                finding.state == wanted && finding.check.asks().contains(kind)
            });
            // A way out by a gateway needs no endpoint.
            let is_spare = matches!(kind, Kind::Endpoints | Kind::CapacityProviders);
            assert!(!asked || is_told || is_spare, "{kind:?}: {findings:#?}");
            assert!(of(&findings, &State::Fail).is_empty(), "{findings:#?}");
        }
    }
}

#[test]
fn what_is_all_right_passes_every_check_that_concerns_it() {
    let [fargate, instances, _, stepping] = releases();
    let checks = |release: &Surroundings| {
        let findings = judge(release, &answered(release, |_| None));
        assert_eq!(of(&findings, &State::Pass), findings, "{findings:#?}");
        let checks: BTreeSet<Check> = findings.iter().map(|finding| finding.check).collect();
        checks
    };
    let mut seen = checks(&fargate);
    assert!(!seen.contains(&Check::Capacity));
    seen.extend(checks(&instances));
    seen.extend(checks(&stepping));
    assert!(seen.iter().eq(Check::ALL), "{seen:?}");
}
