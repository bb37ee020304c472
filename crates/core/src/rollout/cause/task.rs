//! Finds the cause of one failed task.

use super::Cause;
use super::culprit::{culprit, unhealthy, vital};
use super::table::of_text;
use super::text::redacted_line;
use crate::release::{StoppedContainer, StoppedTask, weights};

/// Why a task failed.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::rollout) struct TaskFailure {
    pub(in crate::rollout) cause: Cause,
    /// In ECS's own words, without secrets.
    pub(in crate::rollout) reason: String,
    /// The container that it began with, where one is known.
    pub(in crate::rollout) container: Option<String>,
}

/// Returns why a task failed, in ECS's own words, without secrets; nothing for a task that ECS
/// stopped in the course of its work.
#[must_use]
pub(crate) fn of_task(task: &StoppedTask) -> Option<(Cause, String)> {
    let failure = failure_of(task)?;
    Some((failure.cause, failure.reason))
}

/// Returns why a task failed, and which container.
pub(in crate::rollout) fn failure_of(task: &StoppedTask) -> Option<TaskFailure> {
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    if reason.starts_with("Scaling activity initiated by") {
        return None;
    }
    let (cause, reason, container) = found(task, reason);
    Some(TaskFailure {
        cause,
        reason: redacted_line(&reason),
        container: container.map(|container| container.name.clone()),
    })
}

type Found<'a> = (Cause, String, Option<&'a StoppedContainer>);

fn found<'a>(task: &'a StoppedTask, reason: &str) -> Found<'a> {
    if task.stop_code.as_deref() == Some("UserInitiated") {
        return (Cause::StoppedBySomeone, reason.to_owned(), None);
    }
    let told = |container: &'a StoppedContainer| {
        let text = container.reason.as_deref()?;
        Some((of_text(text)?, text.to_owned(), Some(container)))
    };
    if let Some(found) = vital(task).find_map(told) {
        return found;
    }
    if let Some(cause) = of_text(reason) {
        return (cause, reason.to_owned(), unhealthy(task));
    }
    let guilty = culprit(task);
    if let Some((container, code)) = guilty.and_then(with_code) {
        let said = format!("container {} exited with code {code}", container.name);
        return (of_exit_code(&container.name, code), said, guilty);
    }
    let cause = match task.stop_code.as_deref() {
        Some("SpotInterruption" | "TerminationNotice" | "InfrastructureHealth") => {
            Cause::NoCapacity
        }
        Some(_) | None => Cause::Unknown,
    };
    let texts = guilty.into_iter().chain(&task.containers);
    let mut texts = texts.filter_map(|container| container.reason.as_deref());
    let text = texts.find(|text| !text.is_empty());
    (cause, text.unwrap_or(reason).to_owned(), guilty)
}

fn with_code(container: &StoppedContainer) -> Option<(&StoppedContainer, i32)> {
    Some((container, container.exit_code?))
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
