mod account;
mod again;
mod judged;
mod left_out;
mod over_the_model;
mod secrets;
mod wired;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::notes::effect_note;
use super::*;
use crate::release::LiveService;
use crate::release::{Release, resolve, tags_of};
use mlship_manifest::{ReadOptions, Source, read};

const BASE: &str = r#"
apiVersion: mlship/v1
kind: ModelRelease
model: { name: scorer, version: "8" }
image: registry.example.com/scorer:8
service: { cluster: ml, name: scorer, desired: 3 }
runtime: { cpu: 512, memory: 1024, port: 8080, env: { A: "1", B: "2" } }
network: { subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], securityGroups: [sg-0123456789abcdef0] }
"#;

fn release(manifest: &str) -> Release {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("test.yaml", manifest), &settings).unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}

fn caller() -> Caller {
    Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/me".to_owned(),
    }
}

/// What ECS answers after a release was deployed: defaults filled in, lists turned round.
fn deployed(release: &Release) -> Observed {
    let mut registered = Value::Object(release.registration());
    let tags = tags_of(&registered["tags"].take());
    registered.as_object_mut().unwrap().remove("tags");
    let container = &mut registered["containerDefinitions"][0];
    for (field, value) in [
        ("cpu", json!(0)),
        ("mountPoints", json!([])),
        ("volumesFrom", json!([])),
    ] {
        if container[field].is_null() {
            container[field] = value;
        }
    }
    for list in ["environment", "secrets", "portMappings"] {
        if let Some(items) = container[list].as_array_mut() {
            items.reverse();
        }
    }
    if let Some(ports) = container["portMappings"].as_array_mut() {
        for port in ports {
            port["hostPort"] = port["containerPort"].clone();
        }
    }
    registered["revision"] = json!(1);
    registered["status"] = json!("ACTIVE");
    registered["compatibilities"] = json!(["EC2", "FARGATE"]);
    let arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/scorer:1";
    let mut service = Value::Object(create::new_service(release));
    let subnets = &mut service["networkConfiguration"]["awsvpcConfiguration"]["subnets"];
    if let Some(subnets) = subnets.as_array_mut() {
        subnets.reverse();
    }
    service["serviceArn"] = json!("arn:aws:ecs:eu-west-1:111122223333:service/ml/scorer");
    service["status"] = json!("ACTIVE");
    service["taskDefinition"] = json!(arn);
    service["propagateTags"] = json!("NONE");
    service["deploymentConfiguration"]["bakeTimeInMinutes"] = json!(0);
    service["deployments"] = json!([{"id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": arn,
        "rolloutState": "COMPLETED", "createdAt": 1_790_000_000.5}]);
    service["tags"] = crate::release::tag_list(&service_tags::service_tags(release));
    Observed {
        service: Some(LiveService::read(service.as_object().unwrap().clone()).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(arn),
            document: registered.as_object().unwrap().clone(),
            tags,
        }),
        scaling: None,
        newest: None,
        alarms: None,
        revision: None,
        traffic: None,
        shares_revision: false,
    }
}

/// Plans `after` over what `before` left in ECS, as changed by `change`.
fn plan_over(
    before: &str,
    after: &str,
    change: impl Fn(&mut Document),
) -> Result<Plan, Vec<Refusal>> {
    let mut observed = deployed(&release(before));
    let mut document = observed.service.take().unwrap().document;
    change(&mut document);
    observed.service = Some(LiveService::read(document).unwrap());
    plan(&release(after), &observed, &caller(), Redeploy::WhenChanged)
}

fn update(before: &str, after: &str) -> Plan {
    plan_over(before, after, |_| {}).unwrap()
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.changes.iter().map(|change| &*change.path).collect()
}

fn sent(plan: &Plan) -> &Document {
    match plan.writes.service.as_ref().unwrap() {
        ServiceWrite::Create(document)
        | ServiceWrite::Deploy(document)
        | ServiceWrite::Adjust(document) => document,
    }
}

fn refused(result: Result<Plan, Vec<Refusal>>) -> Vec<&'static str> {
    result
        .unwrap_err()
        .iter()
        .map(|refusal| refusal.code.as_str())
        .collect()
}

#[test]
fn a_new_service_is_created_with_the_counts_that_were_asked_for() {
    let plan = plan(
        &release(BASE),
        &Observed::default(),
        &caller(),
        Redeploy::WhenChanged,
    )
    .unwrap();
    assert_eq!(plan.effect, Effect::Create);
    assert_eq!(sent(&plan)["desiredCount"], 3);
    assert_eq!(sent(&plan)["serviceName"], "scorer");
    assert_eq!(plan.notes, ["creates the service with 3 tasks"]);
}

#[test]
fn a_service_that_was_deleted_is_created() {
    let plan = plan_over(BASE, BASE, |service| {
        service.insert("status".into(), json!("INACTIVE"));
    });
    assert_eq!(plan.unwrap().effect, Effect::Create);
}

#[test]
fn the_desired_count_is_one_on_create_and_untouched_on_update_when_left_out() {
    let silent = BASE.replace(", desired: 3", "");
    let create = plan(
        &release(&silent),
        &Observed::default(),
        &caller(),
        Redeploy::WhenChanged,
    )
    .unwrap();
    assert_eq!(sent(&create)["desiredCount"], 1);
    let update = update(BASE, &silent.replace("scorer:8", "scorer:9"));
    assert!(!sent(&update).contains_key("desiredCount"));
}

#[test]
fn an_image_registers_a_revision_and_replaces_the_tasks() {
    let plan = update(BASE, &BASE.replace("scorer:8", "scorer:9"));
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(paths(&plan), ["image"]);
    assert_eq!(plan.notes, ["replaces 3 tasks"]);
    assert!(plan.writes.register.is_some());
    let fields: Vec<_> = sent(&plan).keys().collect();
    assert_eq!(fields, ["cluster", "service"]);
}

#[test]
fn a_new_version_with_the_same_content_is_a_release_of_its_own() {
    let plan = update(BASE, &BASE.replace("version: \"8\"", "version: \"9\""));
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(paths(&plan), ["model.version"]);
}

#[test]
fn a_grace_period_restarts_nothing() {
    let plan = update(
        BASE,
        &format!("{BASE}health: {{ graceSeconds: 60, container: {{ command: [x] }} }}\n")
            .replace(", container: { command: [x] }", ""),
    );
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(paths(&plan), ["health.graceSeconds"]);
    assert_eq!(plan.writes.register, None);
    assert_eq!(sent(&plan)["healthCheckGracePeriodSeconds"], 60);
}

#[test]
fn where_no_task_runs_none_is_said_to_be_replaced() {
    let mut observed = deployed(&release(BASE));
    let service = observed.service.as_mut().unwrap();
    service.document.insert("runningCount".into(), json!(0));
    service.running_count = 0;
    let note = |service: &LiveService| effect_note(Effect::ReplaceTasks, service);
    assert_eq!(note(service).unwrap(), "no task runs: starts 3 tasks");
    service.running_count = 1;
    assert_eq!(note(service).unwrap(), "replaces 1 task and starts 3");
    service.running_count = 4;
    assert_eq!(note(service).unwrap(), "replaces 3 tasks");
}

#[test]
fn a_replaced_network_replaces_the_tasks_without_a_new_revision() {
    let plan = update(
        BASE,
        &BASE.replace("sg-0123456789abcdef0", "sg-0123456789abcdef1"),
    );
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(plan.writes.register, None);
    assert_eq!(plan.notes, ["replaces 3 tasks", "replaces the network"]);
    let network = &sent(&plan)["networkConfiguration"]["awsvpcConfiguration"];
    assert_eq!(
        network["subnets"].as_array().unwrap().len(),
        2,
        "replaced as a whole"
    );
}

#[test]
fn a_scale_in_is_called_by_its_name() {
    let plan = update(BASE, &BASE.replace("desired: 3", "desired: 1"));
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(plan.notes, ["no restart", "scales in: 3 → 1 task"]);
}

#[test]
fn another_strategy_is_called_by_its_name() {
    let canary = |service: &mut Document| {
        service["deploymentConfiguration"] = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
            "lifecycleHooks": [{"targetType": "PAUSE"}],
            "canaryConfiguration": {"canaryPercent": 10}});
    };
    assert_eq!(
        refused(plan_over(BASE, BASE, canary)),
        ["strategy-unwritten"]
    );
    let written = format!("{BASE}rollout: {{ strategy: rolling }}\n");
    let plan = plan_over(BASE, &written, canary).unwrap();
    assert_eq!(
        plan.notes,
        ["no restart", "changes the strategy: CANARY → ROLLING"]
    );
    assert_eq!(
        sent(&plan)["deploymentConfiguration"],
        json!({"strategy": "ROLLING", "bakeTimeInMinutes": 0, "lifecycleHooks": []})
    );
}

#[test]
fn members_that_the_manifest_does_not_speak_of_survive() {
    let more = format!("{BASE}rollout: {{ maximumPercent: 150 }}\n");
    let plan = plan_over(BASE, &more, |service| {
        service["deploymentConfiguration"]["alarms"] = json!({"alarmNames": ["a"], "enable": true});
        service.insert("propagateTags".into(), json!("SERVICE"));
    })
    .unwrap();
    assert_eq!(paths(&plan), ["rollout.maximumPercent"]);
    let configuration = &sent(&plan)["deploymentConfiguration"];
    assert_eq!(configuration["alarms"]["alarmNames"], json!(["a"]));
    assert_eq!(sent(&plan)["propagateTags"], "SERVICE");
}

#[test]
fn new_tags_are_added_in_place_and_foreign_tags_stay() {
    let more = format!("{BASE}tags: {{ team: risk }}\n");
    let plan = plan_over(BASE, &more, |service| {
        service.insert("tags".into(), json!([{"key": "owner", "value": "ops"}]));
    })
    .unwrap();
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(paths(&plan), ["tags.team"]);
    assert_eq!(plan.writes.service, None);
    assert_eq!(plan.writes.tags["team"], "risk");
}

#[test]
fn what_must_not_be_done_is_refused() {
    let guarded = format!("{BASE}account: \"999999999999\"\n");
    assert_eq!(
        refused(plan_over(BASE, &guarded, |_| {})),
        ["wrong-account"]
    );
    let draining = |service: &mut Document| {
        service.insert("status".into(), json!("DRAINING"));
    };
    assert_eq!(
        refused(plan_over(BASE, BASE, draining)),
        ["service-draining"]
    );
    let foreign = |service: &mut Document| {
        service.insert(
            "deploymentController".into(),
            json!({"type": "CODE_DEPLOY"}),
        );
    };
    assert_eq!(
        refused(plan_over(BASE, BASE, foreign)),
        ["foreign-controller"]
    );
    let ec2 = |service: &mut Document| {
        service.insert("launchType".into(), json!("EC2"));
    };
    assert_eq!(refused(plan_over(BASE, BASE, ec2)), ["compute-fixed"]);
    let homeless = BASE
        .lines()
        .filter(|line| !line.starts_with("network"))
        .collect::<Vec<_>>();
    let homeless = plan(
        &release(&homeless.join("\n")),
        &Observed::default(),
        &caller(),
        Redeploy::WhenChanged,
    );
    assert_eq!(refused(homeless), ["network-needed"]);
}

#[test]
fn a_role_by_name_and_its_arn_are_one() {
    let with = |task: &str| {
        BASE.replace(
            "port: 8080",
            &format!("port: 8080, roles: {{ task: {task} }}"),
        )
    };
    let arn = |resource: &str| format!("\"arn:aws:iam::111122223333:role/{resource}\"");
    for (live, wanted) in [(arn("ml"), "ml".to_owned()), ("ml".to_owned(), arn("ml"))] {
        let plan = update(&with(&live), &with(&wanted));
        assert_eq!(plan.effect, Effect::None, "{:?}", plan.changes);
        assert_eq!(plan.writes, Writes::default());
    }
    let plan = update(&with(&arn("team/ml")), &with("ml"));
    assert_eq!(
        paths(&plan),
        ["runtime.roles.task"],
        "a bare name has no path"
    );
}

#[test]
fn the_fingerprint_sees_an_update_and_not_the_coming_and_going_of_tasks() {
    let mut observed = deployed(&release(BASE)).service.unwrap();
    let before = fingerprint(Some(&observed), true);
    observed.document.insert("runningCount".into(), json!(2));
    assert_eq!(fingerprint(Some(&observed), true), before);
    observed.document.insert("desiredCount".into(), json!(9));
    assert_ne!(fingerprint(Some(&observed), true), before);
    assert_ne!(fingerprint(None, true), before);
}

fn manifests() -> impl Strategy<Value = String> {
    let env = prop::collection::btree_map("[A-Z][A-Z_]{0,8}", "[ -~&&[^\\\\\"$]]{0,12}", 0..6);
    let ports = prop::collection::btree_set(1024_u16..60000, 1..4);
    (
        env,
        ports,
        0_u32..200,
        prop::option::of(0_u32..600),
        any::<bool>(),
        200_u32..400,
    )
        .prop_map(|(env, ports, desired, grace, breaker, maximum)| {
            let ports: Vec<u16> = ports.into_iter().collect();
            json!({
                "apiVersion": "mlship/v1", "kind": "ModelRelease",
                "model": {"name": "scorer", "version": "8"},
                "image": "registry.example.com/scorer:8",
                "service": {"cluster": "ml", "name": "scorer", "desired": desired},
                "runtime": {"cpu": 512, "memory": 1024, "ports": ports, "env": env},
                "network": {"subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]},
                "health": {"graceSeconds": grace.unwrap_or(0)},
                "rollout": {"circuitBreaker": breaker, "maximumPercent": maximum},
            })
            .to_string()
        })
}

proptest! {
    #[test]
    fn what_was_deployed_shows_no_difference(manifest in manifests()) {
        let plan = update(&manifest, &manifest);
        prop_assert_eq!(plan.effect, Effect::None, "{:?}", plan.changes);
        prop_assert!(plan.changes.is_empty());
    }

    #[test]
    fn every_difference_is_shown_and_every_shown_difference_is_written(
        before in manifests(), after in manifests(),
    ) {
        let plan = update(&before, &after);
        prop_assert_eq!(plan.effect == Effect::None, plan.changes.is_empty());
        prop_assert_eq!(plan.effect == Effect::None, plan.writes == Writes::default());
    }
}
