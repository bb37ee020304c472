//! Tests of the schema check: one finding a case.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, adding, findings, good, with};
use super::schemas;

/// Replaces a part of the good manifest, and checks everything that is said of it then.
#[track_caller]
fn check(old: &str, new: &str, expected: Inline) {
    assert_data_eq!(findings(&with(old, new)), expected);
}

#[test]
fn an_unknown_field_comes_with_the_one_that_was_meant() {
    check(
        "  memory: 2048",
        "  memory: 2048\n  memroy: 1",
        str![[r#"
error[unknown-field]: unknown field `memroy` in `runtime`
  --> release.yaml:14:3
   |
14 |   memroy: 1
   |   ^^^^^^
   |
   = help: did you mean `memory`?

"#]],
    );
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  entry_point: [a]",
        str![[r#"
error[unknown-field]: unknown field `entry_point` in `runtime`
  --> release.yaml:13:3
   |
13 |   entry_point: [a]
   |   ^^^^^^^^^^^
   |
   = help: did you mean `entryPoint`?

"#]],
    );
}

#[test]
fn an_unknown_field_that_other_tools_have_comes_with_its_name_here() {
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  environment: {}",
        str![[r#"
error[unknown-field]: unknown field `environment` in `runtime`
  --> release.yaml:13:3
   |
13 |   environment: {}
   |   ^^^^^^^^^^^
   |
   = help: write `runtime.env`

"#]],
    );
    check(
        "  desired: 3",
        "  desiredCount: 3",
        str![[r#"
error[unknown-field]: unknown field `desiredCount` in `service`
  --> release.yaml:10:3
   |
10 |   desiredCount: 3
   |   ^^^^^^^^^^^^
   |
   = help: write `service.desired`

"#]],
    );
}

#[test]
fn a_field_in_the_wrong_mapping_comes_with_the_right_one() {
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  targetGroup: x",
        str![[r#"
error[unknown-field]: unknown field `targetGroup` in `runtime`
  --> release.yaml:13:3
   |
13 |   targetGroup: x
   |   ^^^^^^^^^^^
   |
   = help: it belongs under `traffic`

"#]],
    );
}

#[test]
fn an_unknown_field_like_no_other_comes_with_all_there_are() {
    check(
        "  cluster: ml-prod",
        "  cluster: ml-prod\n  zebra: 1",
        str![[r#"
error[unknown-field]: unknown field `zebra` in `service`
 --> release.yaml:9:3
  |
9 |   zebra: 1
  |   ^^^^^
  |
  = help: the fields here are `cluster`, `desired` and `name`

"#]],
    );
}

#[test]
fn a_number_in_quotes_is_told_to_lose_them() {
    check(
        "port: 8080",
        "port: \"8080\"",
        str![[r#"
error[wrong-type]: `runtime.port` must be an integer, found the string `"8080"`
  --> release.yaml:14:9
   |
14 |   port: "8080"
   |         ^^^^^^
   |
   = help: remove the quotes: `port: 8080`

"#]],
    );
    check(
        "port: 8080",
        "port: '8_080'",
        str![[r#"
error[wrong-type]: `runtime.port` must be an integer, found the string `"8_080"`
  --> release.yaml:14:9
   |
14 |   port: '8_080'
   |         ^^^^^^^
   |
   = help: remove the quotes: `port: 8080`

"#]],
    );
}

#[test]
fn a_number_with_a_unit_is_converted() {
    check(
        "memory: 2048",
        "memory: 2GB",
        str![[r#"
error[wrong-type]: `runtime.memory` must be an integer, found the string `2GB`
  --> release.yaml:13:11
   |
13 |   memory: 2GB
   |           ^^^
   |
   = help: a number has no unit here; write `memory: 2048`

"#]],
    );
    check(
        "graceSeconds: 300",
        "graceSeconds: 5m",
        str![[r#"
error[wrong-type]: `health.graceSeconds` must be an integer, found the string `5m`
  --> release.yaml:28:17
   |
28 |   graceSeconds: 5m
   |                 ^^
   |
   = help: a number has no unit here; write `graceSeconds: 300`

"#]],
    );
}

#[test]
fn a_decimal_is_no_integer() {
    check(
        "cpu: 1024",
        "cpu: 0.5",
        str![[r#"
error[wrong-type]: `runtime.cpu` must be an integer, found the decimal number `0.5`
  --> release.yaml:12:8
   |
12 |   cpu: 0.5
   |        ^^^
   |
   = help: `runtime.cpu`: CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate

"#]],
    );
    check(
        "cpu: 1024",
        "cpu: 1e3",
        str![[r#"
error[wrong-type]: `runtime.cpu` must be an integer, found the decimal number `1e3`
  --> release.yaml:12:8
   |
12 |   cpu: 1e3
   |        ^^^
   |
   = help: `runtime.cpu`: CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate

"#]],
    );
}

#[test]
fn a_version_that_yaml_would_change_is_told_to_be_quoted() {
    check(
        "version: \"8\"",
        "version: 1.10",
        str![[r#"
error[needs-quotes]: `model.version` must be a string, found the decimal number `1.10`
 --> release.yaml:5:12
  |
5 |   version: 1.10
  |            ^^^^
  |
  = help: quote it: `version: "1.10"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: 8",
        str![[r#"
error[needs-quotes]: `model.version` must be a string, found the integer `8`
 --> release.yaml:5:12
  |
5 |   version: 8
  |            ^
  |
  = help: quote it: `version: "8"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: no",
        str![[r#"
error[needs-quotes]: `model.version` must be quoted: tools disagree about what `no` is without quotes
 --> release.yaml:5:12
  |
5 |   version: no
  |            ^^
  |
  = help: quote it: `version: "no"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: 0777",
        str![[r#"
error[needs-quotes]: `model.version` must be quoted: tools disagree about what `0777` is without quotes
 --> release.yaml:5:12
  |
5 |   version: 0777
  |            ^^^^
  |
  = help: quote it: `version: "0777"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: 12:30",
        str![[r#"
error[needs-quotes]: `model.version` must be quoted: tools disagree about what `12:30` is without quotes
 --> release.yaml:5:12
  |
5 |   version: 12:30
  |            ^^^^^
  |
  = help: quote it: `version: "12:30"`

"#]],
    );
}

#[test]
fn a_plain_integer_or_boolean_in_env_and_tags_is_its_source_text() {
    let text = with(
        "MODEL_DIR: /opt/model",
        "PORT: 8080\n    DEBUG: true\n    BIG: 18446744073709551615",
    );
    let env = good(&text.replace("team: risk", "team: 7")).release;
    assert_eq!(env.runtime.env["PORT"], "8080");
    assert_eq!(env.runtime.env["DEBUG"], "true");
    assert_eq!(env.runtime.env["BIG"], "18446744073709551615");
    assert_eq!(env.tags["team"], "7");
}

#[test]
fn what_yaml_would_change_in_env_is_told_to_be_quoted_without_being_repeated() {
    check(
        "MODEL_DIR: /opt/model",
        "A: 1.10",
        str![[r#"
error[needs-quotes]: `runtime.env.A` must be a string, found a decimal number
  --> release.yaml:17:8
   |
17 |     A: ***
   |        ^^^
   |
   = help: quote the value of `A`

"#]],
    );
    check(
        "MODEL_DIR: /opt/model",
        "A: off",
        str![[r#"
error[needs-quotes]: `runtime.env.A` must be quoted: tools disagree about what it is without quotes
  --> release.yaml:17:8
   |
17 |     A: ***
   |        ^^^
   |
   = help: quote the value of `A`

"#]],
    );
    for odd in [
        "no", "on", "Yes", "0777", "1e3", "0x1F", "+1", "True", "1_000", "1.5", "-0", ".inf",
    ] {
        let said = findings(&with("MODEL_DIR: /opt/model", &format!("A: {odd}")));
        assert!(said.starts_with("error[needs-quotes]"), "{odd}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{odd}: {said}");
    }
    for fine in [
        "\"no\"",
        "'1.10'",
        "1.2.3",
        "v1",
        "1h",
        "nope",
        "2024-01-01",
        "a:1",
        "=",
        "on-call",
    ] {
        good(&with("MODEL_DIR: /opt/model", &format!("A: {fine}")));
    }
}

#[test]
fn a_tag_that_yaml_would_change_is_told_to_be_quoted() {
    check(
        "team: risk",
        "team: on",
        str![[r#"
error[needs-quotes]: `tags.team` must be quoted: tools disagree about what `on` is without quotes
  --> release.yaml:35:9
   |
35 |   team: on
   |         ^^
   |
   = help: quote it: `team: "on"`

"#]],
    );
}

#[test]
fn a_list_of_one_needs_its_brackets() {
    check(
        "subnets: [subnet-a, subnet-b]",
        "subnets: subnet-a",
        str![[r#"
error[wrong-type]: `network.subnets` must be a list, found the string `subnet-a`
  --> release.yaml:22:12
   |
22 |   subnets: subnet-a
   |            ^^^^^^^^
   |
   = help: write a list: `subnets: [subnet-a]`

"#]],
    );
    check(
        "command: [serve, --workers, \"2\"]",
        "command: [serve, --workers, 2]",
        str![[r#"
error[needs-quotes]: `runtime.command[2]` must be a string, found the integer `2`
  --> release.yaml:15:31
   |
15 |   command: [serve, --workers, 2]
   |                               ^
   |
   = help: quote it: `"2"`

"#]],
    );
}

#[test]
fn a_mapping_and_a_list_are_told_apart() {
    check(
        "  team: risk",
        "  - team",
        str![[r#"
error[wrong-type]: `tags` must be a mapping, found a list
  --> release.yaml:34:1
   |
34 | tags:
   | ^^^^
   |
   = help: `tags`: tags on the service and its task definition: at most 38, keys up to 128 characters and values up to 256

"#]],
    );
    check(
        "port: 8080",
        "port: [8080]",
        str![[r#"
error[wrong-type]: `runtime.port` must be an integer, found a list
  --> release.yaml:14:3
   |
14 |   port: [8080]
   |   ^^^^
   |
   = help: `runtime.port`: the port that the container listens on

"#]],
    );
    check(
        "    MODEL_DIR: /opt/model",
        "    MODEL_DIR: { a: b }",
        str![[r#"
error[wrong-type]: `runtime.env.MODEL_DIR` must be a string, found a mapping
  --> release.yaml:17:5
   |
17 |     MODEL_DIR: { ***: *** }
   |     ^^^^^^^^^

"#]],
    );
}

#[test]
fn a_boolean_says_true_or_false() {
    check(
        "  maximumPercent: 200",
        "  circuitBreaker: yes",
        str![[r#"
error[wrong-type]: `rollout.circuitBreaker` must be `true` or `false`, found the string `yes`
  --> release.yaml:33:19
   |
33 |   circuitBreaker: yes
   |                   ^^^
   |
   = help: write `circuitBreaker: true`

"#]],
    );
    check(
        "  maximumPercent: 200",
        "  circuitBreaker: \"true\"",
        str![[r#"
error[wrong-type]: `rollout.circuitBreaker` must be `true` or `false`, found the string `"true"`
  --> release.yaml:33:19
   |
33 |   circuitBreaker: "true"
   |                   ^^^^^^
   |
   = help: write `circuitBreaker: true`

"#]],
    );
    check(
        "  maximumPercent: 200",
        "  circuitBreaker: 1",
        str![[r#"
error[wrong-type]: `rollout.circuitBreaker` must be `true` or `false`, found the integer `1`
  --> release.yaml:33:19
   |
33 |   circuitBreaker: 1
   |                   ^
   |
   = help: `rollout.circuitBreaker`: whether ECS gives up on a failing release and goes back to the one before; true by default

"#]],
    );
}

#[test]
fn a_name_from_a_list_comes_with_the_one_that_was_meant() {
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  compute: farget",
        str![[r#"
error[unknown-value]: unknown value `farget` for `runtime.compute`
  --> release.yaml:13:12
   |
13 |   compute: farget
   |            ^^^^^^
   |
   = help: did you mean `fargate`? it can be `fargate`, `ec2` or `managed-instances`

"#]],
    );
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  arch: amd64",
        str![[r#"
error[unknown-value]: unknown value `amd64` for `runtime.arch`
  --> release.yaml:13:9
   |
13 |   arch: amd64
   |         ^^^^^
   |
   = help: write `x86_64`

"#]],
    );
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  arch: { a: b }",
        str![[r#"
error[wrong-type]: `runtime.arch` must be a name, found a mapping
  --> release.yaml:13:3
   |
13 |   arch: { a: b }
   |   ^^^^
   |
   = help: write one of `x86_64` or `arm64`

"#]],
    );
}

#[test]
fn a_missing_field_is_named_at_the_mapping_that_lacks_it() {
    check(
        "  cluster: ml-prod\n",
        "",
        str![[r#"
error[missing-field]: `service.cluster` is missing
 --> release.yaml:7:1
  |
7 | service:
  | ^^^^^^^
  |
  = help: choose the environment that has it, with `--env staging`, or add it for all of them

"#]],
    );
    check(
        "image: registry.example.com/fraud:8\n",
        "",
        str![[r#"
error[missing-field]: `image` is missing
 --> release.yaml:1:1
  |
1 | apiVersion: mlship/v1
  | ^^^^^^^^^^
  |
  = help: add it: the container image: a repository with a tag or, better, a digest

"#]],
    );
}

#[test]
fn a_field_without_a_value_is_not_taken_for_one() {
    check(
        "cpu: 1024",
        "cpu:",
        str![[r#"
error[empty-value]: `runtime.cpu` has no value
  --> release.yaml:12:3
   |
12 |   cpu:
   |   ^^^
   |
   = help: write a value, or remove the line

"#]],
    );
    check(
        "  subnets: [subnet-a, subnet-b]",
        "  subnets:",
        str![[r#"
error[empty-value]: `network.subnets` has no value
  --> release.yaml:22:3
   |
22 |   subnets:
   |   ^^^^^^^
   |
   = help: write a value, or remove the line

"#]],
    );
    check(
        "MODEL_DIR: /opt/model",
        "MODEL_DIR:",
        str![[r#"
error[empty-value]: `runtime.env.MODEL_DIR` has no value
  --> release.yaml:17:5
   |
17 |     MODEL_DIR:
   |     ^^^^^^^^^
   |
   = help: write `""`, or remove the line

"#]],
    );
    check(
        "tags:\n  team: risk",
        "tags: ~",
        str![[r#"
error[empty-value]: `tags` has no value
  --> release.yaml:34:7
   |
34 | tags: ~
   |       ^
   |
   = help: write `{}`, or remove the line

"#]],
    );
    check(
        "cluster: ml-prod",
        "cluster: \"\"",
        str![[r#"
error[empty-value]: `service.cluster` must not be empty
 --> release.yaml:8:12
  |
8 |   cluster: ""
  |            ^^
  |
  = help: `service.cluster`: the cluster's name; it must exist

"#]],
    );
    check(
        "subnets: [subnet-a, subnet-b]",
        "subnets: []",
        str![[r#"
error[empty-value]: `network.subnets` must not be empty
  --> release.yaml:22:3
   |
22 |   subnets: []
   |   ^^^^^^^
   |
   = help: `network.subnets`: the subnets that tasks may start in: 1 to 16 ids

"#]],
    );
}

#[test]
fn a_number_out_of_range_comes_with_the_range() {
    check(
        "port: 8080",
        "port: 80800",
        str![[r#"
error[out-of-range]: `runtime.port` must be 1 to 65535, found 80800
  --> release.yaml:14:9
   |
14 |   port: 80800
   |         ^^^^^
   |
   = help: the nearest is 65535; `runtime.port`: the port that the container listens on

"#]],
    );
    check(
        "startPeriod: 120",
        "startPeriod: 600",
        str![[r#"
error[out-of-range]: `health.container.startPeriod` must be 0 to 300, found 600
  --> release.yaml:27:18
   |
27 |     startPeriod: 600
   |                  ^^^
   |
   = help: the nearest is 300; `health.container.startPeriod`: seconds after the start in which failures don't count, 0 to 300; 0 by default. A model that loads longer needs `health.graceSeconds`

"#]],
    );
    check(
        "startPeriod: 120",
        "interval: 1",
        str![[r#"
error[out-of-range]: `health.container.interval` must be 5 to 300, found 1
  --> release.yaml:27:15
   |
27 |     interval: 1
   |               ^
   |
   = help: the nearest is 5; `health.container.interval`: seconds between two checks, 5 to 300; 30 by default

"#]],
    );
    check(
        "startPeriod: 120",
        "retries: 11",
        str![[r#"
error[out-of-range]: `health.container.retries` must be 1 to 10, found 11
  --> release.yaml:27:14
   |
27 |     retries: 11
   |              ^^
   |
   = help: the nearest is 10; `health.container.retries`: failures in a row that make a container unhealthy, 1 to 10; 3 by default

"#]],
    );
}

#[test]
fn a_count_out_of_range_comes_with_the_nearest_that_is_not() {
    check(
        "desired: 3",
        "desired: -1",
        str![[r#"
error[out-of-range]: `service.desired` must be at least 0, found -1
  --> release.yaml:10:12
   |
10 |   desired: -1
   |            ^^
   |
   = help: the nearest is 0; `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
    check(
        "desired: 3",
        "desired: 99999999999999999999",
        str![[r#"
error[out-of-range]: `service.desired` must be at most 2147483647, found 99999999999999999999
  --> release.yaml:10:12
   |
10 |   desired: 99999999999999999999
   |            ^^^^^^^^^^^^^^^^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
    check(
        "maximumPercent: 200",
        "maximumPercent: 50",
        str![[r#"
error[out-of-range]: `rollout.maximumPercent` must be at least 100, found 50
  --> release.yaml:33:19
   |
33 |   maximumPercent: 50
   |                   ^^
   |
   = help: the nearest is 100; `rollout.maximumPercent`: the share of the desired tasks that may run during a rollout, in percent, rounded down; 200 by default

"#]],
    );
    check(
        "port: 8080",
        "port: 8080\n  ephemeralStorageGiB: 20",
        str![[r#"
error[out-of-range]: `runtime.ephemeralStorageGiB` must be 21 to 200, found 20
  --> release.yaml:15:24
   |
15 |   ephemeralStorageGiB: 20
   |                        ^^
   |
   = help: the nearest is 21; `runtime.ephemeralStorageGiB`: disk of the task, in GiB: 21 to 200. Left out, Fargate gives 20

"#]],
    );
    check(
        "port: 8080",
        "port: 8080\n  ephemeralStorageGiB: 201",
        str![[r#"
error[out-of-range]: `runtime.ephemeralStorageGiB` must be 21 to 200, found 201
  --> release.yaml:15:24
   |
15 |   ephemeralStorageGiB: 201
   |                        ^^^
   |
   = help: the nearest is 200; `runtime.ephemeralStorageGiB`: disk of the task, in GiB: 21 to 200. Left out, Fargate gives 20

"#]],
    );
}

#[test]
fn a_list_that_is_too_long_says_how_long_it_may_be() {
    check(
        "[sg-1]",
        "[sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]",
        str![[r#"
error[wrong-length]: `network.securityGroups` must have at most 5 items, found 6
  --> release.yaml:23:3
   |
23 |   securityGroups: [sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]
   |   ^^^^^^^^^^^^^^
   |
   = help: `network.securityGroups`: the security groups of the tasks: at most 5 ids. Left out, the VPC's default group

"#]],
    );
}

#[test]
fn a_name_that_is_too_long_is_said_not_repeated() {
    let name = "x".repeat(256);
    check(
        "cluster: ml-prod\n  name: fraud-scorer",
        &format!("cluster: ml-prod\n  name: {name}"),
        str![[r#"
error[wrong-length]: `service.name` must have at most 255 characters, found 256
 --> release.yaml:9:9
  |
9 |   name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: `service.name`: the service's name, and its task definition's: 1 to 255 letters, digits, hyphens and underscores. Created when missing

"#]],
    );
}

#[test]
fn overrides_take_any_shape() {
    let text = adding(
        "overrides:\n  taskDefinition: { ulimits: [{ name: x, softLimit: 1.5, a: ~, b: true }] }",
    );
    let overrides = good(&text).release.overrides.unwrap();
    assert_eq!(
        serde_json::to_string(&overrides.task_definition).unwrap(),
        r#"{"ulimits":[{"a":null,"b":true,"name":"x","softLimit":1.5}]}"#
    );
    check(
        "tags:",
        "overrides: { task: {} }\ntags:",
        str![[r#"
error[unknown-field]: unknown field `task` in `overrides`
  --> release.yaml:34:14
   |
34 | overrides: { task: {} }
   |              ^^^^
   |
   = help: did you mean `taskDefinition`?

"#]],
    );
    check(
        "tags:",
        "overrides: { service: [] }\ntags:",
        str![[r#"
error[wrong-type]: `overrides.service` must be a mapping, found a list
  --> release.yaml:34:14
   |
34 | overrides: { service: [] }
   |              ^^^^^^^
   |
   = help: `overrides.service`: fields of `CreateService` and `UpdateService`

"#]],
    );
}

/// The keywords that the walker understands, or may leave to others.
const KEYWORDS: [&str; 22] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "const",
    "description",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
];

#[test]
fn the_schema_uses_nothing_that_the_walker_does_not_understand() {
    fn visit(schema: &serde_json::Value, names_are_free: bool) {
        match schema {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let known = KEYWORDS.contains(&name.as_str());
                    assert!(names_are_free || known, "{name} in {schema}");
                    let free = !names_are_free && matches!(name.as_str(), "properties" | "$defs");
                    if names_are_free || !matches!(name.as_str(), "examples" | "required" | "type")
                    {
                        visit(member, free);
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, false)),
            _ => {}
        }
    }
    for stages in [&schemas().release, &schemas().experiment] {
        visit(&stages.file, false);
        visit(&stages.overlaid, false);
    }
}

#[test]
fn editors_get_what_the_walker_checks() {
    let published = super::super::json_schema();
    let kinds = [
        ("ModelRelease", &schemas().release),
        ("Experiment", &schemas().experiment),
    ];
    for (kind, stages) in kinds {
        let whole = &published["$defs"][kind];
        assert_eq!(whole["required"], stages.overlaid["required"]);
        for (name, definition) in stages.file["$defs"].as_object().unwrap() {
            assert_eq!(&published["$defs"][name], definition, "{kind}: {name}");
        }
        let fields = stages.overlaid["properties"].as_object().unwrap();
        for (name, field) in fields {
            assert_eq!(&whole["properties"][name], field, "{kind}: {name}");
        }
        let published = whole["properties"].as_object().unwrap();
        assert_eq!(published.len(), fields.len() + 1, "and `environments`");
    }
}

#[test]
fn every_integer_has_a_range_that_its_type_can_hold() {
    fn visit(schema: &serde_json::Value) {
        if schema["type"] == "integer" {
            let most = schema["maximum"].as_u64().unwrap();
            assert!(schema["minimum"].as_u64().is_some(), "{schema}");
            assert!(u32::try_from(most).is_ok(), "{schema}");
        }
        match schema {
            serde_json::Value::Object(members) => members.values().for_each(visit),
            serde_json::Value::Array(items) => items.iter().for_each(visit),
            _ => {}
        }
    }
    visit(&super::super::json_schema());
}

#[test]
fn every_field_has_a_description_in_words_without_a_line_break() {
    let schema = super::super::json_schema();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            let description = property["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{name}.{field}");
            assert!(!description.contains('\n'), "{name}.{field}");
        }
    }
    assert!(!GOOD.is_empty());
}
