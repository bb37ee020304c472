//! Tests of texts that are not valid YAML, or not allowed as manifests.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

mod aliases;
mod bombs;
mod syntax;

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, findings, good, with};
use super::follows_block_header;

#[track_caller]
fn check(text: &str, expected: Inline) {
    assert_data_eq!(findings(text), expected);
}

#[test]
fn an_empty_file_is_told_how_to_start() {
    check(
        "",
        str![[r#"
error[empty-manifest]: the manifest is empty
--> release.yaml
 = help: start with `apiVersion: mlship/v1` and `kind: ModelRelease`

"#]],
    );
    check(
        "# nothing but a comment\n---\n",
        str![[r#"
error[empty-manifest]: the manifest is empty
 --> release.yaml:1:1
  |
1 | # nothing but a comment
  | ^
  |
  = help: start with `apiVersion: mlship/v1` and `kind: ModelRelease`

"#]],
    );
}

#[test]
fn a_file_holds_one_document() {
    check(
        "image: a\n---\nimage: b\n",
        str![[r#"
error[several-documents]: the file holds more than one YAML document
 --> release.yaml:2:1
  |
2 | ---
  | ^^^
  |
  = help: put each release into a file of its own; a directory of them works, too

"#]],
    );
    good(&format!("---\n{GOOD}...\n"));
}

#[test]
fn a_file_that_is_no_mapping_is_no_manifest() {
    check(
        "hello\n",
        str![[r#"
error[wrong-type]: a manifest must be a mapping, found a string
 --> release.yaml:1:1
  |
1 | hello
  | ^^^^^
  |
  = help: start with `apiVersion: mlship/v1` and `kind: ModelRelease`

"#]],
    );
    check(
        "- a\n- b\n",
        str![[r#"
error[wrong-type]: a manifest must be a mapping, found a list
 --> release.yaml:1:1
  |
1 | - a
  | ^
  |
  = help: start with `apiVersion: mlship/v1` and `kind: ModelRelease`

"#]],
    );
}

#[test]
fn a_key_is_written_once() {
    check(
        &with("  cpu: 1024\n", "  cpu: 1024\n  cpu: 512\n"),
        str![[r#"
error[duplicate-key]: `cpu` is written twice
  --> release.yaml:13:3
   |
13 |   cpu: 512
   |   ^^^
   |
   = help: it was first written on line 12; keep one

"#]],
    );
    check(
        &with("    MODEL_DIR: /opt/model", "    A: one\n    A: two"),
        str![[r#"
error[duplicate-key]: `A` is written twice
  --> release.yaml:18:5
   |
18 |     A: ***
   |     ^
   |
   = help: it was first written on line 17; keep one

"#]],
    );
}

#[test]
fn a_key_is_text() {
    check(
        &with("    MODEL_DIR: /opt/model", "    [a]: hunter2"),
        str![[r#"
error[bad-key]: a key must be text, found a list
  --> release.yaml:17:5
   |
17 |     ***
   |     ^^^
   |
   = help: write `name: value`

"#]],
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let manifest = good(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    assert_eq!(manifest.release.service.name, "fraud-scorer");
    assert_eq!(manifest.places.span("runtime.cpu").line(), 12);
    let wrong = with("cpu: 1024", "cpu: x").replace('\n', "\r\n");
    check(
        &format!("\u{feff}{wrong}"),
        str![[r#"
error[wrong-type]: `runtime.cpu` must be an integer, found the string `x`
  --> release.yaml:12:8
   |
12 |   cpu: x
   |        ^
   |
   = help: `runtime.cpu`: CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate

"#]],
    );
    check(
        "\u{feff}kimd: x\r\n",
        str![[r#"
error[unknown-field]: unknown field `kimd`
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: did you mean `kind`?

error[missing-field]: `apiVersion` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: the version of this format

error[missing-field]: `kind` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: what this file describes

error[missing-field]: `model` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: the model that is released

error[missing-field]: `image` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: the container image: a repository with a tag or, better, a digest

error[missing-field]: `service` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: the ECS service that runs the model

error[missing-field]: `runtime` is missing
 --> release.yaml:1:1
  |
1 | kimd: x
  | ^^^^
  |
  = help: add it: how the model's container runs

error[unknown-value]: unknown value `x` for `kind`
 --> release.yaml:1:7
  |
1 | kimd: x
  |       ^
  |
  = help: it can be `ModelRelease`

"#]],
    );
}

#[test]
fn a_block_scalar_is_told_from_plain_text() {
    for before in [
        "a: |\n  ",
        "- >-\n\n  ",
        "a: !!str |2+\n  ",
        "a: | # why\n  ",
    ] {
        assert!(follows_block_header(before), "{before:?}");
    }
    for before in ["a: ", "a:\n  ", "a: # |\n  ", "|", "- a|\n- "] {
        assert!(!follows_block_header(before), "{before:?}");
    }
}
