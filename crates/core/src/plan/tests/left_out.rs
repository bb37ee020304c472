//! What becomes of what a manifest leaves out.

mod ignored;
mod taken_over;

use super::*;
use std::collections::BTreeMap;

use crate::release::SETTINGS;
use crate::release::ids::ServiceName;

const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/0123456789abcdef";

/// A service that somebody made by hand: a target group, a grace period, percentages, a sidecar.
fn by_hand() -> Observed {
    let mut observed = deployed(&release(BASE));
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.clear();
    let containers = live.document["containerDefinitions"]
        .as_array_mut()
        .unwrap();
    containers.push(json!({"name": "metrics", "image": "statsd:1", "essential": true}));
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    service.insert("healthCheckGracePeriodSeconds".into(), json!(180));
    service["deploymentConfiguration"] =
        json!({"minimumHealthyPercent": 50, "maximumPercent": 150});
    let balancer =
        json!([{"targetGroupArn": GROUP, "containerName": "scorer", "containerPort": 8080}]);
    service.insert("loadBalancers".into(), balancer);
    observed.service = Some(LiveService::read(service).unwrap());
    observed
}

fn plan_of(manifest: &str, observed: &Observed) -> Result<Plan, Vec<Refusal>> {
    plan(
        &release(manifest),
        observed,
        &caller(),
        Redeploy::WhenChanged,
    )
}

/// The service as a release left it, with the tag of the settings that it wrote.
fn left_by(manifest: &str) -> Observed {
    let release = release(manifest);
    let mut observed = deployed(&release);
    let tag = plan(
        &release,
        &Observed::default(),
        &caller(),
        Redeploy::WhenChanged,
    )
    .unwrap()
    .settings;
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.insert(SETTINGS.to_owned(), tag);
    observed
}

fn with(more: &str) -> String {
    format!("{BASE}{more}\n")
}

#[test]
fn what_somebody_else_set_stays_and_is_listed() {
    let plan = plan_of(BASE, &by_hand()).unwrap();
    assert!(plan.adopts);
    let kept: Vec<_> = plan
        .kept
        .iter()
        .map(|kept| (&*kept.path, kept.value.to_string()))
        .collect();
    let expected = [
        ("health.graceSeconds", "180".to_owned()),
        ("rollout.maximumPercent", "150".to_owned()),
        ("rollout.minimumHealthyPercent", "50".to_owned()),
        ("traffic.targetGroup", format!("\"{GROUP}\"")),
    ];
    assert_eq!(kept, expected);
    let removed: Vec<_> = plan
        .changes
        .iter()
        .filter(|change| change.ecs_field.contains("[metrics]"))
        .collect();
    assert!(!removed.is_empty(), "the sidecar's end is shown");
    let written = sent(&plan);
    for field in [
        "loadBalancers",
        "healthCheckGracePeriodSeconds",
        "deploymentConfiguration",
    ] {
        assert!(!written.contains_key(field), "{field}");
    }
}

#[test]
fn what_was_written_and_is_left_out_goes_to_its_default() {
    let observed = left_by(&with(
        "health: { graceSeconds: 300 }\nrollout: { minimumHealthyPercent: 50, alarms: [broken] }",
    ));
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(
        paths(&plan),
        [
            "health.graceSeconds",
            "rollout.alarms",
            "rollout.alarms",
            "rollout.alarms",
            "rollout.minimumHealthyPercent",
        ]
    );
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(sent(&plan)["healthCheckGracePeriodSeconds"], 0);
    let configuration = &sent(&plan)["deploymentConfiguration"];
    assert_eq!(configuration["minimumHealthyPercent"], 100);
    assert_eq!(configuration["alarms"]["enable"], false);
    assert_eq!(plan.kept, [], "it is mlship's own");
}

#[test]
fn a_load_balancer_goes_only_when_that_is_written() {
    let with_group = with(&format!("traffic: {{ targetGroup: \"{GROUP}\" }}"));
    let observed = left_by(&with_group);
    assert_eq!(refused(plan_of(BASE, &observed)), ["would-detach"]);
    let plan = plan_of(&with("traffic: none"), &observed).unwrap();
    assert_eq!(sent(&plan)["loadBalancers"], json!([]));
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    let detached = deployed(&release(&with("traffic: none")));
    assert_eq!(plan_of(BASE, &detached).unwrap().effect, Effect::None);
}

#[test]
fn capacity_goes_only_when_that_is_written() {
    let spot = BASE.replace(
        "runtime: {",
        "runtime: { capacityProviders: [{ name: FARGATE_SPOT, weight: 1 }],",
    );
    let observed = left_by(&spot);
    assert_eq!(refused(plan_of(BASE, &observed)), ["would-lose-capacity"]);
    let fargate = BASE.replace("runtime: {", "runtime: { compute: fargate,");
    let plan = plan_of(&fargate, &observed).unwrap();
    assert_eq!(sent(&plan)["capacityProviderStrategy"], json!([]));
    assert_eq!(sent(&plan)["forceNewDeployment"], true);
    let mut after = deployed(&release(&fargate));
    let mut service = after.service.take().unwrap().document;
    service.remove("launchType");
    service.remove("capacityProviderStrategy");
    after.service = Some(LiveService::read(service).unwrap());
    assert_eq!(plan_of(&fargate, &after).unwrap().effect, Effect::None);
}

#[test]
fn the_count_is_left_alone_and_none_is_asked_for_by_name() {
    let observed = left_by(BASE);
    let silent = BASE.replace(", desired: 3", "");
    assert_eq!(plan_of(&silent, &observed).unwrap().effect, Effect::None);
    let none = BASE.replace("desired: 3", "desired: 0");
    assert_eq!(sent(&plan_of(&none, &observed).unwrap())["desiredCount"], 0);
}

#[test]
fn what_runs_elsewhere_is_no_fargate_service() {
    let mut observed = by_hand();
    let mut service = observed.service.take().unwrap().document;
    service.insert("launchType".into(), json!("EC2"));
    observed.service = Some(LiveService::read(service.clone()).unwrap());
    assert_eq!(refused(plan_of(BASE, &observed)), ["compute-fixed"]);
    service.remove("launchType");
    let providers = json!([{"capacityProvider": "gpu-fleet", "weight": 1}]);
    service.insert("capacityProviderStrategy".into(), providers);
    observed.service = Some(LiveService::read(service).unwrap());
    assert_eq!(refused(plan_of(BASE, &observed)), ["compute-fixed"]);
}

#[test]
fn a_tag_that_leaves_the_manifest_leaves_the_service_if_it_came_from_there() {
    let observed = left_by(&with("tags: { team: risk, stage: test }"));
    let plan = plan_of(&with("tags: { team: risk }"), &observed).unwrap();
    assert_eq!(paths(&plan), ["tags.stage"]);
    assert_eq!(plan.writes.untag, ["stage"]);
    assert_eq!(plan.effect, Effect::InPlace);
    let mut foreign = observed;
    foreign
        .task_definition
        .as_mut()
        .unwrap()
        .tags
        .remove("stage");
    let plan = plan_of(&with("tags: { team: risk }"), &foreign).unwrap();
    assert_eq!(plan.writes.untag, Vec::<String>::new());
}

/// Else what mlship took back once would be nobody's from then on.
#[test]
fn what_mlship_took_back_stays_its_own() {
    let observed = left_by(&with("rollout: { minimumHealthyPercent: 50 }"));
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(
        plan.settings,
        "min=100 breaker=on rollback=on net of=f959cdd4"
    );
}

/// What is kept of a service can leave no room for a release, which would then hang.
#[test]
fn percentages_that_leave_no_room_are_refused_before_anything_begins() {
    let mut observed = by_hand();
    let mut service = observed.service.take().unwrap().document;
    service.insert("desiredCount".into(), json!(1));
    observed.service = Some(LiveService::read(service).unwrap());
    let silent = BASE.replace(", desired: 3", "");
    assert_eq!(refused(plan_of(&silent, &observed)), ["rollout-stuck"]);
    let room = format!("{silent}rollout: {{ maximumPercent: 200 }}\n");
    assert_eq!(
        plan_of(&room, &observed).unwrap().effect,
        Effect::ReplaceTasks
    );
}

#[test]
fn a_null_of_overrides_is_no_value() {
    let observed = left_by(BASE);
    let silent = BASE.replace(", desired: 3", "");
    let null = format!("{silent}overrides: {{ service: {{ desiredCount: null }} }}\n");
    assert_eq!(plan_of(&null, &observed).unwrap().effect, Effect::None);
}

/// A manifest of name, cluster, image and size: ECS would refuse a load balancer without its port.
#[test]
fn a_port_that_a_kept_load_balancer_needs_is_kept() {
    let small = BASE.replace(" port: 8080,", "");
    let plan = plan_of(&small, &by_hand()).unwrap();
    let register = plan.writes.register.as_ref().unwrap();
    let ports = &register["containerDefinitions"][0]["portMappings"];
    assert_eq!(ports[0]["containerPort"], 8080, "{ports}");
    assert!(!paths(&plan).contains(&"runtime.port"));
    let other = BASE.replace("runtime: {", "runtime: { container: app,");
    assert_eq!(refused(plan_of(&other, &by_hand())), ["port-not-mapped"]);
    let said = other.replace("container: app", "container: scorer");
    assert!(plan_of(&said, &by_hand()).is_ok());
}

#[test]
fn a_port_that_kept_service_connect_needs_is_kept() {
    let mut observed = deployed(&release(BASE));
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.clear();
    live.document["containerDefinitions"][0]["portMappings"] =
        json!([{"containerPort": 8080, "name": "api", "appProtocol": "http"}]);
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    service["deployments"][0]["serviceConnectConfiguration"] =
        json!({"enabled": true, "namespace": "ml", "services": [{"portName": "api"}]});
    observed.service = Some(LiveService::read(service).unwrap());
    let small = BASE.replace(" port: 8080,", "");
    let plan = plan_of(&small, &observed).unwrap();
    assert_eq!(paths(&plan), Vec::<&str>::new(), "the port is what it was");
}

#[test]
fn a_part_that_is_no_longer_written_of_a_setting_of_ours_goes() {
    let connect = |more: &str| {
        with(&format!(
            "overrides: {{ service: {{ serviceConnectConfiguration: {{ enabled: true, namespace: ml{more} }} }} }}"
        ))
    };
    let logs = |options: &str| {
        connect(&format!(
            ", logConfiguration: {{ logDriver: awslogs{options} }}"
        ))
    };
    let two = logs(", options: { mode: blocking, awslogs-group: a }");
    for less in [
        connect(""),
        logs(""),
        logs(", options: { awslogs-group: a }"),
    ] {
        let observed = left_by(&two);
        let plan = plan_of(&less, &observed).unwrap();
        assert_eq!(plan.effect, Effect::ReplaceTasks, "{less}");
        let sent = sent(&plan)["serviceConnectConfiguration"].clone();
        let wanted = release(&less).desired.service["serviceConnectConfiguration"].clone();
        assert_eq!(sent, wanted);
        assert_eq!(plan_of(&less, &left_by(&less)).unwrap().changes, []);
    }
}

/// ECS may answer the ARN of a namespace that was written by its name: who wrote it knows.
#[test]
fn a_namespace_that_ecs_answers_as_an_arn_is_what_was_written() {
    let arn = "arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-0123456789abcdef";
    let connect = |namespace: &str| {
        with(&format!(
            "overrides: {{ service: {{ serviceConnectConfiguration: {{ enabled: true, namespace: \"{namespace}\" }} }} }}"
        ))
    };
    let mut observed = left_by(&connect("ml"));
    let mut service = observed.service.take().unwrap().document;
    service["serviceConnectConfiguration"]["namespace"] = json!(arn);
    observed.service = Some(LiveService::read(service).unwrap());
    let changed = |namespace: &str, observed: &Observed| {
        paths(&plan_of(&connect(namespace), observed).unwrap()).len()
    };
    assert_eq!(changed("ml", &observed), 0);
    assert_eq!(changed(arn, &observed), 0);
    assert_eq!(changed("other", &observed), 1);
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.remove(SETTINGS);
    assert_eq!(changed("ml", &observed), 1, "it may be another's");
}
