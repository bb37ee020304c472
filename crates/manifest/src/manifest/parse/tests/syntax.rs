//! Texts that are no YAML, each with what to change.

use super::*;

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
  = help: within `{ }` and `[ ]` a variable needs quotes: `{ name: "${NAME}" }`; for a number write the mapping without braces, a line a field: `cpu: ${CPU}`

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
