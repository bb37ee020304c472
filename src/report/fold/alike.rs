//! What makes two of ECS's lines one: the same words about other tasks. And those words, short
//! enough to read.

use mlship_text::sanitize::Colors;

use super::super::event_text::without_service;
use super::super::streams::guard;

/// Returns what two lines share that say the same of different tasks. What names another image,
/// secret or exit code says something else.
pub(in crate::report) fn alike(text: &str) -> String {
    let text = guard(text, Colors::Drop);
    let text = without_tasks(&reason_in(without_service(&text)));
    let text = mapped(&text, |_| "·").to_lowercase();
    let text = text.strip_prefix("task ").unwrap_or(&text);
    text.trim_end_matches('.').to_owned()
}

/// Returns a text with its ids as short as a person tells them apart by. What is secret goes first,
/// while it can be told by all of it.
pub(super) fn brief(text: &str) -> String {
    let text = guard(text, Colors::Keep);
    let text = without_service(&text);
    let text = if text.matches("(task ").count() > 1 {
        without_tasks(&text)
    } else {
        text
    };
    mapped(&text, |id| &id[..8])
}

/// Returns what ECS says of a service at work, which the counts and the verdict say as well.
pub(super) fn is_routine(message: &str) -> bool {
    const ROUTINE: &[&str] = &[
        "has reached a steady state",
        "has started ",
        "has stopped ",
        "has begun draining connections",
        "registered ",
        "deregistered ",
        "deployment completed",
        "rolling back to deployment",
    ];
    let text = without_service(message);
    let text = without_deployment(&text);
    let has_more = text.contains("due to an unhealthy status");
    !has_more && ROUTINE.iter().any(|begin| text.starts_with(begin))
}

/// Returns whether a line only repeats that tasks failed, once it was said why.
pub(super) fn says_no_more(message: &str) -> bool {
    let text = without_service(message);
    let text = without_deployment(&text);
    text.starts_with("deployment failed: tasks failed to start")
        || text.contains("unable to consistently start tasks successfully")
}

/// Image and secret failures arrive as placement events, with the words of the task behind these.
fn reason_in(message: String) -> String {
    match message.split_once("unable to place a task. Reason: ") {
        Some((_, reason)) => reason.to_owned(),
        None => message,
    }
}

fn without_deployment(text: &str) -> &str {
    // With a task set beside the service's name, that says something to whoever wants details.
    let named = text.strip_prefix("(service ");
    let text = named
        .and_then(|rest| rest.split_once(") "))
        .map_or(text, |(_, rest)| rest);
    let rest = text.strip_prefix("(deployment ");
    let rest = rest.and_then(|rest| rest.split_once(") "));
    rest.map_or(text, |(_, rest)| rest)
}

fn without_tasks(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("(task ") {
        kept.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").replace(": .", ".").replace(" .", ".")
}

/// Replaces the ids in a text.
fn mapped(text: &str, shorten: impl Fn(&str) -> &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
        let (part, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(if is_id(part) { shorten(part) } else { part });
        rest = after;
    }
    out + rest
}

/// Ids of tasks, requests, deployments and instances.
fn is_id(part: &str) -> bool {
    let is_hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    let is_uuid = part.len() == 36 && part.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let is_number = (16..=20).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
    let resource = part.strip_prefix("i-").or(part.strip_prefix("eni-"));
    let is_resource = resource.is_some_and(|id| id.len() >= 8 && is_hex(id));
    part.len() == 32 && is_hex(part)
        || is_uuid && is_hex(&part.replace('-', ""))
        || is_number
        || is_resource
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, are_one: bool) {
        assert_eq!(
            alike(one) == alike(other),
            are_one,
            "{}\n{}",
            alike(one),
            alike(other)
        );
    }

    #[test]
    fn what_happens_to_another_task_is_the_same_thing() {
        check(
            "(service m) (task 0123456789abcdef0123456789abcdef) failed container health checks.",
            "Task failed container health checks",
            true,
        );
        check(
            "(service m) was unable to place a task. Reason: CannotPullContainerError: a:8: not found.",
            "CannotPullContainerError: a:8: not found.",
            true,
        );
        check(
            "AccessDeniedException: RequestID: 0f2d4fd1-0d2c-4b9c-9a0b-3c6d5e7f8a9b, denied",
            "AccessDeniedException: RequestID: 1f2d4fd1-0d2c-4b9c-9a0b-3c6d5e7f8a9b, denied",
            true,
        );
    }

    #[test]
    fn another_image_secret_or_exit_code_is_another_thing() {
        check(
            "container m exited with code 1",
            "container m exited with code 137",
            false,
        );
        check(
            "container m exited with code 1",
            "container n exited with code 1",
            false,
        );
        let secret = "secret arn:aws:secretsmanager:eu-west-1:1:secret:";
        check(
            &format!("{secret}a-AbCdEf"),
            &format!("{secret}b-AbCdEf"),
            false,
        );
        check("a:8: not found", "a:9: not found", false);
        let pinned = |digit: &str| format!("a@sha256:{}: not found", digit.repeat(64));
        check(&pinned("0"), &pinned("1"), false);
    }

    #[test]
    fn ids_are_as_short_as_people_tell_them_apart_by() {
        assert_eq!(
            brief(
                "(service m) (task 0123456789abcdef0123456789abcdef) failed container health checks."
            ),
            "(task 01234567) failed container health checks."
        );
        assert_eq!(
            brief(
                "(service m) could not launch (task 0123456789abcdef0123456789abcdef) (task 1123456789abcdef0123456789abcdef)."
            ),
            "could not launch."
        );
        assert_eq!(
            brief("rolling back to ecs-svc/3759447510412978420."),
            "rolling back to ecs-svc/37594475."
        );
        assert_eq!(
            brief("arn:aws:iam::111122223333:role/a"),
            "arn:aws:iam::111122223333:role/a"
        );
    }

    #[test]
    fn a_service_at_work_says_nothing_but_that() {
        assert!(is_routine("(service m) has started 1 tasks: (task 0)."));
        assert!(is_routine(
            "(service m, taskSet ecs-svc/1) has begun draining connections on 1 tasks."
        ));
        assert!(is_routine(
            "(service m) (deployment ecs-svc/1) deployment completed."
        ));
        assert!(!is_routine(
            "(service m) has started 1 tasks: (task 0). Amazon ECS replaced 1 tasks due to an unhealthy status."
        ));
        assert!(!is_routine("(service m) was unable to place a task."));
    }
}
