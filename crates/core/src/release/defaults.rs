//! ECS's defaults of absent fields, so that a default it fills in is not shown as a difference.

use serde_json::{Value, json};

use super::Document;
use super::path::Path;

/// What an absent host port stands for, which the network mode decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPorts {
    /// The container's: in awsvpc and host mode.
    Same,
    /// Any that is free: in bridge mode, which is what Linux takes when no mode is written.
    Dynamic,
}

impl HostPorts {
    /// Returns what holds for a task definition.
    #[must_use]
    pub fn of(task_definition: &Document) -> Self {
        match task_definition.get("networkMode").and_then(Value::as_str) {
            Some("awsvpc" | "host") => Self::Same,
            _ => Self::Dynamic,
        }
    }
}

/// Returns the value that an absent field stands for, if it stands for one.
#[must_use]
fn implied(path: &Path, host_ports: HostPorts) -> Option<Value> {
    let texts = path.texts();
    let field = *texts.last()?;
    let within = texts.iter().rev().nth(1).copied().unwrap_or_default();
    let value = match field {
        "essential" | "resetOnHealthyTask" => json!(true),
        "protocol" => json!("tcp"),
        "hostPort" => match host_ports {
            HostPorts::Same => within.parse::<u32>().map_or(json!(0), |port| json!(port)),
            HostPorts::Dynamic => json!(0),
        },
        "cpu" if texts.first() == Some(&"containerDefinitions") => json!(0),
        "interval" if within == "healthCheck" => json!(30),
        "timeout" if within == "healthCheck" => json!(5),
        "retries" if within == "healthCheck" => json!(3),
        "startPeriod"
        | "healthCheckGracePeriodSeconds"
        | "bakeTimeInMinutes"
        | "weight"
        | "base" => json!(0),
        "cpuArchitecture" => json!("X86_64"),
        "operatingSystemFamily" => json!("LINUX"),
        "maximumPercent" => json!(200),
        "minimumHealthyPercent" => json!(100),
        "strategy" => json!("ROLLING"),
        "platformVersion" => json!("LATEST"),
        "propagateTags" => json!("NONE"),
        "assignPublicIp" => json!("DISABLED"),
        "mode" if within == "options" => json!("blocking"),
        "rootDirectory" => json!("/"),
        "scope" if within == "dockerVolumeConfiguration" => json!("task"),
        _ => return None,
    };
    Some(value)
}

/// Returns whether two readings of one field mean the same to ECS.
#[must_use]
pub fn same(
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    host_ports: HostPorts,
) -> bool {
    // A switch that is off and a switch that is not mentioned are one, unless absent means on.
    let off = Value::Bool(false);
    let implied = implied(path, host_ports);
    let absent = implied.as_ref().unwrap_or(&off);
    let before = before.unwrap_or(absent);
    let after = after.unwrap_or(absent);
    before == after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::path::leaves;

    #[test]
    fn what_ecs_fills_in_is_no_difference() {
        let written = json!({"containerDefinitions": [{"name": "m", "image": "i",
            "portMappings": [{"containerPort": 8080}], "healthCheck": {"command": ["CMD", "x"]}}]});
        let filled = json!({"containerDefinitions": [{"name": "m", "image": "i", "cpu": 0,
            "essential": true, "environment": [], "mountPoints": [], "privileged": false,
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "x"], "interval": 30, "timeout": 5, "retries": 3}}]});
        let (written, filled) = (leaves(&written), leaves(&filled));
        for path in written.keys().chain(filled.keys()) {
            assert!(
                same(path, written.get(path), filled.get(path), HostPorts::Same),
                "{path}"
            );
        }
    }

    #[test]
    fn a_default_that_was_changed_is_a_difference() {
        let path = Path(vec![super::super::Segment::Field("essential".into())]);
        assert!(!same(&path, None, Some(&json!(false)), HostPorts::Same));
        assert!(same(&path, None, Some(&json!(true)), HostPorts::Same));
    }

    #[test]
    fn an_absent_host_port_is_dynamic_in_bridge_mode_and_the_containers_elsewhere() {
        let check = |mode: Value, filled: u32, expected: bool| {
            let of = |port: Value| {
                json!({"networkMode": mode, "containerDefinitions":
                    [{"name": "m", "portMappings": [port]}]})
            };
            let written = of(json!({"containerPort": 8080}));
            let filled = of(json!({"containerPort": 8080, "hostPort": filled}));
            let host_ports = HostPorts::of(written.as_object().unwrap());
            let (written, filled) = (leaves(&written), leaves(&filled));
            let all = filled
                .keys()
                .all(|path| same(path, written.get(path), filled.get(path), host_ports));
            assert_eq!(all, expected, "{mode} {filled:?}");
        };
        check(json!("bridge"), 0, true);
        check(json!("bridge"), 8080, false);
        check(Value::Null, 0, true);
        check(json!("host"), 8080, true);
        check(json!("awsvpc"), 8080, true);
        check(json!("awsvpc"), 0, false);
    }
}
