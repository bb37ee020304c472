//! Tests of pages and pictures.

use serde_json::Value;

use super::super::html::Markup;
use super::super::record::tests::record_of;
use super::cases::cases;
use super::*;
use mlship_core::experiment::word;

#[test]
fn a_picture_and_a_page_hold_no_markup_of_others() {
    let (record, reading) = (record(), reading(14, 62, 1, 1000));
    let shown = ExperimentView {
        name: "<script>v9",
        ..shown(&record, &reading)
    };
    for file in [experiment_svg(&shown), experiment_html(&shown)] {
        assert!(
            !file.contains("<script>") && file.contains("&lt;script&gt;"),
            "{file}"
        );
        assert!(!file.contains("NaN") && !file.contains(">inf<"), "{file}");
        assert!(file.contains("<polyline"), "{file}");
    }
    assert!(experiment_html(&shown).contains("&lt;b&gt;more&lt;/b&gt; convert &amp; stay"));
    let nothing = self::reading(0, 50, 1, 1000);
    let shown = self::shown(&record, &nothing);
    assert!(experiment_svg(&shown).contains("no numbers yet"));
}

/// Where pages are written for a browser to open, if anywhere.
const DIRECTORY: &str = "MLSHIP_REPORTS";

/// Returns what stands between tags.
fn visible(page: &str) -> String {
    let body = page.split("<body>").nth(1).unwrap();
    let mut text = String::new();
    let mut is_tag = false;
    for character in body.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            other if !is_tag => text.push(other),
            _ => {}
        }
    }
    text
}

/// Returns the numbers and the words of a document that a page must have: all but those of single
/// looks, which the picture shows.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != "course");
            members.for_each(|(_, value)| leaves(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Number(number) => found.push(format!("<data value=\"{number}\">")),
        Value::String(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn text(of: &str) -> String {
    Markup::of(of).into_file()
}

#[test]
fn a_page_says_the_verdict_once() {
    for case in cases() {
        let page = visible(&experiment_html(&case.view()));
        let verdict = text(&headline(&case.view()));
        assert_eq!(
            page.matches(&verdict).count(),
            1,
            "{}: {verdict}",
            case.name
        );
        let reading = &case.reading;
        let word = word(reading.readout.verdict).replace('_', " ");
        if case.ended.is_none() && word != "inconclusive" && !verdict.starts_with("guardrail") {
            assert_eq!(page.matches(&word).count(), 1, "{}: {word}", case.name);
        }
    }
}

#[test]
fn a_page_has_every_number_of_the_document() {
    for case in cases() {
        let page = experiment_html(&case.view());
        let mut wanted = Vec::new();
        leaves(&experiment_document(&case.view()), &mut wanted);
        assert!(wanted.len() > 5, "{}", case.name);
        let missing = wanted.iter().filter(|leaf| !page.contains(*leaf));
        let missing: Vec<&String> = missing.collect();
        assert!(missing.is_empty(), "{}: {missing:?}", case.name);
    }
}

#[test]
fn a_page_has_every_member_of_every_metric() {
    for case in cases() {
        let page = experiment_html(&case.view());
        let document = experiment_document(&case.view());
        for metric in document["metrics"].as_array().unwrap() {
            for (name, value) in metric.as_object().unwrap() {
                let told = match (name.as_str(), value) {
                    (_, Value::Null | Value::Bool(false)) => continue,
                    ("approximate", _) if metric["effect"].is_null() => continue,
                    ("approximate", _) => "about <data".to_owned(),
                    ("metric" | "variant", Value::String(name)) => {
                        format!("<bdi>{}</bdi>", text(name))
                    }
                    (_, Value::String(word)) => format!("<data value=\"{word}\">"),
                    (_, other) => format!("<data value=\"{other}\">"),
                };
                assert!(page.contains(&told), "{}: {name} {told}", case.name);
            }
        }
    }
}

/// The pages of all cases, and those of records.
fn pages() -> Vec<(&'static str, String, Value)> {
    let cases = cases();
    let readouts = cases.iter().map(|case| {
        let view = case.view();
        (
            case.name,
            experiment_html(&view),
            experiment_document(&view),
        )
    });
    let recorded = record_of(None);
    let without = mlship_core::ledger::ExperimentRecord {
        readout: None,
        ..recorded.clone()
    };
    let records = [("record", recorded), ("record-without-numbers", without)];
    let records =
        records.map(|(name, record)| (name, record_html(&record), record_document(&record)));
    readouts.chain(records).collect()
}

/// They need nothing beside themselves; a browser looks at what `make report-seen` has written here.
#[test]
fn pages_are_whole_and_ask_nobody() {
    for (name, page, document) in pages() {
        for part in [
            "<script",
            "<link",
            "<img",
            "http-equiv",
            "NaN",
            "url(",
            "@import",
        ] {
            assert!(!page.contains(part), "{name}: {part}");
        }
        for tag in [
            "table", "tr", "td", "th", "section", "figure", "svg", "bdi", "data", "dl", "p",
        ] {
            let opened = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(
                opened,
                page.matches(&format!("</{tag}>")).count(),
                "{name}: {tag}"
            );
        }
        if let Some(directory) = std::env::var_os(DIRECTORY) {
            let directory = std::path::Path::new(&directory);
            std::fs::write(directory.join(format!("{name}.html")), &page).unwrap();
            let document = serde_json::to_string(&document).unwrap();
            std::fs::write(directory.join(format!("{name}.json")), document).unwrap();
        }
    }
}
