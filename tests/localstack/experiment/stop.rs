//! Ending an experiment.

use serde_json::json;

use super::lab::{HOUR, Hour, Lab};

/// Returns the end of the experiment, as its rule has it. What `status` shows lags behind by the
/// minutes that points may still come for.
fn end(lab: &Lab) -> String {
    let rule = lab.stage.export("LISTENER_RULE");
    let tags = [("Action", "DescribeTags"), ("ResourceArns.member.1", rule)];
    let tags = lab.stage.ask_elb(&tags);
    let (_, tag) = tags.split_once("mlship:experiment-end</Key>").unwrap();
    let (_, value) = tag.split_once("<Value>").unwrap();
    let (end, _) = value.split_once("</Value>").unwrap();
    end.split(' ').nth(2).unwrap().to_owned()
}

#[test]
fn a_winner_gets_all_the_traffic_and_losers_keep_their_clients() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    lab.traffic(
        HOUR,
        Hour {
            converted: 75,
            ..HOUR
        },
    );
    let neither = lab.run("stop", &[]);
    assert_eq!(neither.code, 2);
    let stopped = lab.run("stop", &["--winner", "challenger"]);
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
    let result = stopped.result();
    assert_eq!(
        (&result["verdict"], &result["clients_leave"]),
        (&json!("stopped"), &json!(false))
    );
    assert_eq!(lab.rule(), (0, 100, true));
    let writes = lab.stage.count("ModifyRule");
    let again = lab.run("stop", &["--winner", "challenger"]);
    assert_eq!(
        (again.code, &again.result()["verdict"]),
        (0, &json!("unchanged"))
    );
    assert_eq!(lab.stage.count("ModifyRule"), writes);
    let both = lab.run("stop", &["--winner", "challenger", "--cleanup"]);
    let message = both.result()["message"].as_str().unwrap().to_owned();
    assert_eq!(both.code, 11, "{}", both.stdout);
    assert!(message.contains("stopped already"), "{message}");
    let early = lab.run("stop", &["--cleanup"]);
    assert_eq!(early.code, 11, "{}", early.stdout);
    assert_eq!(early.result()["findings"][0]["code"], "clients-remain");
    let other = lab.run("stop", &["--winner", "control"]);
    assert_eq!(other.code, 11);
    let (_, status) = lab.status(&[]);
    assert_eq!(status["state"], "stopped");
    let ended = end(&lab);
    let now = ["--winner", "challenger", "--now"];
    let cut = lab.run("stop", &now);
    assert_eq!(
        (cut.code, &cut.result()["clients_leave"]),
        (0, &json!(true)),
        "{}{}",
        cut.stdout,
        cut.stderr
    );
    assert_eq!(lab.rule(), (0, 100, false));
    assert_eq!(end(&lab), ended, "its numbers end where they did");
    assert_eq!(lab.run("stop", &now).result()["verdict"], "unchanged");
    assert_eq!(lab.run("stop", &["--cleanup"]).code, 0);
}

#[test]
fn losers_go_once_no_client_is_with_them() {
    let Some(lab) = Lab::new(&[
        ("stickiness: 7d", "stickiness: 0"),
        ("unit: client", "unit: request"),
    ]) else {
        return;
    };
    lab.start();
    let done = lab.run("stop", &["--no-winner", "--cleanup"]);
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    assert_eq!(
        done.result()["scaled_down"],
        json!(["ml-prod/fraud-challenger"])
    );
    assert_eq!(lab.rule(), (100, 0, false));
    let services = json!({"cluster": "ml-prod", "services": ["fraud-control", "fraud-challenger"]});
    let described = lab.stage.ask("DescribeServices", &services);
    let desired = |place: usize| &described["services"][place]["desiredCount"];
    assert_eq!((desired(0), desired(1)), (&json!(2), &json!(0)));
    // The next one starts from there.
    let again = lab.run("start", &[]);
    assert_eq!(
        again.result()["phase"],
        1,
        "{}{}",
        again.stdout,
        again.stderr
    );
    assert_eq!(lab.rule(), (50, 50, false));
}

#[test]
fn a_stop_needs_nothing_but_the_rule() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    // Its targets' own cookies don't allow several groups without the rule's.
    lab.stage.ask_elb(&[
        ("Action", "ModifyTargetGroupAttributes"),
        (
            "TargetGroupArn",
            lab.stage.export("CHALLENGER_TARGET_GROUP"),
        ),
        ("Attributes.member.1.Key", "stickiness.enabled"),
        ("Attributes.member.1.Value", "true"),
    ]);
    let denied = [
        ("elbv2", "AddTags"),
        ("elbv2", "DescribeTargetHealth"),
        ("cloudwatch", "GetMetricData"),
        ("sts", "GetCallerIdentity"),
    ];
    let faults = denied.map(|(service, operation)| {
        json!({"service": service, "operation": operation, "kind": "error",
            "code": "AccessDenied", "status": 403})
    });
    lab.stage.control("api-faults", json!({"faults": faults}));
    let stopped = lab.run("stop", &["--no-winner", "--now"]);
    assert_eq!(stopped.code, 20, "{}{}", stopped.stdout, stopped.stderr);
    let message = stopped.result()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("the traffic was moved"), "{message}");
    assert_eq!(lab.rule(), (100, 0, false));
    lab.stage.control("api-faults", json!({"faults": []}));
    let again = lab.run("stop", &["--no-winner", "--now"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    let (_, status) = lab.status(&[]);
    assert_eq!(status["state"], "stopped");
}

#[test]
fn a_stop_needs_nothing_of_what_releases_are_made_of() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    // As in a pipeline that knows the image, and nowhere else.
    lab.change("challenger.yaml", &[("}:9\"", "}:${NOBODY_SET_THIS}\"")]);
    lab.change("control.yaml", &[("cpu: 1024", "cpu: many")]);
    assert_eq!(lab.run("start", &[]).code, 10);
    let (code, status) = lab.status(&[]);
    assert_eq!((code, &status["state"]), (40, &json!("running")));
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
    assert_eq!(lab.rule(), (100, 0, true));
    lab.change(
        "challenger.yaml",
        &[("${CHALLENGER_TARGET_GROUP}", "${NOWHERE}")],
    );
    assert_eq!(lab.run("stop", &["--no-winner"]).code, 10);
}
