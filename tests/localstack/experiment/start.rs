//! Starting an experiment, going on with it, and what must not be started.

use serde_json::json;

use super::lab::{HOUR, Lab};

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
fn a_ramp_goes_up_step_by_step_unless_it_does_harm() {
    let Some(lab) = Lab::new(&[(
        "stickiness: 7d",
        "stickiness: 7d\noutcomeWithin: 0\nramp: [5, 25]",
    )]) else {
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
        .filter(|call| call["operation"] == "ModifyRule");
    // What was throttled took no effect.
    writes.filter(|call| call["code"] != "Throttling").count()
}

#[test]
fn a_rule_that_ecs_moves_traffic_by_is_left_alone() {
    let Some(lab) = Lab::new(&[]) else { return };
    let group = |name: &str| lab.stage.export(name).to_owned();
    // A service that is rolled out blue/green owns its rule. Its first tasks go where the traffic
    // is, so that nobody has moved it when the experiment looks.
    lab.stage
        .control("profile", json!({"first_lands_in": "primary"}));
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

#[test]
fn a_misspelt_metric_is_named_before_the_start_with_the_one_that_is_there() {
    let Some(lab) = Lab::new(&[("successes: Converted", "successes: Convertd")]) else {
        return;
    };
    lab.traffic(HOUR, HOUR);
    let path = lab.path("experiment.yaml");
    let diff = lab.stage.mlship(&["diff", &path, "-o", "json"], "8");
    let notes = diff.document()["experiments"][0]["notes"].to_string();
    assert!(
        notes.contains("CloudWatch has no Fraud Convertd with Variant=")
            && notes.contains("there is Fraud Converted with Variant="),
        "{notes}"
    );
}
