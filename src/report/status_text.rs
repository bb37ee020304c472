//! A service's status as a person reads it.

use std::fmt::Write as _;

use super::Color;
use super::names::in_place;
use super::traffic::return_words;
use mlship_core::app::status::{
    LastDeployment, Misrouted, ReleaseStatus, Role, RunningDeployment, ServiceStatus,
};
use mlship_core::history::Outcome;
use mlship_text::Page;

/// Returns a status as lines of text, with the command that tells more of its newest deployment.
#[must_use]
pub fn status_text(status: &ServiceStatus, watch: &str, color: &Color) -> Page {
    let strong = color.strong;
    let mut lines = Page::new();
    let ServiceStatus {
        service,
        cluster,
        place,
        ..
    } = status;
    let cluster = in_place(cluster, place.as_deref());
    lines.line(format!("{strong}{service}{strong:#} in cluster {cluster}"));
    if let Some(note) = &status.note {
        lines.line(format!("  {note}"));
    }
    if !status.is_there() {
        if status.note.is_none() {
            lines.line("  not deployed");
        }
        if let Some(meant) = &status.meant {
            lines.line(format!("  hint: {meant}"));
        }
        return lines;
    }
    serving_lines(&mut lines, status);
    for release in &status.releases {
        match release.role {
            Role::Serving => {}
            // It has its own line.
            Role::Arriving if status.deployed.is_some() => {}
            Role::Arriving => lines.line(format!("  arrives     {}", other_line(release, color))),
            Role::Leaving => lines.line(format!("  leaves      {}", other_line(release, color))),
        }
    }
    if let Some(deployment) = &status.deployment {
        lines.line(deployment_line(deployment, color));
    }
    if let Some(misrouted) = &status.misrouted {
        lines.line(misrouted_line(misrouted, color));
    }
    let last = status.last_deployment.as_ref();
    if let Some(line) = last.and_then(|last| failure_line(last, watch, color)) {
        lines.line(line);
    }
    for seen in &status.not_seen {
        let why = seen.hint.as_ref().unwrap_or(&seen.error);
        lines.line(format!("  not seen    {}: {why}", seen.what));
    }
    lines
}

fn serving_lines(lines: &mut Page, status: &ServiceStatus) {
    let told = status.release.as_ref().or(status.deployed.as_ref());
    let serves = |release: &&ReleaseStatus| release.role == Role::Serving;
    let tasks = match (&status.release, &status.deployed) {
        (None, Some(deployed)) => {
            let is_it =
                |release: &&ReleaseStatus| release.task_definition == deployed.task_definition;
            status.releases.iter().find(is_it)
        }
        (Some(_), _) | (None, None) => status.releases.iter().find(serves),
    };
    let Some((release, tasks)) = told.zip(tasks) else {
        let is_well =
            |release: &ReleaseStatus| release.healthy > Some(0) && release.weight.is_some();
        let why = if status.running == 0 {
            "no task runs"
        } else if status.releases.iter().any(is_well) {
            "no task that requests go to is healthy"
        } else {
            "no task is healthy"
        };
        lines.line(format!("  serves      nothing: {why}"));
        return;
    };
    if tasks.running == 0 {
        lines.line("  serves      nothing: no task runs");
        lines.line(format!("  deployed    {}", name(tasks)));
    } else {
        lines.line(format!("  serves      {}", name(tasks)));
    }
    if let Some(reference) = &release.model_ref {
        let metrics = release
            .model_metrics
            .as_ref()
            .map_or_else(String::new, |metrics| format!(", {metrics}"));
        lines.line(format!("  registered  {reference}{metrics}"));
    }
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    lines.line(format!("  image       {}", known(&release.image)));
    lines.line(format!("  digest      {}", known(&release.digest)));
    lines.line(format!("  revision    {}", release.task_definition));
    let mut counts = vec![match tasks.running {
        0 => format!("none of {} running", status.desired),
        running => format!("{running} of {} running", status.desired),
    }];
    counts.extend(counted_parts(tasks));
    counts.extend(part(tasks));
    lines.line(format!("  tasks       {}{}", counts.join(", "), why(tasks)));
}

fn part(release: &ReleaseStatus) -> Option<String> {
    let weight = release.weight?;
    Some(format!("{weight} % of the traffic"))
}

/// Returns a release that does not serve, by its tasks.
fn other_line(release: &ReleaseStatus, color: &Color) -> String {
    let style = match release.failed {
        Some(0) | None => color.change,
        Some(_) => color.bad,
    };
    let mut counts = vec![format!("{} running", release.running)];
    counts.extend(counted_parts(release));
    counts.extend(part(release));
    let name = name(release);
    let revision = release.task_definition.short();
    let revision = match &release.version {
        Some(_) => format!(" ({revision})"),
        None => format!(" {revision}"),
    };
    let counts = counts.join(", ");
    let why = why(release);
    format!("{name}{revision}: {style}{counts}{style:#}{why}")
}

/// Says of the tasks of a release what there is to say beside how many run.
fn counted_parts(release: &ReleaseStatus) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(healthy) = release.healthy.filter(|_| release.running > 0) {
        parts.push(format!("{healthy} healthy"));
    }
    let died = release.failed.unwrap_or(0);
    let more = [(release.starting, "starting"), (died, "died")];
    let more = more.iter().filter(|(count, _)| *count > 0);
    parts.extend(more.map(|(count, what)| format!("{count} {what}")));
    parts
}

fn why(release: &ReleaseStatus) -> String {
    let cause = release.cause.map(|cause| cause.words().0);
    match (cause, &release.reason) {
        (Some(_), Some(reason)) if !reason.is_empty() => format!(": {reason}"),
        (Some(cause), _) => format!(": {cause}"),
        (None, _) => String::new(),
    }
}

fn name(release: &ReleaseStatus) -> String {
    match (&release.model, &release.version) {
        (Some(model), Some(version)) => format!("{model} {version}"),
        (Some(_), None) | (None, Some(_) | None) => "not deployed by mlship".to_owned(),
    }
}

fn deployment_line(deployment: &RunningDeployment, color: &Color) -> String {
    let style = color.change;
    if deployment.going_back {
        return format!(
            "  deployment  {style}ECS goes back{style:#} to {}: {} of {} tasks running",
            deployment.task_definition.short(),
            deployment.running,
            deployment.desired
        );
    }
    let since = deployment
        .started
        .map_or_else(String::new, |started| format!(" since {started}"));
    let until = deployment.instant_return_until;
    let until = until.map_or_else(String::new, |until| format!("; {}", return_words(until)));
    format!(
        "  deployment  {style}{} under way{style:#}{since}: {} of {} tasks of {} running, {} failed{until}",
        deployment.id,
        deployment.running,
        deployment.desired,
        deployment.task_definition.short(),
        deployment.failed
    )
}

/// Says what is wrong with where requests go, in the words of `watch`.
fn misrouted_line(misrouted: &Misrouted, color: &Color) -> String {
    let style = color.bad;
    let wrong = misrouted.wrong.join("; ");
    let hint = misrouted.hint.as_ref();
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    format!("  traffic     {style}traffic is wrong{style:#}: {wrong}{hint}")
}

/// Tells of a newest deployment that did not succeed: what serves doesn't show it.
fn failure_line(last: &LastDeployment, watch: &str, color: &Color) -> Option<String> {
    let words = match last.outcome? {
        Outcome::Running if last.going_back => "going back",
        Outcome::Succeeded | Outcome::Running => return None,
        outcome @ (Outcome::RolledBack
        | Outcome::Failed
        | Outcome::Superseded
        | Outcome::Stopped) => outcome.words(),
    };
    let style = color.bad;
    let mut line = format!("  newest      {style}{words}{style:#}");
    if let Some(arn) = &last.task_definition {
        let _ = write!(line, ": {}", arn.short());
    }
    if let Some(finished) = last.finished {
        let _ = write!(line, ", {finished}");
    }
    if let Some(cause) = last.cause {
        let _ = write!(line, ", {}", cause.as_str());
    }
    let _ = write!(line, " ({watch} tells why)");
    Some(line)
}

#[cfg(test)]
mod tests;
