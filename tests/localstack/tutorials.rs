//! The AWS Deep Learning Containers tutorials, field by field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::stage::Stage;

/// What differs because the CPU tutorials run on EC2 with bridge networking and the manifests on
/// Fargate, with the reason; everything else must be the tutorial's.
fn on_fargate(tutorial: &mut Value) {
    tutorial["requiresCompatibilities"] = json!(["FARGATE"]);
    tutorial["networkMode"] = json!("awsvpc");
    // The least Fargate size that holds the container's 8111 MiB.
    tutorial["cpu"] = json!("1024");
    tutorial["memory"] = json!("8192");
    let ports = tutorial["containerDefinitions"][0]["portMappings"]
        .as_array_mut()
        .unwrap();
    for port in ports {
        // In awsvpc mode the host's port is the container's.
        port["hostPort"] = port["containerPort"].clone();
    }
}

/// What mlship adds, and what ECS answers without having been told.
const BESIDE: [&str; 12] = [
    "executionRoleArn",
    "runtimePlatform",
    "tags",
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "volumes",
    "placementConstraints",
];

/// In bridge mode ECS answers 0 for a host port that was left out: any that is free.
fn dynamic_ports(tutorial: &mut Value) {
    let ports = tutorial["containerDefinitions"][0]["portMappings"].as_array_mut();
    for port in ports.into_iter().flatten() {
        if port["hostPort"].is_null() {
            port["hostPort"] = json!(0);
        }
    }
}

/// The GPU tutorial of `PyTorch` takes the family of the CPU one; services need names of their own.
fn own_family(tutorial: &mut Value) {
    tutorial["family"] = json!("pytorch-inference-gpu");
}

fn check(manifest: &str, tutorial: &str, adapt: impl Fn(&mut Value)) {
    let stage = Stage::new();
    let run = stage.mlship(&["deploy", manifest, "-o", "json"], "1");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let arn = run.result()["task_definition"].as_str().unwrap().to_owned();
    let registered = comparable(
        stage.ask("DescribeTaskDefinition", &json!({"taskDefinition": arn}))["taskDefinition"]
            .take(),
    );

    let text = std::fs::read_to_string(format!("tests/fixtures/tutorials/{tutorial}")).unwrap();
    let mut tutorial: Value = serde_json::from_str(&text).unwrap();
    adapt(&mut tutorial);
    let tutorial = comparable(tutorial);
    for (field, value) in &tutorial {
        assert_eq!(registered.get(field), Some(value), "{field}");
    }
    let beyond: Vec<_> = registered
        .keys()
        .filter(|field| !tutorial.contains_key(*field))
        .collect();
    assert!(beyond.is_empty(), "{beyond:?}");
}

/// Returns the fields of a definition, with its containers' spread out, without empty ones and
/// without what mlship and ECS add.
fn comparable(mut definition: Value) -> BTreeMap<String, Value> {
    let container = definition["containerDefinitions"][0].take();
    let of_task = definition.as_object().unwrap().clone().into_iter();
    let of_container = container.as_object().unwrap().clone().into_iter();
    let fields = of_task
        .filter(|(field, _)| field != "containerDefinitions" && !BESIDE.contains(&field.as_str()))
        .chain(of_container.map(|(field, value)| (format!("container.{field}"), value)));
    fields
        .filter(|(_, value)| !value.is_null() && *value != json!([]) && *value != json!({}))
        .map(|(field, value)| (field, in_order(value)))
        .collect()
}

fn in_order(mut value: Value) -> Value {
    if let Some(items) = value
        .as_array_mut()
        .filter(|items| items.iter().all(Value::is_object))
    {
        items.sort_by_key(ToString::to_string);
    }
    value
}

#[test]
fn tensorflow_serving_is_registered_as_in_the_tutorial() {
    check(
        "manifests/tensorflow-serving-cpu.yaml",
        "tensorflow-inference-cpu.json",
        on_fargate,
    );
}

#[test]
fn pytorch_inference_is_registered_as_in_the_tutorial() {
    check(
        "manifests/pytorch-inference-cpu.yaml",
        "pytorch-inference-cpu.json",
        on_fargate,
    );
}

#[test]
fn tensorflow_serving_on_a_gpu_is_registered_as_in_the_tutorial() {
    check(
        "manifests/tensorflow-serving-gpu.yaml",
        "tensorflow-inference-gpu.json",
        dynamic_ports,
    );
}

#[test]
fn pytorch_inference_on_a_gpu_is_registered_as_in_the_tutorial() {
    check(
        "manifests/pytorch-inference-gpu.yaml",
        "pytorch-inference-gpu.json",
        own_family,
    );
}
