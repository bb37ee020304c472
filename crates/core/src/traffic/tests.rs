use super::*;
use crate::release::ids::RuleArn;

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";
const C: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/other/3";

fn rule(weights: &[(&str, u32)]) -> ListenerRule {
    ListenerRule::forwarding("arn:rule", weights).sticky(60)
}

fn wiring() -> Wiring {
    Wiring {
        production: RuleArn::new("arn:rule"),
        test: None,
        groups: [A, B].map(TargetGroupArn::new),
    }
}

fn said(weights: &[(&str, u32)], live: Option<&str>, empty: &[&str]) -> Vec<String> {
    let rule = rule(weights);
    let live = live.map(TargetGroupArn::new);
    let empty = empty.iter().map(|group| TargetGroupArn::new(*group));
    let found = wrongs(Scene {
        wiring: &wiring(),
        rule: Some(&rule),
        live: live.as_ref(),
        empty: &empty.collect(),
    });
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn all_traffic_to_the_serving_group_is_right_in_any_scale() {
    for weights in [
        &[(A, 100), (B, 0)][..],
        &[(A, 1), (B, 0)],
        &[(A, 999), (B, 0)],
        &[(A, 0)],
    ] {
        assert_eq!(said(weights, Some(A), &[B]), [""; 0]);
    }
    assert_eq!(said(&[(A, 100), (B, 0)], None, &[]), [""; 0]);
}

#[test]
fn what_is_wrong_names_the_groups_and_their_shares_of_the_sum() {
    assert_eq!(
        said(&[(A, 50), (B, 950)], Some(A), &[B]),
        [
            "production traffic goes to a group without healthy targets: 95 % to green",
            "production traffic is split: 5 % to blue, 95 % to green",
        ]
    );
    assert_eq!(
        said(&[(A, 0), (B, 1)], Some(A), &[]),
        [
            "production traffic goes to the wrong group: 100 % to green, and the tasks that should \
          serve are in blue"
        ]
    );
    assert_eq!(
        said(&[(A, 100), (C, 0)], Some(A), &[]),
        ["the rule of production traffic has a group that is none of the service's: 0 % to other"]
    );
    assert_eq!(
        said(&[(A, 0), (B, 0)], Some(A), &[]),
        ["the rule of production traffic gives no group any weight"]
    );
}

#[test]
fn a_rule_that_is_gone_or_forwards_nothing_is_wrong() {
    let wiring = wiring();
    let empty = BTreeSet::new();
    let scene = Scene {
        wiring: &wiring,
        rule: None,
        live: None,
        empty: &empty,
    };
    assert_eq!(wrongs(scene), [Wrong::Gone]);
    let mut redirect = rule(&[]);
    redirect.routing = Routing::Other("redirect".to_owned());
    let scene = Scene {
        rule: Some(&redirect),
        ..scene
    };
    assert_eq!(
        wrongs(scene),
        [Wrong::ForwardsNothing("redirect".to_owned())]
    );
}

#[test]
fn a_repair_leaves_nothing_wrong_and_keeps_clients_where_they_are() {
    let group = TargetGroupArn::new(A);
    for broken in [&[(A, 50), (B, 950)][..], &[(B, 100)], &[(C, 1)], &[]] {
        let mut rule = rule(broken);
        let forward = repaired(&wiring(), &rule, &group);
        assert_eq!(forward.stickiness, Some(60));
        rule.routing = Routing::Forward(forward);
        let found = wrongs(Scene {
            wiring: &wiring(),
            rule: Some(&rule),
            live: Some(&group),
            empty: &BTreeSet::new(),
        });
        assert_eq!(found, []);
    }
}
