//! Text that YAML takes for something else unless it is quoted.

use super::*;

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
