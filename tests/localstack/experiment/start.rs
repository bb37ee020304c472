//! Starting an experiment, going on with it, and what must not be started.

use serde_json::{Value, json};

use super::lab::{HOUR, Hour, Lab};

#[test]
fn a_start_deploys_shares_and_is_done() {
    let Some(lab) = Lab::new(&[]) else { return };
    let path = lab.path("experiment.yaml");
    let diff = lab
        .stage
        .mlship(&["diff", &path, "-o", "json", "--exit-code"], "8");
    assert_eq!(diff.code, 3, "{}", diff.stderr);
    let document = diff.document();
    assert_eq!(document["services"].as_array().unwrap().len(), 2);
    assert_eq!(document["experiments"][0]["effect"], "opens_phase");
    assert_eq!(
        document["experiments"][0]["changes"][2],
        json!({"path": "stickiness", "before": null, "after": 604_800})
    );
    assert_eq!(lab.rule(), (100, 0, false), "a diff changes nothing");
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
    let writes = ["ModifyRule", "CreateService", "UpdateService", "AddTags"];
    let count = || writes.map(|operation| lab.stage.count(operation));
    let before = count();
    assert_eq!(before, [1, 2, 0, 2]);
    let again = lab.run("start", &[]);
    assert_eq!(
        (again.code, &again.result()["verdict"]),
        (0, &json!("unchanged"))
    );
    assert!(!again.stdout.contains("\\u001b"), "{}", again.stdout);
    assert_eq!(count(), before);
    let diff = lab
        .stage
        .mlship(&["diff", &path, "-o", "json", "--exit-code"], "8");
    assert_eq!(diff.document()["experiments"][0]["effect"], "none");
    assert_eq!(diff.code, 0);
    let list = lab
        .stage
        .mlship(&["experiment", "list", "-o", "json"], "8")
        .document();
    let listed = &list["experiments"][0];
    assert_eq!(listed["experiment"], "fraud-v9-vs-v8");
    assert_eq!(
        (&listed["state"], &listed["phase"]),
        (&json!("running"), &json!(1))
    );
    assert!(
        listed["hypothesis"]
            .as_str()
            .unwrap()
            .contains("new merchants")
    );
    assert!(listed["by"].as_str().unwrap().starts_with("arn:aws:"));
}

#[test]
fn a_service_is_in_one_experiment() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let rule = lab.stage.export("LISTENER_RULE");
    let listener = rule.replacen(":listener-rule/", ":listener/", 1);
    let made = lab.stage.ask_elb(&[
        ("Action", "CreateRule"),
        ("ListenerArn", listener.rsplit_once('/').unwrap().0),
        ("Priority", "5"),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.Values.member.1", "/b"),
        ("Actions.member.1.Type", "forward"),
        (
            "Actions.member.1.TargetGroupArn",
            lab.stage.export("CONTROL_TARGET_GROUP"),
        ),
    ]);
    let other = made.split("<RuleArn>").nth(1).unwrap();
    let other = other.split_once('<').unwrap().0;
    lab.change(
        "experiment.yaml",
        &[("${LISTENER_RULE}", other), ("fraud-v9-vs-v8", "second")],
    );
    let refused = lab.run("start", &[]);
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    let finding = &refused.result()["findings"][0];
    assert_eq!(finding["code"], "another-experiment");
    assert!(
        finding["message"]
            .as_str()
            .unwrap()
            .contains("fraud-v9-vs-v8")
    );
}

#[test]
fn other_weights_open_another_phase() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    lab.change(
        "experiment.yaml",
        &[
            ("weight: 50, control", "weight: 80, control"),
            ("weight: 50 }", "weight: 20 }"),
        ],
    );
    let run = lab.run("start", &[]);
    assert_eq!(run.result()["phase"], 2, "{}", run.stderr);
    assert_eq!(lab.rule(), (80, 20, true));
    assert_eq!(
        lab.stage.count("CreateService"),
        2,
        "nothing is deployed again"
    );
    let (_, status) = lab.status(&[]);
    assert_eq!(
        (&status["phase"], &status["variants"][0]["weight"]),
        (&json!(2), &json!(80))
    );
}

#[test]
fn a_release_is_not_put_before_everybody_untested() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let newer = [("\"9\"", "\"10\""), ("}:9\"", "}:10\"")];
    lab.change("challenger.yaml", &newer);
    let same = lab.run("start", &[]);
    let notes = same.result()["notes"].to_string();
    assert!(notes.contains("manifest of challenger"), "{notes}");
    assert_eq!(lab.stage.count("UpdateService"), 0);
    let stopped = lab.run("stop", &["--winner", "challenger", "--now"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    let again = lab.run("start", &[]);
    assert_eq!(again.code, 11, "{}{}", again.stdout, again.stderr);
    assert_eq!(again.result()["findings"][0]["code"], "untested-release");
    assert_eq!(lab.rule(), (0, 100, false));
    let forced = lab.run("start", &["--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stderr);
}

#[test]
fn a_ramp_goes_up_step_by_step_unless_it_does_harm() {
    let Some(lab) = Lab::new(&[("stickiness: 7d", "stickiness: 7d\nramp: [5, 25]")]) else {
        return;
    };
    lab.start();
    assert_eq!(lab.rule(), (19, 1, true));
    let next = lab.run("start", &["--next"]);
    assert_eq!((next.code, lab.rule()), (0, (3, 1, true)));
    assert_eq!(next.result()["phase"], 2);
    // The targets of the challenger fail.
    let body = json!({"cluster": "ml-prod", "service": "fraud-challenger", "desiredCount": 0});
    lab.stage.ask("UpdateService", &body);
    lab.stage.control("clock", json!({"advance": 900}));
    let next = lab.run("start", &["--next"]);
    assert_eq!(
        (next.code, lab.rule()),
        (41, (3, 1, true)),
        "{}",
        next.stderr
    );
    assert!(
        next.result()["message"]
            .as_str()
            .unwrap()
            .contains("healthy_targets of challenger")
    );
}

#[test]
fn callers_that_assign_themselves_are_led_by_rules_of_their_own() {
    let Some(lab) = Lab::new(&[("stickiness: 7d", "assignment: { header: x-mlship-variant }")])
    else {
        return;
    };
    let rules = lab.rules();
    // The answer to the first is lost: no second is made.
    let lose = json!({"service": "elbv2", "operation": "CreateRule", "kind": "reset", "when": "after", "times": 1});
    lab.stage.control("api-faults", json!({"faults": [lose]}));
    lab.start();
    assert_eq!((lab.rules(), lab.rule()), (rules + 1, (1, 0, false)));
    let stopped = lab.run("stop", &["--winner", "challenger"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    assert_eq!((lab.rules(), lab.rule()), (rules, (0, 100, false)));
}

#[test]
fn a_variant_that_cannot_be_deployed_gets_no_traffic() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.stage.break_version("9", "pull");
    let run = lab.run("start", &[]);
    assert_eq!(run.code, 30, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "refused");
    assert_eq!(lab.rule(), (100, 0, false));
    let (code, status) = lab.status(&[]);
    assert_eq!((code, &status["state"]), (40, &json!("starting")));
    lab.stage.control("task-faults", json!({"faults": []}));
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
}

#[test]
fn a_start_that_was_killed_goes_on() {
    let Some(lab) = Lab::new(&[]) else { return };
    let mut running = lab.begin();
    running.wait_for_event("status");
    running.signal("KILL");
    running.end();
    assert_eq!(lab.rule(), (100, 0, false));
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
    assert_eq!(lab.stage.count("CreateService"), 2);
}

#[test]
fn traffic_moves_once_though_answers_are_lost_and_calls_throttled() {
    let Some(lab) = Lab::new(&[]) else { return };
    let lose = json!({"service": "elbv2", "operation": "ModifyRule", "kind": "reset", "when": "after", "times": 1});
    let throttle = json!({"service": "elbv2", "kind": "throttle", "times": 4});
    lab.stage
        .control("api-faults", json!({"faults": [lose, throttle]}));
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
    assert_eq!(modified(&lab), 1);
    let lose = json!({"service": "elbv2", "operation": "ModifyRule", "kind": "reset", "when": "after", "times": 1});
    lab.stage.control("api-faults", json!({"faults": [lose]}));
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(
        (stopped.code, lab.rule()),
        (0, (100, 0, true)),
        "{}",
        stopped.stderr
    );
    assert_eq!(modified(&lab), 2);
}

/// Returns how often the rule was written, whether the answer arrived or not.
fn modified(lab: &Lab) -> usize {
    let requests = lab.stage.requests();
    let writes = requests
        .iter()
        .filter(|request| request["operation"] == "ModifyRule");
    // What was throttled took no effect.
    writes.filter(|write| write["code"] != "Throttling").count()
}

#[test]
fn a_rule_that_is_not_fit_is_refused() {
    let Some(lab) = Lab::new(&[]) else { return };
    let refusals = |lab: &Lab| -> Vec<Value> {
        let run = lab.run("start", &[]);
        assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
        let mut result = run.result();
        let findings = result["findings"].as_array_mut().unwrap();
        findings
            .iter_mut()
            .map(|finding| finding["code"].take())
            .collect()
    };
    lab.start();
    lab.change("experiment.yaml", &[("fraud-v9-vs-v8", "another")]);
    assert_eq!(refusals(&lab), ["another-experiment"]);
    let rule = lab.stage.export("LISTENER_RULE").to_owned();
    let nowhere = format!("{}f", &rule[..rule.len() - 1]);
    let nowhere = if nowhere == rule {
        format!("{}0", &rule[..rule.len() - 1])
    } else {
        nowhere
    };
    lab.change("experiment.yaml", &[("${LISTENER_RULE}", &nowhere)]);
    assert_eq!(refusals(&lab), ["no-listener-rule"]);
    let other = Lab::new(&[]).unwrap();
    let group = other.stage.export("CHALLENGER_TARGET_GROUP").to_owned();
    let stranger = other.stage.export("TARGET_GROUP").to_owned();
    other.change("control.yaml", &[("${CONTROL_TARGET_GROUP}", &stranger)]);
    assert!(!group.is_empty());
    assert_eq!(refusals(&other), ["others-serve"]);
    assert_eq!(other.rule(), (100, 0, false));
}

#[test]
fn traffic_that_harms_is_seen_by_the_ramp() {
    let Some(lab) = Lab::new(&[("stickiness: 7d", "stickiness: 7d\nramp: [5]")]) else {
        return;
    };
    lab.start();
    lab.traffic(
        HOUR,
        Hour {
            requests: 1,
            ..HOUR
        },
    );
    let (code, _) = lab.status(&[]);
    assert_eq!(code, 41, "the ramp's weights are what the split is held to");
}

#[test]
fn a_rule_that_ecs_moves_traffic_by_is_left_alone() {
    let Some(lab) = Lab::new(&[]) else { return };
    let group = |name: &str| lab.stage.export(name).to_owned();
    // A service that is rolled out blue/green owns its rule.
    let body = json!({
        "cluster": "ml-prod", "serviceName": "fraud-control", "desiredCount": 0,
        "taskDefinition": lab.stage.ask("RegisterTaskDefinition", &json!({
            "family": "blue-green", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": "m", "image": "m", "portMappings": [{"containerPort": 8080}]}],
        }))["taskDefinition"]["taskDefinitionArn"],
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [group("SUBNET_A")]}},
        "deploymentConfiguration": {"strategy": "BLUE_GREEN"},
        "loadBalancers": [{
            "targetGroupArn": group("CONTROL_TARGET_GROUP"), "containerName": "m", "containerPort": 8080,
            "advancedConfiguration": {
                "alternateTargetGroupArn": group("CHALLENGER_TARGET_GROUP"),
                "productionListenerRule": group("LISTENER_RULE"),
                "roleArn": group("TASK_ROLE"),
            },
        }],
    });
    let made = lab.stage.ask("CreateService", &body);
    assert_eq!(made["service"]["status"], "ACTIVE", "{made:#}");
    let run = lab.run("start", &[]);
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["findings"][0]["code"], "rule-owned-by-ecs");
    assert_eq!(lab.rule(), (100, 0, false));
}
