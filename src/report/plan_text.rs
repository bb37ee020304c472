//! A plan as a reviewer reads it.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;

use super::Color;
use crate::report::columns::{padded, widest};
use mlship_core::plan::{Change, ChangeValues, Effect, Plan, Previous, SecretChange};
use mlship_core::release::Origin;
use mlship_core::release::ids::{Caller, ServiceId};
use mlship_text::Page;

/// Returns a plan as lines of text, the first of which names where it acts.
#[must_use]
pub fn plan_text(plan: &Plan, color: &Color) -> Page {
    let mut text = Page::new();
    text.line(place_line(&plan.service, &plan.caller, color));
    text.line(headline(plan));
    if let Some(origin) = &plan.origin {
        text.extend(origin_lines(origin, color));
    }
    text.extend(change_lines(&plan.changes, color));
    text.extend(kept_lines(plan, color));
    text
}

/// Names where it acts.
pub(super) fn place_line(service: &ServiceId, caller: &Caller, color: &Color) -> String {
    let strong = color.strong;
    format!(
        "{strong}{}{strong:#} in cluster {}, account {}, {}",
        service.name, service.cluster, caller.account, caller.region
    )
}

/// Returns changes, a line each.
pub(super) fn change_lines(changes: &[Change], color: &Color) -> Page {
    let mut text = Page::new();
    let width = widest(changes.iter().map(|change| &change.path)).min(36);
    for change in told_once(changes) {
        text.line(change_line(change, width, color));
    }
    text
}

/// Returns changes without those that say the same again: two of ECS's fields may be one of the
/// manifest's.
pub(super) fn told_once(changes: &[Change]) -> Vec<&Change> {
    let mut told: Vec<&Change> = Vec::new();
    for change in changes {
        let says_it = |known: &&Change| known.path == change.path && known.shown == change.shown;
        if !told.iter().any(says_it) {
            told.push(change);
        }
    }
    told
}

/// Returns what it does, in one line.
pub(super) fn headline(plan: &Plan) -> String {
    let previous = plan.previous.as_ref();
    let from = previous.map(Previous::version_or_revision);
    let model = &plan.model;
    let what = match from {
        Some(from) if from != model.version => format!("{} {from} → {}", model.name, model.version),
        _ => format!("{} {}", model.name, model.version),
    };
    let does = match plan.effect {
        Effect::None if plan.notes.is_empty() => "nothing to change".to_owned(),
        Effect::None => format!("nothing to change; {}", plan.notes.join("; ")),
        Effect::Create | Effect::ReplaceTasks | Effect::InPlace => plan.notes.join("; "),
    };
    format!("  {what}: {does}")
}

/// How many metrics are worth a reviewer's attention that no gate asks for.
const METRICS: usize = 4;

/// Tells what the registry says of the model, and which gates do not hold.
fn origin_lines(origin: &Origin, color: &Color) -> Page {
    let before = origin.before.as_ref();
    let most = METRICS.max(origin.required.len());
    let mut told: Vec<String> = origin
        .metrics()
        .take(most)
        .map(|(name, after)| {
            let before = before.and_then(|before| before.metrics.get(name));
            let after = number(after);
            match before.map(|before| number(*before)) {
                Some(before) if before != after => format!("{name} {before} → {after}"),
                Some(_) | None => format!("{name} {after}"),
            }
        })
        .collect();
    told.extend(
        origin
            .run_id
            .as_ref()
            .map(|run| format!("run {}", brief(run))),
    );
    told.extend(
        origin
            .git_sha
            .as_ref()
            .map(|sha| format!("commit {}", brief(sha))),
    );
    let Origin {
        reference, version, ..
    } = origin;
    let mut line = format!("  {reference} is version {version}");
    if !told.is_empty() {
        let _ = write!(line, ": {}", told.join(", "));
    }
    let mut text = Page::new();
    text.line(line);
    let Color { bad, .. } = *color;
    for (gate, reason) in &origin.overridden {
        text.line(format!("  {bad}gate {gate} is overridden{bad:#}: {reason}"));
    }
    text
}

/// Names what stays as somebody else set it.
fn kept_lines(plan: &Plan, color: &Color) -> Page {
    let mut text = Page::new();
    if !plan.ignored.is_empty() {
        text.line(format!("  ignored: {}", plan.ignored.join(", ")));
    }
    if plan.kept.is_empty() {
        return text;
    }
    let faint = color.faint;
    text.line("  kept, since the manifest does not write it:");
    let width = widest(plan.kept.iter().map(|kept| &kept.path)).min(36);
    let mut told: Vec<(&str, &Value)> = Vec::new();
    for kept in &plan.kept {
        // Two of ECS's fields for one of the manifest's say the same thing twice.
        if told.contains(&(&*kept.path, &kept.value)) {
            continue;
        }
        told.push((&kept.path, &kept.value));
        let path = padded(&kept.path, width);
        let value = display_value(Some(&kept.value));
        text.line(format!("  {faint}  {path}{faint:#}  {value}"));
    }
    text
}

/// Six digits tell two models apart; more are noise of the floating point.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    if value.abs() >= 1e-4 || value == 0.0 {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.2e}")
    }
}

/// Shortens an id to what people compare.
fn brief(id: &str) -> &str {
    id.char_indices().nth(8).map_or(id, |(end, _)| &id[..end])
}

/// Says what becomes of a secret.
fn becomes(secret: SecretChange, color: &Color) -> (&'static str, Style, &'static str) {
    match secret {
        SecretChange::Added => ("+", color.good, "added"),
        SecretChange::Removed => ("-", color.bad, "removed"),
        SecretChange::Changed => ("~", color.change, "changed"),
    }
}

fn change_line(change: &Change, width: usize, color: &Color) -> String {
    let path = &change.path;
    let (sign, style, values) = match &change.shown {
        ChangeValues::Secret { secret } => {
            let (sign, style, word) = becomes(*secret, color);
            (sign, style, format!("(secret, {word})"))
        }
        ChangeValues::Partly {
            before,
            after,
            secret,
        } => {
            let (sign, style, word) = becomes(*secret, color);
            // What stays with another value neither comes nor goes, whatever its secret does.
            let (sign, style) = match (before, after) {
                (Some(_), Some(_)) => ("~", color.change),
                (None, _) | (_, None) => (sign, style),
            };
            let values = match (before, after) {
                (Some(value), None) | (None, Some(value)) => display_value(Some(value)),
                (before, after) if before == after => display_value(after.as_ref()),
                (before, after) => {
                    format!(
                        "{} → {}",
                        display_value(before.as_ref()),
                        display_value(after.as_ref())
                    )
                }
            };
            (sign, style, format!("{values}  (secret, {word})"))
        }
        ChangeValues::Values {
            before: None,
            after,
        } => ("+", color.good, display_value(after.as_ref())),
        ChangeValues::Values {
            before,
            after: None,
        } => ("-", color.bad, display_value(before.as_ref())),
        ChangeValues::Values { before, after } => (
            "~",
            color.change,
            format!(
                "{} → {}",
                display_value(before.as_ref()),
                display_value(after.as_ref())
            ),
        ),
    };
    let field = ecs_field(change, color.faint);
    let path = padded(path, width);
    format!("  {style}{sign} {path}{style:#}  {values}{field}")
}

/// ECS's name for the field, where the manifest's does not already say it.
fn ecs_field(change: &Change, faint: Style) -> String {
    let named = change.ecs_field.ends_with(']');
    let field = change
        .ecs_field
        .rsplit(['.', ']'])
        .next()
        .unwrap_or_default();
    if named || change.path.ends_with(field) {
        return String::new();
    }
    format!("  {faint}({field}){faint:#}")
}

fn display_value(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(value) => plain(value),
    }
}

/// Returns a value as people write it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
