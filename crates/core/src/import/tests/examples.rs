//! The services that the examples in `manifests/` make.

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::release::{Policy, Scaling, Tracking};
use crate::shape::DocumentKind;
use crate::shape::model::answered;

/// What a pipeline would set: what has no default in an example.
fn variable(name: &str) -> Option<String> {
    let value = match name {
        "SUBNET_A" => "subnet-0123456789abcdef0",
        "SUBNET_B" => "subnet-0123456789abcdef1",
        "SECURITY_GROUP" => "sg-0123456789abcdef0",
        "SECRET_ARN" => "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "EXECUTION_ROLE" | "TASK_ROLE" => "arn:aws:iam::111122223333:role/ml",
        name if name.ends_with("TARGET_GROUP") => {
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/0123456789abcdef"
        }
        _ => return None,
    };
    Some(value.to_owned())
}

/// Deploys an example, and imports what came of it.
fn check(text: &str, name: &str) {
    let settings = ReadOptions {
        environment: None,
        variables: &variable,
    };
    let examined = mlship_manifest::examine(Source::new(name, text), &settings);
    let ManifestContent::Release(Some(manifest)) = examined.subject else {
        panic!("{name}: {:#?}", examined.findings);
    };
    // A service whose traffic ECS moves is imported by nobody yet.
    if manifest.release.strategy().moves_traffic() {
        return;
    }
    let mut written = manifest.release.clone();
    written.model.version.get_or_insert_with(|| "3".to_owned());
    // A registry would say where the weights are.
    if let Some(artifact) = written
        .model
        .artifact
        .as_mut()
        .filter(|_| written.model.reference.is_some())
    {
        artifact
            .uri
            .get_or_insert_with(|| "s3://models/churn/3/".to_owned());
    }
    written.service.cluster = "ml".to_owned();
    written.service.name = "app".to_owned();
    let release = resolve(&written, "eu-west-1", &manifest.secrets);
    let mut task = answered(DocumentKind::TaskDefinition, &release.registration());
    task.insert("tags".to_owned(), release.registration()["tags"].clone());
    let mut settings = release.desired.service.clone();
    for (field, value) in release.desired.new_service.clone() {
        settings.entry(field).or_insert(value);
    }
    settings.retain(|_, value| *value != json!([]));
    let mut service = answered(DocumentKind::Service, &settings);
    let mut tags = release.desired.tags.clone();
    tags.insert("mlship:model".to_owned(), release.model.name.clone());
    service.insert("tags".to_owned(), crate::release::tag_list(&tags));
    let mut observed = observed(&Value::Object(task), &Value::Object(service));
    observed.scaling = release.desired.scaling.map(|scaling| Scaling {
        min: scaling.min,
        max: scaling.max,
        policies: scaling
            .target_cpu_percent
            .into_iter()
            .map(|target| Policy {
                name: "mlship-cpu".to_owned(),
                cpu: Some(Tracking {
                    target: f64::from(target),
                    ..Tracking::default()
                }),
                requests_of: None,
            })
            .collect(),
    });
    let manifest = imported(&observed);
    assert_eq!(
        manifest["model"]["name"],
        json!(release.model.name),
        "{name}"
    );
    assert_eq!(
        manifest["model"]["version"],
        json!(release.model.version),
        "{name}"
    );
    let artifact = json!(written.model.artifact);
    let delivery = artifact["delivery"].as_str().unwrap_or("baked");
    let found = manifest["model"]["artifact"]["delivery"]
        .as_str()
        .unwrap_or("baked");
    assert_eq!(found, delivery, "{name}");
    assert_eq!(
        manifest["overrides"].is_null(),
        written.overrides.is_none(),
        "{name}: {:#}",
        manifest["overrides"]
    );
}

#[test]
fn what_the_examples_make_is_imported_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manifests");
    let mut seen = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            check(&text, &path.display().to_string());
            seen += 1;
        }
    }
    assert!(seen >= 9, "{seen}");
}
