//! Values of another type.

use super::*;

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
   = help: `tags`: tags on the service and its task definition: at most 37, keys up to 128 characters and values up to 256

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
