//! Checks that a task definition contains what it refers to: containers, volumes and ports.

use serde_json::Value;

use super::super::weights::CONTAINER as WEIGHTS;
use super::check::{Check, items, name};
use mlship_manifest::Code;
use mlship_manifest::nearest;

pub(super) fn check(check: &mut Check<'_>) {
    for container in check.containers {
        dependencies(check, container);
        volumes(check, container);
    }
    cycle(check);
    load_balancers(check);
}

fn dependencies(check: &mut Check<'_>, container: &Value) {
    let place = check.in_container(container, "dependsOn");
    let own = name(container);
    for needed in items(container.get("dependsOn")) {
        let wanted = needed["containerName"].as_str().unwrap_or_default();
        let condition = needed["condition"].as_str().unwrap_or_default();
        let Some(other) = check
            .containers
            .iter()
            .find(|container| name(container) == wanted)
        else {
            let message = format!("container `{own}` depends on `{wanted}`, which does not exist");
            let help = did_you_mean(wanted, check.containers);
            check.error(&place, Code::UNKNOWN_CONTAINER, message, help);
            continue;
        };
        let essential = other["essential"] != Value::Bool(false);
        if essential && matches!(condition, "SUCCESS" | "COMPLETE") {
            check.error(
                &place,
                Code::ENDLESS_DEPENDENCY,
                format!(
                    "container `{own}` waits for the end of `{wanted}`, with which the task ends"
                ),
                format!("add `essential: false` to `{wanted}`, or use the condition `START`"),
            );
        } else if condition == "HEALTHY" && other["healthCheck"].is_null() {
            check.error(
                &place,
                Code::NO_HEALTH_CHECK,
                format!(
                    "container `{own}` waits until `{wanted}` is healthy, and that has no check"
                ),
                format!("add `healthCheck` to `{wanted}`, or use the condition `START`"),
            );
        }
    }
}

/// Containers that wait for each other never start.
fn cycle(check: &mut Check<'_>) {
    let containers = check.containers;
    let needs = |from: &str| {
        let holder = containers.iter().find(|container| name(container) == from);
        let needed = items(holder.and_then(|container| container.get("dependsOn")));
        needed
            .iter()
            .filter_map(|dependency| dependency["containerName"].as_str())
    };
    for container in containers {
        let own = name(container);
        let mut reached: Vec<&str> = needs(own).collect();
        let mut at = 0;
        while let Some(next) = reached.get(at) {
            let news: Vec<&str> = needs(next)
                .filter(|needed| !reached.contains(needed))
                .collect();
            reached.extend(news);
            at += 1;
        }
        if !own.is_empty() && reached.contains(&own) {
            check.error(
                &check.in_container(container, "dependsOn"),
                Code::DEPENDENCY_CYCLE,
                format!("container `{own}` waits for itself, at once or by way of others"),
                "remove one of the dependencies",
            );
            return;
        }
    }
}

fn volumes(check: &mut Check<'_>, container: &Value) {
    let known = items(check.task.get("volumes"));
    // What takes the weights away says so itself.
    if name(container) == WEIGHTS {
        return;
    }
    for mount in items(container.get("mountPoints")) {
        let wanted = mount["sourceVolume"].as_str().unwrap_or_default();
        if !known.iter().any(|volume| name(volume) == wanted) {
            let place = check.in_container(container, "mountPoints");
            let message = format!(
                "container `{}` mounts volume `{wanted}`, which does not exist",
                name(container)
            );
            let help = did_you_mean(wanted, known);
            check.error(&place, Code::UNKNOWN_VOLUME, message, help);
        }
    }
}

fn load_balancers(check: &mut Check<'_>) {
    let overridden = check.is_written("overrides.service.loadBalancers");
    let place = if overridden {
        "overrides.service.loadBalancers"
    } else {
        "traffic.targetGroup"
    };
    for balancer in items(check.service.get("loadBalancers")) {
        let wanted = balancer["containerName"].as_str().unwrap_or_default();
        let port = &balancer["containerPort"];
        let Some(container) = check
            .containers
            .iter()
            .find(|container| name(container) == wanted)
        else {
            let message = format!(
                "the load balancer sends requests to container `{wanted}`, which does not exist"
            );
            check.error(
                place,
                Code::UNKNOWN_CONTAINER,
                message,
                did_you_mean(wanted, check.containers),
            );
            continue;
        };
        let ports = items(container.get("portMappings"));
        if !ports
            .iter()
            .any(|mapping| mapping["containerPort"] == *port)
        {
            check.error(
                place,
                Code::PORT_NOT_MAPPED,
                format!("the load balancer sends requests to port {port} of container `{wanted}`, which has no such port"),
                "add it to `portMappings`, or to `runtime.ports`",
            );
        }
    }
}

fn did_you_mean(written: &str, known: &[Value]) -> String {
    let names = known.iter().map(name).filter(|name| !name.is_empty());
    let names: Vec<&str> = names.collect();
    match nearest(written, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => "there is none at all".to_owned(),
        None => format!("there is `{}`", names.join("`, `")),
    }
}
