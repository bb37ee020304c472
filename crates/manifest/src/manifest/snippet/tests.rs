//! Tests of drawn diagnostics, and that they never show a secret.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use crate::manifest::Code;
use snapbox::{assert_data_eq, str};

use super::super::source::{Source, Span};
use super::super::testing::{findings, with};
use super::*;

#[track_caller]
fn show(text: &str, marked: &str) -> String {
    let source = Source::new("release.yaml", text);
    let start = text.find(marked).unwrap();
    let span = Span::new(&source, start..start + marked.len());
    render(
        &Diagnostic::error(Code::SAMPLE, "no good")
            .at(span)
            .help("do better"),
        false,
    )
    .to_string()
}

#[test]
fn a_finding_shows_its_line_and_a_caret() {
    assert_data_eq!(
        show("a: 1\nbcd: é ü\n", "ü"),
        str![[r#"
error[some-code]: no good
 --> release.yaml:2:8
  |
2 | bcd: ***
  |      ^^^
  |
  = help: do better

"#]]
    );
    assert_data_eq!(
        show("a: 1", "1"),
        str![[r#"
error[some-code]: no good
 --> release.yaml:1:4
  |
1 | a: ***
  |    ^^^
  |
  = help: do better

"#]]
    );
}

#[test]
fn a_finding_without_a_place_is_its_message() {
    let warning = Diagnostic::warning(Code::SAMPLE, "hm");
    assert_data_eq!(
        render(&warning, false).to_string(),
        str![[r#"
warning[some-code]: hm

"#]]
    );
    let source = Source::new("gone.yaml", "");
    let missing = Diagnostic::error(Code::SAMPLE, "gone")
        .at(Span::new(&source, 0..0))
        .help("look");
    assert_data_eq!(
        render(&missing, false).to_string(),
        str![[r#"
error[some-code]: gone
--> gone.yaml
 = help: look

"#]]
    );
}

#[test]
fn colour_repeats_what_the_words_say() {
    let warning = Diagnostic::warning(Code::SAMPLE, "hm").help("look");
    let colored = render(&warning, true).to_string();
    assert!(colored.contains("\u{1b}["), "{colored:?}");
    let mut plain = String::new();
    let mut parts = colored.split("\u{1b}[");
    plain.push_str(parts.next().unwrap());
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    assert_eq!(plain, render(&warning, false).to_string());
}

#[test]
fn a_long_line_is_cut_around_the_caret_and_keeps_its_column() {
    let text = format!("{}x{}", "a".repeat(500), "b".repeat(500));
    assert_data_eq!(
        show(&text, "x"),
        str![[r#"
error[some-code]: no good
 --> release.yaml:1:501
  |
1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
  |                                                              ^
  |
  = help: do better

"#]]
    );
}

#[test]
fn a_span_of_several_lines_shows_the_first() {
    assert_data_eq!(
        show("a: b\nc: d\n", "b\nc: d"),
        str![[r#"
error[some-code]: no good
 --> release.yaml:1:4
  |
1 | a: ***
  |    ^^^
  |
  = help: do better

"#]]
    );
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    assert_data_eq!(
        show("a: \u{1b}[31mred\u{7}\n", "red"),
        str![[r#"
error[some-code]: no good
 --> release.yaml:1:9
  |
1 | a: ***
  |    ^^^
  |
  = help: do better

"#]]
    );
}

#[test]
fn a_masked_value_before_the_caret_keeps_the_column() {
    let text = with(
        "    MODEL_DIR: /opt/model",
        "    { A: hunter2, B: 1.10 } # was hunter3",
    );
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[needs-quotes]: `runtime.env.B` must be a string, found a decimal number
  --> release.yaml:17:22
   |
17 |     { A: ***, B: *** } ***
   |                  ^^^
   |
   = help: quote the value of `B`

"#]]
    );
}

#[test]
fn values_of_environment_variables_never_show_even_where_the_file_is_no_yaml() {
    for text in [
        "runtime:\n  env:\n    A: \"hunter2\n    B: c\n",
        "runtime:\n  env: { A: hunter2: 3 }\n",
        "runtime: { env: { A: \"hunter2 } }\n",
        "runtime:\n  secrets:\n    A: @hunter2\n",
        "runtime:\n  env:\n    A:\n\t  hunter2\n",
        "runtime:\n  env:\n    - A: b: hunter2\n",
        "dbPassword: hunter2: 3\n",
        "command: [\"--api-token=hunter2\", @x]\n",
        "overrides: { taskDefinition: { environment: [{ name: A, value: @hunter2 }] } }\n",
    ] {
        let said = findings(text);
        assert!(said.contains("yaml-syntax"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn values_of_environment_variables_never_show_where_they_are_wrong() {
    for new in [
        "A: [hunter2]",
        "A: { hunter2: 1.10 }\n    B: no # hunter2",
        "A: hunter2\n    A: hunter2",
        "? [hunter2]\n    : hunter2",
        "A: \"${hunter2\"",
        "A: \"${hunter-hunter2}\"",
        "A: |\n      hunter2\n    B: no",
        "A: \"hunter2\\\n      hunter2\"\n    B: 1.5",
    ] {
        let said = findings(&with("MODEL_DIR: /opt/model", new));
        assert!(said.contains("error["), "{new}: {said}");
        assert!(!said.contains("hunter2"), "{new}: {said}");
    }
}
