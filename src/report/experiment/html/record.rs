//! An experiment that ended, as a page.

use super::amounts::{alpha, count, difference, estimate, moment, size};
use super::course::course;
use super::markup::Markup;
use super::metrics::{MetricRow, metrics};
use super::page::{Document, Part, Tone, facts};
use super::phases::{PhaseRow, phases};
use super::table::Table;
use super::traffic::{TrafficRow, split, traffic};
use crate::report::experiment::record::{against, courses, headline, scale, served};
use mlship_core::ledger::{ExperimentRecord, MetricFinding, Readout};

/// Returns a record as a page.
#[must_use]
pub fn record_html(record: &ExperimentRecord) -> String {
    let readout = record.readout.as_ref();
    let of = |part: &dyn Fn(&Readout) -> Markup| readout.map_or_else(Markup::new, part);
    let notes = record.remarks();
    let document = Document {
        name: &record.experiment,
        headline: &headline(record),
        tone: Tone::Good,
        below: readout
            .is_none()
            .then(|| "The numbers were not recorded.".to_owned()),
        hypothesis: record.hypothesis.as_deref(),
        notes: &notes,
        parts: vec![
            Part::new("Variants", variants(record)),
            Part::new(
                "Metrics",
                of(&|readout| {
                    let until_dropped = record.dropped.iter();
                    let until_dropped = until_dropped.filter_map(|one| one.primary.as_ref());
                    let all = readout.metrics.iter().chain(until_dropped);
                    metrics(all.map(|metric| row(record, metric)))
                }),
            ),
            Part::new(
                "Over time",
                of(&|readout| {
                    let pictures = course(&courses(readout), scale(record, readout));
                    pictures.add(&each_look(record, readout))
                }),
            ),
            Part::new("Split", of(&|readout| shared(record, readout))),
            Part::new("Phases", phase_rows(record)),
            Part::new("Design", facts(design(record))),
        ],
        origin: format!(
            "Started by {}, ended by {}; written by mlship {}.",
            record.started_by,
            record.ended_by,
            env!("CARGO_PKG_VERSION")
        ),
    };
    document.html()
}

fn variants(record: &ExperimentRecord) -> Markup {
    let mut table = Table::new(&["variant", "served", "service"]);
    for part in &record.variants {
        let control = if part.control {
            Markup::new().code(" <span class=\"range\">control</span>")
        } else {
            Markup::new()
        };
        table.row(vec![
            Markup::name(&part.name).add(&control),
            Markup::of(&served(part)),
            Markup::of(&part.service.to_string()),
        ]);
    }
    table.markup()
}

fn row<'a>(record: &'a ExperimentRecord, metric: &'a MetricFinding) -> MetricRow<'a> {
    let readout = record.readout.as_ref();
    let variants = readout.map_or(&[][..], |readout| &readout.variants);
    let of = |name: &str| variants.iter().find(|variant| variant.name == name);
    let control = record.variants.iter().find(|part| part.control);
    let trials = |name: &str| of(name)?.count.filter(|_| metric.is_primary());
    // A record of an earlier mlship has those of the primary metric alone.
    let of_primary = || trials(&control?.name).zip(trials(&metric.variant));
    let design = record.design.as_ref();
    let guardrails = design.map_or(&[][..], |design| &design.guardrails);
    let margin = guardrails
        .iter()
        .find(|guardrail| guardrail.metric == metric.metric && !metric.is_primary());
    MetricRow {
        metric: &metric.metric,
        role: &metric.role,
        variant: &metric.variant,
        weight: of(&metric.variant).map(|variant| variant.weight),
        trials: metric.control_trials.zip(metric.trials).or_else(of_primary),
        is_proportion: metric.proportion,
        rates: (metric.control_rate, metric.rate),
        effect: metric.effect,
        effect_interval: metric.lower.zip(metric.upper),
        lift: metric.lift,
        lift_interval: metric.lift_lower.zip(metric.lift_upper),
        p: metric.p,
        margin: margin.map(|guardrail| guardrail.margin),
        state: &metric.state,
        open: breached(record, metric).map(|names| (names.clone(), names)),
        is_approximate: metric.approximate,
        narrowed: None,
    }
}

/// Returns the guardrails that spoke against a challenger, beside its primary metric.
fn breached(record: &ExperimentRecord, metric: &MetricFinding) -> Option<String> {
    if !metric.is_primary() || metric.state != "guardrail_breached" {
        return None;
    }
    let names = match record.dropped(&metric.variant) {
        Some(dropped) => dropped.breached.join(", "),
        None => against(record.readout.as_ref()?, metric).join(", "),
    };
    (!names.is_empty()).then_some(names)
}

/// Returns every look that was kept, under the pictures that are made of them.
fn each_look(record: &ExperimentRecord, readout: &Readout) -> Markup {
    let is_proportion = scale(record, readout).is_proportion;
    let mut table = Table::new(&["look", "variant", "effect"]);
    for course in &readout.course {
        for look in &course.looks {
            let bounds = Some((look.lower, look.upper));
            let effect = estimate(Some(look.effect), bounds, false, |value| {
                difference(value, is_proportion)
            });
            table.row(vec![
                moment(look.time),
                Markup::name(&course.variant),
                effect,
            ]);
        }
    }
    let table = table.markup();
    if table.is_empty() {
        return table;
    }
    Markup::new()
        .code("<details open>\n<summary>Each look</summary>\n")
        .add(&table)
        .code("</details>\n")
}

fn shared(record: &ExperimentRecord, readout: &Readout) -> Markup {
    let is_control = |name: &str| {
        let mut parts = record.variants.iter();
        parts.any(|part| part.control && part.name == name)
    };
    let rows = readout.variants.iter().map(|variant| TrafficRow {
        name: &variant.name,
        is_control: is_control(&variant.name),
        weight: variant.weight,
        requests: variant.requests,
        trials: variant.count,
    });
    let rows: Vec<TrafficRow<'_>> = rows.collect();
    let sentence = match (readout.split_broken, readout.split_p) {
        (true, _) => "not as weighted, so no number holds",
        (false, Some(_)) => "as weighted",
        (false, None) => "not tested",
    };
    split(sentence, readout.split_p).add(&traffic(&rows))
}

fn phase_rows(record: &ExperimentRecord) -> Markup {
    let rows = record.phases.iter().map(|phase| PhaseRow {
        number: phase.phase,
        since: phase.since,
        until: Some(phase.until),
        weights: phase.weights.clone(),
        alpha: phase.alpha,
    });
    let rows: Vec<PhaseRow> = rows.collect();
    let names: Vec<&str> = record.variants.iter().map(|part| &*part.name).collect();
    phases(&rows, &names, record.ended)
}

fn design(record: &ExperimentRecord) -> Vec<(&'static str, Markup)> {
    let mut facts = vec![
        ("id", Markup::of(&record.id.to_string())),
        ("started", moment(record.started).text(" UTC")),
        ("ended", moment(record.ended).text(" UTC")),
        ("rule", Markup::of(&record.rule.to_string())),
    ];
    if let Some(readout) = &record.readout {
        let inference = readout.inference.replace('_', " ");
        facts.push(("inference", Markup::data(&*readout.inference, &inference)));
        let numbers = moment(readout.from).text(" to ").add(&moment(readout.to));
        facts.push(("numbers of", numbers.text(" UTC")));
        let sample = readout.sample.zip(readout.planned);
        facts.extend(sample.map(|(seen, planned)| {
            let of = count(seen).text(" of ").add(&count(planned));
            ("trials", of.text(" planned ones"))
        }));
    }
    if let Some(design) = &record.design {
        let is_proportion = design.primary.kind == mlship_manifest::schema::MetricType::Proportion;
        let minimum = size(design.primary.minimum_effect, is_proportion);
        facts.push(("smallest difference that matters", minimum));
        facts.push(("alpha of all phases", alpha(design.alpha)));
        let least = design.minimum_events_per_arm;
        facts.push(("events every variant needs", count(least.into())));
        facts.extend(
            design
                .maximum_days
                .map(|most| ("days at most", count(most.into()))),
        );
        facts.extend(
            design
                .looks
                .map(|looks| ("planned looks", count(looks.into()))),
        );
    }
    facts
}
