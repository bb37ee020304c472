//! Fields that nobody knows, that are missing or that say nothing.

use super::*;

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
  = help: the fields here are `cluster`, `dependsOn`, `desired`, `family`, `name`, `region` and `wave`

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
