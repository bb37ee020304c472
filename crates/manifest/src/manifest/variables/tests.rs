//! Tests of variable expansion and its diagnostics.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{findings, good, variable, with};
use super::problem::Problem;
use super::reference::{Piece, pieces, resolve};

#[track_caller]
fn becomes(written: &str, expected: &str) {
    let manifest = good(&with("MODEL_DIR: /opt/model", &format!("A: {written}")));
    assert_eq!(manifest.release.runtime.env["A"], expected);
}

#[test]
fn variables_expand_in_strings() {
    becomes("${SHA}", "abc123");
    becomes("\"x-${SHA}-${THREE}\"", "x-abc123-3");
    becomes("${UNSET:-default}", "default");
    becomes("${EMPTY:-default}", "default");
    becomes("\"${EMPTY}\"", "");
    becomes("${SHA:?is needed}", "abc123");
    becomes("${UNSET:-${SHA}}", "abc123");
    becomes("${UNSET:-}", "");
    becomes("$${SHA}", "${SHA}");
    becomes("$${SHA}-${SHA}", "${SHA}-abc123");
    becomes("$SHA $(SHA) 5$", "$SHA $(SHA) 5$");
}

#[test]
fn a_value_is_not_expanded_again() {
    let filled = resolve("A", &|_: &str| Some("${B}".to_owned()));
    assert_eq!(filled.map(|filled| filled.text), Ok("${B}".to_owned()));
}

#[test]
fn a_plain_variable_becomes_what_its_field_wants() {
    let desired = |written: &str| good(&with("desired: 3", written)).release.service.desired;
    assert_eq!(desired("desired: ${THREE}"), Some(3));
    assert_eq!(desired("desired: ${UNSET:-7}"), Some(7));
    assert_eq!(desired("desired: 1${THREE}"), Some(13));
    let text = with("maximumPercent: 200", "circuitBreaker: ${TRUE}");
    assert_eq!(
        good(&text).release.rollout.unwrap().circuit_breaker,
        Some(true)
    );
    let text = with("version: \"8\"", "version: ${THREE}");
    assert_eq!(good(&text).release.model.version.as_deref(), Some("3"));
}

#[track_caller]
fn check(old: &str, new: &str, expected: Inline) {
    assert_data_eq!(findings(&with(old, new)), expected);
}

#[test]
fn a_variable_in_quotes_stays_text() {
    check(
        "desired: 3",
        "desired: \"${THREE}\"",
        str![[r#"
error[wrong-type]: `service.desired` must be an integer, found the string `"3"` (`THREE` is from the environment)
  --> release.yaml:10:12
   |
10 |   desired: "${THREE}"
   |            ^^^^^^^^^^
   |
   = help: remove the quotes: `desired: ${THREE}`

"#]],
    );
}

/// The quotes can't be removed there: within braces YAML takes `${` for a mapping.
#[test]
fn a_number_from_a_variable_within_braces_is_told_to_be_written_outside() {
    check(
        "team: risk",
        "team: risk\nautoscaling: { min: \"${THREE}\", max: 5, targetCpuPercent: 60 }",
        str![[r#"
error[wrong-type]: `autoscaling.min` must be an integer, found the string `"3"` (`THREE` is from the environment)
  --> release.yaml:36:21
   |
36 | autoscaling: { min: "${THREE}", max: 5, targetCpuPercent: 60 }
   |                     ^^^^^^^^^^
   |
   = help: write the mapping without `{ }`, a line a field, and this one as `min: ${THREE}`

"#]],
    );
    check(
        "maximumPercent: 200",
        "circuitBreaker: \"${TRUE}\"",
        str![[r#"
error[wrong-type]: `rollout.circuitBreaker` must be `true` or `false`, found the string `"true"` (`TRUE` is from the environment)
  --> release.yaml:33:19
   |
33 |   circuitBreaker: "${TRUE}"
   |                   ^^^^^^^^^
   |
   = help: remove the quotes: `circuitBreaker: ${TRUE}`

"#]],
    );
}

#[test]
fn a_variable_that_is_no_number_is_shown_with_its_value() {
    check(
        "desired: 3",
        "desired: ${WORDS}",
        str![[r#"
error[wrong-type]: `service.desired` must be an integer, found the string `no number` (`WORDS` is from the environment)
  --> release.yaml:10:12
   |
10 |   desired: ${WORDS}
   |            ^^^^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
}

#[test]
fn the_value_of_a_variable_that_sounds_secret_is_not_repeated() {
    check(
        "desired: 3",
        "desired: ${DB_PASSWORD}",
        str![[r#"
error[wrong-type]: `service.desired` must be an integer, found a string (`DB_PASSWORD` is from the environment)
  --> release.yaml:10:12
   |
10 |   desired: ${DB_PASSWORD}
   |            ^^^^^^^^^^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
    check(
        "image: registry.example.com/fraud:8",
        "image: \"Fraud:${DB_PASSWORD}\"",
        str![[r#"
error[bad-image]: `image` can't be (hidden): a repository's name is in lower case (`DB_PASSWORD` is from the environment)
 --> release.yaml:6:8
  |
6 | image: ***
  |        ^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
}

#[test]
fn all_unset_variables_are_said_at_once_each_at_its_place() {
    check(
        "image: registry.example.com/fraud:8",
        "image: ${REPO}/fraud:${SHA}-${BUILD}",
        str![[r#"
error[unset-variable]: variable `REPO` is not set
 --> release.yaml:6:8
  |
6 | image: ${REPO}/fraud:${SHA}-${BUILD}
  |        ^^^^^^^
  |
  = help: set it, give a default as in `${NAME:-default}`, or write `$${REPO}` for the text itself

error[unset-variable]: variable `BUILD` is not set
 --> release.yaml:6:29
  |
6 | image: ${REPO}/fraud:${SHA}-${BUILD}
  |                             ^^^^^^^^
  |
  = help: set it, give a default as in `${NAME:-default}`, or write `$${BUILD}` for the text itself

"#]],
    );
}

#[test]
fn a_secret_that_is_empty_is_not_set() {
    check(
        "MODEL_DIR: /opt/model",
        "A: ${EMPTY_TOKEN}",
        str![[r#"
error[unset-variable]: variable `EMPTY_TOKEN` is empty, as if it were not set
  --> release.yaml:17:8
   |
17 |     A: ${EMPTY_TOKEN}
   |        ^^^^^^^^^^^^^^
   |
   = help: set it, or write `${NAME:-}` where nothing may stand in its place

"#]],
    );
    let empty = |_: &str| Some(String::new());
    for written in ["DB_PASSWORD:?", "WHATEVER:?", "API_TOKEN"] {
        assert!(resolve(written, &empty).is_err(), "{written}");
    }
    assert_eq!(
        resolve("API_TOKEN:-", &empty).map(|filled| filled.text),
        Ok(String::new())
    );
}

#[test]
fn a_required_variable_comes_with_its_message() {
    check(
        "fraud:8",
        "fraud:${GIT_SHA:?the pipeline sets it}",
        str![[r#"
error[unset-variable]: variable `GIT_SHA` is not set: the pipeline sets it
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${GIT_SHA:?the pipeline sets it}
  |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: set it; the manifest requires it

"#]],
    );
    check(
        "fraud:8",
        "fraud:${GIT_SHA:?}",
        str![[r#"
error[unset-variable]: variable `GIT_SHA` is not set
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${GIT_SHA:?}
  |                                   ^^^^^^^^^^^^
  |
  = help: set it; the manifest requires it

"#]],
    );
}

#[test]
fn what_is_no_reference_is_told_how_one_looks() {
    check(
        "fraud:8",
        "fraud:${GIT-SHA}",
        str![[r#"
error[bad-variable]: this is not a reference to a variable
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${GIT-SHA}
  |                                   ^^^^^^^^^^
  |
  = help: write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, or `$${` for a literal `${`

"#]],
    );
    check(
        "fraud:8",
        "fraud:${}",
        str![[r#"
error[bad-variable]: this is not a reference to a variable
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${}
  |                                   ^^^
  |
  = help: write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, or `$${` for a literal `${`

"#]],
    );
    check(
        "fraud:8",
        "fraud:${SHA",
        str![[r#"
error[bad-variable]: `${` has no closing `}`
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${SHA
  |                                   ^^^
  |
  = help: close it, or write `$${` for a literal `${`

"#]],
    );
}

#[test]
fn a_variable_can_not_become_a_list() {
    check(
        "[subnet-a, subnet-b]",
        "${SUBNETS}",
        str![[r#"
error[wrong-type]: `network.subnets` must be a list, found the string `${SUBNETS}`
  --> release.yaml:22:12
   |
22 |   subnets: ${SUBNETS}
   |            ^^^^^^^^^^
   |
   = help: write a list: `subnets: [${SUBNETS}]`

"#]],
    );
}

#[test]
fn keys_are_not_expanded() {
    let manifest = good(&with("MODEL_DIR: /opt/model", "\"${SHA}\": x"));
    assert_eq!(manifest.release.runtime.env["${SHA}"], "x");
}

#[test]
fn deep_defaults_end_in_an_error() {
    let deep = format!("{}x{}", "${A:-".repeat(5000), "}".repeat(5000));
    let Some(Piece::Reference { inner, .. }) = pieces(&deep).into_iter().next() else {
        panic!("a reference");
    };
    assert_eq!(resolve(inner, &variable), Err(Problem::TooDeep));
}

#[test]
fn what_is_said_of_a_secret_that_is_not_set_may_be_the_secret() {
    for written in ["A: ${TOKEN:?hunter2}", "DB_PASS: ${A:?hunter2}"] {
        let found = findings(&with("MODEL_DIR: /opt/model", written));
        assert!(found.contains(" is not set"), "{found}");
        assert!(!found.contains("hunter2"), "{found}");
    }
}

#[test]
fn what_a_secret_variable_fills_in_is_known_with_its_field() {
    let manifest = good(&with("MODEL_DIR: /opt/model", "A: x-${DB_PASSWORD}"));
    assert!(manifest.secrets.is_field("x-hunter2"));
    let manifest = good(&with("MODEL_DIR: /opt/model", "A: ${API_TOKEN:-dev}"));
    assert!(manifest.secrets.is_field("dev"));
    for harmless in [
        "${SHA}",
        "${ALLOW_EMPTY_PASSWORD:-yes}",
        "${API_TOKEN:-/run/secrets/token}",
        "${TOKEN_SERVICE:-auth}",
    ] {
        let manifest = good(&with("MODEL_DIR: /opt/model", &format!("A: {harmless}")));
        assert!(manifest.secrets.is_empty(), "{harmless}");
    }
    let manifest = good(&with(
        "MODEL_DIR: /opt/model",
        "A: ${TOKEN_SERVICE:-hunter2x}",
    ));
    assert!(manifest.secrets.is_field("hunter2x"));
}
