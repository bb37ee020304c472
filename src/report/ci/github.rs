//! GitHub Actions: annotations as workflow commands, and the outputs of a step.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::workspace::Workspace;
use crate::report::ResultRecord;
use crate::report::chronicle::{Chronicle, Obstacle};
use crate::report::streams::guard;
use crate::report::summary::sentence;
use mlship_core::progress::Conclusion;
use mlship_manifest::{Diagnostic, Span};
use mlship_text::sanitize::Colors;

/// So many annotations of a kind are shown of one step; the runner drops the rest without a word,
/// so that the tenth says how many there are.
const SHOWN: usize = 9;

/// A workflow command: the only text that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// Returns the line that the runner reads.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
}

struct Note {
    kind: Kind,
    place: Option<(String, usize)>,
    title: String,
    text: Vec<String>,
}

/// Returns the annotations of a run, worst first.
#[must_use]
pub fn annotations(chronicle: &Chronicle, workspace: &Workspace) -> Vec<Command> {
    let mut failed: Vec<&ResultRecord> = chronicle
        .results
        .iter()
        .filter(|result| is_worth_one(result.conclusion()) && !is_told(result, chronicle))
        .collect();
    failed.sort_by_key(|result| std::cmp::Reverse(result.exit_code().severity()));
    let place = |span: Option<&Span>| {
        let span = span?;
        Some((workspace.file(span)?, span.line()))
    };
    let of_result = |result: &&ResultRecord| {
        let cause = result.failure.as_ref().map(|failure| failure.cause);
        let manifest = chronicle.manifest_of(result);
        of_result(
            result,
            place(manifest.and_then(|manifest| manifest.place(cause))),
        )
    };
    let of_finding = |finding: &Diagnostic| Note {
        kind: if finding.is_error() {
            Kind::Error
        } else {
            Kind::Warning
        },
        place: place(finding.span.as_ref()),
        title: finding.code.as_str().to_owned(),
        text: std::iter::once(finding.message.clone())
            .chain(finding.help.clone())
            .collect(),
    };
    let warned = chronicle.results.iter();
    let warned = warned.filter(|it| !it.warnings.is_empty() && !is_worth_one(it.conclusion()));
    let notes = failed.iter().map(of_result);
    let notes = notes.chain(warned.map(of_warnings));
    let notes = notes.chain(chronicle.obstacles.iter().map(of_obstacle));
    let notes: Vec<Note> = notes
        .chain(chronicle.findings.iter().map(of_finding))
        .collect();
    [Kind::Error, Kind::Warning]
        .into_iter()
        .flat_map(|kind| limited(kind, &notes))
        .collect()
}

/// Says whether findings tell already why a release was refused, each at its own place.
fn is_told(result: &ResultRecord, chronicle: &Chronicle) -> bool {
    let error = result.error.as_deref().unwrap_or_default();
    let mut errors = chronicle
        .findings
        .iter()
        .filter(|finding| finding.is_error());
    matches!(result.conclusion(), Conclusion::Refused(_))
        && errors.any(|finding| error.contains(&finding.message))
}

fn limited(kind: Kind, notes: &[Note]) -> Vec<Command> {
    let own: Vec<&Note> = notes.iter().filter(|note| note.kind == kind).collect();
    let shown = own.iter().take(SHOWN).map(|note| note.command());
    let more = own.len().saturating_sub(SHOWN);
    let rest = Note {
        kind,
        place: None,
        title: "mlship".to_owned(),
        text: vec![format!("and {more} more")],
    };
    let rest = (more > 0).then(|| rest.command());
    shown.chain(rest).collect()
}

fn is_worth_one(conclusion: Conclusion) -> bool {
    match conclusion {
        Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => true,
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned
        | Conclusion::Paused
        | Conclusion::Interrupted(_) => false,
    }
}

fn of_result(result: &ResultRecord, place: Option<(String, usize)>) -> Note {
    let mut text = vec![sentence(result)];
    if let Some(failure) = &result.failure {
        text.push(failure.summary.clone());
        text.push(failure.help.clone());
    }
    text.extend(result.warnings.clone());
    text.extend(result.hint.clone());
    Note {
        kind: Kind::Error,
        place,
        title: titled(result),
        text,
    }
}

/// What is wrong beside a verdict that is no error.
fn of_warnings(result: &ResultRecord) -> Note {
    Note {
        kind: Kind::Warning,
        place: None,
        title: titled(result),
        text: result.warnings.clone(),
    }
}

fn titled(result: &ResultRecord) -> String {
    let verdict = result.conclusion().word().replace('_', " ");
    format!("{}: {verdict}", result.service)
}

fn of_obstacle(obstacle: &Obstacle) -> Note {
    let service = obstacle.service.clone();
    Note {
        kind: Kind::Error,
        place: None,
        title: service.unwrap_or_else(|| "mlship".to_owned()),
        text: std::iter::once(obstacle.error.clone())
            .chain(obstacle.hint.clone())
            .collect(),
    }
}

impl Note {
    fn command(&self) -> Command {
        let mut command = match self.kind {
            Kind::Error => "::error ",
            Kind::Warning => "::warning ",
        }
        .to_owned();
        if let Some((file, line)) = &self.place {
            let _ = write!(command, "file={},line={line},", property(file));
        }
        let _ = write!(command, "title={}::", property(&self.title));
        let text: Vec<String> = self.text.iter().map(|line| data(line)).collect();
        command.push_str(&text.join("%0A"));
        Command(command)
    }
}

/// Escapes what stands behind the command.
fn data(text: &str) -> String {
    let text = guard(text, Colors::Drop);
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns the outputs of a step, a line each.
#[must_use]
pub fn github_outputs(outcome: &Outcome) -> String {
    let services: Vec<&Value> = outcome
        .services
        .iter()
        .map(|(_, service)| service)
        .collect();
    let services = (services.len() > 1).then(|| ("services", json!(services).to_string()));
    let values = outcome.values.iter().cloned().chain(services);
    assignments(values.map(|(name, value)| (name.to_owned(), value)))
}

/// Writes names and values, a line each, none of which begins another.
pub(super) fn assignments(values: impl Iterator<Item = (String, String)>) -> String {
    let mut text = String::new();
    for (name, value) in values {
        let value = guard(&value, Colors::Drop).replace(['\r', '\n'], " ");
        let _ = writeln!(text, "{name}={value}");
    }
    text
}
