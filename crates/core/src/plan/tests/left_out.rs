//! What becomes of what a manifest leaves out.

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
fn services_of_others_are_refused_before_anything_is_written() {
    for (field, value, code) in [
        (
            "deploymentController",
            json!({"type": "CODE_DEPLOY"}),
            "foreign-controller",
        ),
        (
            "deploymentController",
            json!({"type": "EXTERNAL"}),
            "foreign-controller",
        ),
        ("schedulingStrategy", json!("DAEMON"), "daemon-service"),
        ("resourceManagementType", json!("ECS"), "express-service"),
    ] {
        let plan = plan_over(BASE, BASE, |service| {
            service.insert(field.to_owned(), value.clone());
        });
        assert_eq!(refused(plan), [code], "{value}");
    }
}

#[test]
fn a_service_that_runs_the_release_already_is_only_tagged() {
    let mut observed = deployed(&release(BASE));
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    observed.service = Some(LiveService::read(service).unwrap());
    observed.task_definition.as_mut().unwrap().tags.clear();
    let plan = plan_of(BASE, &observed).unwrap();
    assert!(plan.adopts);
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.changes, []);
    assert_eq!(plan.writes.register, None);
    assert_eq!(plan.writes.service, None);
    assert_eq!(plan.writes.tags["mlship:model"], "scorer");
    assert_eq!(plan.writes.revision_tags["mlship:version"], "8");
}

/// By the revision that serves an older version's service is known, and one whose tags were
/// stripped.
#[test]
fn a_service_without_tags_is_known_by_its_revision() {
    let mut observed = deployed(&release(BASE));
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    observed.service = Some(LiveService::read(service).unwrap());
    let plan = plan_of(BASE, &observed).unwrap();
    assert!(!plan.adopts);
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.writes.tags["mlship:model"], "scorer");
    assert!(plan.writes.revision_tags.is_empty());
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

#[test]
fn what_is_ignored_is_left_to_its_owner_and_named() {
    let wanted = with(
        "health: { graceSeconds: 60 }\ntags: { team: risk }\nignore: [service.desired, runtime.env.A, \
         health, 'overrides.taskDefinition.containerDefinitions[agent]', tags.team]",
    );
    let mut observed = left_by(&with("health: { graceSeconds: 60 }"));
    let live = observed.task_definition.as_mut().unwrap();
    let containers = live.document["containerDefinitions"]
        .as_array_mut()
        .unwrap();
    containers.push(json!({"name": "agent", "image": "agent:1"}));
    let variables = containers[0]["environment"].as_array_mut().unwrap();
    let variable = variables
        .iter_mut()
        .find(|pair| pair["name"] == "A")
        .unwrap();
    variable["value"] = json!("theirs");
    let mut service = observed.service.take().unwrap().document;
    service.insert("desiredCount".into(), json!(7));
    service.insert("healthCheckGracePeriodSeconds".into(), json!(90));
    observed.service = Some(LiveService::read(service).unwrap());
    let same = plan_of(&wanted, &observed).unwrap();
    assert_eq!(same.changes, []);
    assert_eq!(same.effect, Effect::None);
    for field in [
        "service.desired",
        "runtime.env.A",
        "health.graceSeconds",
        "tags.team",
    ] {
        assert!(
            same.ignored.contains(&field.to_owned()),
            "{field}: {:?}",
            same.ignored
        );
    }
    // What is beside it is changed, and what is ignored goes along as it is.
    let newer = wanted.replace("scorer:8", "scorer:9");
    let plan = plan_of(&newer, &observed).unwrap();
    let register = plan.writes.register.unwrap();
    let containers = register["containerDefinitions"].as_array().unwrap();
    assert_eq!(containers[0]["image"], "registry.example.com/scorer:9");
    assert!(containers[0]["environment"].to_string().contains("theirs"));
    assert_eq!(containers[1]["image"], "agent:1");
    let nothing_else = match plan.writes.service.unwrap() {
        ServiceWrite::Deploy(document) => document,
        other => panic!("{other:?}"),
    };
    assert!(!nothing_else.contains_key("desiredCount"));
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

/// They were never in a manifest, and so left none.
#[test]
fn tags_of_a_service_that_is_taken_over_stay() {
    let mut observed = by_hand();
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.insert("team".into(), "risk".into());
    let mut service = observed.service.take().unwrap().document;
    service.insert("tags".into(), json!([{"key": "team", "value": "risk"}]));
    observed.service = Some(LiveService::read(service).unwrap());
    assert_eq!(
        plan_of(BASE, &observed).unwrap().writes.untag,
        Vec::<String>::new()
    );
}

#[test]
fn ignored_tags_and_ignored_autoscaling_are_not_taken_away() {
    let mut observed = left_by(&with("tags: { team: risk }"));
    let mut service = observed.service.take().unwrap().document;
    let tags = service["tags"].as_array_mut().unwrap();
    tags.push(json!({"key": crate::release::SCALED, "value": "true"}));
    observed.service = Some(LiveService::read(service).unwrap());
    observed.scaling = Some(crate::release::Scaling {
        min: 1,
        max: 9,
        policies: Vec::new(),
    });
    let plan = plan_of(&with("ignore: [tags.team, autoscaling]"), &observed).unwrap();
    assert_eq!(plan.writes.untag, Vec::<String>::new());
    assert_eq!(plan.writes.scaling, []);
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(plan.writes.untag, ["team", "mlship:autoscaling"]);
    assert!(!plan.writes.scaling.is_empty());
}

#[test]
fn a_variable_with_a_dot_in_its_name_is_not_within_another() {
    let dotted = |value: &str| {
        with("ignore: [runtime.env.A]").replace(
            "env: { A: \"1\"",
            &format!("env: {{ A: \"{value}\", A.B: \"{value}\""),
        )
    };
    let observed = left_by(&dotted("1"));
    let plan = plan_of(&dotted("2"), &observed).unwrap();
    assert_eq!(paths(&plan), ["runtime.env.A.B"]);
}

#[test]
fn what_is_ignored_is_no_loss() {
    let observed = left_by(&with(&format!("traffic: {{ targetGroup: \"{GROUP}\" }}")));
    let plan = plan_of(&with("ignore: [traffic]"), &observed).unwrap();
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.settings, "breaker=on rollback=on net of=f959cdd4");
}

#[test]
fn a_revision_is_known_by_its_content_alone() {
    let mut observed = left_by(BASE);
    let tags = &mut observed.task_definition.as_mut().unwrap().tags;
    tags.retain(|key, _| key == crate::release::CONTENT);
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.writes.revision_tags["mlship:version"], "8");
}

#[test]
fn a_model_that_is_renamed_is_told() {
    let kept_container = BASE.replace("runtime: {", "runtime: { container: scorer,");
    let observed = left_by(&kept_container);
    let renamed = kept_container.replace("model: { name: scorer", "model: { name: ranker");
    let plan = plan_of(&renamed, &observed).unwrap();
    assert_eq!(paths(&plan), ["model.name", "model.version"]);
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

/// Two services may run one revision: what its tags tell is of one of them.
#[test]
fn what_a_revision_tells_of_another_service_is_no_word_about_this_one() {
    let theirs = left_by(&with("health: { graceSeconds: 300 }"));
    let release = release(BASE);
    let mut id = release.service.clone();
    id.name = ServiceName::new("another");
    let mut service = theirs.service.clone().unwrap().document;
    service.remove("tags");
    service.insert("healthCheckGracePeriodSeconds".into(), json!(300));
    let service = LiveService::read(service).unwrap();
    let live = theirs.task_definition.clone();
    let ours = Observed::of(&release.service, Some(service.clone()), live.clone());
    assert!(!plan_of(BASE, &ours).unwrap().adopts);
    let foreign = Observed::of(&id, Some(service), live);
    let plan = plan_of(BASE, &foreign).unwrap();
    assert!(plan.adopts, "its service is nobody's");
    assert_eq!(plan.writes.revision_tags, BTreeMap::new());
    assert!(!paths(&plan).contains(&"health.graceSeconds"), "it stays");
}
