//! What a deploy would change, as Markdown: what is made and replaced first, what does not change in
//! one line.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::Document;
use super::findings::findings_table;
use super::run::{Author, hindered, nothing};
use super::safe::Safe;
use crate::report::chronicle::{Chronicle, PlanRecord};
use crate::report::plan_text::{plain, told_once};
use crate::report::plans_text::rank;
use mlship_core::app::Invocation;
use mlship_core::plan::{Change, ChangeValues, Effect, SecretChange};
use mlship_text::digest::digest;
use mlship_text::words::counted;

/// A value that is longer stands below the table.
const LONGEST: usize = 120;
/// How much of a digest tells marks apart.
const MARK: usize = 12;

/// Returns the plans of a run.
#[must_use]
pub fn plans_document(chronicle: &Chronicle, author: &Author) -> Document {
    let environment = author.invocation.environment.as_deref();
    let mut document = Document::default();
    document.marker(&mark(chronicle, author));
    document.heading(3, &headline(chronicle, environment));
    if let Some(run) = author.pipeline.run.as_deref() {
        document.paragraph(&Safe::link("run", run));
    }
    for obstacle in &chronicle.obstacles {
        document.extend(hindered(4, obstacle));
    }
    document.extend(findings_table(&chronicle.findings));
    let mut plans: Vec<&PlanRecord> = chronicle.plans.iter().collect();
    plans.sort_by_key(|plan| plan.effect.map(rank));
    let is_quiet = |plan: &&PlanRecord| plan.effect == Some(Effect::None) && plan.notes.is_empty();
    for plan in plans.iter().filter(|plan| !is_quiet(plan)) {
        document.paragraph(&title(plan));
        document.extend(changes(plan));
    }
    let unchanged = plans.into_iter().filter(is_quiet);
    let names: Vec<Safe> = unchanged
        .map(|plan| Safe::code(&plan.service.to_string()))
        .collect();
    if !names.is_empty() {
        document.paragraph(&Safe::literal("Unchanged: ").and(Safe::join(names, ", ")));
    }
    document
}

/// Returns by what the comment of an earlier push is found, and no other's: by the environment with
/// what the job looks at, and where no flag names one, or flags lead elsewhere, by all that tells
/// where the plans are for. What changes from push to push is not in it.
fn mark(chronicle: &Chronicle, author: &Author) -> String {
    let Invocation {
        environment,
        variable_files,
        region,
        profiles,
        ..
    } = &author.invocation;
    let leads_elsewhere = region.is_some() || !profiles.is_empty() || !variable_files.is_empty();
    let name = environment.as_deref().unwrap_or_default();
    let told = if !name.is_empty() && !leads_elsewhere {
        json!(author.looks_at)
    } else {
        let manifests = chronicle.manifests.iter();
        let clusters: BTreeSet<&str> = manifests
            .map(|manifest| manifest.service.cluster.short())
            .collect();
        let homes: BTreeSet<_> = chronicle.plans.iter().map(|plan| &plan.home).collect();
        json!([
            author.looks_at,
            variable_files,
            region,
            profiles,
            clusters,
            homes
        ])
    };
    let digest = digest(&told);
    let parts = ["mlship diff", name, &digest[..MARK]];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Counts what is done, in one line.
fn headline(chronicle: &Chronicle, environment: Option<&str>) -> Safe {
    let count = |effect: Option<Effect>| {
        let plans = chronicle.plans.iter();
        plans.filter(|plan| plan.effect == effect).count()
    };
    let errors = chronicle
        .findings
        .iter()
        .filter(|finding| finding.is_error());
    let errors = errors.count();
    let counts = [
        (count(Some(Effect::Create)), "to create"),
        (count(Some(Effect::ReplaceTasks)), "to replace tasks"),
        (count(Some(Effect::InPlace)), "to change in place"),
        (count(None), "to take back"),
        (count(Some(Effect::None)), "unchanged"),
        (chronicle.obstacles.len(), "without a plan"),
        (errors, "wrong in the manifests"),
    ];
    let told = counts.into_iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, what)| Safe::from(count).and(" ").and(what));
    let told = Safe::join(told, ", ");
    let told = if told.is_empty() {
        "nothing to look at".into()
    } else {
        told
    };
    let environment = environment.map_or_else(Safe::default, |environment| {
        Safe::literal(" (").and(Safe::code(environment)).and(")")
    });
    let sign = if errors + chronicle.obstacles.len() > 0 {
        "❌ mlship: "
    } else {
        "mlship: "
    };
    Safe::literal(sign).and(told).and(environment)
}

fn title(plan: &PlanRecord) -> Safe {
    let name = Safe::code(&plan.service.to_string()).bold();
    let before = plan.before.as_deref().map_or_else(nothing, Safe::code);
    let versions = before.and(" → ").and(Safe::code(&plan.after));
    let does = match plan.effect {
        Some(Effect::Create) => Safe::literal("is created"),
        Some(Effect::ReplaceTasks) => {
            let tasks = usize::try_from(plan.tasks).unwrap_or(0);
            Safe::literal("replaces ").and(Safe::words(&counted(tasks, "task")))
        }
        Some(Effect::InPlace) => "changes in place".into(),
        Some(Effect::None) => "nothing to change".into(),
        None => "takes the running deployment back".into(),
    };
    let title = name.and(": ").and(versions).and(", ");
    if plan.notes.is_empty() {
        return title.and(does);
    }
    // They say what it does, too.
    let notes = plan.notes.iter().map(|note| Safe::words(note));
    title.and(Safe::join(notes, "; "))
}

/// Returns what a plan changes: a table, and what is too long for it below.
pub(super) fn changes(plan: &PlanRecord) -> Document {
    let mut document = Document::default();
    let told = told_once(&plan.changes);
    let rows = told.iter().map(|change| {
        let [before, after] = sides(&change.shown);
        vec![Safe::code(&change.path), before, after]
    });
    document.table(&["field", "now", "then"], rows);
    let long = told.iter().flat_map(|change| long_lines(change));
    let long: Vec<String> = long.collect();
    document.folded("Long values", "diff", &long);
    document
}

fn sides(shown: &ChangeValues) -> [Safe; 2] {
    match shown {
        ChangeValues::Secret { secret } => secret_sides(*secret),
        ChangeValues::Partly {
            before,
            after,
            secret,
        } => {
            let [old, new] = secret_sides(*secret);
            [
                cell(before.as_ref()).and(" ").and(old),
                cell(after.as_ref()).and(" ").and(new),
            ]
        }
        ChangeValues::Values { before, after } => [cell(before.as_ref()), cell(after.as_ref())],
    }
}

fn secret_sides(secret: SecretChange) -> [Safe; 2] {
    match secret {
        SecretChange::Added => [nothing(), "(secret, added)".into()],
        SecretChange::Removed => ["(secret, removed)".into(), nothing()],
        SecretChange::Changed => ["(secret)".into(), "(secret, changed)".into()],
    }
}

fn is_long(value: &Value) -> bool {
    plain(value).chars().count() > LONGEST
}

fn cell(value: Option<&Value>) -> Safe {
    match value {
        None => nothing(),
        Some(value) if is_long(value) => "(below)".into(),
        Some(value) => Safe::code(&plain(value)),
    }
}

/// Returns both values of a change, line by line, where one of them is long.
fn long_lines(change: &Change) -> Vec<String> {
    let (before, after) = match &change.shown {
        ChangeValues::Secret { .. } => return Vec::new(),
        ChangeValues::Partly { before, after, .. } | ChangeValues::Values { before, after } => {
            (before.as_ref(), after.as_ref())
        }
    };
    if !before.is_some_and(is_long) && !after.is_some_and(is_long) {
        return Vec::new();
    }
    let lines = |sign: &'static str, value: Option<&Value>| {
        let shown = value.map_or_else(String::new, |value| match value {
            Value::String(text) => text.clone(),
            other => format!("{other:#}"),
        });
        let lines = shown.lines().map(|line| format!("{sign}{line}"));
        lines.collect::<Vec<_>>()
    };
    let title = vec![format!("@@ {} @@", change.path)];
    [title, lines("-", before), lines("+", after)].concat()
}
