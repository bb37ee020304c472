//! Services that somebody else made by the API, and settings that the manifest leaves out.

use serde_json::{Value, json};

use crate::stage::Stage;

/// A service as its makers made it: behind a target group, patient, with percentages of its own
/// and a sidecar.
fn made_by_hand(stage: &Stage) {
    let definition = json!({
        "family": "scorer", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "512", "memory": "1024", "executionRoleArn": stage.export("EXECUTION_ROLE"),
        "containerDefinitions": [
            {"name": "scorer", "image": image("7"), "essential": true,
             "portMappings": [{"containerPort": 8080}]},
            {"name": "metrics", "image": "prom/statsd-exporter:v0.28.0", "essential": false},
        ],
    });
    stage.ask("RegisterTaskDefinition", &definition);
    let network = json!({"awsvpcConfiguration": {
        "subnets": [stage.export("SUBNET_A")], "securityGroups": [stage.export("SECURITY_GROUP")]}});
    stage.ask(
        "CreateService",
        &json!({
            "cluster": "ml-staging", "serviceName": "scorer", "taskDefinition": "scorer",
            "desiredCount": 2, "launchType": "FARGATE", "networkConfiguration": network,
            "healthCheckGracePeriodSeconds": 180,
            "deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 150},
            "loadBalancers": [{"targetGroupArn": stage.export("TARGET_GROUP"),
                "containerName": "scorer", "containerPort": 8080}],
        }),
    );
}

fn image(version: &str) -> String {
    format!("registry.example.com/scorer:{version}")
}

fn manifest(stage: &Stage, version: &str, more: &str) -> String {
    format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: scorer, version: \"{version}\" }}\n\
         image: {}\nservice: {{ cluster: ml-staging, name: scorer }}\n\
         runtime: {{ cpu: 512, memory: 1024, port: 8080, roles: {{ execution: \"{}\" }} }}\n{more}\n",
        image(version),
        stage.export("EXECUTION_ROLE"),
    )
}

fn service(stage: &Stage) -> Value {
    let asked = json!({"cluster": "ml-staging", "services": ["scorer"], "include": ["TAGS"]});
    stage.ask("DescribeServices", &asked)["services"][0].clone()
}

fn run(stage: &Stage, arguments: &[&str], manifest: &str) -> crate::stage::Run {
    stage.pipe(&[arguments, &["-o", "json"]].concat(), "7", manifest)
}

#[test]
fn a_service_made_by_hand_is_taken_over_and_keeps_what_nobody_speaks_of() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.control("profile", json!({"turns_lists_round": true}));
    made_by_hand(&stage);
    let release = manifest(&stage, "8", "");
    let refused = run(&stage, &["deploy", "-"], &release);
    assert_eq!(refused.code, 11, "{}", refused.stderr);
    assert_eq!(stage.count("UpdateService"), 0);
    assert_eq!(stage.revisions_of("scorer"), 1);
    let diff = run(&stage, &["diff", "-"], &release).document();
    let plan = &diff["services"][0];
    assert_eq!(plan["adopts"], true);
    let kept: Vec<&str> = plan["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kept| kept["path"].as_str().unwrap())
        .collect();
    for field in [
        "traffic.targetGroup",
        "health.graceSeconds",
        "rollout.maximumPercent",
    ] {
        assert!(kept.contains(&field), "{field} is not in {kept:?}");
    }
    let adopted = run(&stage, &["deploy", "-", "--adopt"], &release);
    assert_eq!(adopted.code, 0, "{}{}", adopted.stdout, adopted.stderr);
    let after = service(&stage);
    assert_eq!(after["healthCheckGracePeriodSeconds"], 180);
    assert_eq!(after["deploymentConfiguration"]["maximumPercent"], 150);
    assert_eq!(after["loadBalancers"].as_array().unwrap().len(), 1);
    // It is mlship's from here on.
    assert_eq!(
        run(&stage, &["deploy", "-"], &release).result()["verdict"],
        "unchanged"
    );
    assert_eq!(run(&stage, &["diff", "-", "--exit-code"], &release).code, 0);
}

#[test]
fn a_service_that_runs_the_release_already_is_tagged_and_not_restarted() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    made_by_hand(&stage);
    let sidecar = "overrides: { taskDefinition: { containerDefinitions: [\
                   { name: metrics, image: \"prom/statsd-exporter:v0.28.0\", essential: false }] } }";
    let same = manifest(&stage, "7", sidecar);
    let result = run(&stage, &["deploy", "-"], &same);
    // Its makers' deployment may still be under way: that is followed.
    assert_eq!(result.code, 0, "{}{}", result.stdout, result.stderr);
    assert_eq!(stage.count("UpdateService"), 0);
    assert_eq!(stage.revisions_of("scorer"), 1);
    let tags = service(&stage)["tags"].to_string();
    assert!(tags.contains("mlship:model"), "{tags}");
}

#[test]
fn what_a_release_wrote_goes_back_when_the_manifest_leaves_it_out() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let network = format!(
        "network: {{ subnets: [{}], securityGroups: [{}] }}\n",
        stage.export("SUBNET_A"),
        stage.export("SECURITY_GROUP")
    );
    let connect = "overrides: { service: { serviceConnectConfiguration: { enabled: true, namespace: ml } } }\n";
    let patient = format!("{network}health: {{ graceSeconds: 300 }}\n{connect}");
    let first = run(&stage, &["deploy", "-"], &manifest(&stage, "7", &patient));
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let same = run(
        &stage,
        &["diff", "-", "--exit-code"],
        &manifest(&stage, "7", &patient),
    );
    assert_eq!(
        same.code, 0,
        "Service Connect is no change: {}",
        same.stdout
    );
    let plain = manifest(&stage, "7", &network);
    assert_eq!(run(&stage, &["diff", "-", "--exit-code"], &plain).code, 3);
    assert_eq!(run(&stage, &["deploy", "-"], &plain).code, 0);
    assert_eq!(service(&stage)["healthCheckGracePeriodSeconds"], 0);
    assert_eq!(run(&stage, &["diff", "-", "--exit-code"], &plain).code, 0);
}
