use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::plan::{Change, Observed, Redeploy, plan};
use crate::release::fields::field;
use crate::release::ids::{Caller, TaskDefinitionArn};
use crate::release::{Document, LiveService, resolve, tag_list, tags_of};
use crate::shape::{DocumentKind, leaves};
use mlship_manifest::{ReadOptions, Source, read};

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/m:1";

fn release(artifact: &str, overrides: &Value) -> Release {
    release_of("m", artifact, overrides)
}

fn release_of(model: &str, artifact: &str, overrides: &Value) -> Release {
    let text = format!(
        r#"
apiVersion: mlship/v1
kind: ModelRelease
model: {{ name: {model}, version: "8", artifact: {{ {artifact} }} }}
image: registry.example.com/m:8
service: {{ cluster: ml, name: m, desired: 2 }}
runtime:
  cpu: 512
  memory: 1024
  port: 8080
  env: {{ A: "1" }}
  logs: {{ group: /ml/m }}
  roles: {{ execution: "arn:aws:iam::111122223333:role/e", task: "arn:aws:iam::111122223333:role/t" }}
network: {{ subnets: [subnet-0123456789abcdef0] }}
health: {{ container: {{ command: [CMD, x] }} }}
rollout: {{ alarms: [broken] }}
autoscaling: {{ min: 1, max: 4, targetCpuPercent: 60 }}
tags: {{ team: risk }}
overrides: {overrides}
"#
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("test.yaml", text), &settings).unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}

fn changes(release: &Release, observed: &Observed) -> Vec<Change> {
    let caller = Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/me".to_owned(),
    };
    plan(release, observed, &caller, Redeploy::WhenChanged)
        .unwrap()
        .changes
}

fn first(release: &Release) -> Vec<Change> {
    changes(release, &Observed::default())
}

/// What AWS has after a release; registered by mlship, or by somebody who writes no tags.
fn deployed(release: &Release, is_ours: bool) -> Observed {
    let mut document = release.registration();
    let tags = tags_of(&document.remove("tags").unwrap());
    let mut service = release.desired.service.clone();
    for (field, value) in [
        (
            "serviceArn",
            json!("arn:aws:ecs:eu-west-1:111122223333:service/ml/m"),
        ),
        ("status", json!("ACTIVE")),
        ("taskDefinition", json!(ARN)),
        ("tags", tag_list(&release.desired.tags)),
    ] {
        service.insert(field.to_owned(), value);
    }
    Observed {
        service: Some(LiveService::read(service).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(ARN),
            document,
            tags: if is_ours {
                tags
            } else {
                std::collections::BTreeMap::new()
            },
        }),
        scaling: None,
        newest: None,
        alarms: None,
        revision: None,
        traffic: None,
        shares_revision: false,
    }
}

fn named(changes: &[Change], section: &str) -> Vec<String> {
    let of_section = changes
        .iter()
        .filter(|change| change.path.starts_with(section));
    of_section.map(|change| change.path.clone()).collect()
}

const BAKED: &str = "delivery: baked";
const FROM_S3: &str = "uri: 's3://models/k', delivery: s3-init, mountPath: /opt/w";
const ON_EFS: &str = "delivery: efs, fileSystem: fs-0123456789abcdef0, accessPoint: fsap-0123456789abcdef0, mountPath: /opt/w";

#[test]
fn without_overrides_nothing_is_named_after_them() {
    for artifact in [BAKED, FROM_S3, ON_EFS] {
        let found = first(&release(artifact, &json!({})));
        assert_eq!(named(&found, "overrides"), Vec::<String>::new());
        let nameless: Vec<&Change> = found
            .iter()
            .filter(|change| change.path == change.ecs_field && field(&change.path).is_none())
            .collect();
        assert_eq!(nameless, Vec::<&Change>::new());
    }
}

#[test]
fn weights_are_of_the_artifact_when_they_come_and_when_they_go() {
    for artifact in [FROM_S3, ON_EFS] {
        let with = release(artifact, &json!({}));
        let without = release(BAKED, &json!({}));
        let come = changes(&with, &deployed(&without, true));
        let go = changes(&without, &deployed(&with, true));
        for found in [come, go] {
            assert!(named(&found, "model.artifact.").len() > 3, "{found:?}");
            let others: Vec<&Change> = found
                .iter()
                .filter(|change| {
                    !change.path.starts_with("model.artifact.")
                        && !change.path.starts_with("runtime.logs")
                        && !change.path.starts_with("autoscaling")
                })
                .collect();
            assert_eq!(others, Vec::<&Change>::new());
        }
    }
}

#[test]
fn a_renamed_models_container_keeps_its_fields_names() {
    let before = release_of("old", FROM_S3, &json!({}));
    let found = changes(
        &release_of("new", FROM_S3, &json!({})),
        &deployed(&before, true),
    );
    assert_eq!(named(&found, "overrides"), Vec::<String>::new());
    assert!(found.iter().any(
        |change| change.ecs_field == "containerDefinitions[old].image" && change.path == "image"
    ));
}

#[test]
fn a_mount_of_overrides_is_none_of_the_weights() {
    let mount = json!({"taskDefinition": {"containerDefinitions": [
        {"name": "m", "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}],
        "volumes": [{"name": "data"}]}});
    let with = release(BAKED, &mount);
    let without = release(BAKED, &json!({}));
    for found in [first(&with), changes(&without, &deployed(&with, true))] {
        assert_eq!(named(&found, "model.artifact"), Vec::<String>::new());
        assert_eq!(named(&found, "overrides").len(), 3, "{found:?}");
    }
}

#[test]
fn what_overrides_no_longer_write_is_named_after_them_and_what_somebody_else_wrote_is_not() {
    let overrides = json!({"taskDefinition": {"pidMode": "task",
        "containerDefinitions": [{"name": "sidecar", "image": "i"}]}});
    let plain = release(BAKED, &json!({}));
    let before = release(BAKED, &overrides);
    let ours = changes(&plain, &deployed(&before, true));
    assert_eq!(
        named(&ours, "overrides"),
        [
            "overrides.taskDefinition.containerDefinitions[sidecar].image",
            "overrides.taskDefinition.containerDefinitions[sidecar].name",
            "overrides.taskDefinition.pidMode",
        ]
    );
    let theirs = changes(&plain, &deployed(&before, false));
    assert_eq!(named(&theirs, "overrides"), Vec::<String>::new());
    assert_eq!(
        named(&theirs, "containerDefinitions"),
        [
            "containerDefinitions[sidecar].image",
            "containerDefinitions[sidecar].name"
        ]
    );
    assert_eq!(named(&theirs, "pidMode"), ["pidMode"]);
}

#[test]
fn autoscaling_is_named_as_its_rows_say() {
    let found = first(&release(BAKED, &json!({})));
    let scaling: Vec<&Change> = found
        .iter()
        .filter(|change| change.path.starts_with("autoscaling"))
        .collect();
    assert_eq!(scaling.len(), 3);
    for change in scaling {
        let places = field(&change.path).unwrap().places;
        let is_place = |place: &str| place.replace("[*]", "[mlship-cpu]") == change.ecs_field;
        assert!(
            places.iter().any(|place| is_place(place.path)),
            "{change:?}"
        );
    }
}

/// Overrides of what no field says, of what one says, and of both in one object.
fn overrides() -> impl Strategy<Value = Value> {
    let task = prop::sample::subsequence(
        vec![
            ("pidMode", json!("task")),
            ("cpu", json!("1024")),
            ("runtimePlatform", json!({"cpuArchitecture": "ARM64"})),
            ("volumes", json!([{"name": "data"}])),
            (
                "placementConstraints",
                json!([{"type": "memberOf", "expression": "x"}]),
            ),
        ],
        0..=5,
    );
    let container = prop::sample::subsequence(
        vec![
            ("user", json!("1000")),
            ("image", json!("other")),
            (
                "environment",
                json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]),
            ),
            (
                "healthCheck",
                json!({"command": ["CMD", "x"], "retries": 9}),
            ),
            ("linuxParameters", json!({"initProcessEnabled": true})),
            (
                "mountPoints",
                json!([{"sourceVolume": "data", "containerPath": "/opt/w"}]),
            ),
            (
                "logConfiguration",
                json!({"options": {"mode": "non-blocking"}}),
            ),
        ],
        0..=7,
    );
    let service = prop::sample::subsequence(
        vec![
            ("enableExecuteCommand", json!(true)),
            ("healthCheckGracePeriodSeconds", json!(5)),
            (
                "deploymentConfiguration",
                json!({"maximumPercent": 150, "bakeTimeInMinutes": 3}),
            ),
            ("platformVersion", json!("1.4.0")),
            (
                "serviceRegistries",
                json!([{"registryArn": "r", "port": 1}]),
            ),
        ],
        0..=5,
    );
    (task, container, any::<bool>(), service).prop_map(|(task, container, sidecar, service)| {
        let mut task: Document = members(task);
        let mut model = members(container);
        model.insert("name".to_owned(), json!("m"));
        let mut containers = vec![Value::Object(model)];
        if sidecar {
            containers.push(json!({"name": "sidecar", "image": "s", "memory": 64}));
        }
        task.insert("containerDefinitions".to_owned(), json!(containers));
        json!({"taskDefinition": task, "service": members(service)})
    })
}

fn members(pairs: Vec<(&str, Value)>) -> Document {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

proptest! {
    /// What the documents are without the overrides tells what these wrote.
    #[test]
    fn all_that_overrides_wrote_and_nothing_else_is_named_after_them(
        overrides in overrides(), on_efs in any::<bool>(),
    ) {
        let artifact = if on_efs { ON_EFS } else { FROM_S3 };
        let (with, without) = (release(artifact, &overrides), release(artifact, &json!({})));
        let found = named(&first(&with), "overrides");
        for (section, kind, above, below) in [
            ("taskDefinition", DocumentKind::TaskDefinition, &with.desired.task_definition, &without.desired.task_definition),
            ("service", DocumentKind::Service, &with.desired.service, &without.desired.service),
        ] {
            let of = |document: &Document| leaves(kind, &Value::Object(document.clone()));
            let (above, below) = (of(above), of(below));
            let written = leaves(kind, &overrides[section]);
            let name = |path: &Path| format!("overrides.{section}.{path}");
            let different = above.iter().filter(|(path, value)| below.get(*path) != Some(*value));
            for (path, _) in different {
                prop_assert!(found.contains(&name(path)), "{path} is not in {found:?}");
            }
            let written: BTreeSet<String> = written.keys().map(name).collect();
            let prefix = format!("overrides.{section}.");
            for path in found.iter().filter(|path| path.starts_with(&prefix)) {
                prop_assert!(written.contains(path), "{path} is not written");
            }
        }
    }
}
