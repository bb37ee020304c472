//! The load balancer's side: a target group, and a port to send requests to.

use super::check::Check;
use crate::manifest::Code;
use crate::manifest::schema::Traffic;
use mlship_text::arn::{Arn, is_account};

pub(super) fn check(check: &mut Check<'_>) {
    let Some(Traffic::Balanced(traffic)) = &check.release.traffic else {
        return;
    };
    let Some(group) = &traffic.target_group else {
        if !check.is_written("traffic.targetGroup") {
            check.error(
                "traffic",
                Code::TARGET_GROUP_MISSING,
                "`traffic.targetGroup` is missing",
                "add the target group's ARN, or write `traffic: none`",
            );
        }
        return;
    };
    if !group.is_empty() && !is_target_group(group) {
        let group = check.quote("traffic.targetGroup", group);
        check.error(
            "traffic.targetGroup",
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
            "traffic.targetGroup",
            Code::TARGET_GROUP_ACCOUNT,
            format!("the target group is of account {account}, and the release is for {guard}"),
            "ECS takes target groups of its own account only; correct it or `account`",
        );
    }
    if !check.is_written("runtime.port") && !check.is_written("runtime.ports") {
        check.error(
            "traffic.targetGroup",
            Code::PORT_MISSING,
            "the load balancer needs a port, and `runtime.port` is missing",
            "add the port that the container listens on",
        );
    }
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
