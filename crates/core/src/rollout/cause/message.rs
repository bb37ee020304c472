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
    "invalid networking configuration",
];

/// Returns the cause that a line names; nothing for the lines of a service at work. That tasks
/// fail to start, and that ECS rolls back, is how a deployment ends, not why.
pub(in crate::rollout) fn of_message(text: &str) -> Option<Cause> {
    let ended_by = of_ending(text).map(|(cause, _)| cause);
    ended_by.or_else(|| of_text(text)).or_else(|| {
        let text = normalize(text);
        let is_vague = VAGUE.iter().any(|part| text.contains(part));
        is_vague.then_some(Cause::Unknown)
    })
}

/// Returns what ECS's own words on the whole deployment name as the cause, if they name what ends it
/// whatever its tasks do: a hook, a pause, an alarm.
#[must_use]
pub(crate) fn of_ending(text: &str) -> Option<(Cause, String)> {
    // A function may have any name.
    of_hook(text).or_else(|| of_alarm(text))
}

/// Returns the same, if they name a hook or a pause.
#[must_use]
pub(crate) fn of_hook(text: &str) -> Option<(Cause, String)> {
    let said = normalize(text);
    let has = |part: &str| said.contains(part);
    let cause = if has("pause hook timed out") {
        Cause::PauseTimedOut
    } else if has("lifecycle hook") && (has("failed") || has("timed out"))
        || has("hook execution failure")
    {
        Cause::HookFailed
    } else {
        return None;
    };
    Some((cause, text.to_owned()))
}

/// Returns the same, if they name an alarm.
#[must_use]
pub(crate) fn of_alarm(text: &str) -> Option<(Cause, String)> {
    let said = normalize(text);
    let ended = ["failed", "rolled back", "stopped because"];
    let names_alarm = said.contains("alarm") && ended.iter().any(|word| said.contains(word));
    names_alarm.then(|| (Cause::Alarm, text.to_owned()))
}

/// Returns whether a line is about tasks that are all others than these: a service's lines are of
/// all its deployments.
#[must_use]
pub(in crate::rollout) fn is_of_others(text: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    let mut named = text
        .split("(task ")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(id, _)| id)
        .peekable();
    named.peek().is_some() && !named.any(is_ours)
}

/// Returns what the load balancer gave as its reason for calling a task unhealthy.
pub(super) fn answer_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("due to (reason ")?;
    let end = rest.rfind(')').unwrap_or(rest.len());
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::is_of_others;

    #[test]
    fn a_line_is_of_others_where_it_names_none_of_our_tasks() {
        let ours = |id: &str| id == "a1";
        let unhealthy = "(service m) (task b2) failed container health checks.";
        assert!(is_of_others(unhealthy, ours));
        assert!(is_of_others(
            "(service m) has stopped 2 running tasks: (task b2) (task c3).",
            ours
        ));
        assert!(!is_of_others(
            "(service m) has stopped 2 running tasks: (task b2) (task a1).",
            ours
        ));
        for line in [
            "(service m) was unable to place a task.",
            "(task broken",
            "",
        ] {
            assert!(!is_of_others(line, ours), "{line}");
        }
    }
}
