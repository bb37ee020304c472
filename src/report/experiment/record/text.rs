//! An experiment that ended, as text for people and as its document.

use std::fmt::Write as _;

use serde_json::Value;

use super::super::chart::chart;
use super::super::number;
use super::{courses, headline, scale};
use crate::report::Color;
use crate::report::columns::{padded, widest};
use mlship_core::ledger::{ExperimentRecord, MetricFinding, Part, Readout, Release};
use mlship_text::Page;
use mlship_text::secrets::KnownSecrets;

const DAY: &str = "%Y-%m-%d %H:%M";

/// Returns a record as `experiment show` writes it with `-o json`.
#[must_use]
pub fn record_document(record: &ExperimentRecord) -> Value {
    record.document(&KnownSecrets::none())
}

/// Returns a record as lines of text, how it ended first.
#[must_use]
pub fn record_text(record: &ExperimentRecord, color: &Color) -> Page {
    let mut text = Page::new();
    let strong = color.strong;
    text.line(format!(
        "{strong}{}{strong:#}: {}",
        record.experiment,
        headline(record)
    ));
    let (started, ended) = (record.started.strftime(DAY), record.ended.strftime(DAY));
    text.line(format!("  {started} to {ended} UTC, id {}", record.id));
    text.line(format!(
        "  started by {}, ended by {}",
        record.started_by, record.ended_by
    ));
    if let Some(hypothesis) = &record.hypothesis {
        text.line(format!("  because {hypothesis}"));
    }
    text.line("");
    text.extend(variants(record));
    text.extend(phases(record));
    match &record.readout {
        Some(readout) => text.extend(numbers(record, readout, color)),
        None => text.line("  the numbers were not recorded"),
    }
    for dropped in &record.dropped {
        let breached: Vec<&str> = dropped.breached.iter().map(String::as_str).collect();
        let primary = dropped.primary.as_ref();
        let primary = primary.map(|primary| finding(primary, &breached));
        let trials = dropped.primary.as_ref().and_then(|primary| {
            let (control, own) = primary.control_trials.zip(primary.trials)?;
            let (control, own) = (number::count(control), number::count(own));
            Some(format!("of {control} and {own} trials"))
        });
        if let Some((line, trials)) = primary.zip(trials) {
            text.line(format!(
                "  until {} was dropped, {trials}: {line}",
                dropped.variant
            ));
        }
    }
    for note in record.remarks() {
        let style = color.change;
        text.line(format!("{style}note:{style:#} {note}"));
    }
    text
}

fn variants(record: &ExperimentRecord) -> Page {
    let mut page = Page::new();
    let names: Vec<String> = record
        .variants
        .iter()
        .map(|part| part.name.clone())
        .collect();
    let served: Vec<String> = record.variants.iter().map(served).collect();
    let width = widest(&names);
    for ((part, name), served) in record.variants.iter().zip(&names).zip(&served) {
        let control = if part.control { "  (control)" } else { "" };
        let service = &part.service;
        page.line(format!(
            "  {}  {served}, service {service}{control}",
            padded(name, width)
        ));
    }
    page
}

/// Returns what a variant served.
pub(in crate::report::experiment) fn served(part: &Part) -> String {
    let Some(release) = &part.release else {
        return "unknown".to_owned();
    };
    let Release {
        model,
        version,
        task_definition,
        digest,
        run_id,
        ..
    } = release;
    let mut parts = Vec::new();
    parts.extend(match (model, version) {
        (Some(model), Some(version)) => Some(format!("{model} {version}")),
        (Some(model), None) => Some(model.clone()),
        (None, _) => None,
    });
    parts.extend(run_id.as_ref().map(|run| {
        let short: String = run.chars().take(8).collect();
        format!("run {short}")
    }));
    parts.extend(task_definition.as_ref().map(|arn| arn.short().to_owned()));
    parts.extend(digest.as_ref().map(|digest| {
        let bare = digest.strip_prefix("sha256:").unwrap_or(digest);
        bare.chars().take(12).collect()
    }));
    if parts.is_empty() {
        return "unknown".to_owned();
    }
    parts.join(", ")
}

fn phases(record: &ExperimentRecord) -> Page {
    let mut page = Page::new();
    for phase in &record.phases {
        let weights: Vec<String> = phase.weights.iter().map(u32::to_string).collect();
        let alpha = phase.alpha.map(number::alpha);
        let alpha = alpha.map_or_else(String::new, |alpha| format!(", alpha {alpha}"));
        page.line(format!(
            "  phase {}: {} from {} to {} UTC{alpha}",
            phase.phase,
            weights.join(":"),
            phase.since.strftime(DAY),
            phase.until.strftime(DAY)
        ));
    }
    if !record.phases.is_empty() {
        page.line("");
    }
    page
}

fn numbers(record: &ExperimentRecord, readout: &Readout, color: &Color) -> Page {
    let mut page = Page::new();
    for variant in &readout.variants {
        let count = variant.count.map(|count| number::counted(count, "trial"));
        let count = count.map_or_else(String::new, |count| format!(", {count}"));
        page.line(format!(
            "  {}: {}{count}",
            variant.name,
            number::counted(variant.requests, "request")
        ));
    }
    if readout.split_broken {
        page.line("  the split was broken: no number holds");
    }
    page.line("");
    for metric in &readout.metrics {
        page.line(format!("  {}", finding(metric, &against(readout, metric))));
    }
    for course in &courses(readout) {
        page.extend(chart(course, scale(record, readout), color));
    }
    page
}

/// Returns the guardrails that spoke against a challenger, of which its primary metric's state says
/// only that there are some.
pub(in crate::report::experiment) fn against<'a>(
    readout: &'a Readout,
    metric: &MetricFinding,
) -> Vec<&'a str> {
    let control = |name: &str| {
        let mut primary = readout.metrics.iter().filter(|one| one.is_primary());
        primary.all(|one| one.variant != name)
    };
    let breached = readout.metrics.iter().filter(|one| {
        let is_meant = one.variant == metric.variant || control(&one.variant);
        !one.is_primary() && one.state == "breached" && is_meant
    });
    breached.map(|one| &*one.metric).collect()
}

/// Returns in one line what a metric said; of a primary one with the guardrails that were breached.
pub(super) fn finding(metric: &MetricFinding, breached: &[&str]) -> String {
    let rate = |value: Option<f64>| {
        value.map_or_else(
            || "unknown".to_owned(),
            |value| number::rate(value, metric.proportion),
        )
    };
    let (control, own) = (rate(metric.control_rate), rate(metric.rate));
    let mut state = metric.state.replace('_', " ");
    if metric.is_primary() && metric.state == "guardrail_breached" && !breached.is_empty() {
        let _ = write!(state, " ({})", breached.join(", "));
    }
    let effect = interval(metric.effect, metric.lower, metric.upper, metric.proportion);
    let p = metric
        .p
        .map_or_else(String::new, |p| format!(", {}", number::p(p)));
    format!(
        "{}, {}, {}: {control} → {own}, {effect}{p}: {state}",
        metric.metric, metric.role, metric.variant
    )
}

/// Returns a difference with where it may be.
pub(super) fn interval(
    effect: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    is_proportion: bool,
) -> String {
    let show = |value: f64| number::difference(value, is_proportion);
    let unit = number::unit(is_proportion);
    match (effect, lower, upper) {
        (Some(effect), Some(lower), Some(upper)) => {
            format!(
                "{}{unit} ({} to {})",
                show(effect),
                show(lower),
                show(upper)
            )
        }
        (Some(effect), _, _) => format!("{}{unit}", show(effect)),
        (None, _, _) => "no difference known".to_owned(),
    }
}
