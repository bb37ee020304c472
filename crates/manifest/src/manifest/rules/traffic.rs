//! The load balancer's side: a target group, and a port to send requests to.

use super::check::Check;
use crate::manifest::Code;
use crate::manifest::schema::Traffic;
use mlship_text::arn::{Arn, is_account};

/// What only a pair of target groups has.
const PAIR: [&str; 4] = [
    "traffic.targetGroups",
    "traffic.listenerRule",
    "traffic.testListenerRule",
    "traffic.role",
];

pub(super) fn check(check: &mut Check<'_>) {
    let Some(Traffic::Balanced(traffic)) = &check.release.traffic else {
        return;
    };
    let is_of_a_pair = PAIR.into_iter().any(|path| check.is_written(path));
    let path = if is_of_a_pair {
        "traffic.targetGroups"
    } else {
        "traffic.targetGroup"
    };
    match &traffic.target_group {
        Some(group) => target_group(check, "traffic.targetGroup", group),
        None if check.is_written("traffic.targetGroup") => return,
        None if !is_of_a_pair => {
            check.error(
                "traffic",
                Code::TARGET_GROUP_MISSING,
                "`traffic.targetGroup` is missing",
                "add the target group's ARN, or write `traffic: none`",
            );
            return;
        }
        None => {}
    }
    if !check.is_written("runtime.port") && !check.is_written("runtime.ports") {
        check.error(
            path,
            Code::PORT_MISSING,
            "the load balancer needs a port, and `runtime.port` is missing",
            "add the port that the container listens on",
        );
    }
}

/// Checks the ARN of a target group.
pub(super) fn target_group(check: &mut Check<'_>, path: &str, group: &str) {
    if !group.is_empty() && !is_target_group(group) {
        let group = check.quote(path, group);
        check.error(
            path,
            Code::BAD_TARGET_GROUP,
            format!("{group} is not the ARN of a target group"),
            "write `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID`; \
             `aws elbv2 describe-target-groups` prints it",
        );
    } else if let Some(guard) = check
        .release
        .account
        .as_deref()
        .filter(|guard| is_account(guard))
        && let Some(account) = Arn::parse(group)
            .map(|arn| arn.account)
            .filter(|account| *account != guard)
    {
        // Only a warning: the guard itself says more, once it is known who calls.
        check.warn(
            path,
            Code::TARGET_GROUP_ACCOUNT,
            format!("the target group is of account {account}, and the release is for {guard}"),
            "ECS takes target groups of its own account only; correct it or `account`",
        );
    }
}

/// Says whether it is the ARN of a listener's rule, of an Application Load Balancer.
pub(super) fn is_listener_rule(text: &str) -> bool {
    is_of(text, &["listener-rule", "app"], 6)
}

/// Says whether it is the ARN of such a rule, or of a Network Load Balancer's listener.
pub(super) fn is_listener_or_rule(text: &str) -> bool {
    is_listener_rule(text) || is_of(text, &["listener", "net"], 5)
}

fn is_of(text: &str, start: &[&str], whole: usize) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let parts: Vec<&str> = arn.parts().collect();
        let is_balancing = arn.service == "elasticloadbalancing" && arn.is_placed();
        let is_whole = parts.len() == whole && !parts.contains(&"");
        is_balancing && is_whole && parts.starts_with(start)
    })
}

fn is_target_group(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let parts: Vec<&str> = arn.parts().collect();
        let is_group = arn.is("elasticloadbalancing", "targetgroup") && arn.is_placed();
        is_group && parts.len() == 3 && !parts.contains(&"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_group_is_told_from_other_arns() {
        let start = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
        assert!(is_target_group(&format!(
            "{start}:targetgroup/fraud/0123456789abcdef"
        )));
        assert!(!is_target_group(&format!(
            "{start}:loadbalancer/app/fraud/0123456789abcdef"
        )));
        assert!(!is_target_group(&format!("{start}:targetgroup/fraud")));
        assert!(!is_target_group("fraud"));
    }
}
