use serde_json::{Value, json};

use super::*;
use crate::cloud::fake::object;
use crate::release::ids::RuleArn;
use crate::traffic::{Repair, changes, repair};

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";

fn rule(weights: &[(&str, u32)]) -> ListenerRule {
    ListenerRule::forwarding("arn:rule", weights)
}

fn right() -> Sight {
    Sight {
        wiring: Wiring {
            production: RuleArn::new("arn:rule"),
            test: Some(RuleArn::new("arn:test")),
            groups: [A, B].map(TargetGroupArn::new),
        },
        production: Ok(Some(rule(&[(A, 1)]))),
        test: Ok(Some(rule(&[(B, 1)]))),
        live: Ok(Live::In(TargetGroupArn::new(A))),
        empty: Ok([TargetGroupArn::new(B)].into()),
        experiment: None,
    }
}

fn intent(configuration: &Value) -> Intent {
    Intent::of(&object(json!({"deploymentConfiguration": configuration})))
}

/// Checks what stands in the way of a canary.
#[track_caller]
fn check(sight: &Sight, expected: &[&str]) {
    let canary = intent(&json!({"strategy": "CANARY",
        "canaryConfiguration": {"canaryBakeTimeInMinutes": 10}}));
    let found = obstacles(sight, &canary);
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[test]
fn with_a_rule_for_test_traffic_each_rule_may_have_one_group() {
    check(&right(), &[]);
    let lacking = Sight {
        test: Ok(Some(rule(&[(A, 1)]))),
        ..right()
    };
    check(&lacking, &["no rule has green"]);
}

#[test]
fn the_rule_of_test_traffic_has_to_be_another_one_that_forwards() {
    let gone = Sight {
        test: Ok(None),
        ..right()
    };
    check(&gone, &["the rule of test traffic is not there"]);
    let mut other = rule(&[]);
    other.routing = Routing::Other("fixed-response".to_owned());
    let fixed = Sight {
        test: Ok(Some(other)),
        ..right()
    };
    check(
        &fixed,
        &[
            "no rule has green",
            "the rule of test traffic forwards nothing: its action is fixed-response",
        ],
    );
    let mut same = right();
    same.wiring.test = Some(RuleArn::new("arn:rule"));
    same.test = Ok(Some(rule(&[(A, 1), (B, 0)])));
    check(
        &same,
        &["the rules of production and of test traffic are one rule"],
    );
}

#[test]
fn clients_that_stay_longer_than_a_step_bakes_ignore_its_weight() {
    let sticky = |seconds| Sight {
        production: Ok(Some(rule(&[(A, 1)]).sticky(seconds))),
        ..right()
    };
    check(&sticky(600), &[]);
    check(
        &sticky(1200),
        &[
            "clients stay with their group for 20 minutes, whatever its weight, and a bake lasts 10 minutes",
        ],
    );
    assert_eq!(obstacles(&sticky(1200), &Intent::default()), []);
}

#[test]
fn what_moves_all_traffic_at_once_bakes_at_its_end_alone() {
    let bakes = |configuration: &Value| {
        let intent = intent(configuration);
        intent.moves.then_some(intent.bake_minutes)
    };
    let all_at_once = [
        json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 7}),
        json!({"strategy": "LINEAR", "bakeTimeInMinutes": 7,
            "linearConfiguration": {"stepPercent": 100.0, "stepBakeTimeInMinutes": 2}}),
    ];
    for configuration in all_at_once {
        assert_eq!(bakes(&configuration), Some(7), "{configuration}");
    }
    let steps = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 7,
        "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 2}});
    assert_eq!(bakes(&steps), Some(2));
    assert_eq!(
        bakes(&json!({"strategy": "ROLLING", "bakeTimeInMinutes": 7})),
        None
    );
}

#[test]
fn what_a_rule_does_beside_sharing_is_told_to_whom_it_matters() {
    let mut authenticates = rule(&[(A, 1)]).sticky(60);
    authenticates.before = vec!["authenticate-oidc".to_owned()];
    let sight = Sight {
        production: Ok(Some(authenticates)),
        ..right()
    };
    let canary = intent(&json!({"strategy": "CANARY",
        "canaryConfiguration": {"canaryBakeTimeInMinutes": 10}}));
    let said = remarks(&sight, &canary);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("authenticate-oidc before it forwards"),
        "{said:?}"
    );
    assert!(
        said[1].contains("stay with their group for 1 minute"),
        "{said:?}"
    );
    assert_eq!(remarks(&sight, &Intent::default()), [""; 0]);
}

#[test]
fn an_open_experiment_owns_its_rule() {
    let tested = Sight {
        experiment: Some("ranking".to_owned()),
        ..right()
    };
    check(
        &tested,
        &["the rule of production traffic is experiment ranking's"],
    );
}

#[test]
fn a_rolling_release_has_to_name_the_group_that_serves() {
    let rolling = |group: &str| {
        Intent::of(&object(
            json!({"loadBalancers": [{"targetGroupArn": group}]}),
        ))
    };
    assert_eq!(obstacles(&right(), &rolling(A)), []);
    let found = obstacles(&right(), &rolling(B));
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected =
        "a rolling release would put its tasks into green, and requests go to the tasks in blue";
    assert_eq!(said, [expected]);
}

/// What was not seen is said, and holds nothing up by itself.
#[test]
fn what_was_not_seen_is_no_obstacle() {
    let unseen = |what| Unseen {
        what,
        why: "for want of a:B".to_owned(),
    };
    let blind = Sight {
        production: Err(unseen("one")),
        test: Err(unseen("two")),
        live: Err(unseen("three")),
        empty: Err(unseen("four")),
        ..right()
    };
    check(&blind, &[]);
    assert_eq!(
        remarks(&blind, &Intent::default()),
        ["one", "two", "three", "four"]
            .map(|what| format!("not checked: {what} (for want of a:B)"))
    );
}

#[test]
fn a_new_service_takes_no_requests_of_tasks_that_answer() {
    let taken = Sight {
        live: Ok(Live::NoService),
        ..right()
    };
    let said = "the service is new, and tasks that are not its own answer behind its rule: 100 % \
                to blue";
    check(&taken, &[said]);
    let free = Sight {
        empty: Ok([A, B].map(TargetGroupArn::new).into()),
        ..taken
    };
    check(&free, &[]);
    // Its own first release may have left tasks there.
    check(
        &Sight {
            live: Ok(Live::Nowhere),
            ..right()
        },
        &[],
    );
}

/// A service that nothing serves of yet, with requests shared like that.
fn unserved(weights: &[(&str, u32)]) -> Sight {
    let mut sight = Sight {
        production: Ok(Some(rule(weights))),
        live: Ok(Live::NoService),
        empty: Ok([A, B].map(TargetGroupArn::new).into()),
        ..right()
    };
    sight.wiring.test = None;
    sight
}

#[track_caller]
fn proposed(sight: &Sight, expected: [&str; 2], because: &str) {
    let Repair::Weights { rule, to, chosen } = repair(sight) else {
        panic!("{:?}", repair(sight));
    };
    let shares = changes(&sight.wiring, &rule, &to);
    let shares: Vec<String> = shares.iter().map(ToString::to_string).collect();
    assert_eq!(shares, expected);
    assert!(chosen.unwrap().ends_with(because));
    let mut mended = sight.clone();
    mended.production = Ok(Some(ListenerRule {
        routing: Routing::Forward(to),
        ..*rule
    }));
    assert_eq!(obstacles(&mended, &Intent::default()), []);
}

/// The first release needs a rule that holds both groups, and nobody's answer is taken away.
#[test]
fn where_nothing_serves_yet_requests_stay_with_the_group_that_gets_most() {
    let has_most = "gets the requests, since it has the most weight now";
    proposed(
        &unserved(&[(A, 1)]),
        ["blue 100 % → 100 %", "green – → 0 %"],
        has_most,
    );
    proposed(
        &unserved(&[(B, 1)]),
        ["blue – → 0 %", "green 100 % → 100 %"],
        has_most,
    );
    let mut failed = unserved(&[(A, 50), (B, 950)]);
    failed.live = Ok(Live::Nowhere);
    proposed(&failed, ["blue 5 % → 0 %", "green 95 % → 100 %"], has_most);
    proposed(
        &unserved(&[(A, 0), (B, 0)]),
        ["blue 0 % → 100 %", "green 0 % → 0 %"],
        "since it is the first of the service's groups",
    );
}

#[test]
fn what_answers_or_was_not_seen_is_not_written_over() {
    let not = |sight: &Sight| match repair(sight) {
        Repair::Not(why) => why,
        other => panic!("{other:?}"),
    };
    let mut answered = unserved(&[(A, 1)]);
    answered.empty = Ok([TargetGroupArn::new(B)].into());
    assert_eq!(
        not(&answered),
        "tasks answer in blue, and it is not known that they are the service's"
    );
    let mut unseen = unserved(&[(A, 1)]);
    unseen.empty = Err(Unseen {
        what: "which tasks are healthy",
        why: "for want of a permission".to_owned(),
    });
    assert_eq!(
        not(&unseen),
        "which tasks are healthy was not seen: for want of a permission"
    );
}
