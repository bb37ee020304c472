//! Where traffic goes meanwhile and at the end.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::progress::{EndsIs, Event, TrafficShares};
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{ListenerRule, Routing, Wiring};
use crate::rollout::{SeenTraffic, TrafficObservation, Until};

pub(super) fn group(name: &str) -> TargetGroupArn {
    TargetGroupArn::new(format!(
        "arn:aws:elasticloadbalancing:r:1:targetgroup/{name}/1"
    ))
}

/// What is seen of a rule with these weights of the new group and of the live one.
pub(super) fn rule(new: u32, live: u32) -> SeenTraffic {
    SeenTraffic {
        wiring: Wiring {
            production: RuleArn::new("arn:rule"),
            test: None,
            groups: ["new", "live"].map(group),
        },
        rule: Some(ListenerRule::forwarding(
            "arn:rule",
            &[(group("new").as_str(), new), (group("live").as_str(), live)],
        )),
        new: Some(group("new")),
        live: Some(group("live")),
        empty: BTreeSet::new(),
        is_of_another: false,
    }
}

pub(super) fn seen(traffic: SeenTraffic) -> TrafficObservation {
    TrafficObservation::Seen(Box::new(traffic))
}

/// A deployment that moves traffic, at a stage, with so many percent for the new release.
pub(super) fn at(stage: &str, percent: f64, updated: i64) -> Value {
    json!({"status": "IN_PROGRESS", "lifecycleStage": stage, "updatedAt": updated,
        "deploymentConfiguration": {"strategy": "CANARY", "bakeTimeInMinutes": 5,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10}},
        "targetServiceRevision": {"arn": "r2", "requestedProductionTrafficWeight": percent},
        "sourceServiceRevisions": [
            {"arn": "r1", "requestedProductionTrafficWeight": 100.0 - percent}]})
}

pub(super) fn ended(status: &str) -> Snapshot {
    let mut members = at("CLEAN_UP", 100.0, 0);
    members["status"] = json!(status);
    deployment(members)
}

fn verdict(status: &str, traffic: TrafficObservation) -> Option<Outcome> {
    let mut snapshot = ended(status);
    snapshot.traffic = traffic;
    feed(follow(), &[(10, snapshot)]).1
}

#[test]
fn an_end_counts_once_the_rule_was_seen_to_send_everything_to_who_should_serve() {
    for (status, traffic, expected) in [
        ("SUCCESSFUL", rule(100, 0), Verdict::Succeeded),
        ("SUCCESSFUL", rule(1, 0), Verdict::Succeeded),
        ("SUCCESSFUL", rule(0, 100), Verdict::Misrouted),
        ("SUCCESSFUL", rule(950, 50), Verdict::Misrouted),
        ("ROLLBACK_SUCCESSFUL", rule(0, 100), Verdict::RolledBack),
        ("ROLLBACK_SUCCESSFUL", rule(50, 950), Verdict::Misrouted),
        ("ROLLBACK_FAILED", rule(50, 50), Verdict::Failed),
    ] {
        let outcome = verdict(status, seen(traffic)).unwrap();
        assert_eq!(outcome.verdict, expected, "{status}: {:?}", outcome.traffic);
    }
}

#[test]
fn requests_to_a_group_that_answers_nothing_are_worse_than_a_failure() {
    for status in ["SUCCESSFUL", "ROLLBACK_FAILED"] {
        let mut traffic = rule(100, 0);
        traffic.empty = [group("new")].into();
        let outcome = verdict(status, seen(traffic)).unwrap();
        assert_eq!(outcome.verdict, Verdict::Misrouted);
        let told = outcome.traffic.unwrap();
        assert!(told.contains("100 % to new"), "{told}");
    }
}

/// Both fleets may answer, so that it is no worse than the failure; the traffic is split all the same.
#[test]
fn where_a_release_that_failed_and_stayed_left_traffic_is_said() {
    let outcome = verdict("ROLLBACK_FAILED", seen(rule(10, 90))).unwrap();
    assert_eq!(outcome.verdict, Verdict::Failed);
    let left = outcome.traffic.unwrap();
    assert!(
        left.contains("10 % to new, where the failed release is"),
        "{left}"
    );
    let outcome = verdict("ROLLBACK_FAILED", seen(rule(0, 100))).unwrap();
    assert_eq!((outcome.verdict, outcome.traffic), (Verdict::Failed, None));
}

/// A first or a tighter limit looks at the release that serves, too.
#[test]
fn an_alarm_of_the_group_that_serves_is_told_from_the_new_ones() {
    let reason = |fired: &str| {
        let mut members = at("POST_SCALE_UP", 0.0, 0);
        members["status"] = json!("ROLLBACK_SUCCESSFUL");
        members["rollback"] = json!({"reason": "alarm", "serviceRevisionArn": "r1"});
        members["alarms"] = json!({"status": "TRIGGERED", "alarmNames": [fired],
            "triggeredAlarmNames": [fired]});
        let mut look = deployment(members);
        look.traffic = seen(rule(0, 100));
        let outcome = feed(follow(), &[(10, look)]).1.unwrap();
        outcome.failure.unwrap().reason
    };
    let of_live = reason("mlship-s-1234-live-p95Latency");
    assert!(of_live.contains("It watches live, where"), "{of_live}");
    for other in ["mlship-s-1234-new-p95Latency", "theirs-live-5xx"] {
        let said = reason(other);
        assert!(
            said.contains(other) && !said.contains("It watches"),
            "{said}"
        );
    }
}

#[test]
fn without_the_rule_there_is_no_success() {
    let refused = TrafficObservation::Refused("denied".to_owned());
    let outcome = verdict("SUCCESSFUL", refused).unwrap();
    assert_eq!(outcome.verdict, Verdict::TrafficUnseen);
    assert_eq!(outcome.traffic.as_deref(), Some("denied"));
}

#[test]
fn a_service_that_has_no_rule_has_no_traffic_to_go_wrong() {
    let outcome = verdict("SUCCESSFUL", TrafficObservation::Unwired).unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
}

#[test]
fn what_was_seen_before_the_end_says_nothing_of_it() {
    let mut machine = Machine::new(follow());
    let mut baking = deployment(at("BAKE_TIME", 100.0, 0));
    baking.traffic = seen(rule(100, 0));
    let _ = machine.step(&baking, Duration::from_secs(1));
    let step = machine.step(&ended("SUCCESSFUL"), Duration::from_secs(2));
    let asks = Next::Poll {
        after: Duration::ZERO,
        look: PollRequest::TRAFFIC,
    };
    assert_eq!(step.next, asks);
}

#[test]
fn traffic_that_another_deployment_moves_by_now_is_not_judged() {
    let mut traffic = rule(5, 95);
    traffic.is_of_another = true;
    let outcome = verdict("SUCCESSFUL", seen(traffic)).unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
}

pub(super) fn told(follow: Follow, looks: &[Value]) -> Vec<Event> {
    let looks: Vec<(u64, Snapshot)> = looks
        .iter()
        .zip(1..)
        .map(|(members, at)| {
            let percent = members["targetServiceRevision"]["requestedProductionTrafficWeight"]
                .as_f64()
                .unwrap();
            let mut snapshot = deployment(members.clone());
            // In tenths of a percent, as ECS writes them.
            let new = format!("{:.0}", percent * 10.0).parse().unwrap();
            snapshot.traffic = seen(rule(new, 1000 - new));
            (at, snapshot)
        })
        .collect();
    let (steps, _) = feed(follow, &looks);
    let events = steps.into_iter().flat_map(|step| step.events);
    let is_told = |event: &Event| matches!(event, Event::Stage { .. } | Event::Weights { .. });
    events.filter(is_told).collect()
}

#[test]
fn each_stage_and_share_is_told_once_with_its_step_and_the_end_of_its_bake() {
    let looks = [
        at("SCALE_UP", 0.0, 1000),
        at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 1060),
        at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 1060),
        at("BAKE_TIME", 100.0, 1800),
    ];
    let shares = |new| TrafficShares {
        new,
        live: 100.0 - new,
    };
    let weights = |new| Event::Weights {
        requested: shares(new),
        actual: Some(shares(new)),
        forwards_nothing: None,
        is_first: false,
    };
    let second = |second| Timestamp::from_second(second).unwrap();
    let stage = |name: &str, step, ends: Option<i64>, at| Event::Stage {
        instant_return_until: ends.map(second).filter(|_| name == "BAKE_TIME"),
        stage: serde_json::from_value(json!(name)).unwrap(),
        step,
        steps: 2,
        ends: ends.map(second),
        ends_is: ends.map(|_| EndsIs::Observed),
        at: Some(second(at)),
    };
    assert_eq!(
        told(follow(), &looks),
        [
            stage("SCALE_UP", None, None, 1000),
            stage("PRODUCTION_TRAFFIC_SHIFT", Some(1), Some(1660), 1060),
            weights(10.0),
            stage("BAKE_TIME", None, Some(2100), 1800),
            weights(100.0),
        ]
    );
}

/// ECS asks for a tenth of it and for nothing else, since there is nothing else.
#[test]
fn beside_a_first_release_nothing_is_live_and_there_is_nothing_to_go_back_to() {
    let mut looks = [
        at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 1060),
        at("BAKE_TIME", 100.0, 1800),
    ];
    for look in &mut looks {
        look["sourceServiceRevisions"] = json!([]);
    }
    let events = told(follow(), &looks);
    let first = |event: &Event| match event {
        Event::Stage {
            instant_return_until,
            ..
        } => instant_return_until.is_none(),
        Event::Weights {
            requested,
            is_first,
            ..
        } => *is_first && (requested.new + requested.live - 100.0).abs() < 0.01,
        _ => false,
    };
    assert_eq!(events.len(), 4, "{events:#?}");
    assert!(events.iter().all(first), "{events:#?}");
}

#[test]
fn who_attached_during_a_bake_is_told_when_it_ends_at_the_latest() {
    let attached = Follow {
        is_own: false,
        ..follow()
    };
    let events = told(attached, &[at("BAKE_TIME", 100.0, 1800)]);
    let Some(Event::Stage { ends_is, .. }) = events.first() else {
        panic!("{events:?}");
    };
    assert_eq!(*ends_is, Some(EndsIs::AtTheLatest));
}

#[test]
fn at_the_limit_a_deployment_that_waits_for_somebody_is_paused() {
    let mut members = at("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0, 0);
    members["lifecycleHookDetails"] =
        json!([{"hookId": "ecs-pause-1", "status": "AWAITING_ACTION"}]);
    let (_, outcome) = feed(follow(), &[(TIMEOUT, deployment(members))]);
    assert_eq!(outcome.unwrap().verdict, Verdict::Paused);
}

/// A deployment that waits for somebody before a step.
pub(super) fn waiting() -> Snapshot {
    let mut members = at("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0, 0);
    members["lifecycleHookDetails"] = json!([{"hookId": "ecs-pause-1", "status": "AWAITING_ACTION", "timeoutAction": "ROLLBACK"}]);
    deployment(members)
}

#[test]
fn a_wait_for_somebody_is_told_once() {
    let (steps, _) = feed(follow(), &[(1, waiting()), (3, waiting()), (5, waiting())]);
    let events = steps.iter().flat_map(|step| &step.events);
    let told = events.filter(|event| matches!(event, Event::Paused { .. }));
    assert_eq!(told.count(), 1);
}

#[test]
fn who_watches_until_a_point_is_done_when_it_is_reached_and_not_at_a_stage_that_is_not_known() {
    let check = |until, look: Snapshot, expected: Option<Verdict>| {
        let follow = Follow { until, ..follow() };
        let (_, outcome) = feed(follow, &[(1, look)]);
        assert_eq!(
            outcome.map(|outcome| outcome.verdict),
            expected,
            "{until:?}"
        );
    };
    let stage = |name, percent| {
        let mut look = deployment(at(name, percent, 0));
        look.traffic = seen(rule(100, 0));
        look
    };
    check(Until::Paused, waiting(), Some(Verdict::Paused));
    check(Until::Paused, stage("SCALE_UP", 0.0), None);
    check(
        Until::Shifted,
        stage("PRODUCTION_TRAFFIC_SHIFT", 10.0),
        None,
    );
    let all = stage("PRODUCTION_TRAFFIC_SHIFT", 100.0);
    check(Until::Shifted, all, Some(Verdict::Reached));
    check(
        Until::Baking,
        stage("PRODUCTION_TRAFFIC_SHIFT", 100.0),
        None,
    );
    check(
        Until::Baking,
        stage("BAKE_TIME", 100.0),
        Some(Verdict::Reached),
    );
    check(
        Until::Baking,
        stage("CLEAN_UP", 100.0),
        Some(Verdict::Reached),
    );
    check(Until::Baking, stage("AFTERGLOW", 100.0), None);
    check(Until::Done, stage("BAKE_TIME", 100.0), None);
    // What ECS asks for is not what the rule does.
    for traffic in [
        seen(rule(0, 100)),
        seen(rule(99, 1)),
        TrafficObservation::Refused("denied".to_owned()),
        TrafficObservation::Unanswered,
    ] {
        for (until, name) in [
            (Until::Shifted, "PRODUCTION_TRAFFIC_SHIFT"),
            (Until::Baking, "BAKE_TIME"),
        ] {
            let traffic = traffic.clone();
            let look = deployment(at(name, 100.0, 0));
            check(until, Snapshot { traffic, ..look }, None);
        }
    }
}

fn observations() -> impl Strategy<Value = TrafficObservation> {
    let groups = proptest::sample::subsequence(vec!["new", "live"], 0..=2);
    let rules = (0..3_u32, 0..3_u32, groups, any::<bool>(), 0..3_u8);
    let rules = rules.prop_map(|(new, live, empty, is_there, known)| {
        let mut traffic = rule(new, live);
        traffic.empty = empty.into_iter().map(group).collect();
        traffic.rule = traffic.rule.filter(|_| is_there);
        traffic.new = traffic.new.filter(|_| known > 0);
        traffic.live = traffic.live.filter(|_| known > 1);
        seen(traffic)
    });
    prop_oneof![
        6 => rules,
        1 => Just(TrafficObservation::Unanswered),
        1 => Just(TrafficObservation::NotAsked),
        1 => Just(TrafficObservation::Refused("denied".to_owned())),
    ]
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let status = proptest::sample::select(vec![
        "IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "SUCCESSFUL",
        "ROLLBACK_SUCCESSFUL",
        "ROLLBACK_FAILED",
        "STOPPED",
    ]);
    (status, observations()).prop_map(|(status, traffic)| Snapshot {
        traffic,
        ..ended(status)
    })
}

proptest! {
    /// In whatever order things are seen.
    #[test]
    fn a_release_succeeds_only_if_ecs_says_so_and_the_last_look_at_the_rule_agrees(
        looks in proptest::collection::vec(snapshots(), 1..20)
    ) {
        let mut machine = Machine::new(follow());
        let mut is_successful = false;
        for (at, snapshot) in looks.iter().enumerate() {
            let Observation::Seen(record) = &snapshot.deployment else { panic!() };
            is_successful |= record.status == crate::release::ServiceDeploymentStatus::Successful;
            let step = machine.step(snapshot, Duration::from_secs(at as u64 * 2));
            let Next::Done(outcome) = step.next else { continue };
            if outcome.verdict == Verdict::Succeeded {
                prop_assert!(is_successful);
                let TrafficObservation::Seen(last) = &snapshot.traffic else {
                    return Err(TestCaseError::fail("the rule was not seen"));
                };
                let Some(ListenerRule { routing: Routing::Forward(forward), .. }) = &last.rule
                else {
                    return Err(TestCaseError::fail("there was no rule"));
                };
                let served: Vec<_> = forward.serving().collect();
                prop_assert_eq!(served.len(), 1);
                prop_assert!(!last.empty.contains(served[0]));
                prop_assert!(last.new.as_ref().is_none_or(|new| new == served[0]));
            }
            break;
        }
    }
}
