//! Subnets and security groups: present, and of the right kind.

use super::super::schema::NetworkMode;
use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(network) = &check.release.network else {
        return;
    };
    let awsvpc = match network.mode {
        None | Some(NetworkMode::Awsvpc) => true,
        Some(NetworkMode::Bridge | NetworkMode::Host) => false,
    };
    if !awsvpc {
        without_interface(check);
    } else if !check.is_written("network.subnets") {
        check.error(
            "network",
            Code::SUBNETS_MISSING,
            "`network.subnets` is missing",
            "add the ids of the subnets that tasks may start in",
        );
    }
    let lists = [
        (
            "subnets",
            "subnet-",
            Code::BAD_SUBNET,
            "a subnet",
            &network.subnets,
        ),
        (
            "securityGroups",
            "sg-",
            Code::BAD_SECURITY_GROUP,
            "a security group",
            &network.security_groups,
        ),
    ];
    for (field, prefix, code, what, ids) in lists {
        for (index, id) in ids.iter().enumerate() {
            let path = format!("network.{field}[{index}]");
            let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
            let good = id
                .strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(allowed));
            if !good && !id.is_empty() {
                let message = format!("{} is not the id of {what}", check.quote(&path, id));
                let help = format!("an id begins with `{prefix}`; names don't work here");
                check.error(&path, code, message, help);
            } else if ids[..index].contains(id) {
                let message = format!("{} is written twice", check.quote(&path, id));
                check.error(&path, Code::DUPLICATE_ID, message, "keep one");
            }
        }
    }
}

/// In bridge and host mode tasks use the instance's interface, with the instance's settings.
fn without_interface(check: &mut Check<'_>) {
    for field in ["subnets", "securityGroups", "assignPublicIp"] {
        let path = format!("network.{field}");
        if check.is_written(&path) && !check.on_fargate() {
            check.warn(
                &path,
                Code::NETWORK_UNUSED,
                format!("`{path}` has no effect: the task uses the instance's network"),
                "remove it, or use `mode: awsvpc`",
            );
        }
    }
}
