//! Each event as one line, with all it says: what `-v` shows. The words that folded lines share.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Color, Event, traffic};
use mlship_core::progress::TaskCounts;
use mlship_core::release::ServiceDeploymentStatus;
use mlship_text::arn::{Arn, last_part};
use mlship_text::words::counted;

/// Returns the line that tells an event, unless it is told in another way.
#[must_use]
pub(super) fn full_line(event: &Event, color: &Color, now: Timestamp) -> Option<String> {
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
            ..
        } => {
            format!(
                "deployment {deployment} of {} started",
                task_definition.short()
            )
        }
        Event::Attached { deployment } => {
            format!("following deployment {deployment}")
        }
        Event::WaitingFor {
            deployment,
            task_definition,
            counts,
            ..
        } => {
            let brings = task_definition.short();
            let counts = counts.map_or_else(String::new, |counts| {
                format!(": {}", task_line(counts, color))
            });
            format!(
                "another deployment runs; waiting for the end of {deployment} of {brings}{counts}"
            )
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
            format!("{faint}ecs: {}{faint:#}", without_service(message))
        }
        Event::TaskFailed { task, reason, .. } => {
            let id = last_part(task);
            format!("{bad}task {id} failed{bad:#}: {reason}")
        }
        Event::Aborting {
            tasks,
            reason,
            after,
            ..
        } => format!("{bad}{}{bad:#}: {reason}", gave_up(*tasks, *after)),
        Event::Stage {
            stage,
            step,
            steps,
            ends,
            ends_is,
            instant_return_until,
            ..
        } => {
            let ends = ends.zip(*ends_is);
            traffic::stage_line(stage, *step, *steps, ends, *instant_return_until)
        }
        Event::Weights {
            requested,
            actual,
            forwards_nothing,
            is_first,
        } => match forwards_nothing {
            Some(action) => traffic::forwards_nothing_line(*requested, action, color),
            None => traffic::weights_line(*requested, *actual, *is_first, color),
        },
        Event::Paused { pause, is_attached } => traffic::pause_line(pause, *is_attached, now),
        Event::Hook { call } => traffic::hook_line(call, now),
        Event::Alarms {
            status,
            alarms,
            triggered,
        } => traffic::alarms_line(status, alarms, triggered, color),
        Event::Judged { judgement, .. } => traffic::judgement_line(judgement, color),
        Event::RestsOnDeploymentId { deployment } => format!(
            "{change}ECS lists no service deployments here{change:#}: the verdict rests on {deployment}"
        ),
        Event::Note { message } => message.clone(),
    })
}

/// Returns what is said when mlship has ECS roll a release back.
pub(super) fn gave_up(tasks: u32, after: u32) -> String {
    let tasks = counted(usize::try_from(tasks).unwrap_or(usize::MAX), "task");
    format!(
        "mlship gives up: {tasks} failed alike and none is well; rolling back \
         (rollout.abortAfter: {after}; 0 waits for ECS)"
    )
}

/// Returns ECS's words without what the reader knows already: which service this is, and where in
/// AWS the target group lives.
pub(super) fn without_service(message: &str) -> String {
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

pub(super) fn task_line(counts: TaskCounts, color: &Color) -> String {
    let TaskCounts {
        desired,
        running,
        pending,
        failed,
    } = counts;
    progress_line([desired, running, pending, failed, 0], color)
}

pub(super) fn progress_line(
    [desired, running, pending, failed, others]: [u32; 5],
    color: &Color,
) -> String {
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

pub(super) fn status_line(
    status: ServiceDeploymentStatus,
    reason: Option<&str>,
    color: &Color,
) -> String {
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
        ServiceDeploymentStatus::RollbackFailed => (bad, "not rolled back"),
        ServiceDeploymentStatus::Successful => (good, "successful"),
        ServiceDeploymentStatus::Unknown => (change, "in a state that this version does not know"),
    };
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    format!("deployment is {style}{text}{style:#}{reason}")
}
