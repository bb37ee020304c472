//! Texts that are too much.

use super::*;

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
