//! Events as plain lines: for people without a terminal's width, and for build logs.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Color, Event, Report, ResultRecord, Writer, closing_lines, plan_text};
use mlship_core::progress::Observer;
use mlship_core::release::ServiceDeploymentStatus;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::{Diagnostic, render};
use mlship_text::Page;
use mlship_text::arn::{Arn, last_part};

/// Writes progress to one stream and answers to another.
pub struct Human<'a> {
    progress: Writer<'a>,
    answer: Writer<'a>,
    color: Color,
}

impl<'a> Human<'a> {
    /// Writes progress and diagnostics to the first stream, the closing answer to the second.
    #[must_use]
    pub fn new(progress: Writer<'a>, answer: Writer<'a>, color: Color) -> Self {
        Self {
            progress,
            answer,
            color,
        }
    }
}

impl Observer for Human<'_> {
    fn event(&mut self, _: &ServiceId, event: &Event) {
        if let Event::Planned { plan } = event {
            // The release goes on, whoever reads of it; the stream remembers.
            let _ = self.answer.page(&plan_text(plan, &self.color));
            return;
        }
        let faint = self.color.faint;
        let time = time_of(event)
            .to_zoned_datetime(TimeZone::system())
            .strftime("%H:%M:%S");
        if let Some(line) = event_line(event, &self.color) {
            let _ = self
                .progress
                .line(&format!("{faint}{time}{faint:#}  {line}"));
        }
    }
}

impl Report for Human<'_> {
    fn result(&mut self, result: &ResultRecord) {
        let _ = self.answer.page(&closing_lines(result, &self.color));
    }

    fn warning(&mut self, text: &str) {
        let _ = self.progress.line(&format!("warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            let _ = self.progress.page(&found(finding, &self.color));
        }
    }
}

/// Returns when an event happened, as far as anybody can tell: ECS's own time, or else now. A clock
/// that is ahead of the one here must not have it happen in the future.
pub(super) fn time_of(event: &Event) -> Timestamp {
    let now = Timestamp::now();
    event.happened_at().map_or(now, |time| time.min(now))
}

/// Returns a finding as a snippet of the manifest, apart from what follows.
pub(super) fn found(finding: &Diagnostic, color: &Color) -> Page {
    let mut page = render(finding, color.is_colored());
    page.line("");
    page
}

/// Returns the line that tells an event, unless it is told in another way.
#[must_use]
pub(super) fn event_line(event: &Event, color: &Color) -> Option<String> {
    let Color { bad, change, .. } = *color;
    Some(match event {
        Event::Planned { .. } => return None,
        Event::Registered { task_definition } => format!("registered {}", task_definition.short()),
        Event::Adopted { what } => {
            format!("{change}an answer of AWS was lost{change:#}; found {what}")
        }
        Event::Adjusted => "ECS took the change; it starts no deployment".to_owned(),
        Event::Started {
            deployment,
            task_definition,
        } => {
            format!(
                "deployment {deployment} of {} started",
                task_definition.short()
            )
        }
        Event::Attached { deployment } => {
            format!("following deployment {deployment}")
        }
        Event::WaitingFor { deployment } => {
            format!("another deployment runs; waiting for the end of {deployment}")
        }
        Event::Status { status, reason, .. } => status_line(*status, reason.as_deref(), color),
        Event::Progress {
            desired,
            running,
            pending,
            failed,
            others,
        } => progress_line([*desired, *running, *pending, *failed, *others], color),
        Event::ServiceMessage { message, .. } => {
            let Color { faint, .. } = *color;
            format!("{faint}ecs: {}{faint:#}", brief(message))
        }
        Event::TaskFailed { task, reason, .. } => {
            let id = last_part(task);
            format!("{bad}task {id} failed{bad:#}: {reason}")
        }
        Event::Aborting { tasks, reason, .. } => format!(
            "{bad}{tasks} tasks failed alike and none is well: rolling back now{bad:#}; {reason}"
        ),
        Event::RestsOnDeploymentId { deployment } => format!(
            "{change}ECS lists no service deployments here{change:#}: the verdict rests on {deployment}"
        ),
        Event::Note { message } => message.clone(),
    })
}

/// Shortens ECS's words to what the reader does not know already: which service this is, and
/// where in AWS the target group lives.
fn brief(message: &str) -> String {
    let text = match message
        .strip_prefix("(service ")
        .and_then(|rest| rest.split_once(") "))
    {
        Some((name, rest)) if !name.contains(',') => rest,
        Some(_) | None => message,
    };
    let Some((before, arn)) = text.split_once("(target-group ") else {
        return text.to_owned();
    };
    let (arn, after) = arn.split_once(')').unwrap_or((arn, ""));
    let name = Arn::parse(arn).map_or(arn, |arn| arn.name());
    format!("{before}(target-group {name}){after}")
}

fn progress_line([desired, running, pending, failed, others]: [u32; 5], color: &Color) -> String {
    let mut line = format!("{running} of {desired} running");
    if pending > 0 {
        let _ = write!(line, ", {pending} starting");
    }
    if failed > 0 {
        let bad = color.bad;
        let _ = write!(line, ", {bad}{failed} failed{bad:#}");
    }
    if others > 0 {
        let _ = write!(line, "; {others} old");
    }
    line
}

fn status_line(status: ServiceDeploymentStatus, reason: Option<&str>, color: &Color) -> String {
    let Color {
        good, bad, change, ..
    } = *color;
    let (style, text) = match status {
        ServiceDeploymentStatus::Pending => (change, "pending"),
        ServiceDeploymentStatus::InProgress => (change, "in progress"),
        ServiceDeploymentStatus::StopRequested => (bad, "stopping"),
        ServiceDeploymentStatus::Stopped => (bad, "stopped"),
        ServiceDeploymentStatus::RollbackRequested => (bad, "rollback requested"),
        ServiceDeploymentStatus::RollbackInProgress => (bad, "rolling back"),
        ServiceDeploymentStatus::RollbackSuccessful => (bad, "rolled back"),
        ServiceDeploymentStatus::RollbackFailed => (bad, "rollback failed"),
        ServiceDeploymentStatus::Successful => (good, "successful"),
        ServiceDeploymentStatus::Unknown => (change, "in a state that this version does not know"),
    };
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    format!("deployment is {style}{text}{style:#}{reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ecs_told_long_ago_has_the_time_of_then_and_nothing_is_in_the_future() {
        let told = |at| Event::ServiceMessage {
            message: "has reached a steady state.".to_owned(),
            at: Some(at),
        };
        let then: Timestamp = "2026-05-01T14:00:00Z".parse().unwrap();
        assert_eq!(time_of(&told(then)), then);
        assert!(time_of(&told(Timestamp::MAX)) <= Timestamp::now());
    }
}
