//! The end of a run: each cause once, the table, what was not begun and what goes on, and the sum.

use std::collections::{BTreeMap, BTreeSet};

use super::super::names::wrapped;
use super::super::summary::{Closing, style_of};
use super::super::{Color, RunRecord};
use super::groups::{Group, Groups};
use super::row::{Row, is_bad};
use super::table::table;
use mlship_core::progress::Conclusion;
use mlship_text::Page;
use mlship_text::words::{counted, duration, plural};

/// How many services of a group are named where all stand in the table.
const NAMED: usize = 3;

/// Returns the closing answer.
pub(super) fn page(
    run: &RunRecord,
    rows: &BTreeMap<String, Row>,
    groups: &Groups,
    closing: Closing,
    color: &Color,
) -> Page {
    let mut parts = Vec::new();
    let causes = groups.of(|conclusion| is_bad(conclusion) || conclusion == Conclusion::Paused);
    parts.extend(causes.into_iter().map(|group| cause(group, closing, color)));
    if !rows.is_empty() {
        parts.push(table(rows, color));
    }
    for group in groups.of(|conclusion| matches!(conclusion, Conclusion::Interrupted(_))) {
        let what = match &group.error {
            Some(error) => error,
            None => "interrupted; the deployment goes on",
        };
        let mut part = list(group, what, color);
        part.extend(hint(group));
        parts.push(part);
    }
    let not_begun = groups.of(|conclusion| conclusion == Conclusion::NotBegun);
    for group in &not_begun {
        let what = if group.title.starts_with("not taken back") {
            group.title.clone()
        } else {
            format!("not begun: {}", group.title)
        };
        parts.push(list(group, &what, color));
    }
    // Whatever kept them from it, the same command goes on with all of them.
    let hints = not_begun.iter().map(|group| hint(group));
    let mut hints: Vec<String> = hints
        .flat_map(|hint| hint.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    hints.sort();
    hints.dedup();
    if let Some(last) = parts.last_mut() {
        last.extend(hints.into_iter().collect());
    }
    let hints = groups.of(is_good).into_iter().map(hint);
    parts.push(
        hints
            .flat_map(|hint| hint.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect(),
    );
    parts.push([sum(run, rows, color)].iter().collect());
    let mut page = Page::new();
    for part in parts
        .into_iter()
        .filter(|part| part.lines().next().is_some())
    {
        if page.lines().next().is_some() {
            page.line("");
        }
        page.extend(part);
    }
    page
}

/// One cause, whom it befell, and what to do about it.
fn cause(group: &Group, closing: Closing, color: &Color) -> Page {
    let style = style_of(group.conclusion, color);
    let title = if group.title.is_empty() {
        super::row::verdict(group.conclusion)
    } else {
        group.title.clone()
    };
    let mut page = Page::new();
    let who = match group.services.len() {
        1 => group.first.clone(),
        several => format!(
            "{}: {}",
            counted(several, "service"),
            named(&group.services)
        ),
    };
    page.line(format!("{style}{title}{style:#}: {who}"));
    if let Some(failure) = &group.failure {
        if group.services.len() > 1 {
            page.line(format!("  of {}:", group.first));
        }
        page.extend(closing.failure_lines(failure));
    }
    page.extend(hint(group));
    page
}

/// Lists services by name, all of them: nothing else names them.
fn list(group: &Group, what: &str, color: &Color) -> Page {
    let style = style_of(group.conclusion, color);
    let mut page = Page::new();
    let services = counted(group.services.len(), "service");
    page.line(format!("{style}{what}{style:#}: {services}"));
    page.extend(wrapped(&group.services));
    page
}

/// Returns the next step; one with the names of the first service stands for those of the others.
fn hint(group: &Group) -> Page {
    let others = match group.services.len().saturating_sub(1) {
        others if group.has_other_hints && others > 0 => {
            format!(" (and so for {})", counted(others, "other"))
        }
        _ => String::new(),
    };
    let hint = group.hint.as_ref();
    hint.map(|hint| format!("  hint: {hint}{others}"))
        .into_iter()
        .collect()
}

fn named(services: &BTreeSet<String>) -> String {
    let more = services.len().saturating_sub(NAMED);
    let shown = if more < 2 { services.len() } else { NAMED };
    let shown: Vec<&str> = services.iter().take(shown).map(String::as_str).collect();
    match more {
        0 | 1 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn is_good(conclusion: Conclusion) -> bool {
    match conclusion {
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned => true,
        Conclusion::NotBegun
        | Conclusion::Paused
        | Conclusion::Interrupted(_)
        | Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => false,
    }
}

/// The last line: how many ended how. Whoever reads one line reads this.
fn sum(run: &RunRecord, rows: &BTreeMap<String, Row>, color: &Color) -> String {
    let mut verdicts: BTreeMap<(u8, String), (usize, Conclusion)> = BTreeMap::new();
    for row in rows.values() {
        let key = (row.exit_code.severity(), row.verdict());
        let known = verdicts.entry(key).or_insert((0, row.conclusion));
        known.0 += 1;
    }
    let each = verdicts.iter().map(|((_, verdict), (count, conclusion))| {
        let style = style_of(*conclusion, color);
        format!("{style}{count} {verdict}{style:#}")
    });
    let each: Vec<String> = each.collect();
    format!(
        "{} {} in {}: {}",
        rows.len(),
        plural(rows.len(), "service"),
        duration(run.duration_seconds),
        each.join(", ")
    )
}
