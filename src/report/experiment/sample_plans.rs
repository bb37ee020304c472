//! What an effect takes, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::number;
use mlship_core::app::experiment::Past;
use mlship_core::experiment::{Answer, Baseline, SamplePlan, Wanted};
use mlship_stats::Method;
use mlship_text::Page;

/// Plans with what they are reckoned from.
#[derive(Debug, Clone, Copy)]
pub struct SamplePlansView<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// The primary metric.
    pub metric: &'a str,
    /// What was seen of it; none where nobody was asked.
    pub past: Option<&'a Past>,
    /// What was asked for.
    pub wanted: &'a Wanted,
    /// The days after which the experiment should have ended.
    pub maximum_days: Option<u32>,
    /// The plans.
    pub plans: &'a [SamplePlan],
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Sequential => "sequential",
        Method::GroupSequential { .. } => "group-sequential",
    }
}

fn is_proportion(view: &SamplePlansView<'_>) -> bool {
    matches!(view.wanted.baseline, Baseline::Proportion(_))
}

/// Returns plans as `experiment plan` shows them to people.
#[must_use]
pub fn sample_plans_text(view: &SamplePlansView<'_>) -> Page {
    let mut text = Page::new();
    let is_proportion = is_proportion(view);
    text.line(format!("{}: {}", view.name, seen(view)));
    for design in [true, false] {
        let is_own = |plan: &&SamplePlan| (plan.method == Method::Sequential) == design;
        let mut plans = view.plans.iter().filter(is_own).peekable();
        let Some(first) = plans.peek() else {
            continue;
        };
        text.line("");
        text.line(match first.method {
            Method::Sequential => "  sequential, looked at as often as you like".to_owned(),
            Method::GroupSequential { looks } => {
                format!("  group-sequential, decided at {looks} looks")
            }
        });
        for plan in plans {
            text.line(format!(
                "    {}",
                line(plan, view.maximum_days, is_proportion)
            ));
        }
    }
    if view.plans.is_empty() {
        text.line("  no sample shows such an effect from there");
    }
    text
}

fn seen(view: &SamplePlansView<'_>) -> String {
    let is_proportion = is_proportion(view);
    let mut text = match view.wanted.baseline {
        Baseline::Proportion(rate) => {
            format!(
                "{} of the control is {}",
                view.metric,
                number::rate(rate, true)
            )
        }
        Baseline::Mean { mean, variance } => format!(
            "{} of the control is {} with a standard deviation of {}",
            view.metric,
            number::rate(mean, is_proportion),
            number::rate(variance.sqrt(), is_proportion)
        ),
    };
    match view.wanted.daily {
        Some(daily) => {
            let _ = write!(text, ", {} trials a day", number::count(whole(daily)));
        }
        None => text.push_str(", and how many trials a day has is not known"),
    }
    if view.past.is_none() {
        text.push_str("; that was said, and not seen in CloudWatch");
    }
    if let Some(past) = view.past {
        let day = "%Y-%m-%d %H:%M";
        let _ = write!(
            text,
            "; CloudWatch had {} trials of it from {} to {} UTC",
            number::count(past.trials),
            past.from.strftime(day),
            past.until.strftime(day)
        );
    }
    text
}

fn line(plan: &SamplePlan, most: Option<u32>, is_proportion: bool) -> String {
    let unit = number::unit(is_proportion);
    let effect = number::difference(plan.effect, is_proportion);
    let effect = format!("{}{unit}", effect.trim_start_matches('+'));
    let sample = number::count(plan.sample);
    let power = format!("{:.2}", plan.power);
    let mut text = match plan.answer {
        Answer::Sample => format!("{effect} with a power of {power}: {sample} trials"),
        Answer::Power => {
            format!("the planned {sample} trials find {effect} with a power of {power}")
        }
        Answer::Effect => {
            format!("the planned {sample} trials find {effect} or more with a power of {power}")
        }
    };
    if let Some(days) = plan.days {
        let _ = write!(text, ", {days:.1} days");
        if most.is_some_and(|most| days > f64::from(most)) {
            text.push_str(", which is more than `maximumDays`");
        }
    }
    text
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// Returns plans as `experiment plan -o json` writes them.
#[must_use]
pub fn sample_plans_document(view: &SamplePlansView<'_>) -> Value {
    let plans = view.plans.iter().map(|plan| {
        json!({
            "design": word(plan.method),
            "looks": match plan.method {
                Method::Sequential => None,
                Method::GroupSequential { looks } => Some(looks),
            },
            "answer": plan.answer,
            "sample": plan.sample,
            "days": plan.days,
            "effect": plan.effect,
            "power": plan.power,
            "alpha": plan.alpha,
        })
    });
    let (baseline, deviation) = match view.wanted.baseline {
        Baseline::Proportion(rate) => (rate, None),
        Baseline::Mean { mean, variance } => (mean, Some(variance.sqrt())),
    };
    json!({
        "experiment": view.name,
        "metric": view.metric,
        "baseline": baseline,
        "deviation": deviation,
        "daily": view.wanted.daily,
        "seen": view.past.map(|past| json!({
            "from": past.from,
            "until": past.until,
            "trials": past.trials,
            "daily": past.daily,
        })),
        "plans": plans.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_say_what_they_are_reckoned_from() {
        let past = Past {
            from: "2026-05-01T00:00:00Z".parse().unwrap(),
            until: "2026-05-15T00:00:00Z".parse().unwrap(),
            trials: 70_000,
            baseline: Some(Baseline::Proportion(0.05)),
            daily: 5_000.0,
        };
        let wanted = Wanted {
            baseline: Baseline::Proportion(0.05),
            phase: mlship_stats::Phase::ONLY,
            daily: Some(5_000.0),
            effect: 0.005,
            power: 0.8,
        };
        let plan = |method, answer, sample, effect, power, days| SamplePlan {
            method,
            answer,
            sample,
            days: Some(days),
            effect,
            power,
            alpha: 0.045,
        };
        let few = Method::GroupSequential { looks: 5 };
        let plans = [
            plan(
                Method::Sequential,
                Answer::Sample,
                121_000,
                0.005,
                0.8,
                24.2,
            ),
            plan(few, Answer::Sample, 66_000, 0.005, 0.8, 13.2),
            plan(few, Answer::Effect, 40_000, 0.0066, 0.8, 8.0),
            plan(few, Answer::Power, 40_000, 0.005, 0.57, 8.0),
        ];
        let view = SamplePlansView {
            name: "v9",
            metric: "conversion",
            past: Some(&past),
            wanted: &wanted,
            maximum_days: Some(14),
            plans: &plans,
        };
        let expected = "\
v9: conversion of the control is 5.00 %, 5 000 trials a day; CloudWatch had 70 000 trials of it from 2026-05-01 00:00 to 2026-05-15 00:00 UTC

  sequential, looked at as often as you like
    0.50 pp with a power of 0.80: 121 000 trials, 24.2 days, which is more than `maximumDays`

  group-sequential, decided at 5 looks
    0.50 pp with a power of 0.80: 66 000 trials, 13.2 days
    the planned 40 000 trials find 0.66 pp or more with a power of 0.80, 8.0 days
    the planned 40 000 trials find 0.50 pp with a power of 0.57, 8.0 days
";
        assert_eq!(sample_plans_text(&view).to_string(), expected);
        let document = sample_plans_document(&view);
        assert_eq!(document["plans"][0]["design"], "sequential");
        assert_eq!(document["plans"][1]["answer"], "sample");
    }
}
