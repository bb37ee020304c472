//! Tests of the rules, one each.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

mod capacity;
mod compute;
mod container;
mod identity;
mod network;
mod strategy;
mod weights;

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, adding, findings, good, with};

#[track_caller]
fn check(old: &str, new: &str, expected: Inline) {
    assert_data_eq!(findings(&with(old, new)), expected);
}

#[test]
fn a_strategy_without_what_it_moves_traffic_by_is_an_error_with_what_to_write() {
    check(
        "maximumPercent: 200",
        "strategy: canary",
        str![[r#"
error[strategy-traffic]: `canary` moves traffic between two target groups, and `traffic` lacks `listenerRule` and `targetGroups` and `role`
  --> release.yaml:33:13
   |
33 |   strategy: canary
   |             ^^^^^^
   |
   = help: write `traffic: { listenerRule: …, targetGroups: [a, b], role: … }`; `aws elbv2 describe-rules` and `describe-target-groups` print the ARNs

warning[shift-unwatched]: no alarm watches the deployment: nothing ends it where healthy tasks answer wrongly
  --> release.yaml:33:13
   |
33 |   strategy: canary
   |             ^^^^^^
   |
   = help: leave `circuitBreaker` on, and write `alarms` on both target groups; `ignore: [rollout.alarms]` leaves them to somebody else

"#]],
    );
}

#[test]
fn what_a_registry_is_asked_needs_a_reference() {
    let model = "  version: \"8\"";
    let others = [
        "  version: \"8\"\n  registry: { type: mlflow, uri: \"https://x\" }",
        "  version: \"8\"\n  require: { approved: true }",
        "  version: \"8\"\n  promoteAlias: production",
    ];
    for new in others {
        let said = findings(&with(model, new));
        assert!(said.contains("error[ref-needed]"), "{new}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{new}: {said}");
    }
    good(&with(
        model,
        r#"  ref: models:/fraud@challenger
  registry: { type: mlflow, uri: "https://mlflow.example.com/base" }
  promoteAlias: champion
  require:
    approved: true
    maxAgeDays: 30
    tags: { bias: checked }
    metrics:
      auc: { min: 0.9, notWorseThan: current }
      loss: { notWorseThan: current, better: lower }"#,
    ));
    good(&with(model, "  ref: models:/fraud/8"));
}

#[test]
fn a_broken_field_is_complained_about_once() {
    check(
        "port: 8080",
        "port: x",
        str![[r#"
error[wrong-type]: `runtime.port` must be an integer, found the string `x`
  --> release.yaml:14:9
   |
14 |   port: x
   |         ^
   |
   = help: `runtime.port`: the port that the container listens on

"#]],
    );
    check(
        "cpu: 1024",
        "cpu: ${UNSET}",
        str![[r#"
error[unset-variable]: variable `UNSET` is not set
  --> release.yaml:12:8
   |
12 |   cpu: ${UNSET}
   |        ^^^^^^^^
   |
   = help: set it, give a default as in `${NAME:-default}`, or write `$${UNSET}` for the text itself

"#]],
    );
    assert!(findings(&adding("kind: ModelRelease")).contains("duplicate-key"));
}
