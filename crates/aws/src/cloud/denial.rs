//! Reads AWS's own words about what was not allowed: which action, on what, and which kind of
//! policy stands in the way. The action that was asked for is often not the one that is missing.

/// What a refusal says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Denial<'a> {
    action: Option<&'a str>,
    resource: Option<&'a str>,
    /// What stands in the way, where nothing that the caller is given could help.
    in_the_way: Option<String>,
}

/// Returns the next step after a refusal of an operation that needs this permission.
pub(super) fn hint(message: &str, permission: &str) -> String {
    let denial = read(message);
    let action = denial.action.unwrap_or(permission);
    // Where the action is the operation itself, the manifest says on what.
    let on = denial.resource.filter(|_| action != permission);
    let on = on.map_or_else(String::new, |resource| format!(" on {resource}"));
    match denial.in_the_way {
        Some(what) => format!("{what} does not allow {action}{on}: ask whoever manages it"),
        None => format!("allow {action}{on} to the caller"),
    }
}

fn read(message: &str) -> Denial<'_> {
    let after = |words: &str| {
        let (_, rest) = message.split_once(words)?;
        let word = rest.split_whitespace().next()?;
        Some(word.trim_end_matches(['.', ',', ';']))
    };
    Denial {
        action: after("not authorized to perform: ").filter(|action| action.contains(':')),
        resource: after("on resource: "),
        in_the_way: in_the_way(message),
    }
}

fn in_the_way(message: &str) -> Option<String> {
    let policies = [
        ("service control policy", "a service control policy"),
        ("resource control policy", "a resource control policy"),
        ("permissions boundary", "a permissions boundary"),
        ("session policy", "a session policy"),
        ("VPC endpoint policy", "the policy of a VPC endpoint"),
    ];
    let found = policies.iter().find_map(|(words, name)| {
        let (_, rest) = message.split_once(words)?;
        Some((*name, rest))
    });
    if let Some((name, rest)) = found {
        // Some refusals name it.
        let arn = rest.trim_start().strip_prefix(':').and_then(|rest| {
            let word = rest.split_whitespace().next()?;
            word.starts_with("arn:").then(|| word.trim_end_matches('.'))
        });
        return Some(arn.map_or_else(|| name.to_owned(), |arn| format!("{name} ({arn})")));
    }
    let is_explicit = message.contains("with an explicit deny");
    is_explicit.then(|| "an explicit deny, which goes before every permission,".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to \
                       perform: ";
    const ROLE: &str = "arn:aws:iam::111122223333:role/execution";

    fn check(rest: &str, expected: &str) {
        let message = format!("{WHO}{rest}");
        assert_eq!(
            hint(&message, "ecs:RegisterTaskDefinition"),
            expected,
            "{message}"
        );
    }

    #[test]
    fn the_action_that_is_missing_is_named_with_what_it_is_missing_on() {
        check(
            &format!(
                "iam:PassRole on resource: {ROLE} because no identity-based policy allows the \
                 iam:PassRole action"
            ),
            &format!("allow iam:PassRole on {ROLE} to the caller"),
        );
        check(
            "ecs:TagResource on resource: arn:aws:ecs:eu-west-1:111122223333:task-definition/fraud:* \
             because no identity-based policy allows the ecs:TagResource action",
            "allow ecs:TagResource on \
             arn:aws:ecs:eu-west-1:111122223333:task-definition/fraud:* to the caller",
        );
        check(
            "ecs:RegisterTaskDefinition on resource: * because no identity-based policy allows it",
            "allow ecs:RegisterTaskDefinition to the caller",
        );
        assert_eq!(
            hint("Access denied.", "ecs:TagResource"),
            "allow ecs:TagResource to the caller"
        );
    }

    #[test]
    fn what_no_permission_of_the_caller_could_mend_is_named() {
        check(
            "ecs:RegisterTaskDefinition on resource: * with an explicit deny in a service control \
             policy",
            "a service control policy does not allow ecs:RegisterTaskDefinition: ask whoever \
             manages it",
        );
        check(
            &format!(
                "iam:PassRole on resource: {ROLE} with an explicit deny in a service control \
                 policy: arn:aws:organizations::999:policy/o-1/service_control_policy/p-1"
            ),
            &format!(
                "a service control policy \
                 (arn:aws:organizations::999:policy/o-1/service_control_policy/p-1) does not \
                 allow iam:PassRole on {ROLE}: ask whoever manages it"
            ),
        );
        check(
            "ecs:RegisterTaskDefinition because no permissions boundary allows the \
             ecs:RegisterTaskDefinition action",
            "a permissions boundary does not allow ecs:RegisterTaskDefinition: ask whoever \
             manages it",
        );
        check(
            "ecs:RegisterTaskDefinition on resource: * with an explicit deny in an identity-based \
             policy",
            "an explicit deny, which goes before every permission, does not allow \
             ecs:RegisterTaskDefinition: ask whoever manages it",
        );
    }
}
