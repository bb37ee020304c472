//! What a deployment waits for: bakes, functions, somebody's word; and the alarms meanwhile.

use serde_json::{Value, json};

use super::traffic::{at, rule, seen, told, waiting};
use super::*;
use crate::progress::{EndsIs, Event, HookCall};
use crate::release::{HookAction, Routing};

fn heard(follow: Follow, looks: &[Value]) -> Vec<Event> {
    let looks = (1..).zip(looks.iter().cloned().map(deployment));
    // After an end the rule is looked at.
    let looks = looks.map(|(at, look)| {
        let traffic = seen(rule(0, 100));
        (at, Snapshot { traffic, ..look })
    });
    let (steps, _) = feed(follow, &looks.collect::<Vec<_>>());
    steps.into_iter().flat_map(|step| step.events).collect()
}

fn attached() -> Follow {
    Follow {
        is_own: false,
        ..follow()
    }
}

#[test]
fn what_goes_back_or_has_ended_has_no_bake_that_ends() {
    for status in ["ROLLBACK_IN_PROGRESS", "ROLLBACK_REQUESTED"] {
        let mut members = at("BAKE_TIME", 100.0, 1800);
        members["status"] = json!(status);
        let events = told(attached(), &[members]);
        let Some(Event::Stage {
            ends,
            ends_is,
            instant_return_until,
            ..
        }) = events.first()
        else {
            panic!("{events:?}");
        };
        assert_eq!((*ends, *ends_is, *instant_return_until), (None, None, None));
    }
    let mut members = at("BAKE_TIME", 100.0, 1800);
    members["status"] = json!("ROLLBACK_SUCCESSFUL");
    let stages = |event: &Event| matches!(event, Event::Stage { .. });
    assert!(!told(attached(), &[members]).iter().any(stages));
}

#[test]
fn a_stage_is_not_told_again_because_the_deployment_goes_back_from_it() {
    let step = at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 600);
    let mut back = step.clone();
    back["status"] = json!("ROLLBACK_IN_PROGRESS");
    let events = told(follow(), &[step, back]);
    let stages = events
        .iter()
        .filter(|event| matches!(event, Event::Stage { .. }));
    assert_eq!(stages.count(), 1, "{events:?}");
}

/// A canary of 100 %, of which nobody knows whether a second step follows.
fn of_all(stage: &str, percent: f64) -> Value {
    let mut members = at(stage, percent, 600);
    members["deploymentConfiguration"]["canaryConfiguration"]["canaryPercent"] = json!(100.0);
    members
}

#[test]
fn of_a_canary_of_all_no_step_is_named_and_its_bake_ends_at_the_latest() {
    let looks = [
        of_all("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0),
        of_all("PRODUCTION_TRAFFIC_SHIFT", 100.0),
        of_all("PRE_PRODUCTION_TRAFFIC_SHIFT", 100.0),
        of_all("PRODUCTION_TRAFFIC_SHIFT", 100.0),
        of_all("BAKE_TIME", 100.0),
    ];
    let events = told(follow(), &looks);
    let stages = events.iter().filter_map(|event| match event {
        Event::Stage { step, ends_is, .. } => Some((*step, *ends_is)),
        _ => None,
    });
    let stages: Vec<_> = stages.collect();
    let [latest, observed] = [EndsIs::AtTheLatest, EndsIs::Observed].map(Some);
    assert_eq!(
        stages,
        [
            (None, None),
            (None, latest),
            (None, None),
            (None, None),
            (None, observed)
        ]
    );
}

fn asked(status: &str) -> Value {
    let mut members = at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 600);
    members["lifecycleHookDetails"] = json!([{"hookId": "ecs-lambda-1", "targetType": "AWS_LAMBDA",
        "targetArn": "arn:aws:lambda:r:1:function:check", "status": status, "expiresAt": 1200.0,
        "timeoutAction": "CONTINUE"}]);
    members
}

#[test]
fn a_function_that_has_not_answered_is_told_once_with_until_when_and_what_then() {
    let events = heard(
        follow(),
        &[
            asked("IN_PROGRESS"),
            asked("IN_PROGRESS"),
            asked("SUCCEEDED"),
        ],
    );
    let calls: Vec<&HookCall> = events
        .iter()
        .filter_map(|event| match event {
            Event::Hook { call } => Some(&**call),
            _ => None,
        })
        .collect();
    let [call] = calls[..] else {
        panic!("{events:?}");
    };
    assert_eq!(call.function(), "check");
    assert_eq!(call.place(), "PRODUCTION_TRAFFIC_SHIFT, step 1 of 2");
    assert_eq!(call.until.unwrap().as_second(), 1200);
    assert_eq!(call.on_timeout, HookAction::Continue);
}

#[test]
fn a_function_that_has_answered_or_of_what_is_over_is_not_waited_for() {
    let mut over = asked("IN_PROGRESS");
    over["status"] = json!("ROLLBACK_SUCCESSFUL");
    for look in [asked("SUCCEEDED"), asked("FAILED"), over] {
        let events = heard(follow(), &[look]);
        assert!(
            !events
                .iter()
                .any(|event| matches!(event, Event::Hook { .. }))
        );
    }
}

fn watched(status: &str, deployment: &str, triggered: &[&str]) -> Value {
    json!({"status": deployment, "alarms": {"status": status, "alarmNames": ["a", "b"],
        "triggeredAlarmNames": triggered}})
}

#[test]
fn what_ecs_makes_of_the_alarms_is_told_when_it_changes() {
    let told = |looks: &[Value]| -> Vec<(String, usize, usize)> {
        let events = heard(follow(), looks).into_iter();
        let alarms = events.filter_map(|event| match event {
            Event::Alarms {
                status,
                alarms,
                triggered,
            } => Some((status, alarms.len(), triggered.len())),
            _ => None,
        });
        alarms.collect()
    };
    let runs = |status| watched(status, "IN_PROGRESS", &[]);
    let fired = watched("TRIGGERED", "ROLLBACK_IN_PROGRESS", &["a"]);
    assert_eq!(
        told(&[runs("MONITORING"), runs("MONITORING"), fired]),
        [
            ("MONITORING".to_owned(), 2, 0),
            ("TRIGGERED".to_owned(), 2, 1)
        ]
    );
    assert_eq!(told(&[runs("DISABLED")]), [("DISABLED".to_owned(), 2, 0)]);
    assert_eq!(told(&[watched("DISABLED", "SUCCESSFUL", &[])]), []);
    assert_eq!(
        told(&[watched("MONITORING_COMPLETE", "IN_PROGRESS", &[])]),
        []
    );
    // So it reads before ECS begins to watch, too.
    assert_eq!(told(&[watched("DISABLED", "PENDING", &[])]), []);
    let at = |stage| {
        let mut members = runs("DISABLED");
        members["lifecycleStage"] = json!(stage);
        members
    };
    assert_eq!(told(&[at("PRE_SCALE_UP")]), []);
    assert_eq!(told(&[at("SCALE_UP")]).len(), 1);
    let none = json!({"status": "IN_PROGRESS", "alarms": {"status": "DISABLED"}});
    assert_eq!(told(&[none]), []);
}

#[test]
fn who_attached_is_told_so_of_a_pause() {
    let is_attached = |follow| {
        let (steps, _) = feed(follow, &[(1, waiting())]);
        let mut events = steps.into_iter().flat_map(|step| step.events);
        events.find_map(|event| match event {
            Event::Paused { is_attached, .. } => Some(is_attached),
            _ => None,
        })
    };
    assert_eq!(is_attached(follow()), Some(false));
    assert_eq!(is_attached(attached()), Some(true));
}

#[test]
fn a_rule_that_forwards_nothing_is_seen_and_said_to_forward_nothing() {
    let mut snapshot = deployment(at("PRODUCTION_TRAFFIC_SHIFT", 10.0, 600));
    let mut other = rule(10, 90);
    if let Some(rule) = &mut other.rule {
        rule.routing = Routing::Other("fixed-response".to_owned());
    }
    snapshot.traffic = seen(other);
    let (steps, _) = feed(follow(), &[(1, snapshot)]);
    let mut events = steps.into_iter().flat_map(|step| step.events);
    let weights = events.find_map(|event| match event {
        Event::Weights {
            actual,
            forwards_nothing,
            ..
        } => Some((actual, forwards_nothing)),
        _ => None,
    });
    assert_eq!(weights, Some((None, Some("fixed-response".to_owned()))));
}

/// Of a deployment that this run saw succeed.
#[test]
fn the_alarms_of_what_was_seen_to_succeed_are_worth_a_look() {
    let names = |looks: &[Value]| {
        let looks: Vec<(u64, Snapshot)> = (1..)
            .zip(looks.iter().cloned().map(deployment))
            .map(|(at, look)| {
                (
                    at,
                    Snapshot {
                        traffic: seen(rule(100, 0)),
                        ..look
                    },
                )
            })
            .collect();
        feed(follow(), &looks).1.unwrap().alarms
    };
    let watched = |status: &str| {
        let mut members = at("BAKE_TIME", 100.0, 600);
        members["status"] = json!(status);
        members["alarms"] = json!({"status": "MONITORING", "alarmNames": ["a"]});
        members
    };
    assert_eq!(
        names(&[watched("IN_PROGRESS"), watched("SUCCESSFUL")]),
        ["a"]
    );
    assert_eq!(names(&[watched("SUCCESSFUL")]).len(), 0);
    assert_eq!(
        names(&[watched("IN_PROGRESS"), watched("ROLLBACK_SUCCESSFUL")]).len(),
        0
    );
}
