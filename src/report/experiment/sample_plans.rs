//! What an effect takes, for people and for programs.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::json::rounded;
use super::number;
use mlship_core::app::experiment::Past;
use mlship_core::experiment::{
    Answer, Baseline, MOST_SAMPLE, PlanNote, SamplePlan, SamplePlans, Wanted,
};
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
    pub wanted: &'a Wanted<'a>,
    /// The trials that the manifest plans.
    pub planned: u32,
    /// The events that each variant must have before anything is decided.
    pub minimum_events: u32,
    /// The days after which the experiment should have ended.
    pub maximum_days: Option<u32>,
    /// The plans.
    pub plans: &'a SamplePlans,
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Sequential => "sequential",
        Method::GroupSequential { .. } => "group-sequential",
    }
}

fn is_proportion(view: &SamplePlansView<'_>) -> bool {
    matches!(view.wanted.baseline(), Baseline::Proportion(_))
}

/// Returns plans as `experiment plan` shows them to people.
#[must_use]
pub fn sample_plans_text(view: &SamplePlansView<'_>) -> Page {
    let mut text = Page::new();
    let is_proportion = is_proportion(view);
    text.line(format!("{}: {}", view.name, seen(view)));
    for design in [true, false] {
        let is_own = |plan: &&SamplePlan| (plan.method == Method::Sequential) == design;
        let mut plans = view.plans.plans.iter().filter(is_own).peekable();
        let Some(first) = plans.peek() else {
            continue;
        };
        text.line("");
        text.line(format!("  {}", heading(first.method)));
        for plan in plans {
            text.line(format!(
                "    {}",
                line(plan, view.maximum_days, is_proportion)
            ));
        }
    }
    if !view.plans.notes.is_empty() {
        text.line("");
    }
    for note in &view.plans.notes {
        text.line(format!("  note: {}", said(note, view)));
    }
    text
}

fn heading(method: Method) -> String {
    match method {
        Method::Sequential => "sequential, looked at as often as you like".to_owned(),
        Method::GroupSequential { looks } => {
            format!("group-sequential, decided at {looks} looks")
        }
    }
}

/// Says what is missing, and why.
fn said(note: &PlanNote, view: &SamplePlansView<'_>) -> String {
    let planned = number::count(view.planned.into());
    let least = number::count(view.minimum_events.into());
    match note {
        PlanNote::SampleBeyondAll { method } => format!(
            "{}: the effect takes more than the {} trials that a manifest can plan",
            word(*method),
            number::count(MOST_SAMPLE)
        ),
        PlanNote::NoEffectFound { method } => format!(
            "{}: the planned {planned} trials find no difference with this power",
            word(*method)
        ),
        PlanNote::TooFewEvents {
            variant,
            expected,
            enough,
        } => {
            let have = if *expected < 1.0 {
                "less than 1 event".to_owned()
            } else {
                format!("about {} events", number::count(whole(expected.floor())))
            };
            let next = match enough {
                Some(enough) => format!("it has them in {} trials", number::count(*enough)),
                None => "no sample that a manifest can plan brings them".to_owned(),
            };
            format!(
                "{variant} has {have} in the planned {planned} trials, and below {least} \
                 (`minimumEventsPerArm`) nothing is decided; {next}"
            )
        }
        PlanNote::EventsDecide { variant } => format!(
            "the sample is that in which {variant} has {least} events (`minimumEventsPerArm`): \
             nothing is decided before, however clear the effect is"
        ),
    }
}

fn seen(view: &SamplePlansView<'_>) -> String {
    let is_proportion = is_proportion(view);
    let mut text = match view.wanted.baseline() {
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
    match view.wanted.daily() {
        Some(daily) => {
            let _ = write!(text, ", {} trials a day", a_day(daily));
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
            "; CloudWatch had {} of it from {} to {} UTC",
            number::counted(past.trials, "trial"),
            past.from.strftime(day),
            past.until.strftime(day)
        );
        if past.is_part_of_a_day() {
            text.push_str(", which is less than a day, whose other hours may be unlike");
        }
    }
    text
}

fn line(plan: &SamplePlan, most: Option<u32>, is_proportion: bool) -> String {
    let unit = number::unit(is_proportion);
    let effect = number::difference(plan.effect, is_proportion);
    let effect = format!("{}{unit}", effect.trim_start_matches('+'));
    let sample = number::count(plan.sample);
    let mut text = match plan.answer {
        Answer::Sample => {
            let power = asked(plan.power);
            format!("{effect} with a power of {power}: {sample} trials")
        }
        Answer::Power => {
            let power = reached(plan.power);
            format!("the planned {sample} trials find {effect} with a power of {power}")
        }
        Answer::Effect => {
            let power = asked(plan.power);
            format!("the planned {sample} trials find {effect} or more with a power of {power}")
        }
    };
    if let Some(days) = plan.days {
        let most = most.map(f64::from);
        let is_too_long = most.is_some_and(|most| days > most);
        let tenths = (days * 10.0).round() / 10.0;
        // What is more than so many days reads as more.
        let shown = if is_too_long && Some(tenths) == most {
            (days * 10.0).ceil() / 10.0
        } else {
            days
        };
        let _ = write!(text, ", {}", time(shown));
        if is_too_long {
            text.push_str(", which is more than `maximumDays`");
        }
    }
    text
}

/// Returns a power as it was asked for, whatever digits that has.
fn asked(power: f64) -> String {
    let (short, whole) = (format!("{power:.2}"), power.to_string());
    if whole.len() > short.len() {
        whole
    } else {
        short
    }
}

/// Returns a power that was reckoned: never as certainty.
fn reached(power: f64) -> String {
    match format!("{power:.2}") {
        text if text == "1.00" => "more than 0.99".to_owned(),
        text if text == "0.00" => "less than 0.01".to_owned(),
        text => text,
    }
}

fn a_day(daily: f64) -> String {
    if daily < 10.0 {
        number::rate(daily, false)
    } else {
        number::count(whole(daily))
    }
}

fn time(days: f64) -> String {
    const CENTURY: f64 = 36_525.0;
    if days < 0.1 {
        "less than 0.1 days".to_owned()
    } else if days > CENTURY {
        "more than 100 years".to_owned()
    } else {
        format!("{days:.1} days")
    }
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
    let plans = view.plans.plans.iter().map(|plan| {
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
            "alpha": rounded(plan.alpha),
        })
    });
    let (baseline, deviation) = match view.wanted.baseline() {
        Baseline::Proportion(rate) => (rate, None),
        Baseline::Mean { mean, variance } => (mean, Some(variance.sqrt())),
    };
    json!({
        "experiment": view.name,
        "metric": view.metric,
        "baseline": baseline,
        "deviation": deviation,
        "daily": view.wanted.daily(),
        "seen": view.past.map(|past| json!({
            "from": past.from,
            "until": past.until,
            "trials": past.trials,
            "daily": past.observed.daily,
        })),
        "plans": plans.collect::<Vec<_>>(),
        "notes": view.plans.notes.iter().map(|note| said(note, view)).collect::<Vec<_>>(),
    })
}
