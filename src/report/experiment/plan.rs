//! The changes of a start or a stop of an experiment, for a reviewer.

use serde_json::{Value, json};

use crate::report::Color;
use crate::report::columns::{padded, widest};
use mlship_core::experiment::Definition;
use mlship_core::experiment::start::{PhaseOpening, StartPlan, StartReason};
use mlship_core::experiment::stop::{Closing, ImmediateSwitch};
use mlship_core::release::ids::TargetGroupArn;
use mlship_core::release::{Forward, ListenerRule, Routing};
use mlship_text::Page;
use mlship_text::words::counted;

/// A group's weights.
struct Row<'a> {
    group: &'a TargetGroupArn,
    before: Option<u32>,
    after: Option<u32>,
}

/// Returns what a start changes.
#[must_use]
pub fn start_text(definition: &Definition, plan: &StartPlan, color: &Color) -> Page {
    let strong = color.strong;
    let name = &definition.name;
    let mut text = Page::new();
    match plan {
        StartPlan::AlreadyRunning(runs) => {
            let record = &runs.record;
            let since = record
                .since
                .map_or_else(String::new, |since| format!(" since {since}"));
            text.line(format!(
                "{strong}{name}{strong:#}: nothing to change, phase {} runs{since}",
                record.phase
            ));
            if let Some(percent) = runs.next.as_ref().map(|step| step.percent) {
                let next = percent.map_or_else(
                    || "the shares of the weights".to_owned(),
                    |percent| format!("{percent} %"),
                );
                text.line(format!("  `--next` takes the challengers to {next}"));
            }
            text.extend(notes(&runs.warnings, color));
        }
        StartPlan::Open(opening) => {
            text.line(format!(
                "{strong}{name}{strong:#}: opens phase {}, {}",
                opening.phase,
                why(opening.why)
            ));
            if opening.step.1 > 1 {
                text.line(format!(
                    "  step {} of {} of the ramp",
                    opening.step.0, opening.step.1
                ));
            }
            text.extend(traffic(definition, &opening.rule, &opening.forward, color));
            for header in &opening.headers {
                let style = color.good;
                text.line(format!(
                    "  {style}+ rule{style:#} of priority {}: requests whose header names {}",
                    header.priority, header.variant
                ));
            }
            for (variant, _) in &opening.gone {
                let style = color.bad;
                text.line(format!(
                    "  {style}- rule{style:#}: requests whose header names {variant}, which the \
                     control gets from now on"
                ));
            }
            text.extend(notes(&opening.warnings, color));
        }
    }
    text
}

fn notes(warnings: &[String], color: &Color) -> Page {
    let mut text = Page::new();
    for warning in warnings {
        let style = color.change;
        text.line(format!("  {style}note:{style:#} {warning}"));
    }
    text
}

fn why(why: StartReason) -> &'static str {
    match why {
        StartReason::Start => "the first",
        StartReason::Continue => "which was begun and not finished",
        StartReason::NextStep => "the next step of the ramp",
        StartReason::Changed => "since the manifest's weights changed: it is analysed on its own",
        StartReason::Dropped => "since a variant is dropped: it is analysed on its own",
        StartReason::Drifted => {
            "since the rule is not as the manifest has it: it is analysed on its own"
        }
    }
}

/// Returns what a stop changes.
#[must_use]
pub fn stop_text(definition: &Definition, closing: &Closing, color: &Color) -> Page {
    let strong = color.strong;
    let mut text = Page::new();
    text.line(format!(
        "{strong}{}{strong:#}: stops, {} gets all the traffic",
        definition.name, closing.winner
    ));
    text.extend(traffic(definition, &closing.rule, &closing.forward, color));
    match &closing.immediate_switch {
        Some(ImmediateSwitch::UnfitLosers(names)) => {
            text.line(format!(
                "  the cookie is turned off in the same write: clients leave {} at once",
                names.join(" and ")
            ));
        }
        Some(ImmediateSwitch::Requested) => {
            text.line("  the cookie is turned off in the same write, as asked");
        }
        None => {}
    }
    if !closing.headers.is_empty() {
        let style = color.bad;
        text.line(format!(
            "  {style}- {}{style:#} for callers that assign themselves",
            counted(closing.headers.len(), "rule")
        ));
    }
    text
}

/// Returns weights, now and then.
fn traffic(definition: &Definition, rule: &ListenerRule, after: &Forward, color: &Color) -> Page {
    let mut text = Page::new();
    let mut rows = rows(rule, after);
    // Where callers assign themselves the rule leads to the control alone: what has no weight, and
    // gets none, says nothing of who is dropped.
    rows.retain(|row| definition.header.is_none() || row.before != Some(0) || row.after != Some(0));
    let name = |group: &TargetGroupArn| {
        let arm = definition.arm_of(group);
        arm.map_or_else(
            || format!("{} (no variant)", group.name()),
            |arm| arm.name.clone(),
        )
    };
    let longest = widest(rows.iter().map(|row| name(row.group))).max(6);
    let all: u32 = after.weights.values().sum();
    for row in &rows {
        let show =
            |weight: Option<u32>| weight.map_or_else(|| "–".to_owned(), |known| known.to_string());
        let share = row
            .after
            .filter(|_| all > 0)
            .map_or_else(String::new, |own| {
                let percent = 100.0 * f64::from(own) / f64::from(all);
                let digits = usize::from((percent - percent.round()).abs() > 0.05);
                format!(", {percent:.digits$} %")
            });
        let (sign, style) = match (row.before, row.after) {
            (None, _) => ("+", color.good),
            (_, None) => ("-", color.bad),
            (before, after) if before == after => (" ", color.faint),
            _ => ("~", color.change),
        };
        let label = padded(&name(row.group), longest);
        text.line(format!(
            "  {style}{sign} {label}  weight {} → {}{share}{style:#}",
            show(row.before),
            show(row.after)
        ));
    }
    let before = match &rule.routing {
        Routing::Forward(forward) => forward.stickiness,
        Routing::Other(action) => {
            let style = color.bad;
            text.line(format!("  {style}- {action}{style:#}"));
            None
        }
    };
    if before != after.stickiness {
        let show = |seconds: Option<u32>| {
            seconds.map_or_else(|| "off".to_owned(), |seconds| format!("{seconds} s"))
        };
        let style = color.change;
        let (before, after) = (show(before), show(after.stickiness));
        text.line(format!(
            "  {style}~ {:longest$}  {before} → {after}{style:#}",
            "cookie"
        ));
    }
    text
}

fn rows<'a>(rule: &'a ListenerRule, after: &'a Forward) -> Vec<Row<'a>> {
    let before = match &rule.routing {
        Routing::Forward(forward) => Some(&forward.weights),
        Routing::Other(_) => None,
    };
    let weight = |group: &TargetGroupArn| before.and_then(|weights| weights.get(group).copied());
    let gone = before.into_iter().flat_map(|weights| weights.keys());
    let gone = gone.filter(|group| !after.weights.contains_key(*group));
    let stays = after.weights.iter().map(|(group, own)| Row {
        group,
        before: weight(group),
        after: Some(*own),
    });
    let gone = gone.map(|group| Row {
        group,
        before: weight(group),
        after: None,
    });
    stays.chain(gone).collect()
}

/// Returns what a start changes as `diff -o json` writes it.
#[must_use]
pub fn start_document(definition: &Definition, plan: &StartPlan) -> Value {
    let name = &definition.name;
    match plan {
        StartPlan::AlreadyRunning(runs) => json!({
            "experiment": name,
            "rule": definition.rule,
            "effect": "none",
            "phase": runs.record.phase,
            "changes": [],
            "notes": runs.warnings,
        }),
        StartPlan::Open(opening) => json!({
            "experiment": name,
            "rule": definition.rule,
            "effect": "opens_phase",
            "phase": opening.phase,
            "step": opening.step.0,
            "alpha_part": opening.record.spending.map(|spending| spending.phase().part()),
            "changes": changes(definition, opening),
            "notes": opening.warnings,
        }),
    }
}

fn changes(definition: &Definition, opening: &PhaseOpening) -> Vec<Value> {
    let rows = rows(&opening.rule, &opening.forward);
    let rows = rows.iter().filter(|row| row.before != row.after);
    let mut changes: Vec<Value> = rows
        .map(|row| {
            let arm = definition
                .arms
                .iter()
                .position(|arm| arm.group == *row.group);
            let path = arm.map(|index| format!("variants[{index}].weight"));
            json!({
                "path": path.unwrap_or_else(|| "listenerRule".to_owned()),
                "target_group": row.group,
                "before": row.before,
                "after": row.after,
            })
        })
        .collect();
    let before = match &opening.rule.routing {
        Routing::Forward(forward) => forward.stickiness,
        Routing::Other(_) => None,
    };
    if before != opening.forward.stickiness {
        changes.push(json!({
            "path": "stickiness",
            "before": before,
            "after": opening.forward.stickiness,
        }));
    }
    changes.extend(opening.headers.iter().map(
        |header| json!({ "path": "assignment.header", "before": null, "after": header.variant }),
    ));
    changes.extend(opening.gone.iter().map(
        |(variant, _)| json!({ "path": "assignment.header", "before": variant, "after": null }),
    ));
    changes
}
