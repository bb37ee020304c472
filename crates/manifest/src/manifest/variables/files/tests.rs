//! Tests of files of variables.

use proptest::prelude::*;
use proptest::string::string_regex;
use serde_json::json;

use super::*;
use crate::manifest::testing::{GOOD, drawn, with};
use crate::manifest::{Examined, ManifestContent, ReadOptions, Values, examine};

fn files(texts: &[&str]) -> VariableFiles {
    let names = ["vars.json", "more.yaml"];
    let sources = texts.iter().zip(names);
    let sources: Vec<_> = sources
        .map(|(text, name)| Source::new(name, *text))
        .collect();
    VariableFiles::of(&sources, Vec::new())
}

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let files = files(&[text]);
    assert_eq!(drawn(files.findings()), "");
    for (name, expected) in expected {
        match files.over(&|_: &str| None, name) {
            Given::Text(given) => assert_eq!(given.text, *expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_value_keeps_its_spelling() {
    let expected = [
        ("A", "1.10"),
        ("B", "1e3"),
        ("C", "123456789012345678901234567890123456789012345"),
        ("D", "true"),
        ("E", "-0"),
        ("F", "${X}"),
        ("G", "a\nb"),
        ("H", "007"),
    ];
    let json = r#"{"A": 1.10, "B": 1e3, "C": 123456789012345678901234567890123456789012345,
        "D": true, "E": -0, "F": "${X}", "G": "a\nb", "H": "007"}"#;
    check(json, &expected);
    check(&format!("\u{feff}{json}"), &expected);
    check(
        "A: 1.10\nB: 1e3\nC: 123456789012345678901234567890123456789012345\nD: true\nE: -0\n\
         F: ${X}\nG: \"a\\nb\"\nH: 007\n",
        &expected,
    );
    check(
        "A: 0x1F\nB: 1_000\nC: yes\nD: .inf\nE: 2026-11-27\n",
        &[
            ("A", "0x1F"),
            ("B", "1_000"),
            ("C", "yes"),
            ("D", ".inf"),
            ("E", "2026-11-27"),
        ],
    );
}

#[test]
fn json_is_read_as_programs_write_it() {
    let text =
        "{\n\t\"A\": \"\\u003cb\\u003e\",\r\n\t\"B\": \"a\\/b\", \"C\": \"\\ud83d\\ude00\"\n}\n";
    check(text, &[("A", "<b>"), ("B", "a/b"), ("C", "😀")]);
    check("{}", &[]);
}

#[test]
fn what_terraform_writes_is_read_with_what_is_sensitive() {
    let text = json!({
        "TAG": {"sensitive": false, "type": "string", "value": "v8"},
        "DSN": {"sensitive": true, "type": "string", "value": "plainwords"},
        "SUBNETS": {"sensitive": false, "type": ["list", "string"], "value": ["a", "b"]},
        "NONE": {"sensitive": false, "type": "string", "value": null},
        "KEYS": {"sensitive": true, "type": ["list", "string"], "value": ["innersecret"]},
    });
    let text = serde_json::to_string_pretty(&text).unwrap();
    check(&text, &[("TAG", "v8"), ("DSN", "plainwords")]);
    let files = files(&[&text]);
    let given = |name| files.over(&|_: &str| Some("from outside".to_owned()), name);
    assert!(matches!(given("SUBNETS"), Given::Structure(_)));
    // Null is what the file says, and it wins.
    assert!(matches!(given("NONE"), Given::Null(_)));
    assert!(matches!(given("DSN"), Given::Text(given) if given.is_secret));
    assert!(matches!(given("TAG"), Given::Text(given) if !given.is_secret));
    let hidden = files.secrets().redact("plainwords, innersecret and v8");
    assert_eq!(hidden, "***, *** and v8");
}

#[test]
fn a_later_file_wins_and_each_wins_over_the_environment() {
    let files = files(&["{\"A\": 1, \"B\": 2}", "B: 3\n"]);
    let given = |name| match files.over(&|_: &str| Some("4".to_owned()), name) {
        Given::Text(given) => (given.text, given.origin.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(given("A"), ("1".to_owned(), "vars.json:1".to_owned()));
    assert_eq!(given("B"), ("3".to_owned(), "more.yaml:1".to_owned()));
    assert_eq!(given("C"), ("4".to_owned(), "the environment".to_owned()));
}

#[track_caller]
fn refused(text: &str, place: &str, message: &str) {
    let files = files(&[text]);
    let told = drawn(files.findings());
    assert!(told.contains(place) && told.contains(message), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    assert!(matches!(files.over(&|_: &str| None, "ANY"), Given::Unknown));
}

#[test]
fn what_is_no_file_of_variables_is_said_with_its_place_and_without_its_values() {
    refused(
        "[1, hunter2]",
        "vars.json:1:1",
        "is a mapping, found a list",
    );
    refused(
        "A: 1\nB: { c: hunter2 }\n",
        "vars.json:2:1",
        "`B` is a mapping",
    );
    refused(
        "A: 1\nB:\n  x: hunter2\n",
        "vars.json:2:1",
        "`B` is a mapping",
    );
    refused(
        "{\"A\": {\"value\": 1},\n\"B\": {\"valu\": \"hunter2\"}}",
        "vars.json:2:1",
        "`B` is a mapping without `value`",
    );
    refused(
        "A: hunter2\nA: 2\n",
        "vars.json:2:1",
        "`A` is written twice",
    );
    refused("A: hunter2\nB: 'x\n", "vars.json:", "error[yaml-syntax]");
    refused(
        "{\"A\": \"hunter2\",, }",
        "vars.json:1",
        "error[yaml-syntax]",
    );
    refused("hunter2 without a colon", "vars.json:1:1", "found a string");
    refused("", "vars.json", "is empty");
    refused("# A: hunter2\n", "vars.json", "is empty");
    refused("A: hunter2\n---\nB: 1\n", "vars.json", "more than one");
    refused("A: \0hunter2", "vars.json:1:4", "zero byte");
    let huge = format!("A: hunter2\nB: {}\n", "x".repeat(1024 * 1024));
    refused(&huge, "vars.json", "more than 1 MiB");
    let many: Vec<String> = (0..30_000).map(|at| format!("A{at}: hunter2")).collect();
    refused(&many.join("\n"), "vars.json", "more than 20,000 values");
}

struct Only<'a>(&'a VariableFiles);

impl Values for Only<'_> {
    fn variable(&self, name: &str) -> Given {
        self.0.over(&|_: &str| None, name)
    }
}

fn examined(text: &str, files: &VariableFiles) -> Examined {
    let settings = ReadOptions {
        environment: None,
        variables: &Only(files),
    };
    examine(Source::new("release.yaml", text), &settings)
}

fn env(examined: &Examined, name: &str) -> String {
    match &examined.subject {
        ManifestContent::Release(Some(manifest)) => manifest.release.runtime.env[name].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_points_at_a_value_says_where_it_is_from() {
    let files = files(&["{\n\"COUNT\": \"many\", \"NULL\": null\n}"]);
    let told = drawn(&examined(&with("desired: 3", "desired: ${COUNT}"), &files).findings);
    assert!(
        told.contains("found the string `many` (`COUNT` is from vars.json:2)"),
        "{told}"
    );
    let told = drawn(&examined(&with("desired: 3", "desired: ${NULL}"), &files).findings);
    assert!(told.contains("`NULL` is null in vars.json:2"), "{told}");
    let manifest = examined(&with("fraud:8", "fraud:${COUNT}"), &files);
    let ManifestContent::Release(Some(manifest)) = manifest.subject else {
        panic!("a manifest");
    };
    // Also what only shows later.
    let later = manifest.problem("image", Code::BAD_IMAGE, "the registry has none");
    assert_eq!(
        later.message,
        "the registry has none (`COUNT` is from vars.json:2)"
    );
}

#[test]
fn a_value_is_never_expanded_and_never_becomes_structure() {
    let files = files(&["A: \"${B} $${B} {x: [y]} # z\"\nB: no\n"]);
    let read = examined(&with("MODEL_DIR: /opt/model", "X: ${A}"), &files);
    assert_eq!(env(&read, "X"), "${B} $${B} {x: [y]} # z");
}

#[test]
fn what_is_sensitive_is_hidden_whatever_it_is_called_and_however_short_it_is() {
    for value in ["plainwords", "abc", "1234567", "17", "arn:aws:s3:::bucket"] {
        let text = json!({"HOST": {"sensitive": true, "value": value}}).to_string();
        let files = files(&[&text]);
        let told = drawn(&examined(&with("desired: 3", "desired: ${HOST}x"), &files).findings);
        assert!(
            told.contains("must be an integer, found a string"),
            "{told}"
        );
        assert!(!told.contains(value), "{told}");
        let read = examined(&with("MODEL_DIR: /opt/model", "X: x-${HOST}"), &files);
        assert_eq!(env(&read, "X"), format!("x-{value}"));
        assert!(read.secrets.is_field(&format!("x-{value}")), "{value}");
    }
}

fn words() -> impl Strategy<Value = String> {
    // What no YAML file may hold ends in a finding.
    string_regex("[^\\x00\\x7f-\\x9f\u{fffe}\u{ffff}]{0,40}").unwrap()
}

proptest! {
    /// What a file says of a variable is what a field gets, whatever it is.
    #[test]
    fn any_text_stays_what_it_is(text in words()) {
        let whole = json!({ "A": text }).to_string();
        let files = files(&[&whole]);
        let manifest = with("MODEL_DIR: /opt/model", "X: \"${A}\"");
        let read = examined(&manifest, &files);
        prop_assert_eq!(env(&read, "X"), text);
    }

    /// Nothing of a file's values is ever shown.
    #[test]
    fn any_file_ends_in_values_or_findings_that_show_none(text in words()) {
        let marked = text.replace('\n', " hunter2\n");
        let files = files(&[&format!("{marked} hunter2")]);
        let told = drawn(files.findings());
        prop_assert!(!told.contains("hunter2"), "{}", told);
    }

    #[test]
    fn what_is_sensitive_stands_in_no_finding(text in "[a-z0-9]{4,12}", at in 0..GOOD.lines().count()) {
        let whole = json!({ "A": {"value": format!("q{text}"), "sensitive": true} }).to_string();
        let files = files(&[&whole]);
        let lines = GOOD.lines().enumerate().map(|(line, written)| {
            match written.split_once(": ") {
                Some((key, _)) if line == at => format!("{key}: \"${{A}}\""),
                _ => written.to_owned(),
            }
        });
        let manifest: Vec<String> = lines.collect();
        let told = drawn(&examined(&manifest.join("\n"), &files).findings);
        prop_assert!(!told.contains(&format!("q{text}")), "{}", told);
    }
}
