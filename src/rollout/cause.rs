//! Why a task failed, from what ECS says of it. A table, tried from top to bottom.

use serde::Serialize;

use super::Failure;
use crate::release::{StoppedTask, weights};

/// The classes of failure that a report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The registry has no such image.
    ImageNotFound,
    /// The registry refuses the pull.
    ImageDenied,
    /// The task cannot reach the registry.
    ImageNetwork,
    /// The image is for another processor.
    ImageArchitecture,
    /// A secret or parameter does not exist.
    SecretMissing,
    /// The execution role may not read a secret.
    SecretDenied,
    /// The task cannot reach the secret store.
    SecretNetwork,
    /// The container used more memory than it may.
    OutOfMemory,
    /// The program is for another processor.
    ExecFormat,
    /// The command does not exist in the image.
    CommandNotFound,
    /// The container exited.
    ContainerExited,
    /// The container's own health check fails.
    ContainerUnhealthy,
    /// The load balancer's health check fails.
    LoadBalancerUnhealthy,
    /// There is no room for the task.
    NoCapacity,
    /// The network interface could not be made.
    NetworkInterface,
    /// Logging could not start.
    LogDriver,
    /// A volume could not be mounted.
    Volume,
    /// The weights are not in S3, or the task role may not read them.
    WeightsMissing,
    /// The weights are not those that the manifest's checksum is of.
    WeightsCorrupt,
    /// The task's role cannot be assumed.
    RoleDenied,
    /// An alarm fired.
    Alarm,
    /// Somebody stopped the task, or asked for the rollback.
    StoppedBySomeone,
    /// ECS says nothing that is known.
    Unknown,
}

/// Returns the cause that most of the failed tasks share, or what the service's messages, oldest
/// first, complain of when no task came as far as failing.
#[must_use]
pub fn diagnose(stopped: &[StoppedTask], messages: &[String]) -> Option<Failure> {
    let causes: Vec<(Cause, String)> = stopped.iter().filter_map(of_task).collect();
    let count = |cause: Cause| causes.iter().filter(|(other, _)| *other == cause).count();
    let most = causes
        .iter()
        .max_by_key(|(cause, _)| (count(*cause), std::cmp::Reverse(*cause)))
        .cloned();
    // An alarm ends a deployment whatever its tasks do.
    let alarm = messages.iter().find_map(|text| of_alarm(text));
    let (cause, reason) = alarm.or(most).or_else(|| of_messages(messages))?;
    Some(Failure::new(cause, reason))
}

/// Returns what ECS's own words on the whole deployment name as the cause, if they name one.
#[must_use]
pub(super) fn of_alarm(text: &str) -> Option<(Cause, String)> {
    let lower = text.to_lowercase();
    let names_alarm =
        lower.contains("alarm") && (lower.contains("failed") || lower.contains("rolled back"));
    names_alarm.then(|| (Cause::Alarm, text.to_owned()))
}

/// Returns why a task failed; nothing for a task that ECS stopped in the course of its work.
#[must_use]
pub(super) fn of_task(task: &StoppedTask) -> Option<(Cause, String)> {
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    if reason.starts_with("Scaling activity initiated by") {
        return None;
    }
    if task.stop_code.as_deref() == Some("UserInitiated") {
        return Some((Cause::StoppedBySomeone, reason.to_owned()));
    }
    let containers = task
        .containers
        .iter()
        .filter_map(|container| container.reason.as_deref());
    let texts: Vec<&str> = containers
        .chain([reason])
        .filter(|text| !text.is_empty())
        .collect();
    if let Some((cause, text)) = texts.iter().find_map(|text| Some((of_text(text)?, *text))) {
        return Some((cause, text.to_owned()));
    }
    let failed = task
        .containers
        .iter()
        .find(|container| container.exit_code.is_some_and(|code| code != 0))
        .or_else(|| task.containers.iter().find(|one| one.exit_code.is_some()));
    match failed.and_then(|container| Some((container, container.exit_code?))) {
        Some((container, code)) => Some((
            of_weights(&container.name, code).unwrap_or_else(|| of_exit_code(code)),
            format!("container {} exited with code {code}", container.name),
        )),
        None => Some((Cause::Unknown, reason.to_owned())),
    }
}

/// The container that fetches the weights says by its exit code what went wrong.
fn of_weights(container: &str, code: i32) -> Option<Cause> {
    match code {
        _ if container != weights::CONTAINER => None,
        weights::MISSING => Some(Cause::WeightsMissing),
        weights::CORRUPT => Some(Cause::WeightsCorrupt),
        _ => None,
    }
}

fn of_exit_code(code: i32) -> Cause {
    match code {
        127 => Cause::CommandNotFound,
        _ => Cause::ContainerExited,
    }
}

/// What a text must hold, all of it, to mean a cause; lower case. Order matters: the special
/// stands before the general.
const TABLE: &[(&[&str], Cause)] = &[
    (&["exec format error"], Cause::ExecFormat),
    (
        &["does not contain descriptor matching platform"],
        Cause::ImageArchitecture,
    ),
    (&["out of memory"], Cause::OutOfMemory),
    (&["outofmemory"], Cause::OutOfMemory),
    (&["memory usage"], Cause::OutOfMemory),
    (&["failed elb health checks"], Cause::LoadBalancerUnhealthy),
    (
        &["failed container health checks"],
        Cause::ContainerUnhealthy,
    ),
    (&["unable to assume the role"], Cause::RoleDenied),
    // "secret" holds "ecr": the registry is told by more than its name.
    (&["ecr registry auth", "accessdenied"], Cause::ImageDenied),
    (&["connection issue", "amazon ecr"], Cause::ImageNetwork),
    (&["accessdenied", "secret"], Cause::SecretDenied),
    (&["accessdenied", "ssm"], Cause::SecretDenied),
    (&["check whether the secret exists"], Cause::SecretMissing),
    (&["secret", "resourcenotfound"], Cause::SecretMissing),
    (&["can't find the specified secret"], Cause::SecretMissing),
    (&["invalid ssm parameters"], Cause::SecretMissing),
    (&["secret", "connection issue"], Cause::SecretNetwork),
    (&["secret", "network"], Cause::SecretNetwork),
    (&["log group"], Cause::LogDriver),
    (&["logging driver"], Cause::LogDriver),
    (&["efs"], Cause::Volume),
    (&["ephemeralstorage"], Cause::Volume),
    (&["network interface"], Cause::NetworkInterface),
    (&["pull access denied"], Cause::ImageDenied),
    (&["permissions to pull"], Cause::ImageDenied),
    (&["toomanyrequests"], Cause::ImageDenied),
    (&["manifest unknown"], Cause::ImageNotFound),
    (
        &["failed to resolve ref", "not found"],
        Cause::ImageNotFound,
    ),
    (&["cannotpullcontainer", "not found"], Cause::ImageNotFound),
    (&["pull", "connection"], Cause::ImageNetwork),
    (&["pull", "network"], Cause::ImageNetwork),
    (&["pull", "timeout"], Cause::ImageNetwork),
    (&["unfulfillablecapacity"], Cause::NoCapacity),
    (&["capacity is unavailable"], Cause::NoCapacity),
    (&["executable file not found"], Cause::CommandNotFound),
    (
        &["unable to place a task", "no container instance"],
        Cause::NoCapacity,
    ),
];

fn of_text(text: &str) -> Option<Cause> {
    let text = text.to_lowercase().replace('’', "'");
    TABLE
        .iter()
        .find(|(parts, _)| parts.iter().all(|part| text.contains(part)))
        .map(|(_, cause)| *cause)
}

/// Image, secret and capacity failures can arrive as placement events, without any task.
fn of_messages(messages: &[String]) -> Option<(Cause, String)> {
    let newest_first = messages.iter().rev();
    let mut complaints = newest_first
        .filter(|text| text.contains("unable to place") || text.contains("could not launch"))
        .map(|text| (of_text(text).unwrap_or(Cause::NoCapacity), text.clone()));
    complaints.next()
}

#[cfg(test)]
mod tests;
