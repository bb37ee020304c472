//! The two target groups, the rules and the role by which ECS moves traffic.

use super::Check;
use crate::manifest::Code;
use crate::manifest::rules::traffic::is_listener_or_rule;
use crate::manifest::rules::{roles, traffic};
use crate::manifest::schema::{BalancedTraffic, Traffic};
use mlship_text::arn::is_meant_as_arn;

/// What a pair of target groups takes.
const ALL: [&str; 3] = ["listenerRule", "targetGroups", "role"];

pub(super) fn check(check: &mut Check<'_>) {
    let missing: Vec<_> = ALL
        .into_iter()
        .filter(|field| !check.is_written(&format!("traffic.{field}")))
        .collect();
    // What other ways there are to reach a service is in overrides, and not ours to judge.
    let is_elsewhere = ["loadBalancers", "vpcLatticeConfigurations"]
        .into_iter()
        .any(|field| check.overrides_service(field));
    if check.release.strategy().moves_traffic() && !missing.is_empty() && !is_elsewhere {
        let missing: Vec<String> = missing.iter().map(|field| format!("`{field}`")).collect();
        let message = format!(
            "`{}` moves traffic between two target groups, and `traffic` lacks {}",
            check.release.strategy().name(),
            missing.join(" and ")
        );
        check.error(
            "rollout.strategy",
            Code::STRATEGY_TRAFFIC,
            message,
            "write `traffic: { listenerRule: …, targetGroups: [a, b], role: … }`; \
             `aws elbv2 describe-rules` and `describe-target-groups` print the ARNs",
        );
    }
    if let Some(Traffic::Balanced(written)) = &check.release.traffic {
        pair(check, written, missing.len());
        rules(check, written);
        if let Some(role_arn) = &written.role {
            role(check, "traffic.role", role_arn);
        }
    }
}

fn pair(check: &mut Check<'_>, written: &BalancedTraffic, missing: usize) {
    let has_pair = missing < ALL.len() || check.is_written("traffic.testListenerRule");
    if has_pair && check.is_written("traffic.targetGroup") {
        check.error_in_name(
            "traffic.targetGroup",
            Code::TRAFFIC_BOTH_WAYS,
            "`traffic` says both one target group and what a pair of them needs",
            "remove it where traffic moves between two groups, else keep it alone",
        );
    } else if has_pair && missing > 0 && !check.release.strategy().moves_traffic() {
        check.error(
            "traffic",
            Code::TRAFFIC_INCOMPLETE,
            "a pair of target groups needs `listenerRule`, `targetGroups` and `role`",
            "write all of them, or `targetGroup` alone",
        );
    }
    for (index, group) in written.target_groups.iter().enumerate() {
        let path = format!("traffic.targetGroups[{index}]");
        traffic::target_group(check, &path, group);
        if index > 0 && !group.is_empty() && written.target_groups[..index].contains(group) {
            check.error(
                &path,
                Code::SAME_TARGET_GROUP,
                "both target groups are the same",
                "write the ARN of another group, which may be empty",
            );
        }
    }
}

fn rules(check: &mut Check<'_>, written: &BalancedTraffic) {
    let fields = [
        ("listenerRule", &written.listener_rule),
        ("testListenerRule", &written.test_listener_rule),
    ];
    for (field, arn) in fields {
        let path = format!("traffic.{field}");
        let Some(arn) = arn.as_deref().filter(|arn| !arn.is_empty()) else {
            continue;
        };
        if !is_listener_or_rule(arn) {
            let quoted = check.quote(&path, arn);
            check.error(
                &path,
                Code::BAD_LISTENER_RULE,
                format!("{quoted} is neither the ARN of a listener's rule nor of a listener"),
                "an Application Load Balancer's rule is \
                 `arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/NAME/ID/ID/ID`, a \
                 Network Load Balancer's listener `…:listener/net/NAME/ID/ID`",
            );
        }
    }
    if written.listener_rule.is_some() && written.listener_rule == written.test_listener_rule {
        check.error(
            "traffic.testListenerRule",
            Code::RULE_TWICE,
            "production and test requests have the same rule, which ECS refuses",
            "write another rule for tests, or remove it",
        );
    }
}

/// Checks a role that ECS takes by its ARN only.
pub(super) fn role(check: &mut Check<'_>, path: &str, role: &str) {
    if role.is_empty() || is_meant_as_arn(role) {
        if !role.is_empty() {
            roles::one(check, path, role);
        }
        return;
    }
    let quoted = check.quote(path, role);
    check.error(
        path,
        Code::BAD_ROLE,
        format!("{quoted} is not the ARN of a role, and ECS takes no name here"),
        "write `arn:aws:iam::ACCOUNT:role/NAME`; `aws iam get-role` prints it",
    );
}
