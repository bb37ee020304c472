//! Finds the cause of one failed task.

use super::Cause;
use super::table::of_text;
use super::text::redacted_line;
use crate::release::{StoppedContainer, StoppedTask, weights};

/// Returns why a task failed, in ECS's own words, without secrets; nothing for a task that ECS
/// stopped in the course of its work.
#[must_use]
pub(crate) fn of_task(task: &StoppedTask) -> Option<(Cause, String)> {
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    if reason.starts_with("Scaling activity initiated by") {
        return None;
    }
    let (cause, reason) = found(task, reason);
    Some((cause, redacted_line(&reason)))
}

fn found(task: &StoppedTask, reason: &str) -> (Cause, String) {
    if task.stop_code.as_deref() == Some("UserInitiated") {
        return (Cause::StoppedBySomeone, reason.to_owned());
    }
    let containers = task
        .containers
        .iter()
        .filter_map(|container| container.reason.as_deref());
    let mut texts = containers.chain([reason]);
    if let Some((cause, text)) = texts.find_map(|text| Some((of_text(text)?, text))) {
        return (cause, text.to_owned());
    }
    if let Some((container, code)) = exited(task) {
        return (
            of_exit_code(container, code),
            format!("container {container} exited with code {code}"),
        );
    }
    let cause = match task.stop_code.as_deref() {
        Some("SpotInterruption" | "TerminationNotice" | "InfrastructureHealth") => {
            Cause::NoCapacity
        }
        Some(_) | None => Cause::Unknown,
    };
    let mut texts = task
        .containers
        .iter()
        .filter_map(|container| container.reason.as_deref());
    let text = texts.find(|text| !text.is_empty());
    (cause, text.unwrap_or(reason).to_owned())
}

/// Returns the container that ended the task, with its exit code: the first that failed, else the
/// first that ended.
fn exited(task: &StoppedTask) -> Option<(&str, i32)> {
    let mut ended = task.containers.iter().filter_map(with_code);
    let failed = ended.clone().find(|(_, code)| *code != 0);
    failed.or_else(|| ended.next())
}

fn with_code(container: &StoppedContainer) -> Option<(&str, i32)> {
    Some((container.name.as_str(), container.exit_code?))
}

/// The container that fetches the weights says by its exit code what went wrong; of all others
/// the shell's and the runtime's conventions are known.
fn of_exit_code(container: &str, code: i32) -> Cause {
    let fetches_weights = container == weights::CONTAINER;
    match code {
        weights::MISSING if fetches_weights => Cause::WeightsMissing,
        weights::CORRUPT if fetches_weights => Cause::WeightsCorrupt,
        126 | 127 => Cause::CommandNotFound,
        _ => Cause::ContainerExited,
    }
}
