//! Normalises ECS's messages for matching, and drops names: an image called `secret-network` is
//! neither a secret nor a network.

use mlship_text::secrets::redact;

/// Returns a text in lower case, with plain apostrophes and without names.
pub(super) fn normalize(text: &str) -> String {
    let text = text.to_lowercase().replace(['’', '‘'], "'");
    let words = without_service(&text).split_whitespace();
    let words: Vec<&str> = words.filter(|word| !is_name(word)).collect();
    words.join(" ")
}

/// Returns what a service's event says, without the service's name in front. Events spell it
/// `(service NAME)`, `(service NAME, taskSet ID)`, `service (NAME)` or `service NAME`.
fn without_service(text: &str) -> &str {
    let trimmed = text.trim_start();
    let bracketed = |start: &str| trimmed.strip_prefix(start)?.split_once(')');
    if let Some((_, rest)) = bracketed("(service ").or_else(|| bracketed("service (")) {
        return rest;
    }
    let named = trimmed.strip_prefix("service ").and_then(|rest| {
        let (name, rest) = rest.split_once(' ')?;
        // The words on a service deployment begin alike.
        (name != "deployment").then_some(rest)
    });
    named.unwrap_or(text)
}

/// ARNs, image references, paths and addresses hold a slash, or are quoted ids.
fn is_name(word: &str) -> bool {
    let is_known = ["i/o", "net/http"].iter().any(|known| word.contains(known));
    (word.contains('/') && !is_known) || word.contains("arn:") || word.contains("@sha256")
}

/// Returns a text as a report shows it: on one line, with whatever looks secret taken out.
pub(super) fn redacted_line(text: &str) -> String {
    // Before the lines are joined: a key in several lines ends with one of them.
    let redacted = redact(text);
    let line = redacted.split_whitespace().collect::<Vec<_>>().join(" ");
    redact(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(normalize(text), expected, "{text}");
    }

    #[test]
    fn the_name_of_a_service_is_left_out_however_it_is_spelled() {
        let said = "has reached a steady state.";
        check("(service alarm-efs) has reached a steady state.", said);
        check("service (alarm-efs) has reached a steady state.", said);
        check("service alarm-efs has reached a steady state.", said);
        check(
            "(service m, taskSet ecs-svc/1) has reached a steady state.",
            said,
        );
        check(
            "Service deployment rolled back because of it",
            "service deployment rolled back because of it",
        );
    }

    #[test]
    fn images_and_arns_are_left_out_and_timeouts_stay() {
        check(
            "failed to resolve ref 1.dkr.ecr.x.amazonaws.com/secret-network:8: not found.",
            "failed to resolve ref not found.",
        );
        check(
            "fetch secret arn:aws:secretsmanager:x failed",
            "fetch secret failed",
        );
        check(
            "dial tcp 1.2.3.4:443: i/o timeout",
            "dial tcp 1.2.3.4:443: i/o timeout",
        );
        check("The task can’t pull", "the task can't pull");
    }

    #[test]
    fn what_looks_secret_is_not_repeated() {
        assert_eq!(
            redacted_line("exec: \"--token=abc\":\n\tnot found at postgres://me:pw@db/x"),
            "exec: \"--token=***\": not found at postgres://me:***@db/x"
        );
    }
}
