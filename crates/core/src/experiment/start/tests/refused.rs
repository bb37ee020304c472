//! What a rule must be, and what its listener and target groups.

use super::*;

#[test]
fn a_rule_must_be_fit_for_an_experiment() {
    let definition = definition(&[50, 50]);
    let with = |change: &dyn Fn(&mut ListenerRule)| {
        let mut seen = situation(&definition);
        change(seen.rule.as_mut().unwrap());
        seen
    };
    let check = |seen: &Situation, code: &str| {
        assert_eq!(codes(&definition, seen, StartRequest::default()), [code]);
    };
    let nothing = Situation {
        rule: None,
        ..situation(&definition)
    };
    check(&nothing, "no-listener-rule");
    check(&with(&|rule| rule.priority = None), "default-listener-rule");
    check(
        &with(&|rule| rule.routing = Routing::Other("redirect".to_owned())),
        "no-forward",
    );
    let other = Record {
        name: "v8".to_owned(),
        ..opening(
            &definition,
            &situation(&definition),
            StartRequest::default(),
        )
        .record
    };
    check(
        &with(&|rule| rule.tags = other.tags()),
        "another-experiment",
    );
    let foreign = with(&|existing| existing.routing = rule(&[(&group("legacy"), 1)]).routing);
    check(&foreign, "others-serve");
    let force = StartRequest {
        force: true,
        ..StartRequest::default()
    };
    let forced = opening(&definition, &foreign, force);
    assert_eq!(
        shares(forced.attach.as_ref().unwrap()),
        [("0-control", 0), ("1-challenger", 0), ("legacy", 1)]
    );
}

#[test]
fn a_single_group_serves_whatever_its_weight() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    let only = |group| rule(&[(group, 0)]).routing;
    seen.rule.as_mut().unwrap().routing = only(&definition.arms[0].group);
    let opening = opening(&definition, &seen, StartRequest::default());
    assert_eq!(
        shares(opening.attach.as_ref().unwrap()),
        [("0-control", 1), ("1-challenger", 0)]
    );
    seen.rule.as_mut().unwrap().routing = only(&group("legacy"));
    assert_eq!(
        codes(&definition, &seen, StartRequest::default()),
        ["others-serve"]
    );
}

#[test]
fn a_rule_has_five_groups_on_the_way_too() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    let others = ["a", "b", "c", "d"].map(group);
    let shares: Vec<_> = others.iter().map(|group| (group, 1)).collect();
    seen.rule.as_mut().unwrap().routing = rule(&shares).routing;
    let force = StartRequest {
        force: true,
        ..StartRequest::default()
    };
    assert_eq!(codes(&definition, &seen, force), ["too-many-groups"]);
    seen.rule.as_mut().unwrap().routing = rule(&shares[..3]).routing;
    opening(&definition, &seen, force);
}

#[test]
fn a_fixed_response_gives_way_to_the_control() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    seen.rule.as_mut().unwrap().routing = Routing::Other("fixed-response".to_owned());
    let opening = opening(&definition, &seen, StartRequest::default());
    assert_eq!(
        shares(opening.attach.as_ref().unwrap()),
        [("0-control", 1), ("1-challenger", 0)]
    );
}

#[test]
fn a_rule_that_ecs_owns_is_left_alone() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    let document = serde_json::json!({
        "serviceArn": "arn", "status": "ACTIVE",
        "loadBalancers": [{"advancedConfiguration": {"productionListenerRule": definition.rule}}],
    });
    let mut service: LiveService = serde_json::from_value(document.clone()).unwrap();
    service.document = document.as_object().unwrap().clone();
    seen.services[1] = Some(service);
    assert_eq!(
        codes(&definition, &seen, StartRequest::default()),
        ["rule-owned-by-ecs"]
    );
}

#[test]
fn target_groups_are_there_and_with_the_same_load_balancer() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    seen.groups.remove(0);
    let other = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/1";
    seen.groups[0].load_balancers = vec![other.to_owned()];
    let found = plan(&definition, &seen, StartRequest::default()).unwrap_err();
    let found: Vec<_> = found
        .iter()
        .map(|refusal| (refusal.code.as_str(), &*refusal.path))
        .collect();
    assert_eq!(
        found,
        [
            ("no-target-group", "variants[0].release"),
            ("other-load-balancer", "variants[1].release")
        ]
    );
    seen = situation(&definition);
    seen.groups[0].load_balancers = vec![other.replace("/x/1", "/ml/1")];
    opening(&definition, &seen, StartRequest::default());
}
