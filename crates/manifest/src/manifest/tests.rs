//! Tests of reading manifests as a whole, of the JSON Schema, and that no text causes a panic.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

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
fn a_problem_found_later_points_at_the_line_of_its_field() {
    let manifest = good(GOOD);
    let at = |path: &str| {
        let span = manifest.problem(path, Code::SAMPLE, "no").span.unwrap();
        (span.line(), span.column(), span.text().to_owned())
    };
    assert_eq!(at("runtime.cpu"), (12, 8, "1024".to_owned()));
    assert_eq!(
        at("runtime.env.MODEL_DIR"),
        (17, 16, "/opt/model".to_owned())
    );
    assert_eq!(at("network.subnets[1]"), (22, 23, "subnet-b".to_owned()));
    assert_eq!(at("network.subnets"), (22, 3, "subnets".to_owned()));
    assert_eq!(
        at("runtime.logs.group"),
        (11, 1, "runtime".to_owned()),
        "not written"
    );
    assert_eq!(at("nowhere.at.all"), (1, 1, "apiVersion".to_owned()));
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "the length of the answer is the point"
)]
fn everything_wrong_with_a_file_is_said_at_once_and_in_order() {
    let text = include_str!("../../../../tests/fixtures/manifests/everything-wrong.yaml");
    assert_data_eq!(
        findings(text),
        str![[r#"
error[unknown-value]: unknown value `mlship/v2` for `apiVersion`
 --> release.yaml:1:13
  |
1 | apiVersion: mlship/v2
  |             ^^^^^^^^^
  |
  = help: did you mean `mlship/v1`?

error[bad-name]: `model.name` can't be `fraud scorer`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:4:9
  |
4 |   name: fraud scorer
  |         ^^^^^^^^^^^^
  |
  = help: write `fraud-scorer`; it names the container, too

error[needs-quotes]: `model.version` must be a string, found the decimal number `1.10`
 --> release.yaml:5:12
  |
5 |   version: 1.10
  |            ^^^^
  |
  = help: quote it: `version: "1.10"`

error[unset-variable]: variable `GIT_SHA` is not set: the pipeline sets it
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${GIT_SHA:?the pipeline sets it}
  |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: set it; the manifest requires it

error[needs-quotes]: `account` must be a string, found the integer `111122223333`
 --> release.yaml:7:10
  |
7 | account: 111122223333
  |          ^^^^^^^^^^^^
  |
  = help: quote it: `account: "111122223333"`

error[unknown-field]: unknown field `clustre` in `service`
 --> release.yaml:9:3
  |
9 |   clustre: ml-prod
  |   ^^^^^^^
  |
  = help: did you mean `cluster`?

error[wrong-type]: `service.desired` must be an integer, found the string `three`
  --> release.yaml:11:12
   |
11 |   desired: three
   |            ^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

error[wrong-type]: `runtime.cpu` must be an integer, found the string `"1024"`
  --> release.yaml:13:8
   |
13 |   cpu: "1024"
   |        ^^^^^^
   |
   = help: remove the quotes: `cpu: 1024`

error[unknown-field]: unknown field `memroy` in `runtime`
  --> release.yaml:14:3
   |
14 |   memroy: 2048
   |   ^^^^^^
   |
   = help: did you mean `memory`?

error[wrong-type]: `runtime.memory` must be an integer, found the string `2GB`
  --> release.yaml:15:11
   |
15 |   memory: 2GB
   |           ^^^
   |
   = help: a number has no unit here; write `memory: 2048`

error[out-of-range]: `runtime.port` must be 1 to 65535, found 80800
  --> release.yaml:16:9
   |
16 |   port: 80800
   |         ^^^^^
   |
   = help: the nearest is 65535; `runtime.port`: the port that the container listens on

error[needs-quotes]: `runtime.env.NORWAY` must be quoted: tools disagree about what it is without quotes
  --> release.yaml:18:13
   |
18 |     NORWAY: ***
   |             ^^^
   |
   = help: quote the value of `NORWAY`

error[duplicate-key]: `DB_PASSWORD` is written twice
  --> release.yaml:20:5
   |
20 |     DB_PASSWORD: ***
   |     ^^^^^^^^^^^
   |
   = help: it was first written on line 19; keep one

warning[credential-in-env]: `DB_PASSWORD` looks like a credential, and anyone who may describe the task definition can read it
  --> release.yaml:20:18
   |
20 |     DB_PASSWORD: ***
   |                  ^^^
   |
   = help: keep it in Secrets Manager or SSM, and its ARN under `runtime.secrets`

error[bad-secret]: the value of `DB_URL` is not where ECS can find a secret
  --> release.yaml:21:22
   |
21 |   secrets: { DB_URL: *** }
   |                      ^^^
   |
   = help: write the ARN of a Secrets Manager secret, or the ARN or name of an SSM parameter; never the secret itself

error[wrong-type]: `network.subnets` must be a list, found the string `subnet-a`
  --> release.yaml:23:12
   |
23 |   subnets: subnet-a
   |            ^^^^^^^^
   |
   = help: write a list: `subnets: [subnet-a]`

error[empty-value]: `network.securityGroups` has no value
  --> release.yaml:24:3
   |
24 |   securityGroups:
   |   ^^^^^^^^^^^^^^
   |
   = help: write `[]`, or remove the line

error[bad-health-command]: `health.container.command` must begin with `CMD` or `CMD-SHELL`, found `curl`
  --> release.yaml:26:16
   |
26 |   container: { command: [curl], interval: 1 }
   |                ^^^^^^^
   |
   = help: write `[CMD-SHELL, "curl -fs localhost:8080/ready"]`

error[out-of-range]: `health.container.interval` must be 5 to 300, found 1
  --> release.yaml:26:43
   |
26 |   container: { command: [curl], interval: 1 }
   |                                           ^
   |
   = help: the nearest is 5; `health.container.interval`: seconds between two checks, 5 to 300; 30 by default

error[wrong-type]: `health.graceSeconds` must be an integer, found the string `5m`
  --> release.yaml:27:17
   |
27 |   graceSeconds: 5m
   |                 ^^
   |
   = help: a number has no unit here; write `graceSeconds: 300`

error[wrong-type]: `service.desired` must be an integer, found the string `many`
  --> release.yaml:30:25
   |
30 |     service: { desired: many, name: a, nmae: b }
   |                         ^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

error[unknown-field]: unknown field `nmae` in `service`
  --> release.yaml:30:40
   |
30 |     service: { desired: many, name: a, nmae: b }
   |                                        ^^^^
   |
   = help: did you mean `name`?

"#]]
    );
}

#[test]
fn another_kind_of_manifest_is_not_checked_as_a_release() {
    let text = "apiVersion: mlship/v1\nkind: Experiment\nvariants: []\n";
    assert_data_eq!(
        findings(text),
        str![[r#"
error[not-a-release]: this is an experiment, and the command takes releases
 --> release.yaml:2:7
  |
2 | kind: Experiment
  |       ^^^^^^^^^^
  |
  = help: `mlship experiment start`, `status` and `stop` take experiments, and so do `mlship validate` and `mlship render`

"#]]
    );
    assert_data_eq!(
        findings("apiVersion: mlship/v1\nkind: ModelRelaese\n"),
        str![[r#"
error[unknown-kind]: unknown kind `ModelRelaese`
 --> release.yaml:2:7
  |
2 | kind: ModelRelaese
  |       ^^^^^^^^^^^^
  |
  = help: did you mean `ModelRelease`? a manifest's kind is `ModelRelease` or `Experiment`

"#]]
    );
}

#[test]
fn a_flood_of_problems_is_cut_off() {
    let fields: Vec<String> = (0..5000).map(|index| format!("field{index}: 1")).collect();
    let found = read_in(None, &adding(&fields.join("\n"))).unwrap_err();
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "4900 more problems are not shown");
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

/// Pieces that manifests are made of, in whatever order.
fn fragment() -> impl Strategy_ {
    prop::sample::select(vec![
        "apiVersion: mlship/v1\n",
        "kind: ModelRelease\n",
        "model:\n",
        "  name: x\n",
        "- ",
        "  ",
        "\n",
        "${A",
        "}",
        "${A:-b}",
        "$${",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "&a ",
        "*a",
        "<<: *a\n",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "#",
        "\t",
        "\r\n",
        "\u{feff}",
        "é",
        "\u{0}",
        "!!int ",
        "? ",
        "---\n",
        "...\n",
        "1.10",
        "no",
        "0x1F",
        "1e999",
        "99999999999999999999",
        "~",
        "env:",
        "secrets:",
        "environments:\n",
        "runtime:\n",
        "  cpu: 300\n",
        "overrides:\n",
    ])
}

trait Strategy_: proptest::strategy::Strategy<Value = &'static str> {}
impl<S: proptest::strategy::Strategy<Value = &'static str>> Strategy_ for S {}

/// Reads a text in every way, and draws what is found.
fn exercise(text: &str) {
    for environment in [None, Some("staging")] {
        let drawn = findings_in(environment, text);
        assert!(!drawn.contains("error[internal]"), "{text}\n{drawn}");
        assert!(!drawn.contains("hunter2"), "{text}\n{drawn}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_in_a_manifest_or_in_findings(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn any_pieces_of_yaml_end_in_a_manifest_or_in_findings(
        pieces in prop::collection::vec(fragment(), 0..40),
    ) {
        exercise(&pieces.concat());
    }

    #[test]
    fn a_manifest_with_a_piece_put_in_anywhere_ends_in_a_manifest_or_in_findings(
        at in 0..GOOD.len(),
        piece in fragment(),
        gone in 0..30_usize,
    ) {
        let end = (at + gone).min(GOOD.len());
        exercise(&format!("{}{piece}{}", &GOOD[..at], &GOOD[end..]));
    }

    #[test]
    fn a_secret_never_shows_however_the_text_around_it_is_broken(
        at in 0..SECRETIVE.len(),
        piece in fragment(),
        gone in 0..12_usize,
    ) {
        let end = (at + gone).min(SECRETIVE.len());
        let from = SECRETIVE.find("env:").unwrap_or_default();
        let to = SECRETIVE.find("hunter2").unwrap_or_default() + "hunter2".len();
        // Without the block's own key nobody can know, and a changed secret is another.
        if end <= from || at >= to {
            exercise(&format!("{}{piece}{}", &SECRETIVE[..at], &SECRETIVE[end..]));
        }
    }
}

const SECRETIVE: &str = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel:\n  name: x\nruntime:\n  cpu: 1024\n  env:\n    A: hunter2\n    B: c\n  port: 1\n";

/// Reads a file as other tools do, for a validator of JSON Schema that is not ours.
fn as_json(path: &std::path::Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_example_agrees_with_the_schema_that_editors_get() {
    let schema = json_schema();
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
