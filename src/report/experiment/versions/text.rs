//! Two versions beside each other, for people.

use super::super::number;
use super::picture::picture;
use super::table::Table;
use super::words::{Names, difference, signed, told_apart, value};
use crate::report::Color;
use mlship_core::app::compare::Compared;
use mlship_core::ledger::{Part, StartId};
use mlship_core::versions::{
    FactSource, OtherTest, SharedTest, VersionComparison, VersionFacts, Which,
};
use mlship_manifest::schema::Direction;
use mlship_text::Page;

const DAY: &str = "%Y-%m-%d";
const COMMIT: usize = 10;

/// Returns a comparison as lines of text.
#[must_use]
pub fn comparison_text(compared: &Compared, color: &Color) -> Page {
    let comparison = &compared.comparison;
    let names = Names::of(comparison);
    let strong = color.strong;
    let mut page = Page::new();
    page.line(format!(
        "{strong}{}{strong:#}: {} held against {}",
        comparison.model, names.second, names.first
    ));
    page.extend(versions(comparison));
    page.line("");
    page.extend(offline(comparison));
    page.line("");
    page.extend(production(comparison));
    page.extend(picture(comparison, color));
    page.extend(contradictions(comparison, color));
    page.line("");
    page.extend(others(comparison));
    if !comparison.unknown.is_empty() {
        let ids: Vec<&str> = comparison.unknown.iter().map(StartId::as_str).collect();
        page.extend(note(
            &format!(
                "what served in these tests is not known: {}",
                ids.join(", ")
            ),
            color,
        ));
    }
    for text in &compared.notes {
        page.extend(note(text, color));
    }
    page
}

fn note(text: &str, color: &Color) -> Page {
    let style = color.change;
    let mut page = Page::new();
    page.line(format!("{style}note:{style:#} {text}"));
    page
}

fn versions(comparison: &VersionComparison) -> Page {
    let names = Names::of(comparison);
    let mut table = Table::new(&["", names.first, names.second]);
    let mut row = |name: &str, of: &dyn Fn(&VersionFacts) -> Option<String>| {
        let [first, second] = comparison.versions.each_ref().map(of);
        if first.is_some() || second.is_some() {
            table.row(vec![Some(name.to_owned()), first, second]);
        }
    };
    let minute = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    row("run", &|facts| facts.run_id.clone());
    row("commit", &|facts| {
        let commit = facts.git_sha.as_deref()?;
        Some(commit.chars().take(COMMIT).collect())
    });
    row("trained", &|facts| facts.trained.map(minute));
    row("registered", &|facts| facts.registered.map(minute));
    row("known from", &|facts| {
        Some(match &facts.source {
            FactSource::Registry => "the model registry".to_owned(),
            FactSource::Record(experiment) => format!("the record of {experiment}"),
        })
    });
    table.page()
}

fn offline(comparison: &VersionComparison) -> Page {
    let names = Names::of(comparison);
    let mut page = Page::new();
    if comparison.offline.is_empty() {
        page.line("in training: neither run has metrics");
        return page;
    }
    page.line("in training");
    let mut table = Table::new(&["METRIC", names.first, names.second, "DIFFERENCE", ""]);
    for metric in &comparison.offline {
        let [first, second] = metric.values;
        table.row(vec![
            Some(metric.name.clone()),
            first.map(value),
            second.map(value),
            metric.difference.map(signed),
            Some(names.state(metric)),
        ]);
    }
    page.extend(table.page());
    page
}

fn production(comparison: &VersionComparison) -> Page {
    let names = Names::of(comparison);
    let mut page = Page::new();
    if comparison.tests.is_empty() {
        page.line("in production: no test is recorded in which both took part");
        return page;
    }
    page.line("in production, each test by itself");
    let rates = format!("{} → {}", names.first, names.second);
    let mut table = Table::new(&[
        "TEST",
        "ENDED",
        "DAYS",
        "METRIC",
        &rates,
        "DIFFERENCE",
        "ALPHA",
        "VERDICT",
    ]);
    for test in &comparison.tests {
        table.row(vec![
            Some(told_apart(comparison, &test.experiment, &test.id)),
            Some(test.ended.strftime(DAY).to_string()),
            Some(format!("{:.1}", test.days())),
            metric(test),
            both(test),
            difference(test),
            test.alpha.map(number::alpha),
            Some(names.result(test)),
        ]);
    }
    page.extend(table.page());
    for test in &comparison.tests {
        let name = told_apart(comparison, &test.experiment, &test.id);
        for text in remarks(test, names) {
            page.line(format!("  {name}: {text}"));
        }
    }
    page
}

fn metric(test: &SharedTest) -> Option<String> {
    let metric = test.metric.as_ref()?;
    Some(match test.direction {
        Some(Direction::Down) => format!("{metric}, less is better"),
        Some(Direction::Up) | None => metric.clone(),
    })
}

fn both(test: &SharedTest) -> Option<String> {
    let [first, second] = test.sides.each_ref().map(|side| {
        let rate = side.rate.map(|rate| number::rate(rate, test.is_proportion));
        rate.unwrap_or_else(|| "unknown".to_owned())
    });
    test.metric.as_ref()?;
    Some(format!("{first} → {second}"))
}

/// Says what the row of a test has no room for.
fn remarks(test: &SharedTest, names: Names<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for guardrail in &test.guardrails {
        if guardrail.state != "passed" {
            let state = guardrail.state.replace('_', " ");
            let name = names.name(guardrail.which);
            told.push(format!("guardrail {} of {name}: {state}", guardrail.metric));
        }
    }
    if test.variants > 2 {
        told.push(format!(
            "one of {} variants; its interval allows for all of them",
            test.variants
        ));
    }
    told.extend(test.notes.iter().cloned());
    told
}

fn contradictions(comparison: &VersionComparison, color: &Color) -> Page {
    let names = Names::of(comparison);
    let bad = color.bad;
    let mut lines = Vec::new();
    for test in &comparison.tests {
        let metrics = comparison.contradicted_by(test);
        let favoured = metrics.first().and_then(|metric| metric.state.favours());
        let Some(favoured) = favoured else {
            continue;
        };
        let metrics: Vec<&str> = metrics.iter().map(|metric| &*metric.name).collect();
        lines.push(format!(
            "{bad}training and production differ:{bad:#} {} is better by {}, and in {} {}",
            names.name(favoured),
            metrics.join(", "),
            told_apart(comparison, &test.experiment, &test.id),
            names.result(test)
        ));
    }
    let mut page = Page::new();
    if !lines.is_empty() {
        page.line("");
    }
    for line in lines {
        page.line(line);
    }
    page
}

fn others(comparison: &VersionComparison) -> Page {
    let names = Names::of(comparison);
    let mut page = Page::new();
    page.line("other tests");
    for which in [Which::First, Which::Second] {
        let own: Vec<&OtherTest> = comparison
            .others
            .iter()
            .filter(|test| test.which == which)
            .collect();
        let name = names.name(which);
        if own.is_empty() {
            page.line(format!("  {name}  none"));
        }
        for test in own {
            page.line(format!("  {name}  {}", other(test)));
        }
    }
    page
}

fn other(test: &OtherTest) -> String {
    let against: Vec<String> = test.against.iter().map(brought).collect();
    let role = if test.control { ", the control" } else { "" };
    format!(
        "{}, ended {}: {}, {} got all the traffic; it was {}{role}, against {}",
        test.experiment,
        test.ended.strftime(DAY),
        test.outcome.replace('_', " "),
        test.winner,
        test.variant,
        against.join(", ")
    )
}

/// Returns the version that a variant was.
fn brought(part: &Part) -> String {
    let release = part.release.as_ref();
    let model = release.and_then(|release| release.model.clone());
    let version = release.and_then(|release| release.version.clone());
    match (model, version) {
        (Some(model), Some(version)) => format!("{model} {version}"),
        (_, _) => format!("{}, of which nobody knows what it served", part.name),
    }
}
