//! Services whose traffic ECS moves: what is ECS's is no change, and what another strategy takes.

use super::*;
use crate::plan::{RollbackInput, plan_rollback};
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{ListenerRule, SETTINGS, Wiring, merge_over};
use crate::traffic::{Inspection, Intent, Live, Sight};

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/2";
const RULE: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/1/2/3";
const LIST: &str = "loadBalancers";

fn balancers(first: &str, other: &str) -> Value {
    json!([{"targetGroupArn": first, "containerName": "scorer", "containerPort": 8080,
        "advancedConfiguration": {"alternateTargetGroupArn": other,
            "productionListenerRule": RULE, "roleArn": "arn:aws:iam::111122223333:role/lb"}}])
}

fn single(group: &str) -> Value {
    json!([{"targetGroupArn": group, "containerName": "scorer", "containerPort": 8080}])
}

fn canary() -> Value {
    json!({"strategy": "CANARY", "bakeTimeInMinutes": 0,
        "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10},
        "lifecycleHooks": [{"targetType": "PAUSE",
            "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
            "timeoutConfiguration": {"timeoutInMinutes": 1440, "action": "ROLLBACK"}}]})
}

fn rolling() -> Value {
    json!({"strategy": "ROLLING"})
}

fn release_of(version: &str, configuration: &Value, balancers: &Value) -> Release {
    let mut release = release(&BASE.replace("scorer:8", &format!("scorer:{version}")));
    let more = json!({"deploymentConfiguration": configuration, LIST: balancers});
    let service = Value::Object(release.desired.service.clone());
    let Value::Object(service) = merge_over(Some(&service), &more) else {
        panic!("no object");
    };
    release.desired.service = service;
    release
}

/// What is seen where the tasks that serve are in a group.
fn seen(live: &str) -> Box<Inspection> {
    let group = TargetGroupArn::new(live);
    let rule = ListenerRule::forwarding(RULE, &[(live, 100)]);
    let sight = Sight {
        wiring: Wiring {
            production: RuleArn::new(RULE),
            test: None,
            groups: [A, B].map(TargetGroupArn::new),
        },
        production: Ok(Some(rule)),
        test: Ok(None),
        live: Ok(Live::In(group)),
        empty: Ok([].into()),
        experiment: None,
    };
    Box::new(Inspection::of(sight, &Intent::default()))
}

/// Plans a release over what another one left, with the pair as ECS answers it by now.
fn over(before: &Release, there: Value, live: &str, after: &Release) -> Plan {
    let mut observed = deployed(before);
    let mut document = observed.service.take().unwrap().document;
    document.insert(LIST.to_owned(), there);
    let hooks = document
        .get_mut("deploymentConfiguration")
        .and_then(|configuration| configuration.get_mut("lifecycleHooks"));
    if let Some(hook) = hooks.and_then(|hooks| hooks.get_mut(0)) {
        // ECS fills in what was left out, and leaves out what it knows.
        hook.as_object_mut().unwrap().remove("timeoutConfiguration");
    }
    observed.service = Some(LiveService::read(document).unwrap());
    observed.traffic = Some(seen(live));
    plan(after, &observed, &caller(), Redeploy::WhenChanged).unwrap()
}

#[test]
fn which_group_is_live_is_no_change_of_any_strategy_however_ecs_orders_the_pair() {
    for configuration in [canary(), rolling(), json!({"strategy": "BLUE_GREEN"})] {
        let release = release_of("8", &configuration, &balancers(A, B));
        for there in [balancers(A, B), balancers(B, A)] {
            for live in [A, B] {
                let plan = over(&release, there.clone(), live, &release);
                assert_eq!(plan.effect, Effect::None, "{:?}", plan.changes);
                assert!(plan.writes.are_none(), "{:?}", plan.writes);
                assert!(plan.notes.is_empty(), "{:?}", plan.notes);
            }
        }
    }
}

#[test]
fn a_release_that_moves_traffic_sends_the_pair_only_where_it_changes() {
    let before = release_of("8", &canary(), &balancers(A, B));
    let after = release_of("9", &canary(), &balancers(A, B));
    let plan = over(&before, balancers(B, A), B, &after);
    assert!(!sent(&plan).contains_key(LIST), "{:?}", sent(&plan));
    assert!(!plan.switches_strategy());
}

/// ECS puts the tasks of a rolling release into the group that it names.
#[test]
fn a_rolling_release_with_a_pair_names_the_group_that_serves() {
    let before = release_of("8", &rolling(), &balancers(A, B));
    let after = release_of("9", &rolling(), &balancers(A, B));
    let plan = over(&before, balancers(A, B), B, &after);
    assert_eq!(sent(&plan)[LIST], balancers(B, A));
    assert_eq!(paths(&plan), ["image"]);
    assert_eq!(plan.notes, ["replaces 3 tasks"]);
    let plan = over(&before, balancers(B, A), B, &after);
    assert!(!sent(&plan).contains_key(LIST));
}

#[test]
fn a_switch_to_a_canary_sends_all_load_balancers_and_says_what_becomes_of_both_groups() {
    let before = release_of("8", &rolling(), &single(A));
    let after = release_of("8", &canary(), &balancers(A, B));
    let plan = over(&before, single(A), A, &after);
    assert_eq!(sent(&plan)[LIST], balancers(A, B));
    assert_eq!(sent(&plan)["deploymentConfiguration"]["strategy"], "CANARY");
    assert!(plan.switches_strategy());
    assert!(plan.deploys());
    let said = plan.notes.join("; ");
    for part in [
        "changes the strategy: ROLLING → CANARY",
        "blue serves; the new tasks start in green",
        "one call; where ECS refuses it",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // The pair is there already: a deployment is asked for, since one is waited for.
    let before = release_of("8", &rolling(), &balancers(A, B));
    let plan = over(&before, balancers(A, B), A, &after);
    assert_eq!(sent(&plan)[LIST], balancers(A, B));
    assert_eq!(sent(&plan)["forceNewDeployment"], true);
}

#[test]
fn a_switch_back_names_the_group_that_serves_and_takes_the_hooks_away() {
    let before = release_of("8", &canary(), &balancers(A, B));
    for (after, expected) in [(balancers(A, B), balancers(B, A)), (single(B), single(B))] {
        let after = release_of("8", &rolling(), &after);
        let plan = over(&before, balancers(A, B), B, &after);
        assert_eq!(sent(&plan)[LIST], expected);
        let configuration = &sent(&plan)["deploymentConfiguration"];
        assert_eq!(configuration["strategy"], "ROLLING");
        assert_eq!(configuration["lifecycleHooks"], json!([]));
        assert!(configuration.get("canaryConfiguration").is_none());
        let said = plan.notes.join("; ");
        assert!(
            said.contains("green serves and takes the new tasks; blue stays"),
            "{said}"
        );
        assert!(plan.deploys() && plan.switches_strategy());
    }
}

#[test]
fn tasks_that_leave_the_group_that_serves_are_not_said_to_go_there() {
    let before = release_of("8", &canary(), &balancers(A, B));
    for (after, expected) in [
        (
            single(A),
            "green serves, and the new tasks would start in blue",
        ),
        (
            json!([]),
            "green serves, and the tasks leave it for no other group",
        ),
    ] {
        let after = release_of("8", &rolling(), &after);
        let said = over(&before, balancers(A, B), B, &after).notes.join("; ");
        assert!(said.contains(expected), "{said}");
    }
}

/// The manifest of a rolling release names no rule.
#[test]
fn tasks_that_leave_a_group_for_another_are_followed_by_requests_only_where_a_rule_says_so() {
    let before = release_of("8", &rolling(), &single(A));
    let said = |after: Value| {
        let after = release_of("9", &rolling(), &after);
        over(&before, single(A), A, &after).notes.join("; ")
    };
    assert!(said(single(B)).contains("requests follow the tasks to green only where a rule"));
    assert!(!said(single(A)).contains("requests follow"));
}

#[test]
fn another_strategy_that_moves_traffic_starts_no_deployment() {
    let before = release_of("8", &canary(), &balancers(A, B));
    let linear = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 0,
        "linearConfiguration": {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}});
    let after = release_of("8", &linear, &balancers(A, B));
    let plan = over(&before, balancers(B, A), B, &after);
    assert_eq!(plan.effect, Effect::InPlace);
    assert!(!sent(&plan).contains_key(LIST));
    assert!(plan.switches_strategy());
    assert!(
        plan.notes
            .join("; ")
            .contains("one call, which starts no deployment")
    );
}

/// Plans the way back from one release to another, whose settings its revision's tags tell.
fn back(from: &Release, to: &Release) -> Plan {
    let (there, target) = (deployed(from), deployed(to));
    let mut target = target.task_definition.unwrap();
    let settings = settings::tag(&to.desired.service, &to.service, to.is_judged);
    target.tags.insert(SETTINGS.to_owned(), settings);
    let input = RollbackInput {
        id: &to.service,
        release: None,
        service: there.service.as_ref().unwrap(),
        current_revision: None,
        current: there.task_definition.as_ref(),
        target_revision: None,
        target: &target,
        moved: &[],
    };
    plan_rollback(&input, &caller())
}

#[test]
fn a_rollback_goes_in_one_step_however_the_release_that_comes_back_was_deployed() {
    let blue_green = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10});
    let after_a_rollback = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0,
        "lifecycleHooks": []});
    for from in [&canary(), &blue_green, &after_a_rollback] {
        for to in [&canary(), &blue_green, &rolling()] {
            let plan = back(
                &release_of("9", from, &balancers(A, B)),
                &release_of("8", to, &balancers(A, B)),
            );
            let stated = sent(&plan).get("deploymentConfiguration");
            let written = stated.unwrap_or(&after_a_rollback);
            assert_eq!(written["strategy"], "BLUE_GREEN");
            assert_eq!(written["bakeTimeInMinutes"], 0);
            assert!(written.get("canaryConfiguration").is_none(), "{written}");
            assert!(!written.to_string().contains("PAUSE"), "{written}");
            let said = plan.notes.join("; ");
            assert!(
                said.contains("all traffic moves in one step, without bakes"),
                "{said}"
            );
            for part in [
                "lifecycleHooks",
                "canaryConfiguration",
                "deployment configuration",
            ] {
                assert!(
                    !said.contains(part),
                    "what is decided does not stay: {said}"
                );
            }
        }
    }
}
