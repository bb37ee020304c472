//! Tests of reading manifests as a whole, of the JSON Schema, and that no text causes a panic.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

mod any_text;
mod findings;

use crate::manifest::Code;
use proptest::prelude::*;
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use super::schema::{Arch, Compute, Delivery, NetworkMode, Strategy};
use super::testing::{GOOD, adding, findings, findings_in, good, read_in, with};
use super::*;

#[test]
fn a_good_manifest_has_no_findings_and_becomes_fields() {
    let manifest = good(GOOD);
    assert_eq!(manifest.warnings, []);
    assert_eq!(manifest.environments, ["staging"]);
    let release = manifest.release;
    assert_eq!(release.model.version.as_deref(), Some("8"));
    assert_eq!(release.service.desired, Some(3));
    assert_eq!(release.runtime.port, Some(8080));
    assert_eq!(release.runtime.env["MODEL_DIR"], "/opt/model");
    assert_eq!(release.network.unwrap().subnets, ["subnet-a", "subnet-b"]);
    assert_eq!(
        release.rollout.unwrap().circuit_breaker,
        None,
        "defaults are applied later"
    );
}

#[test]
fn every_field_of_the_format_can_be_read() {
    let schema = json_schema();
    let text = include_str!("../../../../tests/fixtures/manifests/every-field.yaml");
    let source = Source::new("every-field.yaml", text);
    let mut found = Vec::new();
    let root = parse::parse(&source, &mut found).unwrap();
    let value = schema_check::walk(
        &root,
        &schema_check::schemas().release.overlaid,
        schema_check::Stage::Expanded,
        &mut found,
    );
    assert_eq!(found, []);
    let mut missing = Vec::new();
    fields(&schema, &schema, &value, "", &mut missing);
    assert_eq!(missing, Vec::<String>::new());
    let release: ModelRelease = serde_json::from_value(value).unwrap();
    assert_eq!(release.runtime.compute, Some(Compute::ManagedInstances));
    assert_eq!(release.runtime.arch, Some(Arch::Arm64));
    assert_eq!(release.runtime.ephemeral_storage_gib, Some(40));
    assert_eq!(release.runtime.shared_memory_mib, Some(2048));
    assert_eq!(release.network.unwrap().mode, Some(NetworkMode::Bridge));
    assert_eq!(release.rollout.unwrap().strategy, Some(Strategy::BlueGreen));
    assert_eq!(
        release.model.artifact.unwrap().delivery,
        Some(Delivery::S3Init)
    );
}

/// Collects the fields of the schema that a value lacks.
fn fields(root: &Value, schema: &Value, value: &Value, path: &str, missing: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => &root["$defs"][name.trim_start_matches("#/$defs/")],
        None => schema,
    };
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if name == "environments" {
            continue;
        }
        let path = super::path::member(path, name);
        match value.get(name) {
            Some(value) => fields(root, field, value, &path, missing),
            None => missing.push(path),
        }
    }
}

#[test]
fn the_json_schema_of_a_field_says_what_an_editor_shows() {
    let schema = json_schema();
    let cpu = serde_json::to_string_pretty(&schema["$defs"]["Runtime"]["properties"]["cpu"]);
    assert_data_eq!(
        cpu.unwrap(),
        str![[r#"
{
  "description": "CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate.",
  "examples": [
    1024
  ],
  "maximum": 196608,
  "minimum": 128,
  "type": "integer"
}
"#]]
    );
    for kind in ["ModelRelease", "Experiment"] {
        let definition = &schema["$defs"][kind];
        let fields = definition["properties"].as_object().unwrap();
        assert!(fields.contains_key("environments"), "{kind}");
        assert_eq!(definition["additionalProperties"], false, "{kind}");
    }
    let staging = &schema["$defs"]["ModelReleaseOverlay"]["properties"]["service"]["$ref"];
    assert_eq!(staging, "#/$defs/ServiceOverlay");
    assert_eq!(schema["$defs"]["ServiceOverlay"]["required"], Value::Null);
}

#[test]
fn a_value_that_looks_like_yaml_stays_a_value() {
    let manifest = good(&with("MODEL_DIR: /opt/model", "MODEL_DIR: ${YAML}"));
    assert_eq!(
        manifest.release.runtime.env["MODEL_DIR"],
        "x\nkind: Evil # {["
    );
}

/// Reads a file as other tools do, for a validator of JSON Schema that is not ours.
fn as_json(path: &std::path::Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_example_agrees_with_the_schema_that_editors_get() {
    let schema = super::editor_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut checked = 0;
    for directory in ["manifests", "tests/fixtures/manifests"] {
        for entry in std::fs::read_dir(root.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            let is_example = path.extension().is_some_and(|end| end == "yaml")
                && !path.ends_with("everything-wrong.yaml");
            if is_example {
                let problems: Vec<String> = validator
                    .iter_errors(&as_json(&path))
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                assert_eq!(problems, Vec::<String>::new(), "{}", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 8, "{checked}");
    for wrong in [
        "manifests/everything-wrong.yaml",
        "invalid/two-problems.yaml",
    ] {
        let value = as_json(&root.join("tests/fixtures").join(wrong));
        assert!(!validator.is_valid(&value), "{wrong}");
    }
}

#[test]
fn editors_accept_a_variable_for_any_scalar_and_no_other_text_for_a_number() {
    let validator = jsonschema::validator_for(&super::editor_schema()).unwrap();
    let text = include_str!("../../../../tests/fixtures/manifests/every-field.yaml");
    let manifest: Value = serde_yaml::from_str(text).unwrap();
    let check = |pointer: &str, value: &str, expected: bool| {
        let mut changed = manifest.clone();
        *changed.pointer_mut(pointer).unwrap() = value.into();
        assert_eq!(validator.is_valid(&changed), expected, "{pointer}: {value}");
    };
    for pointer in [
        "/runtime/cpu",
        "/runtime/arch",
        "/rollout/circuitBreaker",
        "/account",
        "/service/name",
        "/environments/staging/service/desired",
    ] {
        check(pointer, "${VALUE:-1}", true);
        check(pointer, "no such value!", false);
    }
    check("/kind", "${KIND}", false);
}
