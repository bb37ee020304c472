//! What a run did, as Markdown: failures first, and what did not change in one line.

use mlship_core::app::{Address, Invocation};
use mlship_core::progress::Conclusion;
use mlship_core::release::Provenance;
use mlship_text::words::{counted, duration};

use super::document::Document;
use super::findings::findings_table;
use super::plans::changes;
use super::safe::Safe;
use crate::report::ResultRecord;
use crate::report::chronicle::{Chronicle, Obstacle, PlanRecord};
use crate::report::summary::sentence;

/// Who wrote a document, and from where.
#[derive(Debug, Clone, Default)]
pub struct Author {
    /// The pipeline's run, and who began it.
    pub pipeline: Provenance,
    /// The flags that say where to look.
    pub invocation: Invocation,
    /// What else says what is looked at: paths, selections, and where the environment leads.
    pub looks_at: Vec<String>,
}

impl Author {
    /// Returns the command that tells how a service came to be as it is.
    fn history(&self, result: &ResultRecord, chronicle: &Chronicle) -> String {
        let address = match chronicle.manifest_of(result) {
            Some(manifest) => Address::Manifest(manifest.file.clone()),
            None => Address::Service(result.service_id()),
        };
        let invocation = Invocation {
            region_of_service: result.place.region.clone(),
            ..self.invocation.clone()
        };
        invocation.command_for("history", &address)
    }
}

/// Returns what releases came to.
#[must_use]
pub fn run_document(chronicle: &Chronicle, author: &Author) -> Document {
    let mut results: Vec<&ResultRecord> = chronicle.results.iter().collect();
    results.sort_by_key(|result| std::cmp::Reverse(result.exit_code().severity()));
    let (unchanged, moved): (Vec<&ResultRecord>, Vec<_>) = results
        .into_iter()
        .partition(|result| result.conclusion() == Conclusion::Unchanged);
    let mut document = Document::default();
    match (&moved[..], unchanged.len() + chronicle.obstacles.len()) {
        ([], _) => {}
        ([only], 0) => {
            let heading = Safe::literal(sign(only.conclusion())).and(Safe::words(&sentence(only)));
            document.heading(3, &heading);
            document.paragraph(&facts(only, author));
            document.extend(body(only, chronicle, author));
        }
        (moved, others) => several((moved, others), &mut document, (chronicle, author)),
    }
    for obstacle in &chronicle.obstacles {
        document.extend(hindered(3, obstacle));
    }
    let errors = chronicle
        .findings
        .iter()
        .filter(|finding| finding.is_error());
    let errors = errors.count();
    if errors > 0 {
        let problems = Safe::words(&counted(errors, "problem"));
        if document.is_empty() {
            document.heading(3, &Safe::literal("❌ ").and(problems));
        } else {
            document.heading(4, &problems);
        }
        document.extend(findings_table(&chronicle.findings));
    }
    if !unchanged.is_empty() {
        let names = unchanged.iter().map(|result| Safe::code(&result.service));
        let told = Safe::literal("Nothing changed: ").and(Safe::join(names, ", "));
        document.paragraph(&told);
    }
    document
}

/// Says what ended a command.
pub(super) fn hindered(level: usize, obstacle: &Obstacle) -> Document {
    let mut document = Document::default();
    let service = obstacle.service.as_deref();
    let name = service.map_or_else(Safe::default, |service| Safe::code(service).and(": "));
    let heading = Safe::literal(sign(obstacle.conclusion)).and(name);
    document.heading(level, &heading.and(Safe::words(&obstacle.error)));
    if let Some(hint) = &obstacle.hint {
        document.paragraph(&Safe::literal("**Next:** ").and(Safe::words(hint)));
    }
    document
}

/// A table of all, and below it what failed.
fn several(
    (moved, others): (&[&ResultRecord], usize),
    document: &mut Document,
    (chronicle, author): (&Chronicle, &Author),
) {
    let failed: Vec<&&ResultRecord> = moved
        .iter()
        .filter(|result| !is_good(result.conclusion()))
        .collect();
    let sign = if failed.is_empty() { "✅ " } else { "❌ " };
    let of = counted(moved.len() + others, "service");
    let told = if failed.is_empty() {
        format!("{of} went well")
    } else {
        format!("{} of {of} did not go well", failed.len())
    };
    document.heading(3, &Safe::literal(sign).and(Safe::words(&told)));
    if let Some(origin) = origin(author) {
        document.paragraph(&origin);
    }
    let rows = moved.iter().map(|result| {
        let [before, now] = versions(result);
        let failure = result.failure.as_ref();
        let cause = failure.map(|failure| failure.summary.as_str());
        vec![
            Safe::code(&result.service_id().to_string()),
            Safe::words(&result.conclusion().word().replace('_', " ")),
            before,
            now,
            took(result),
            Safe::words(cause.or(result.error.as_deref()).unwrap_or("–")),
        ]
    });
    document.table(
        &["service", "verdict", "before", "now", "took", "cause"],
        rows,
    );
    for result in &failed {
        document.heading(4, &Safe::words(&sentence(result)));
        document.extend(body(result, chronicle, author));
    }
    let others = moved.iter().filter(|result| is_good(result.conclusion()));
    let commands: Vec<String> = others.map(|it| author.history(it, chronicle)).collect();
    document.folded("History of what went well", "sh", &commands);
}

/// The cause, the next step, what was and is, and what was changed.
fn body(result: &ResultRecord, chronicle: &Chronicle, author: &Author) -> Document {
    let mut document = Document::default();
    let failure = result.failure.as_deref();
    let mut told = Vec::new();
    if let Some(failure) = failure {
        told.push(Safe::literal("**Cause:** ").and(Safe::words(&failure.summary)));
        told.push(Safe::literal("**Next:** ").and(Safe::words(&failure.help)));
    }
    for warning in &result.warnings {
        told.push(Safe::literal("⚠️ ").and(Safe::words(warning)));
    }
    if let Some(hint) = &result.hint {
        told.push(Safe::literal("**Next:** ").and(Safe::words(hint)));
    }
    if !told.is_empty() {
        document.lines(&told);
    }
    if result.task_definition.is_some() || result.previous.is_some() {
        let [before, now] = versions(result);
        let [old, new] = task_definitions(result);
        document.table(
            &["", "before", "now"],
            [
                vec!["version".into(), before, now],
                vec!["task definition".into(), old, new],
            ],
        );
    }
    let is_own = |plan: &&PlanRecord| {
        plan.service.name.as_str() == result.service
            && plan.service.cluster.as_str() == result.cluster
    };
    if let Some(plan) = chronicle.plans.iter().find(is_own) {
        document.extend(changes(plan));
    }
    if let Some(failure) = failure {
        let words = [&failure.reason];
        let words = words.into_iter().filter(|words| !words.is_empty()).cloned();
        let lines: Vec<String> = words.chain(failure.log_tail.iter().cloned()).collect();
        document.folded("ECS's words, and the end of the log", "text", &lines);
    }
    document.paragraph(&Safe::code(&author.history(result, chronicle)));
    document
}

/// Where it was, how long it took, who did it, and a link to the run.
fn facts(result: &ResultRecord, author: &Author) -> Safe {
    let mut facts = vec![Safe::literal("cluster ").and(Safe::code(&result.cluster))];
    facts.extend(result.place.region.as_deref().map(Safe::code));
    facts.extend(result.duration_seconds.is_some().then(|| took(result)));
    facts.extend(origin(author));
    Safe::join(facts, " · ")
}

fn origin(author: &Author) -> Option<Safe> {
    let who = author.pipeline.who.as_deref();
    let who = who.map(|who| Safe::literal("by ").and(Safe::code(who)));
    let run = author.pipeline.run.as_deref();
    let run = run.map(|run| Safe::link("run", run));
    let parts: Vec<Safe> = who.into_iter().chain(run).collect();
    (!parts.is_empty()).then(|| Safe::join(parts, " · "))
}

pub(super) fn nothing() -> Safe {
    Safe::literal("–")
}

fn took(result: &ResultRecord) -> Safe {
    let seconds = result.duration_seconds;
    seconds.map_or_else(nothing, |seconds| Safe::words(&duration(seconds)))
}

/// Returns the version that served, and the one that does.
fn versions(result: &ResultRecord) -> [Safe; 2] {
    let before = result.previous.as_ref();
    let before = before.and_then(|previous| previous.version.as_deref());
    let wanted = result
        .release
        .as_ref()
        .map(|release| release.version.as_str());
    [
        before.map_or_else(nothing, Safe::code),
        now(result.conclusion(), before, wanted),
    ]
}

/// Returns the task definition that served, and the one that does.
fn task_definitions(result: &ResultRecord) -> [Safe; 2] {
    let short = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let before = result.previous.as_ref();
    let before = before.map(|previous| previous.task_definition.short().to_owned());
    let wanted = result.task_definition.as_deref().map(short);
    [
        before.as_deref().map_or_else(nothing, Safe::code),
        now(result.conclusion(), before.as_deref(), wanted.as_deref()),
    ]
}

/// Returns what serves at the end, and what was wanted where that is something else.
fn now(conclusion: Conclusion, before: Option<&str>, wanted: Option<&str>) -> Safe {
    // What serves was all that was found, where nothing else was wanted.
    let is_other = wanted.is_some() && wanted != before;
    let is_known = wanted.is_some();
    let wanted = wanted.map_or_else(nothing, Safe::code);
    match conclusion {
        Conclusion::Succeeded | Conclusion::Unchanged | Conclusion::Returned => wanted,
        Conclusion::Started => wanted.and(", on its way"),
        // It went back, or was never left.
        Conclusion::RolledBack | Conclusion::NotBegun | Conclusion::Refused(_) => {
            let serves = before.map_or_else(nothing, Safe::code);
            if is_other {
                serves.and(" (wanted ").and(wanted).and(")")
            } else {
                serves
            }
        }
        Conclusion::Failed => wanted.and(", failed"),
        Conclusion::Misrouted => wanted.and(", and traffic is wrong"),
        Conclusion::Superseded => wanted.and(", superseded"),
        Conclusion::Paused => wanted.and(", paused"),
        Conclusion::TimedOut | Conclusion::Interrupted(_) => wanted.and(", not seen to its end"),
        Conclusion::Error(_) if is_known => Safe::literal("not known: wanted ").and(wanted),
        Conclusion::Error(_) => "not known".into(),
    }
}

fn is_good(conclusion: Conclusion) -> bool {
    match conclusion {
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned => true,
        Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::Paused
        | Conclusion::Interrupted(_)
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => false,
    }
}

fn sign(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Succeeded | Conclusion::Unchanged | Conclusion::Returned => "✅ ",
        Conclusion::Started => "🚀 ",
        Conclusion::Paused | Conclusion::Interrupted(_) | Conclusion::TimedOut => "⏸️ ",
        Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => "❌ ",
    }
}
