//! A first release that moves traffic: there is nothing to go back to.

use serde_json::{Value, json};

use super::traffic::{at, group, rule, seen, told};
use super::*;
use crate::progress::Event;
use crate::release::ListenerRule;
use crate::rollout::{Cause, SeenTraffic, TrafficObservation};

const NO_CANDIDATE: &str = "No rollback candidate was found to run the rollback.";

/// A first release that ended at a stage without anything to go back to.
fn failed(stage: &str, percent: f64) -> Value {
    let mut members = at(stage, percent, 0);
    members["status"] = json!("ROLLBACK_FAILED");
    members["statusReason"] = json!(NO_CANDIDATE);
    members["sourceServiceRevisions"] = json!([]);
    members
}

fn outcome(members: Value, traffic: TrafficObservation) -> Outcome {
    let mut snapshot = deployment(members);
    snapshot.traffic = traffic;
    feed(follow(), &[(10, snapshot)]).1.unwrap()
}

fn left(traffic: SeenTraffic) -> Option<String> {
    let outcome = outcome(failed("PRODUCTION_TRAFFIC_SHIFT", 10.0), seen(traffic));
    assert_eq!(outcome.verdict, Verdict::Failed);
    outcome.traffic
}

#[test]
fn where_a_first_release_that_failed_left_traffic_is_said_and_it_failed_all_the_same() {
    let mut split = rule(10, 90);
    split.empty = [group("live")].into();
    let said = left(split).unwrap();
    assert_eq!(
        said,
        "production traffic is left as 90 % to live, which has no healthy target; 10 % to new, \
         where the failed release is"
    );
    let mut all = rule(100, 0);
    all.empty = [group("new"), group("live")].into();
    let said = left(all).unwrap();
    let its = "100 % to new, where the failed release is and no target is healthy";
    assert!(said.ends_with(its), "{said}");
}

#[test]
fn nothing_is_said_of_traffic_that_a_first_release_had_not_moved() {
    let mut untouched = rule(0, 100);
    untouched.empty = [group("live")].into();
    assert_eq!(left(untouched), None);
    let mut other = rule(0, 100);
    other.rule = other.rule.map(|rule| ListenerRule {
        routing: crate::release::Routing::Other("fixed-response".to_owned()),
        ..rule
    });
    assert_eq!(left(other), None);
}

#[test]
fn what_a_first_release_did_to_traffic_and_was_not_seen_is_said_to_be_unseen() {
    for unseen in [
        TrafficObservation::Refused("denied".to_owned()),
        TrafficObservation::Unanswered,
    ] {
        let outcome = outcome(failed("PRODUCTION_TRAFFIC_SHIFT", 10.0), unseen);
        assert_eq!(outcome.verdict, Verdict::Failed);
        let said = outcome.traffic.unwrap();
        assert!(said.contains("was not seen"), "{said}");
    }
}

#[test]
fn the_cause_of_a_first_failure_comes_first_and_ecs_s_words_second() {
    let look =
        deployment(failed("SCALE_UP", 0.0)).failed_task("CannotPullContainerError: x: not found");
    let (_, outcome) = feed(
        follow(),
        &[(
            9,
            Snapshot {
                traffic: seen(rule(0, 100)),
                ..look
            },
        )],
    );
    let failure = outcome.unwrap().failure.unwrap();
    assert_eq!(failure.cause, Cause::ImageNotFound);
    let others: Vec<&str> = failure.others.iter().map(|other| &*other.reason).collect();
    assert_eq!(others, [NO_CANDIDATE]);
    // Where nothing else is known it is the reason itself.
    let alone = outcome_alone();
    assert_eq!(alone.reason, NO_CANDIDATE);
    assert_eq!(alone.others, []);
}

fn outcome_alone() -> Box<crate::rollout::Failure> {
    let untouched = seen(rule(0, 100));
    outcome(failed("SCALE_UP", 0.0), untouched).failure.unwrap()
}

#[test]
fn nobody_is_told_until_when_a_first_release_goes_back_in_seconds() {
    let until = |before: Value| {
        let mut members = at("BAKE_TIME", 100.0, 1800);
        members["sourceServiceRevisions"] = before;
        let events = told(follow(), &[members]);
        let Some(Event::Stage {
            instant_return_until,
            ends,
            ..
        }) = events.first()
        else {
            panic!("{events:?}");
        };
        assert!(ends.is_some());
        *instant_return_until
    };
    assert_eq!(until(json!([])), None);
    assert!(until(json!([{"arn": "r1"}])).is_some());
}
