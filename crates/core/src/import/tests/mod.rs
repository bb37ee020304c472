mod examples;
mod obstacles;
mod over_the_model;
mod secrets;
mod shapes;
mod strategies;

use serde_json::{Value, json};

use super::*;
use crate::release::ids::{ClusterName, ServiceName, TaskDefinitionArn};
use crate::release::{LiveService, LiveTaskDefinition, ServiceRevision, limits, tags_of};

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7";

fn id() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new("app"),
        place: None,
    }
}

fn caller() -> Caller {
    Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/me".to_owned(),
    }
}

/// Finds what ECS's limits have against a manifest.
fn with_limits(mut examined: Examined) -> Examined {
    if let ManifestContent::Release(Some(manifest)) = &examined.subject {
        let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
        examined.findings.extend(limits(manifest, &release));
    }
    examined
}

/// What ECS answers of a service: what was registered, and what it was made with.
fn observed(task_definition: &Value, service: &Value) -> Observed {
    let mut registered = task_definition.clone();
    let tags = tags_of(&registered["tags"].take());
    registered.as_object_mut().unwrap().remove("tags");
    for (field, value) in [
        ("family", json!("app")),
        ("taskDefinitionArn", json!(ARN)),
        ("revision", json!(7)),
        ("status", json!("ACTIVE")),
        ("compatibilities", json!(["EC2", "FARGATE"])),
        ("registeredAt", json!(1_790_000_000.5)),
        ("volumes", json!([])),
        ("placementConstraints", json!([])),
    ] {
        if registered[field].is_null() {
            registered[field] = value;
        }
    }
    for container in registered["containerDefinitions"].as_array_mut().unwrap() {
        for field in ["environment", "mountPoints", "volumesFrom", "portMappings"] {
            if container[field].is_null() {
                container[field] = json!([]);
            }
        }
        for (field, value) in [("cpu", json!(0)), ("essential", json!(true))] {
            if container[field].is_null() {
                container[field] = value;
            }
        }
    }
    let mut described = service.clone();
    for (field, value) in [
        (
            "serviceArn",
            json!("arn:aws:ecs:eu-west-1:111122223333:service/ml/app"),
        ),
        ("serviceName", json!("app")),
        (
            "clusterArn",
            json!("arn:aws:ecs:eu-west-1:111122223333:cluster/ml"),
        ),
        ("status", json!("ACTIVE")),
        ("desiredCount", json!(2)),
        ("runningCount", json!(2)),
        ("taskDefinition", json!(ARN)),
        ("schedulingStrategy", json!("REPLICA")),
        ("propagateTags", json!("NONE")),
        ("enableECSManagedTags", json!(false)),
        ("enableExecuteCommand", json!(false)),
        ("availabilityZoneRebalancing", json!("DISABLED")),
        ("loadBalancers", json!([])),
        ("serviceRegistries", json!([])),
        ("placementConstraints", json!([])),
        ("placementStrategy", json!([])),
        ("createdBy", json!("arn:aws:iam::111122223333:role/ci")),
        (
            "deploymentConfiguration",
            json!({
                "deploymentCircuitBreaker": {"enable": false, "rollback": false},
                "maximumPercent": 200, "minimumHealthyPercent": 100,
                "strategy": "ROLLING", "bakeTimeInMinutes": 0,
            }),
        ),
    ] {
        if described[field].is_null() {
            described[field] = value;
        }
    }
    let mut primary = json!({"id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": ARN,
        "rolloutState": "COMPLETED", "createdAt": 1_790_000_000.5});
    for field in [
        "serviceConnectConfiguration",
        "volumeConfigurations",
        "vpcLatticeConfigurations",
    ] {
        if let Some(value) = described.as_object_mut().unwrap().remove(field) {
            primary[field] = value;
        }
    }
    let mut revision = json!({"serviceRevisionArn": "r/1", "taskDefinition": ARN});
    for field in ["monitoring", "gatewayConnectors"] {
        if let Some(value) = described.as_object_mut().unwrap().remove(field) {
            revision[field] = value;
        }
    }
    described["deployments"] = json!([primary]);
    let object = |value: Value| value.as_object().unwrap().clone();
    Observed {
        service: Some(LiveService::read(object(described)).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(ARN),
            document: object(registered),
            tags,
        }),
        scaling: None,
        newest: None,
        alarms: None,
        revision: Some(ServiceRevision::read(object(revision)).unwrap()),
        traffic: None,
        shares_revision: false,
    }
}

/// Imports a service and returns the manifest as a value. That its diff is empty is looked at
/// again, from the text alone, and so is that nothing is left to stay as it happens to be.
#[track_caller]
fn imported(observed: &Observed) -> Value {
    let imported = match import(&id(), observed, &caller(), None, &with_limits) {
        Ok(imported) => imported,
        Err(obstacle) => panic!("{obstacle:?}"),
    };
    let text = &imported.manifest;
    // Whoever deploys it sets the variables to what they were.
    let values = values(observed, &imported);
    let reading = read(text, &values, &with_limits);
    assert_eq!(reading.errors, [], "{text}");
    let manifest = reading.draft.unwrap();
    let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
    let plan = plan::plan(&release, observed, &caller(), Redeploy::WhenChanged);
    let plan = plan.unwrap_or_else(|refusals| panic!("{refusals:?}\n{text}"));
    assert_eq!(plan.changes, [], "{text}");
    assert_eq!(plan.effect, Effect::None, "{text}");
    assert_eq!(plan.kept, [], "{text}");
    assert_eq!(plan.writes.register, None, "{text}");
    assert_eq!(plan.writes.service, None, "{text}");
    serde_yaml::from_str(text).unwrap()
}

/// Returns what the variables of a manifest stand for.
fn values(observed: &Observed, imported: &Imported) -> BTreeMap<String, String> {
    let live = Live::of(&id(), observed, None).unwrap();
    let mut overrides = Overrides::of(&live);
    let mut values = variables::taken_out(&Draft::of(&live).with(&overrides)).values;
    for name in imported.variables.keys() {
        if values.contains_key(name) {
            continue;
        }
        // Of a sidecar: all that it has is in overrides.
        let kind = crate::shape::DocumentKind::TaskDefinition;
        let all = Value::Object(live.task_definition.clone());
        for path in crate::shape::leaves(kind, &all).keys() {
            let release = empty_release();
            overrides.carry(kind, path, &release, &live);
        }
        values.extend(variables::taken_out(&Draft::of(&live).with(&overrides)).values);
    }
    values
}

fn empty_release() -> crate::release::Release {
    let manifest = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {name: a, version: \"1\"}\n\
         image: a:1\nservice: {cluster: ml, name: app}\nruntime: {cpu: 256, memory: 512}\n";
    let manifest = read(manifest, &BTreeMap::new(), &with_limits)
        .draft
        .unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}
