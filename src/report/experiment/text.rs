//! A readout as text for people.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::chart::chart;
use super::clients;
use super::planned_looks::looks;
use super::reasons::{why_guardrail_open, why_open};
use super::sample::{power, sample};
use super::shares::{split, variants};
use super::{EffectScale, ExperimentView, number};
use crate::report::Color;
use mlship_core::app::experiment::Ended;
use mlship_core::experiment::{MetricReading, Reading, Role};
use mlship_stats::TestVerdict;
use mlship_text::Page;

/// Returns a readout as lines of text, the verdict first.
#[must_use]
pub fn experiment_text(shown: &ExperimentView<'_>, color: &Color) -> Page {
    let mut text = Page::new();
    let (strong, reading) = (color.strong, shown.reading);
    let style = match reading.readout.verdict {
        _ if shown.ended.is_some_and(Ended::is_kept) => color.good,
        _ if shown.ended.is_some() => color.bad,
        TestVerdict::ChallengerBetter | TestVerdict::ControlBetter | TestVerdict::NoDifference => {
            color.good
        }
        TestVerdict::Inconclusive => color.change,
        TestVerdict::BrokenSplit | TestVerdict::GuardrailBreached => color.bad,
    };
    let name = shown.name;
    text.line(format!(
        "{strong}{name}{strong:#}: {style}{}{style:#}",
        headline(shown)
    ));
    if shown.ended.is_some() {
        let verdict = verdict(shown);
        text.line(format!("  numbers of its last phase: {verdict}"));
    }
    text.line(format!("  {}", when(shown)));
    text.line("");
    text.extend(variants(reading));
    text.line(format!("  {}", split(reading)));
    text.line("");
    for metric in &reading.metrics {
        text.extend(lines(shown, metric, color));
    }
    if !reading.metrics.is_empty() {
        text.line("");
    }
    text.extend(clients::segments(reading));
    if let Some(rows) = &reading.rows {
        text.line(format!("  {}", clients::rows(rows)));
    }
    text.line(format!("  {}", sample(shown)));
    if let Some(line) = power(shown) {
        text.line(format!("  {line}"));
    }
    if let Some(line) = reading.looks.as_ref().map(looks) {
        text.line(format!("  {line}"));
    }
    for course in &reading.course {
        text.extend(chart(course, EffectScale::of(shown), color));
    }
    for note in &shown.notes {
        let style = color.change;
        text.line(format!("{style}note:{style:#} {note}"));
    }
    text
}

/// Returns in one line how it stands: the verdict, or that it is over and who has the traffic.
#[must_use]
pub fn headline(shown: &ExperimentView<'_>) -> String {
    shown
        .ended
        .map_or_else(|| verdict(shown), |ended| over(ended, shown.at))
}

fn over(ended: &Ended, now: Timestamp) -> String {
    let since = ended.at.strftime("%Y-%m-%d %H:%M");
    let has = match &ended.traffic[..] {
        [] => "nobody has the traffic".to_owned(),
        [one] => format!("{one} has all the traffic"),
        several => format!("{} share the traffic", several.join(" and ")),
    };
    let winner = &ended.winner;
    let mut line = format!("over since {since} UTC: {has}");
    if !ended.is_kept() {
        let _ = write!(line, ", which the stop gave to {winner} alone");
    } else if ended.cookies_end > now {
        let until = ended.cookies_end.strftime("%Y-%m-%d %H:%M");
        let _ = write!(
            line,
            ", but for clients that stay where they are until {until} UTC"
        );
    }
    let outcome = ended.outcome.replace('_', " ");
    let _ = write!(line, "; the verdict was {outcome}");
    line
}

pub(super) fn verdict(shown: &ExperimentView<'_>) -> String {
    let reading = shown.reading;
    match reading.readout.verdict {
        TestVerdict::ChallengerBetter => better("challenger better", reading),
        TestVerdict::ControlBetter => better("control better", reading),
        TestVerdict::NoDifference => "no difference larger than the minimum effect".to_owned(),
        TestVerdict::Inconclusive => {
            let mut line = format!("inconclusive: {}", why_open(shown));
            // Units that can't be go before it, and harm is harm.
            if let Some(breached) = breached(reading) {
                let _ = write!(line, "; {breached}");
            }
            line
        }
        TestVerdict::BrokenSplit => {
            let mut line = "broken split: variants got other shares than their weights, so no \
                            number holds"
                .to_owned();
            // What is down gets fewer trials, too.
            if let Some(breached) = breached(reading) {
                let _ = write!(line, "; {breached}");
            }
            line
        }
        TestVerdict::GuardrailBreached => breached(reading).unwrap_or_default(),
    }
}

fn breached(reading: &Reading) -> Option<String> {
    let breached = reading.metrics.iter().filter(|metric| metric.is_breached());
    let breached = breached.map(|metric| format!("{} of {}", metric.metric, metric.variant));
    let breached: Vec<String> = breached.collect();
    (!breached.is_empty()).then(|| format!("guardrail breached: {}", breached.join(", ")))
}

/// Names the variants that it is about: the winner, or all that the control is better than.
fn better(what: &str, reading: &Reading) -> String {
    let winner = reading.winner.as_ref();
    let is_control = |name: &str| {
        let mut variants = reading.variants.iter();
        variants.any(|variant| variant.is_control && variant.name == name)
    };
    let has_lost = winner.is_some_and(|winner| is_control(winner));
    let effects = reading.metrics.iter().filter_map(|metric| {
        let is_meant = has_lost || winner == Some(&metric.variant);
        if metric.role != Role::Primary || !is_meant {
            return None;
        }
        let value = metric.difference?.value;
        let unit = number::unit(metric.is_proportion);
        let effect = number::difference(value, metric.is_proportion);
        Some(format!(
            "{} of {}: {effect}{unit}",
            metric.metric, metric.variant
        ))
    });
    let effects: Vec<String> = effects.collect();
    if effects.is_empty() {
        return what.to_owned();
    }
    format!("{what}: {}", effects.join(", "))
}

fn when(shown: &ExperimentView<'_>) -> String {
    let reading = shown.reading;
    let minute = "%Y-%m-%d %H:%M";
    let days = reading.days();
    let most = shown
        .maximum_days
        .map_or_else(String::new, |most| format!(" of {most}"));
    if reading.window.is_empty() {
        let (phase, due) = (shown.record.phase, reading.window.first_known());
        return if due > shown.at {
            format!(
                "phase {phase}: CloudWatch has the numbers of a minute up to two minutes after its \
                 end, those of the first whole one by {} UTC: look again then",
                due.strftime("%Y-%m-%d %H:%M")
            )
        } else {
            format!("phase {phase}: no whole minute of it is in this window")
        };
    }
    let alpha = reading.alpha.map_or_else(String::new, |alpha| {
        format!(", alpha {}", number::alpha(alpha))
    });
    format!(
        "phase {}, {} to {} UTC, {days:.1}{most} days{alpha}",
        shown.record.phase,
        reading.window.from.strftime(minute),
        reading.window.to.strftime(minute),
    )
}

fn lines(shown: &ExperimentView<'_>, metric: &MetricReading, color: &Color) -> Page {
    let rate = |value: Option<f64>| {
        value.map_or_else(
            || "–".to_owned(),
            |value| number::rate(value, metric.is_proportion),
        )
    };
    let role = match metric.role {
        Role::Primary => "primary",
        Role::Guardrail => "guardrail",
    };
    let mut page = Page::new();
    page.line(format!(
        "  {}, {role}, {}: {} → {}",
        metric.metric,
        metric.variant,
        rate(metric.control),
        rate(metric.rate)
    ));
    let mut text = String::from("      ");
    if let Some(difference) = metric.difference {
        let show = |value| number::difference(value, metric.is_proportion);
        let about = if metric.is_approximate { "about " } else { "" };
        let _ = write!(
            text,
            "{}{} ({about}{} to {})",
            show(difference.value),
            number::unit(metric.is_proportion),
            show(difference.interval.lower),
            show(difference.interval.upper),
        );
    } else if metric.rate.is_none() {
        text.push_str("no numbers");
    } else {
        text.push_str("no difference yet");
    }
    match metric.role {
        Role::Primary => {
            if let Some(lift) = metric.lift {
                let _ = write!(
                    text,
                    ", lift {} % ({} to {})",
                    number::lift(lift.value),
                    number::lift(lift.interval.lower),
                    number::lift(lift.interval.upper)
                );
            }
            if let Some(p) = metric.p {
                let _ = write!(text, ", {}", number::p(p));
            }
            text.push_str(&narrowed(metric));
        }
        Role::Guardrail => {
            let margin = shown
                .margins
                .iter()
                .find(|(name, _)| *name == metric.metric);
            if let Some((_, margin)) = margin {
                let margin = number::rate(*margin, metric.is_proportion).replace(" %", " pp");
                let _ = write!(text, ", harm below {margin} is accepted");
            }
            text.push_str(&narrowed(metric));
            let style = match metric.state {
                "passed" => color.good,
                "breached" => color.bad,
                _ => color.change,
            };
            let _ = write!(text, ": {style}{}{style:#}", metric.state);
            if let Some(why) = why_guardrail_open(shown.reading, metric) {
                let _ = write!(text, ", {why}");
            }
        }
    }
    page.line(text);
    page
}

/// Says what a covariate is worth.
fn narrowed(metric: &MetricReading) -> String {
    metric.narrowed.map_or_else(String::new, |share| {
        let share = number::part(share);
        format!(", narrowed by {share} by before_{}", metric.metric)
    })
}
