//! The closing lines of a command: the verdict, why, and the next step.

use anstyle::Style;
use jiff::Timestamp;

use super::human::clock;
use super::{AliasMove, Color, RegistryRecord, ResultRecord};
use mlship_core::progress::{Cause, Conclusion, ContinuedPause};
use mlship_core::rollout::{Evidence, Failure};
use mlship_text::Page;
use mlship_text::terminal::physical_lines;
use mlship_text::words::{counted, duration};

/// How much of a log people read behind a verdict; `-v` and `more` show the rest.
const LOG_LINES: usize = 6;

/// What the closing lines say, besides the verdict.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    /// Whether ECS's words are worth a line: they were not told yet.
    pub(super) has_news: bool,
    /// Whether all that is known is wanted, told before or not.
    pub(super) is_full: bool,
}

impl Closing {
    /// All that is known.
    pub(super) fn full() -> Self {
        Self {
            has_news: true,
            is_full: true,
        }
    }

    /// What a person needs.
    pub(super) fn brief() -> Self {
        Self {
            has_news: true,
            is_full: false,
        }
    }

    /// Returns the lines that end a command's human output.
    pub(super) fn lines(self, result: &ResultRecord, color: &Color) -> Page {
        let style = style_of(result.conclusion(), color);
        let mut lines = Page::new();
        lines.line(format!("{style}{}{style:#}", sentence(result)));
        if let Some(failure) = &result.failure {
            lines.extend(self.failure_lines(failure));
        }
        if let Some(registry) = &result.registry {
            lines.extend(registry_lines(registry, color));
        }
        lines.extend(warning_lines(result, color));
        if let Some(hint) = &result.hint {
            lines.line(format!("  hint: {hint}"));
        }
        lines
    }

    /// The cause in plain words, ECS's own words, the further causes, the next step, and the log.
    pub(super) fn failure_lines(self, failure: &Failure) -> Page {
        let mut lines = Page::new();
        let summary = &failure.summary;
        lines.line(format!(
            "  cause: {summary}{}",
            in_brackets(&failure.evidence)
        ));
        let reason = &failure.reason;
        let words = reason.strip_prefix("container ").unwrap_or(reason);
        let is_news = self.has_news && !summary.contains(words);
        if !reason.is_empty() && (is_news || self.is_full) {
            let whose = match failure.cause {
                // What was counted is mlship's to say.
                Cause::Analysis => "seen:",
                _ => "ecs: ",
            };
            lines.line(format!("  {whose}  {reason}"));
        }
        for other in &failure.others {
            let cause = serde_json::to_value(other.cause).unwrap_or_default();
            let cause_words = cause.as_str().unwrap_or("unknown").replace('_', " ");
            let tasks = in_brackets(&other.evidence);
            // What no task tells of are ECS's own words on the deployment.
            let what = match other.cause {
                Cause::Unknown if other.evidence.tasks == 0 => "ecs".to_owned(),
                _ => format!("{cause_words}{tasks}"),
            };
            lines.line(format!("  also:  {what}: {}", other.reason));
        }
        lines.line(format!("  next:  {}", failure.help));
        let log = failure.log_tail.iter();
        let log: Vec<String> = log.flat_map(|line| physical_lines(line)).collect();
        let left_out = if self.is_full {
            0
        } else {
            log.len().saturating_sub(LOG_LINES)
        };
        for line in &log[left_out..] {
            lines.line(format!("  log:   {line}"));
        }
        if let Some(more) = &failure.more {
            lines.line(format!("  more:  {more}"));
        }
        lines
    }
}

/// What is wrong beside the verdict.
pub(super) fn warning_lines(result: &ResultRecord, color: &Color) -> Page {
    let bad = color.bad;
    let mut lines = Page::new();
    for warning in &result.warnings {
        lines.line(format!("  {bad}warning:{bad:#} {warning}"));
    }
    lines
}

/// What the model registry knows now, or how to tell it.
pub(super) fn registry_lines(registry: &RegistryRecord, color: &Color) -> Page {
    let mut lines = Page::new();
    if let Some(AliasMove {
        name,
        before,
        after,
    }) = &registry.alias
    {
        let before = before
            .as_ref()
            .map_or_else(String::new, |before| format!(", no longer {before}"));
        lines.line(format!(
            "  registry: {name} names version {after} now{before}"
        ));
    }
    if let Some(error) = &registry.error {
        let change = color.change;
        lines.line(format!(
            "  {change}warning: the model registry was not told everything{change:#}: {error}"
        ));
    }
    if let Some(retry) = &registry.retry {
        lines.line(format!("  once it answers: {retry}"));
    }
    lines
}

/// How many tasks, and when the first and the last of them failed.
fn in_brackets(evidence: &Evidence) -> String {
    // ECS's clock may be ahead of the one that the lines above go by.
    let now = Timestamp::now();
    let known = evidence.failed_at.filter(|(_, last)| *last <= now);
    let times = known.map_or_else(String::new, |(first, last)| {
        let (first, last) = (clock(first), clock(last));
        if first == last {
            format!(", at {first}")
        } else {
            format!(", {first} to {last}")
        }
    });
    match evidence.tasks {
        0 => String::new(),
        tasks => format!(" ({}{times})", counted(tasks, "task")),
    }
}

/// Returns the style of an end.
pub(super) fn style_of(conclusion: Conclusion, color: &Color) -> Style {
    match conclusion {
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned => color.good,
        Conclusion::Paused | Conclusion::Interrupted(_) => color.change,
        Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => color.bad,
    }
}

/// Says how it ended, in one line.
pub(super) fn sentence(result: &ResultRecord) -> String {
    let release = result.release.as_ref().map_or_else(
        || result.service.clone(),
        |release| format!("{} {}", release.model, release.version),
    );
    let took = result.duration_seconds.map_or_else(String::new, |seconds| {
        format!(" after {}", duration(seconds))
    });
    let previous = result.previous.as_ref().map_or_else(
        || "the previous release".to_owned(),
        mlship_core::plan::Previous::words,
    );
    let service = format!("service {}", result.service);
    match result.conclusion() {
        // What has no task serves nobody.
        Conclusion::Succeeded if result.note.is_some() => {
            format!(
                "{release} is deployed to {service}{took}, and {}",
                note(result)
            )
        }
        Conclusion::Succeeded => format!("{release} serves in {service}{took}"),
        Conclusion::Unchanged if result.note.is_some() => {
            format!(
                "{release} is in {service} already, and {}; nothing to change",
                note(result)
            )
        }
        Conclusion::Unchanged => {
            format!("{release} serves in {service} already; nothing to change")
        }
        Conclusion::Started if !result.continued.is_empty() => {
            let continued = result.continued.iter().map(ContinuedPause::words);
            let continued: Vec<String> = continued.collect();
            format!("{service}: {}", continued.join(", "))
        }
        Conclusion::Started => {
            format!("{release} is on its way to {service}; nobody waited for its end")
        }
        // It names the groups and their shares, and no release: of an abort nobody means the same.
        Conclusion::Misrouted => {
            let ended = result.duration_seconds;
            let ended = ended.map(|it| format!("; the deployment took {}", duration(it)));
            let wrong = result.error.as_deref().unwrap_or("traffic is wrong");
            format!("{service}: {wrong}{}", ended.unwrap_or_default())
        }
        Conclusion::Returned => {
            let note = result.note.iter().map(|note| format!(", and {note}"));
            let note: String = note.collect();
            format!("{service} is back on {release}{took}{note}")
        }
        Conclusion::Failed | Conclusion::RolledBack if result.error.is_some() => of_error(result),
        Conclusion::RolledBack => {
            format!("{release} failed{took}; {service} is back on {previous}")
        }
        Conclusion::Failed => format!("{release} failed{took} and nothing was rolled back"),
        Conclusion::Superseded => {
            format!("{release} was superseded by another deployment of {service}")
        }
        Conclusion::Paused => format!("{release} is paused in {service}"),
        // An error says what became of the deployment, or that there was none.
        Conclusion::TimedOut | Conclusion::Interrupted(_) if result.error.is_some() => {
            of_error(result)
        }
        Conclusion::TimedOut => {
            format!("gave up waiting for {release}; its deployment to {service} goes on")
        }
        Conclusion::Interrupted(_) => {
            format!("stopped watching {release}; its deployment to {service} goes on")
        }
        Conclusion::NotBegun | Conclusion::Refused(_) | Conclusion::Error(_) => of_error(result),
    }
}

fn note(result: &ResultRecord) -> &str {
    result.note.as_deref().unwrap_or_default()
}

fn of_error(result: &ResultRecord) -> String {
    let error = result.error.as_deref().unwrap_or("unexpected error");
    format!("service {}: {error}", result.service)
}
