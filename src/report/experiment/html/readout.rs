//! A readout as a page.

use super::amounts::{alpha, count, days, moment, size};
use super::clients::{rows, segments};
use super::course::course;
use super::looks::looks;
use super::markup::Markup;
use super::metrics::{MetricRow, metrics};
use super::page::{Document, Part, Tone, facts};
use super::phases::{PhaseRow, phases};
use super::traffic::{TrafficRow, split, traffic};
use crate::report::experiment::json::rounded;
use crate::report::experiment::reasons::why_guardrail_open;
use crate::report::experiment::text::verdict;
use crate::report::experiment::{EffectScale, ExperimentView, headline, shares};
use mlship_core::experiment::{MetricReading, Role, Window};
use mlship_stats::{Alpha, Interval, OpenReason, TestVerdict};
use mlship_text::words::duration;

/// Returns a readout as a page.
#[must_use]
pub fn experiment_html(shown: &ExperimentView<'_>) -> String {
    let reading = shown.reading;
    let scale = EffectScale::of(shown);
    let rows_of_clients = reading.rows.as_ref().map_or_else(Markup::new, rows);
    let planned = reading.looks.as_ref().map_or_else(Markup::new, looks);
    let document = Document {
        name: shown.name,
        headline: &headline(shown),
        tone: tone(shown),
        below: shown
            .ended
            .map(|_| format!("Numbers of its last phase: {}.", verdict(shown))),
        hypothesis: shown.hypothesis,
        notes: &shown.notes,
        parts: vec![
            Part::new(
                "Metrics",
                metrics(reading.metrics.iter().map(|metric| row(shown, metric))),
            ),
            Part::new("Over time", course(&reading.course, scale)),
            Part::new("Sample and power", facts(sample(shown))),
            Part::new("Planned looks", planned),
            Part::new("Split", variants(shown)),
            Part::new("Phases", phase_rows(shown)),
            Part::new("Rows of clients", rows_of_clients),
            Part::new(
                "Parts of the clients",
                segments(&reading.segments, scale.is_proportion),
            ),
            Part::new("Design", facts(design(shown))),
        ],
        origin: format!(
            "Read at {} UTC by mlship {}; started by {}.",
            shown.at.strftime("%Y-%m-%d %H:%M"),
            env!("CARGO_PKG_VERSION"),
            shown.record.by
        ),
    };
    document.html()
}

fn tone(shown: &ExperimentView<'_>) -> Tone {
    if let Some(ended) = shown.ended {
        return if ended.is_kept() {
            Tone::Good
        } else {
            Tone::Bad
        };
    }
    match shown.reading.readout.verdict {
        TestVerdict::ChallengerBetter | TestVerdict::ControlBetter | TestVerdict::NoDifference => {
            Tone::Good
        }
        TestVerdict::Inconclusive => Tone::Open,
        TestVerdict::BrokenSplit | TestVerdict::GuardrailBreached => Tone::Bad,
    }
}

fn row<'a>(shown: &'a ExperimentView<'_>, metric: &'a MetricReading) -> MetricRow<'a> {
    let pair = |interval: Interval| (interval.lower, interval.upper);
    let mut variants = shown.reading.variants.iter();
    let variant = variants.find(|variant| variant.name == metric.variant);
    let mut margins = shown.margins.iter();
    let margin = margins.find(|(name, _)| *name == metric.metric);
    let open = metric.open.map(|open| {
        let word = serde_json::json!(open);
        let word = word.as_str().unwrap_or_default().to_owned();
        let sentence = why_guardrail_open(shown.reading, metric);
        (
            word,
            sentence.unwrap_or_else(|| seen_by_its_numbers(open).to_owned()),
        )
    });
    MetricRow {
        metric: &metric.metric,
        role: match metric.role {
            Role::Primary => "primary",
            Role::Guardrail => "guardrail",
        },
        variant: &metric.variant,
        weight: variant.map(|variant| variant.weight),
        trials: metric.trials,
        is_proportion: metric.is_proportion,
        rates: (metric.control, metric.rate),
        effect: metric.difference.map(|effect| effect.value),
        effect_interval: metric.difference.map(|effect| pair(effect.interval)),
        lift: metric.lift.map(|lift| lift.value),
        lift_interval: metric.lift.map(|lift| pair(lift.interval)),
        p: metric.p,
        margin: margin
            .filter(|_| metric.role == Role::Guardrail)
            .map(|(_, margin)| *margin),
        state: metric.state,
        open,
        is_approximate: metric.is_approximate,
        narrowed: metric.narrowed,
    }
}

/// Says of a guardrail that is open what a terminal leaves to its numbers.
fn seen_by_its_numbers(open: OpenReason) -> &'static str {
    match open {
        OpenReason::IntervalTooWide => "harm below the margin is possible, and above it",
        OpenReason::NothingKnown
        | OpenReason::NeedsRows
        | OpenReason::TooFewLargeValues
        | OpenReason::TooFewTrials
        | OpenReason::TooFewStretches
        | OpenReason::FewClients => "no counts that can be compared",
    }
}

fn variants(shown: &ExperimentView<'_>) -> Markup {
    let reading = shown.reading;
    let rows = reading.variants.iter().map(|variant| TrafficRow {
        name: &variant.name,
        is_control: variant.is_control,
        weight: variant.weight,
        requests: variant.requests,
        trials: variant.count,
    });
    let rows: Vec<TrafficRow<'_>> = rows.collect();
    split(shares::sentence(reading), reading.split).add(&traffic(&rows))
}

fn phase_rows(shown: &ExperimentView<'_>) -> Markup {
    let (record, reading) = (shown.record, shown.reading);
    let whole = shown.alpha.and_then(Alpha::new);
    let ended = shown.ended.map(|ended| ended.at);
    let of = |number: u32| {
        if number == record.phase {
            return reading.alpha.map(rounded);
        }
        let phase = record.spending?.phase_of(number)?;
        Some(rounded(whole?.of_phase(phase).get()))
    };
    let after = record.phases.iter().skip(1).map(|phase| Some(phase.since));
    let rows = record.phases.iter().zip(after.chain([ended]));
    let rows = rows.map(|(phase, until)| PhaseRow {
        number: phase.number,
        since: phase.since,
        until,
        weights: phase.weights.clone(),
        alpha: of(phase.number),
    });
    let rows: Vec<PhaseRow> = rows.collect();
    let names: Vec<&str> = reading
        .variants
        .iter()
        .map(|variant| &*variant.name)
        .collect();
    phases(&rows, &names, shown.at)
}

/// How far the sample is, and which differences it shows.
fn sample(shown: &ExperimentView<'_>) -> Vec<(&'static str, Markup)> {
    let reading = shown.reading;
    let is_proportion = EffectScale::of(shown).is_proportion;
    let mut facts = Vec::new();
    if let Some(sample) = &reading.sample {
        let of = count(sample.seen).text(" of ").add(&count(sample.planned));
        facts.push(("trials", of.text(" planned ones")));
        let noun = if sample.left.trials == 1 {
            " trial"
        } else {
            " trials"
        };
        let trials = count(sample.left.trials).text(noun);
        facts.push((
            "left",
            match sample.left.time {
                Some(time) if sample.left.trials > 0 => {
                    let exact = time.as_secs_f64() / 86_400.0;
                    let in_words = duration(time.as_secs_f64());
                    trials
                        .text(", ")
                        .add(&Markup::data(exact, &in_words))
                        .text(" at this rate")
                }
                Some(_) => trials.text(", ").add(&Markup::data(0.0, "complete")),
                None => trials,
            },
        ));
    }
    if let Some(found_by) = &reading.sensitivity {
        let found = |effect: f64| {
            size(effect, is_proportion)
                .text(" or more, in ")
                .add(&Markup::data(
                    found_by.power,
                    &format!("{:.0}", 100.0 * found_by.power),
                ))
                .text(" of 100 tests")
        };
        facts.extend(
            found_by
                .seen
                .map(|effect| ("difference that these trials show", found(effect))),
        );
        let planned = found_by.planned;
        facts.extend(planned.map(|effect| ("that the planned ones show", found(effect))));
    }
    if let Some(minimum) = shown.minimum_effect {
        facts.push(("smallest that matters", size(minimum, is_proportion)));
    }
    facts
}

fn design(shown: &ExperimentView<'_>) -> Vec<(&'static str, Markup)> {
    let (reading, record) = (shown.reading, shown.record);
    let from_to = |window: &Window| {
        moment(window.from)
            .text(" to ")
            .add(&moment(window.to))
            .text(" UTC")
    };
    let mut facts = vec![
        (
            "state",
            Markup::data(record.state.word(), record.state.word()),
        ),
        (
            "phase",
            Markup::data(record.phase, &record.phase.to_string()),
        ),
        ("inference", {
            let word = reading.inference();
            Markup::data(word, &word.replace('_', " "))
        }),
    ];
    facts.extend(
        record
            .started
            .map(|started| ("started", moment(started).text(" UTC"))),
    );
    facts.push(("numbers of", from_to(&reading.window)));
    if reading.counted != reading.window {
        facts.push(("outcomes counted", from_to(&reading.counted)));
    }
    let most = shown.maximum_days.map(|most| count(most.into()));
    let length = days(reading.days());
    facts.push((
        "days",
        most.map_or(length.clone(), |most| length.text(" of ").add(&most)),
    ));
    facts.extend(
        reading
            .alpha
            .map(|of| ("alpha of this phase", alpha(rounded(of)))),
    );
    facts.extend(shown.alpha.map(|of| ("alpha of all phases", alpha(of))));
    facts.extend(shown.ended.map(|ended| {
        let until = Markup::name(&ended.by).text(", cookies end at ");
        (
            "ended by",
            until.add(&moment(ended.cookies_end)).text(" UTC"),
        )
    }));
    facts
}
