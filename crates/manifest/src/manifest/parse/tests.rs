//! Tests of texts that are not valid YAML, or not allowed as manifests.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

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
fn a_tab_is_told_to_be_spaces() {
    check(
        "model:\n\tname: x\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: tabs disallowed within this context (block indentation)
 --> release.yaml:2:2
  |
2 |  name: x
  |  ^
  |
  = help: YAML is indented with spaces; replace the tab

"#]],
    );
    check(
        "model: { name:\tx }\nkind:\t\tb: c\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: mapping values are not allowed in this context
 --> release.yaml:2:9
  |
2 | kind:  b: c
  |         ^
  |
  = help: a value that holds `: ` needs quotes; else check the indentation of this line

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
fn an_open_bracket_or_quote_is_told_to_be_closed() {
    check(
        "image: \"abc\nb: 2\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: unclosed quote
 --> release.yaml:1:8
  |
1 | image: "abc
  |        ^
  |
  = help: close the quotes

"#]],
    );
    check(
        "ports: [1, 2\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: unclosed bracket '['
 --> release.yaml:1:8
  |
1 | ports: [1, 2
  |        ^
  |
  = help: close every `[` and `{`, and separate what is in them by commas

"#]],
    );
    check(
        "ports: [1, 2\nimage: y\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: illegal placement of ':' indicator
 --> release.yaml:2:6
  |
2 | image: y
  |      ^
  |
  = help: a bracket or a quote further up may not be closed

"#]],
    );
}

#[test]
fn a_variable_in_braces_is_told_to_be_quoted() {
    check(
        "service: { name: ${NAME} }\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
 --> release.yaml:1:19
  |
1 | service: { name: ${NAME} }
  |                   ^
  |
  = help: within `{ }` and `[ ]` a variable needs quotes: `{ name: "${NAME}" }`

"#]],
    );
}

#[test]
fn a_value_with_a_colon_is_told_to_be_quoted() {
    check(
        "image: host: 8\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: mapping values are not allowed in this context
 --> release.yaml:1:12
  |
1 | image: host: 8
  |            ^
  |
  = help: a value that holds `: ` needs quotes; else check the indentation of this line

"#]],
    );
}

#[test]
fn a_value_with_a_special_first_character_is_told_to_be_quoted() {
    check(
        "image: @host\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: unexpected character: `@'
 --> release.yaml:1:8
  |
1 | image: @host
  |        ^
  |
  = help: a value that begins with a special character needs quotes

"#]],
    );
    check(
        "image: \"C:\\host\"\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: while parsing a quoted scalar, found unknown escape character
 --> release.yaml:1:8
  |
1 | image: "C:/host"
  |        ^
  |
  = help: use single quotes, where a backslash is nothing special

"#]],
    );
}

#[test]
fn fields_of_one_mapping_begin_in_one_column() {
    check(
        "service:\n  name: a\n cluster: b\n",
        str![[r#"
error[yaml-syntax]: not valid YAML: while parsing a block mapping, did not find expected key
 --> release.yaml:3:2
  |
3 |  cluster: b
  |  ^
  |
  = help: check the indentation: fields of one mapping begin in one column

"#]],
    );
}

#[test]
fn aliases_and_merges_work() {
    let text = with("    MODEL_DIR: /opt/model", "    A: &a b\n    C: *a");
    assert_eq!(good(&text).release.runtime.env["C"], "b");
    let text = with(
        "environments:\n  staging:\n    service:\n",
        "environments:\n  test:\n    service: &small\n      desired: 2\n  \
         staging:\n    service:\n      <<: *small\n",
    );
    good(&text.replace("      desired: 1\n", ""));
}

#[test]
fn what_is_wrong_in_an_aliased_mapping_is_shown_where_it_was_written() {
    let text = with("    service:\n", "    service: &s\n      clustre: x\n");
    check(
        &format!("{text}  test: {{ service: *s }}\n"),
        str![[r#"
error[unknown-field]: unknown field `clustre` in `service`
  --> release.yaml:39:7
   |
39 |       clustre: x
   |       ^^^^^^^
   |
   = help: did you mean `cluster`?

"#]],
    );
    check(
        &with(
            "cpu: 1024\n  memory: 2048",
            "cpu: &size big\n  memory: *size",
        ),
        str![[r#"
error[wrong-type]: `runtime.cpu` must be an integer, found the string `big`
  --> release.yaml:12:14
   |
12 |   cpu: &size big
   |              ^^^
   |
   = help: `runtime.cpu`: CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate

error[wrong-type]: `runtime.memory` must be an integer, found the string `big`
  --> release.yaml:13:11
   |
13 |   memory: *size
   |           ^^^^^
   |
   = help: `runtime.memory`: memory of the task, in MiB: 2048 is 2 GiB. Needed on Fargate

"#]],
    );
}

#[test]
fn an_alias_needs_an_anchor_that_is_not_around_it() {
    check(
        "image: *zz\n",
        str![[r#"
error[unknown-alias]: this alias refers to no anchor above it
 --> release.yaml:1:8
  |
1 | image: *zz
  |        ^
  |
  = help: put `&name` before the value it stands for, or quote a text that begins with `*`

"#]],
    );
    check(
        "command: &a [*a]\n",
        str![[r#"
error[alias-loop]: this alias stands within the value it refers to
 --> release.yaml:1:14
  |
1 | command: &a [*a]
  |              ^^
  |
  = help: write the value out instead of the alias

"#]],
    );
    check(
        "<<: 3\n",
        str![[r#"
error[bad-merge]: `<<` merges mappings, and this is none
 --> release.yaml:1:5
  |
1 | <<: 3
  |     ^
  |
  = help: write `<<: *anchor`, where the anchor names a mapping

"#]],
    );
}

#[test]
fn a_tag_of_yaml_means_nothing() {
    check(
        "image: !secret x\n",
        str![[r#"
error[unknown-tag]: this YAML tag means nothing here
 --> release.yaml:1:16
  |
1 | image: !secret x
  |                ^
  |
  = help: remove the tag; a text that begins with `!` needs quotes

"#]],
    );
}

#[test]
fn an_alias_bomb_ends_in_an_error() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for index in 1..9 {
        let aliases = vec![format!("*a{}", index - 1); 9].join(", ");
        bomb = format!("{bomb}a{index}: &a{index} [{aliases}]\n");
    }
    check(
        &bomb,
        str![[r#"
error[too-many-values]: the manifest holds more than 20,000 values once its aliases are expanded
 --> release.yaml:5:15
  |
5 | a4: ***
  |     ^^^
  |
  = help: a manifest has some dozens; check its aliases and that this is the right file

"#]],
    );
}

#[test]
fn deep_nesting_ends_in_an_error() {
    check(
        &"[".repeat(100_000),
        str![[r#"
error[nested-too-deep]: values are nested more than 32 deep
 --> release.yaml:1:256
  |
1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
  |                                                              ^
  |
  = help: no field of a manifest is that deep; check that this is the right file

"#]],
    );
    let aliased: Vec<String> = (1..40)
        .map(|index| format!("a{index}: &a{index} [[[*a{}]]]", index - 1))
        .collect();
    let aliased = aliased.join("\n");
    check(
        &format!("a0: &a0 [1]\n{aliased}"),
        str![[r#"
error[nested-too-deep]: values are nested more than 32 deep
  --> release.yaml:12:14
   |
12 | a11: ***
   |      ^^^
   |
   = help: no field of a manifest is that deep; check that this is the right file

"#]],
    );
    let block: Vec<String> = (0..40)
        .map(|depth| format!("{}a:", " ".repeat(depth)))
        .collect();
    check(
        &block.join("\n"),
        str![[r#"
error[nested-too-deep]: values are nested more than 32 deep
  --> release.yaml:33:33
   |
33 | ...                   a:
   |                       ^
   |
   = help: no field of a manifest is that deep; check that this is the right file

"#]],
    );
}

#[test]
fn a_big_file_ends_in_an_error() {
    check(
        &"# much\n".repeat(200_000),
        str![[r#"
error[manifest-too-big]: the manifest has more than 1 MiB
 --> release.yaml:1:1
  |
1 | # much
  | ^
  |
  = help: a manifest is a few kilobytes; check that this is the right file

"#]],
    );
    check(
        &format!("ports: [{}]\n", "1,".repeat(30_000)),
        str![[r#"
error[too-many-values]: the manifest holds more than 20,000 values once its aliases are expanded
 --> release.yaml:1:40003
  |
1 | …1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,…
  |                                                              ^
  |
  = help: a manifest has some dozens; check its aliases and that this is the right file

"#]],
    );
}

#[test]
fn a_binary_file_ends_in_an_error() {
    check(
        "image: \0\u{1}b\n",
        str![[r#"
error[binary-file]: the file holds a zero byte, so it is not YAML
 --> release.yaml:1:8
  |
1 | image:   b
  |        ^
  |
  = help: a manifest is plain text in UTF-8; check that this is the right file

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
