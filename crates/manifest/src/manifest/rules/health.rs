//! The container's own check, and how it goes together with the grace period.

use super::check::Check;
use crate::manifest::Code;

/// What ECS takes when the manifest says nothing, in seconds.
const INTERVAL: u32 = 30;
const TIMEOUT: u32 = 5;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(health) = &check.release.health else {
        return;
    };
    let balanced =
        check.is_written("traffic.targetGroup") || check.is_written("traffic.targetGroups");
    if let Some(container) = &health.container {
        command(check, &container.command);
        let start = container.start_period.unwrap_or(0);
        let grace = health.grace_seconds.unwrap_or(0);
        if balanced
            && start > grace
            && !(health.grace_seconds.is_none() && check.is_written("health.graceSeconds"))
        {
            check.warn(
                "health.container.startPeriod",
                Code::GRACE_SHORTER_THAN_START,
                format!("the load balancer's checks count after {grace} s, while the container's wait for {start} s"),
                format!("set `health.graceSeconds` to at least {start}"),
            );
        }
        let interval = container.interval.unwrap_or(INTERVAL);
        if grace > 0 && grace < interval {
            check.warn(
                "health.graceSeconds",
                Code::GRACE_SHORTER_THAN_CHECK,
                format!("the grace period ends after {grace} s, before the container's first check after {interval} s"),
                format!("set it to {interval} or more, or `health.container.interval` to {} or less", grace.max(5)),
            );
        }
        let timeout = container.timeout.unwrap_or(TIMEOUT);
        if timeout > interval {
            check.warn(
                "health.container.timeout",
                Code::TIMEOUT_LONGER_THAN_INTERVAL,
                format!("a check may take {timeout} s, and the next is due after {interval} s"),
                format!("set `timeout` to {interval} or less"),
            );
        }
    } else if health.grace_seconds.is_some_and(|grace| grace > 0)
        && !balanced
        && !check.is_written("health.container")
        // Either may bring a check.
        && !check.is_written("overrides.service.loadBalancers")
        && !check.is_written("overrides.taskDefinition.containerDefinitions")
    {
        check.warn(
            "health.graceSeconds",
            Code::GRACE_WITHOUT_CHECK,
            "`health.graceSeconds` has no effect: no check counts here",
            "add `health.container`, or `traffic.targetGroup`",
        );
    }
}

fn command(check: &mut Check<'_>, command: &[String]) {
    let path = "health.container.command";
    let example = "write `[CMD-SHELL, \"curl -fs localhost:8080/ready\"]`";
    match command {
        [] => {}
        [form, rest @ ..] if form == "CMD" || form == "CMD-SHELL" => {
            if rest.is_empty() {
                let message = format!("`{path}` says nothing to run after `{form}`");
                check.error(path, Code::BAD_HEALTH_COMMAND, message, example);
            }
        }
        [first, ..] => {
            let message = format!(
                "`{path}` must begin with `CMD` or `CMD-SHELL`, found {}",
                check.quote(&format!("{path}[0]"), first)
            );
            check.error(path, Code::BAD_HEALTH_COMMAND, message, example);
        }
    }
}
