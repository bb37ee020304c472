//! Finds the cause in a service event or in a deployment's status reason.

use super::Cause;
use super::table::of_text;
use super::text::normalize;

/// Lines that say that something is wrong, and not what.
const VAGUE: &[&str] = &[
    "unable to place a task",
    "could not launch",
    "failed to launch a task",
    "unable to consistently start tasks",
    "unable to stop or start tasks",
    "unable to reach steady state",
    "lifecycle hook",
    "invalid networking configuration",
];

/// Returns the cause that a line names; nothing for the lines of a service at work. That tasks
/// fail to start, and that ECS rolls back, is how a deployment ends, not why.
pub(in crate::rollout) fn of_message(text: &str) -> Option<Cause> {
    if of_alarm(text).is_some() {
        return Some(Cause::Alarm);
    }
    of_text(text).or_else(|| {
        let text = normalize(text);
        let is_vague = VAGUE.iter().any(|part| text.contains(part));
        is_vague.then_some(Cause::Unknown)
    })
}

/// Returns what ECS's own words on the whole deployment name as the cause, if they name an alarm.
#[must_use]
pub(crate) fn of_alarm(text: &str) -> Option<(Cause, String)> {
    let said = normalize(text);
    let ended = ["failed", "rolled back", "stopped because"];
    let names_alarm = said.contains("alarm") && ended.iter().any(|word| said.contains(word));
    names_alarm.then(|| (Cause::Alarm, text.to_owned()))
}

/// Returns what the load balancer gave as its reason for calling a task unhealthy.
pub(super) fn answer_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("due to (reason ")?;
    let end = rest.rfind(')').unwrap_or(rest.len());
    Some(&rest[..end])
}
