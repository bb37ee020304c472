//! Tests of overlays, and of the diagnostics for environments that do not exist.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, adding, findings, findings_in, good, read_in, with};

#[test]
fn maps_merge_and_lists_and_scalars_replace() {
    let text = adding("    network: { subnets: [subnet-z] }\n    tags: { stage: test }");
    let release = read_in(Some("staging"), &text).unwrap().release;
    assert_eq!(release.service.cluster, "ml-staging");
    assert_eq!(release.service.name, "fraud-scorer", "the base's");
    assert_eq!(release.service.desired, Some(1));
    let network = release.network.unwrap();
    assert_eq!(network.subnets, ["subnet-z"]);
    assert_eq!(network.security_groups, ["sg-1"]);
    assert_eq!(release.tags.len(), 2);
}

#[test]
fn without_an_environment_nothing_is_laid_over() {
    assert_eq!(good(GOOD).release.service.cluster, "ml-prod");
}

#[test]
fn an_environment_may_bring_what_the_base_lacks() {
    let text = with("  cluster: ml-prod\n", "");
    assert_eq!(
        read_in(Some("staging"), &text)
            .unwrap()
            .release
            .service
            .cluster,
        "ml-staging"
    );
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[missing-field]: `service.cluster` is missing
 --> release.yaml:7:1
  |
7 | service:
  | ^^^^^^^
  |
  = help: choose the environment that has it, with `--env staging`, or add it for all of them

"#]]
    );
}

#[test]
fn a_value_keeps_the_place_where_it_was_written() {
    let manifest = read_in(Some("staging"), GOOD).unwrap();
    assert_eq!(manifest.places.span("service.desired").line(), 40);
    assert_eq!(manifest.places.span("service.name").line(), 9);
    assert_eq!(manifest.places.span("service").line(), 7);
    let text = with("      desired: 1\n", "    runtime: { cpu: 300 }\n");
    assert_data_eq!(
        findings_in(Some("staging"), &text),
        str![[r#"
error[fargate-size]: Fargate has no size with 300 CPU units
  --> release.yaml:40:21
   |
40 |     runtime: { cpu: 300 }
   |                     ^^^
   |
   = help: the nearest sizes are cpu 256 with memory 2048, cpu 512 with memory 2048 and cpu 512 with memory 3072

"#]]
    );
}

#[test]
fn a_mistake_in_an_overlay_is_found_when_another_is_read() {
    let text = with("      desired: 1\n", "      desired: one\n      nmae: x\n");
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[wrong-type]: `service.desired` must be an integer, found the string `one`
  --> release.yaml:40:16
   |
40 |       desired: one
   |                ^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

error[unknown-field]: unknown field `nmae` in `service`
  --> release.yaml:41:7
   |
41 |       nmae: x
   |       ^^^^
   |
   = help: did you mean `name`?

"#]]
    );
    assert_eq!(
        findings(&text),
        findings_in(Some("staging"), &text),
        "and said once"
    );
}

#[test]
fn an_unset_variable_matters_only_in_the_environment_that_is_read() {
    let text = with("cluster: ml-staging", "cluster: ${UNSET}");
    good(&text);
    assert_data_eq!(
        findings_in(Some("staging"), &text),
        str![[r#"
error[unset-variable]: variable `UNSET` is not set
  --> release.yaml:39:16
   |
39 |       cluster: ${UNSET}
   |                ^^^^^^^^
   |
   = help: set it, give a default as in `${NAME:-default}`, or write `$${UNSET}` for the text itself

"#]]
    );
}

#[test]
fn an_overlay_has_no_field_that_is_the_files_own() {
    assert_data_eq!(
        findings(&adding("    kind: ModelRelease")),
        str![[r#"
error[unknown-field]: unknown field `kind` in `environments.staging`
  --> release.yaml:41:5
   |
41 |     kind: ModelRelease
   |     ^^^^
   |
   = help: the fields here are `account`, `autoscaling`, `health`, `ignore`, `image`, `model`, `network`, `overrides`, `rollout`, `runtime`, `service`, `tags` and `traffic`

"#]]
    );
    assert_data_eq!(
        findings(&adding("    environments: {}")),
        str![[r#"
error[unknown-field]: unknown field `environments` in `environments.staging`
  --> release.yaml:41:5
   |
41 |     environments: {}
   |     ^^^^^^^^^^^^
   |
   = help: the fields here are `account`, `autoscaling`, `health`, `ignore`, `image`, `model`, `network`, `overrides`, `rollout`, `runtime`, `service`, `tags` and `traffic`

"#]]
    );
}

#[test]
fn an_unknown_environment_comes_with_those_there_are() {
    assert_data_eq!(
        findings_in(Some("stagign"), GOOD),
        str![[r#"
error[unknown-environment]: unknown environment `stagign`
  --> release.yaml:36:1
   |
36 | environments:
   | ^^^^^^^^^^^^
   |
   = help: did you mean `staging`?

"#]]
    );
    let text = adding("  production: {}");
    assert_data_eq!(
        findings_in(Some("qa"), &text),
        str![[r#"
error[unknown-environment]: unknown environment `qa`
  --> release.yaml:36:1
   |
36 | environments:
   | ^^^^^^^^^^^^
   |
   = help: the manifest has `staging` and `production`

"#]]
    );
}

#[test]
fn an_environment_of_a_file_without_any_is_an_error() {
    let (text, _) = GOOD.split_once("environments:").unwrap();
    assert_data_eq!(
        findings_in(Some("staging"), text),
        str![[r#"
error[unknown-environment]: environment `staging` was asked for, and the manifest has none
 --> release.yaml:1:1
  |
1 | apiVersion: mlship/v1
  | ^^^^^^^^^^
  |
  = help: add it under `environments: { staging: … }`, or leave `--env` out

"#]]
    );
}

#[test]
fn an_environments_name_is_fit_for_a_command_line() {
    assert_data_eq!(
        findings(&adding("  \"a b\": {}")),
        str![[r#"
error[bad-environment-name]: an environment's name has 1 to 64 letters, digits, hyphens and underscores
  --> release.yaml:41:3
   |
41 |   "a b": {}
   |   ^^^^^
   |
   = help: choose a name such as `staging`

"#]]
    );
}

#[test]
fn an_overlay_is_a_mapping() {
    assert_data_eq!(
        findings(&adding("  production: 3")),
        str![[r#"
error[wrong-type]: `environments.production` must be a mapping, found the integer `3`
  --> release.yaml:41:15
   |
41 |   production: 3
   |               ^
   |
   = help: `environments.production`: fields that differ in one environment: maps merge, lists and scalars replace

"#]]
    );
    assert_data_eq!(
        findings(&adding("  production:")),
        str![[r#"
error[empty-value]: `environments.production` has no value
  --> release.yaml:41:3
   |
41 |   production:
   |   ^^^^^^^^^^
   |
   = help: write `{}`, or remove the line

"#]]
    );
}

#[test]
fn what_only_an_overlay_has_asks_for_the_environment() {
    let text = GOOD.replace("  cluster: ml-prod\n", "").replace(
        "environments:\n",
        "environments:\n  production: { service: { cluster: ml-prod } }\n",
    );
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[missing-field]: `service.cluster` is missing
 --> release.yaml:7:1
  |
7 | service:
  | ^^^^^^^
  |
  = help: choose the environment that has it, with `--env production` or `--env staging`, or add it for all of them

"#]]
    );
    assert_eq!(findings_in(Some("production"), &text), "");
    // Another field that is missing everywhere has its own help.
    let none = text.replace("image: registry.example.com/fraud:8\n", "");
    assert!(findings(&none).contains("help: add it: the container image"));
}

#[test]
fn no_traffic_and_a_target_group_replace_each_other() {
    let group =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/0123456789abcdef";
    let staged = |text: &str| {
        let traffic = read_in(Some("staging"), text).unwrap().release.traffic;
        traffic.map(|traffic| traffic.target_group().map(str::to_owned))
    };
    assert_eq!(staged(&adding("    traffic: none")), Some(None));
    let detached = adding(&format!("    traffic: {{ targetGroup: \"{group}\" }}")).replace(
        "  targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef\n",
        "",
    );
    let detached = detached.replace("\ntraffic:\n", "\ntraffic: none\n");
    assert_eq!(staged(&detached), Some(Some(group.to_owned())));
}
