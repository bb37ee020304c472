//! Explains failed health checks, and models that load for longer than the checks allow.

use super::{Circumstances, Group, Words};

pub(super) fn container_unhealthy(group: &Group, around: &Circumstances) -> Words {
    let summary = format!(
        "the container's own health check fails{}{}",
        ending(last_status(group)),
        lived(group)
    );
    Words::new(
        summary,
        format!(
            "run health.container.command in the container by hand; if the model only needs \
             longer to load, {}",
            more_time(around)
        ),
    )
}

pub(super) fn load_balancer_unhealthy(group: &Group, around: &Circumstances) -> Words {
    let port = around
        .port
        .map_or_else(|| "the port".to_owned(), |port| format!("port {port}"));
    let answer = group.evidence.answer.as_deref();
    let is_inside_well = is(group, "HEALTHY") && !is(group, "UNHEALTHY");
    let code = answer
        .and_then(|text| text.split_once('[')?.1.split_once(']'))
        .map(|(code, _)| code);
    let (what, help) = match (code, answer) {
        (Some(code), _) => (
            format!("answers with {code}"),
            "compare the target group's health check path and codes with what the model's server \
             answers; "
                .to_owned(),
        ),
        (None, Some(text)) if text.contains("timed out") => (
            format!("gets no answer on {port} in time"),
            format!(
                "check that the server listens on {port} of 0.0.0.0 and that \
                 network.securityGroups lets the load balancer in; "
            ),
        ),
        (None, Some(_) | None) if is_inside_well => (
            format!("fails on {port} though the container's own check passes"),
            format!(
                "check that network.securityGroups lets the load balancer in on {port}, and the \
                 target group's health check path; "
            ),
        ),
        (None, Some(_) | None) => (
            format!("fails on {port}"),
            format!(
                "check that the server listens on {port} of 0.0.0.0 (runtime.port), answers the \
                 target group's health check path, and that network.securityGroups lets the load \
                 balancer in; "
            ),
        ),
    };
    let help = format!(
        "{help}if the model only needs longer to load, {}",
        more_time(around)
    );
    Words::new(
        format!("the load balancer's health check {what}{}", lived(group)),
        help,
    )
}

pub(super) fn slow_start(group: &Group, around: &Circumstances) -> Words {
    let given = around.grace_seconds.unwrap_or_default();
    let check = around.check.map(|check| {
        format!(
            ", container check: {} s startPeriod + {} × {} s",
            check.start_period, check.retries, check.interval
        )
    });
    Words::new(
        format!(
            "the model loads for longer than it is given: it was still loading when ECS stopped \
             it{} (grace period: {given} s{})",
            lived(group),
            check.unwrap_or_default()
        ),
        more_time(around),
    )
}

/// What gives a model more time to load, with what it has now. The grace period covers both the
/// load balancer's checks and the container's.
fn more_time(around: &Circumstances) -> String {
    let now = around
        .grace_seconds
        .map_or_else(String::new, |grace| format!(" (now {grace})"));
    let inside = around.check.map_or_else(String::new, |check| {
        format!(
            " or, up to 300, health.container.startPeriod (now {}; with retries × interval a \
             container has {} s)",
            check.start_period,
            check.allows()
        )
    });
    let inside = if around.is_balanced {
        String::new()
    } else {
        inside
    };
    format!("raise health.graceSeconds{now}{inside} above the time it takes")
}

fn lived(group: &Group) -> String {
    match group.evidence.lived_seconds {
        Some((least, most)) if least == most => format!(", {least} s after the start"),
        Some((least, most)) => format!(", {least} to {most} s after the start"),
        None => String::new(),
    }
}

fn ending(status: Option<&str>) -> String {
    status.map_or_else(String::new, |status| format!(" (last status: {status})"))
}

/// Returns the worst status that ECS kept.
fn last_status(group: &Group) -> Option<&'static str> {
    ["UNHEALTHY", "HEALTHY"]
        .into_iter()
        .find(|status| is(group, status))
}

fn is(group: &Group, status: &str) -> bool {
    group
        .evidence
        .health
        .values()
        .flatten()
        .any(|known| known == status)
}
