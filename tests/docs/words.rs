//! Exit codes, causes and diagnostics, out of the tables that the program itself uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use mlship::report::{open_reason_meaning, reason_meaning};
use mlship_core::permissions::action_of;
use mlship_core::preflight::Check;
use mlship_core::progress::{Cause, ExitCode};
use mlship_manifest::code::{Code, SECTIONS};
use mlship_stats::{OpenReason, Reason};
use serde_json::{Value, json};

use super::online::{MESSAGES, severity};
use super::pages::root;

pub(crate) fn exit_codes() -> String {
    let mut table = "| code | meaning |\n| --- | --- |\n".to_owned();
    for code in ExitCode::ALL {
        writeln!(table, "| {} | {} |", code.number(), code.meaning()).unwrap();
    }
    table
}

/// Codes that ask for the same stand together.
pub(crate) fn next_steps() -> String {
    let mut table = "| code | do |\n| --- | --- |\n".to_owned();
    let mut told: Vec<&str> = Vec::new();
    for code in ExitCode::ALL {
        let next = code.next();
        if told.contains(&next) {
            continue;
        }
        told.push(next);
        let alike = ExitCode::ALL.iter().filter(|other| other.next() == next);
        let numbers: Vec<String> = alike.map(|code| code.number().to_string()).collect();
        writeln!(table, "| {} | {next} |", numbers.join(", ")).unwrap();
    }
    table
}

pub(crate) fn causes() -> String {
    let mut page = String::new();
    for cause in Cause::ALL {
        let (summary, help) = cause.words();
        writeln!(page, "### {}\n\n{}\n", cause.as_str(), cause.meaning()).unwrap();
        writeln!(page, "```text\ncause: {summary}\nnext:  {help}\n```\n").unwrap();
    }
    page
}

/// Why there is no verdict on an experiment.
pub(crate) fn reasons() -> String {
    table(Reason::ALL.map(|reason| (json!(reason), reason_meaning(reason))))
}

/// Why a guardrail of one is open.
pub(crate) fn open_reasons() -> String {
    table(OpenReason::ALL.map(|reason| (json!(reason), open_reason_meaning(reason))))
}

fn table(rows: impl IntoIterator<Item = (Value, (&'static str, &'static str))>) -> String {
    let mut table = "| reason | means | next |\n| --- | --- | --- |\n".to_owned();
    for (word, (means, next)) in rows {
        writeln!(table, "| `{}` | {means} | {next} |", word.as_str().unwrap()).unwrap();
    }
    table
}

#[test]
fn the_schema_of_a_readout_has_every_reason() {
    let schema = super::schemas::schema("documents.schema.json");
    let check = |place: &str, words: Vec<Value>| {
        let told = schema.pointer(place).unwrap().as_array().unwrap();
        let sorted = |words: &[Value]| {
            let words: BTreeSet<String> = words.iter().map(Value::to_string).collect();
            words
        };
        let mut wanted = words;
        wanted.push(Value::Null);
        assert_eq!(sorted(told), sorted(&wanted), "{place}");
        assert_eq!(told.len(), wanted.len(), "{place}");
    };
    check(
        "/$defs/experiment_status/properties/reason/enum",
        Reason::ALL.map(|reason| json!(reason)).to_vec(),
    );
    check(
        "/$defs/metric/properties/reason/enum",
        OpenReason::ALL.map(|reason| json!(reason)).to_vec(),
    );
}

pub(crate) fn checks() -> String {
    let mut table =
        "| check | looks whether | asks | code |\n| --- | --- | --- | --- |\n".to_owned();
    for check in Check::ALL {
        let (name, looks, code) = (check.name(), check.looks_at(), check.code());
        let kinds = check.asks().iter();
        let actions = kinds.flat_map(|kind| kind.operations());
        let mut actions: Vec<&str> = actions.filter_map(|name| action_of(name)).collect();
        actions.sort_unstable();
        actions.dedup();
        let actions = actions.iter().map(|action| format!("`{action}`"));
        let actions = actions.collect::<Vec<_>>().join(", ");
        let link = format!("[`{code}`](diagnostics.md#{code})");
        writeln!(table, "| `{name}` | {looks} | {actions} | {link} |").unwrap();
    }
    table
}

pub(crate) fn contents() -> String {
    let mut list = String::new();
    for section in SECTIONS {
        let anchor = super::links::anchor(section.title);
        writeln!(list, "- [{}](#{anchor})", section.title).unwrap();
    }
    list
}

pub(crate) fn codes() -> String {
    let told = told();
    let mut page = String::new();
    for section in SECTIONS {
        writeln!(page, "## {}\n", section.title).unwrap();
        for code in section.codes {
            writeln!(page, "### {code}\n\n{}\n", code.meaning()).unwrap();
            if let Some(example) = told.get(code.as_str()) {
                writeln!(page, "```text\n{example}\n```\n").unwrap();
            }
            writeln!(page, "{}\n", code.fix()).unwrap();
        }
    }
    page
}

/// How each code was told the first time among the snapshots of `tests/diagnostics.rs`.
pub(crate) fn shown_by_fixtures() -> BTreeMap<String, String> {
    let folder = root().join("tests/fixtures/diagnostics");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    paths.sort();
    let mut told = BTreeMap::new();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        for finding in text.split("\n\n") {
            if let Some((code, example)) = example(finding) {
                told.entry(code).or_insert(example);
            }
        }
    }
    told
}

/// How each code is told.
fn told() -> BTreeMap<String, String> {
    let mut told = shown_by_fixtures();
    for (code, message) in MESSAGES {
        let example = format!("{}[{code}]: {message}", severity(code));
        assert!(
            told.insert(code.to_owned(), example).is_none(),
            "{code} has a fixture"
        );
    }
    for code in told.keys() {
        assert!(Code::named(code).is_some(), "{code} is in no table");
    }
    told
}

/// Takes the first line of a finding and its help.
fn example(finding: &str) -> Option<(String, String)> {
    let first = finding.lines().next()?;
    let (severity, rest) = first.split_once('[')?;
    let (code, _) = rest.split_once("]: ")?;
    if !["error", "warning"].contains(&severity) {
        return None;
    }
    let (_, help) = finding.split_once("= help: ").unwrap_or_default();
    let help = help.lines().next().map(|help| format!("\n  help: {help}"));
    Some((
        code.to_owned(),
        format!("{first}{}", help.unwrap_or_default()),
    ))
}

#[test]
fn how_every_code_is_told_is_shown() {
    let told = told();
    let without: Vec<&str> = Code::all()
        .map(Code::as_str)
        .filter(|code| !told.contains_key(*code))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}
