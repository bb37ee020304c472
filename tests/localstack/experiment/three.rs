//! An experiment of three variants, of which one is dropped.

use serde_json::json;

use super::lab::Lab;

/// Adds a variant with a service and a target group of its own, and returns the group.
fn with_a_third() -> Option<(Lab, String)> {
    let control = "  - { name: control, release: control.yaml, weight: 50, control: true }\n";
    let third = "  - { name: third, release: third.yaml, weight: 20 }\n";
    let lab = Lab::new(&[(control, &format!("{control}{third}"))])?;
    let groups = lab.stage.ask_elb(&[
        ("Action", "DescribeTargetGroups"),
        (
            "TargetGroupArns.member.1",
            lab.stage.export("CONTROL_TARGET_GROUP"),
        ),
    ]);
    let vpc = between(&groups, "<VpcId>", "</VpcId>");
    let made = lab.stage.ask_elb(&[
        ("Action", "CreateTargetGroup"),
        ("Name", "fraud-third"),
        ("Protocol", "HTTP"),
        ("Port", "8080"),
        ("TargetType", "ip"),
        ("VpcId", &vpc),
    ]);
    let group = between(&made, "<TargetGroupArn>", "</TargetGroupArn>");
    lab.copy("challenger.yaml", "third.yaml");
    lab.change(
        "third.yaml",
        &[
            ("${CHALLENGER_TARGET_GROUP}", &group),
            ("fraud-challenger", "fraud-third"),
            ("VARIANT: challenger", "VARIANT: third"),
        ],
    );
    Some((lab, group))
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0.to_owned()
}

#[test]
fn a_variant_that_is_dropped_loses_its_clients_and_the_rest_goes_on() {
    let Some((lab, group)) = with_a_third() else {
        return;
    };
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
    assert_eq!(lab.weight(&group), Some(20));
    // Nobody deploys to a part of what is compared.
    let busy = lab.on("deploy", "third", &["--force-new-deployment"]);
    assert_eq!(busy.code, 11, "{}{}", busy.stdout, busy.stderr);
    let dropped = lab.run("drop", &["third"]);
    assert_eq!(dropped.code, 0, "{}{}", dropped.stdout, dropped.stderr);
    let result = dropped.result();
    assert_eq!(
        (&result["verdict"], &result["phase"]),
        (&json!("dropped"), &json!(2)),
        "{result:#}"
    );
    // A weight of 0 would leave the cookie's clients there.
    assert_eq!((lab.rule(), lab.weight(&group)), ((50, 50, true), None));
    let writes = || ["ModifyRule", "AddTags"].map(|operation| lab.stage.count(operation));
    let before = writes();
    for again in [lab.run("drop", &["third"]), lab.run("start", &[])] {
        assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
        assert_eq!(again.result()["verdict"], "unchanged");
    }
    assert_eq!(writes(), before);
    let last = lab.run("drop", &["challenger"]);
    assert_eq!(last.code, 11, "{}{}", last.stdout, last.stderr);
    let open = lab.run("status", &[]);
    assert_eq!(open.code, 40, "{}{}", open.stdout, open.stderr);
    let document = open.document();
    let variants = document["variants"].as_array().unwrap();
    let weights: Vec<_> = variants.iter().map(|one| &one["weight"]).collect();
    assert_eq!(weights, [50, 0, 50], "{document:#}");
    // It is scaled down with the losers, though ECS changes no service out of every rule.
    let stopped = lab.run("stop", &["--winner", "control", "--now"]);
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
    let cleaned = lab.run("stop", &["--cleanup"]);
    assert_eq!(cleaned.code, 0, "{}{}", cleaned.stdout, cleaned.stderr);
    let scaled = &cleaned.result()["scaled_down"];
    assert_eq!(
        *scaled,
        json!(["ml-prod/fraud-third", "ml-prod/fraud-challenger"]),
        "{scaled}"
    );
}
