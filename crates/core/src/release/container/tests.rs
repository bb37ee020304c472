use serde_json::{Value, json};

use crate::release::resolve;
use mlship_manifest::{ReadOptions, Source, read};

const BASE: &str = r#"apiVersion: mlship/v1
kind: ModelRelease
model: { name: m, version: "8" }
image: registry.example.com/m:8
service: { cluster: ml, name: m }
network: { mode: bridge }
runtime: { compute: ec2, memory: 1024, RUNTIME }
"#;

/// Holds a field of the model's container against what stands under `runtime`.
#[track_caller]
fn check(runtime: &str, field: &str, expected: &Value) {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let text = BASE.replace("RUNTIME", runtime);
    let manifest = read(Source::new("m.yaml", &*text), &settings).unwrap();
    let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
    let container = &release.registration()["containerDefinitions"][0];
    assert_eq!(&container[field], expected);
}

#[test]
fn shared_memory_is_a_parameter_of_linux_in_mib() {
    check(
        "sharedMemoryMiB: 64",
        "linuxParameters",
        &json!({"sharedMemorySize": 64}),
    );
    check("cpu: 256", "linuxParameters", &Value::Null);
}

#[test]
fn no_gpu_asks_for_nothing() {
    let gpu = json!([{"type": "GPU", "value": "1"}]);
    check("gpu: 1", "resourceRequirements", &gpu);
    check("gpu: 0", "resourceRequirements", &Value::Null);
}
