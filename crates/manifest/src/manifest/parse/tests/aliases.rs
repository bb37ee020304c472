//! Anchors, aliases, merges and tags.

use super::*;

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
