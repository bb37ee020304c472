//! What Fargate does not support, and what it requires.

use serde_json::Value;

use super::check::{Check, items, name};
use super::size::number;
use mlship_manifest::Code;
use mlship_manifest::{is_size, nearest_sizes};

pub(super) fn check(check: &mut Check<'_>) {
    if !check.on_fargate() {
        return;
    }
    for container in check.containers {
        of_container(check, container);
    }
    of_task(check);
    size(check);
    execution_role(check);
}

fn of_container(check: &mut Check<'_>, container: &Value) {
    let name = name(container);
    for field in ["startTimeout", "stopTimeout"] {
        if let Some(seconds) = container[field].as_i64() {
            let path = check.in_container(container, field);
            let what = format!("on Fargate `{field}` of container `{name}`");
            check.bounds(&path, Code::FARGATE_TIMEOUT, &what, seconds, &(2..=120));
        }
    }
    let linux = &container["linuxParameters"];
    let is_gpu = |resource: &Value| resource["type"] == "GPU";
    let lacks = [
        ("privileged", container["privileged"] == Value::Bool(true)),
        (
            "linuxParameters.sharedMemorySize",
            !linux["sharedMemorySize"].is_null(),
        ),
        (
            "linuxParameters.devices",
            !items(linux.get("devices")).is_empty(),
        ),
        (
            "resourceRequirements",
            items(container.get("resourceRequirements"))
                .iter()
                .any(is_gpu),
        ),
    ];
    for (field, _) in lacks.iter().filter(|(_, asked)| *asked) {
        let path = check.in_container(container, field);
        // The manifest's own fields for it have their rule.
        if path != "runtime" {
            lacking(check, &path, &format!("`{field}` of a container"));
        }
    }
}

fn of_task(check: &mut Check<'_>) {
    let task = check.task;
    let asked = |field: &str| task.get(field).is_some_and(|value| !value.is_null());
    let host = |field: &str| task.get(field).is_some_and(|value| value == "host");
    let mode = task.get("networkMode").is_some_and(|mode| mode != "awsvpc");
    let lacks = [
        ("taskDefinition.ipcMode", asked("ipcMode")),
        ("taskDefinition.pidMode", host("pidMode")),
        ("taskDefinition.networkMode", mode),
        (
            "taskDefinition.placementConstraints",
            !items(task.get("placementConstraints")).is_empty(),
        ),
        (
            "service.placementConstraints",
            !items(check.service.get("placementConstraints")).is_empty(),
        ),
        (
            "service.placementStrategy",
            !items(check.service.get("placementStrategy")).is_empty(),
        ),
    ];
    for (field, _) in lacks.iter().filter(|(_, asked)| *asked) {
        let path = format!("overrides.{field}");
        if check.is_written(&path) {
            let value = match *field {
                "taskDefinition.pidMode" => "`pidMode: host`".to_owned(),
                "taskDefinition.networkMode" => "network modes other than `awsvpc`".to_owned(),
                other => format!("`{}`", other.rsplit('.').next().unwrap_or_default()),
            };
            lacking(check, &path, &value);
        }
    }
}

fn lacking(check: &mut Check<'_>, path: &str, what: &str) {
    let message = format!("Fargate does not have {what}");
    let help = "remove it, or use `runtime.compute: ec2` or `managed-instances`";
    check.error(path, Code::FARGATE_LACKS, message, help);
}

/// The manifest's own size has its rule; here is one that an override had a hand in.
fn size(check: &mut Check<'_>) {
    let paths = ["cpu", "memory"].map(|field| format!("overrides.taskDefinition.{field}"));
    if let Some(path) = paths.iter().find(|path| check.is_written(path)) {
        let part = |field: &str| {
            number(check.task.get(field)).and_then(|amount| u32::try_from(amount).ok())
        };
        if let (Some(cpu), Some(memory)) = (part("cpu"), part("memory"))
            && !is_size(cpu, memory)
        {
            check.error(
                path,
                Code::FARGATE_SIZE,
                format!("Fargate has no size with {cpu} CPU units and {memory} MiB"),
                nearest_sizes(cpu, memory),
            );
        }
    }
    let disk = check
        .task
        .get("ephemeralStorage")
        .and_then(|storage| storage["sizeInGiB"].as_i64());
    if let Some(disk) =
        disk.filter(|_| check.is_written("overrides.taskDefinition.ephemeralStorage"))
    {
        let path = "overrides.taskDefinition.ephemeralStorage.sizeInGiB";
        check.bounds(
            path,
            Code::EPHEMERAL_STORAGE_RANGE,
            "`ephemeralStorage.sizeInGiB`",
            disk,
            &(21..=200),
        );
    }
}

/// On Fargate no instance is there whose role could be used instead.
fn execution_role(check: &mut Check<'_>) {
    if check.task.contains_key("executionRoleArn") {
        return;
    }
    let any = |is: &dyn Fn(&Value) -> bool| check.containers.iter().any(is);
    let from_ecr = |container: &Value| {
        let image = container["image"].as_str();
        image.is_some_and(|image| image.contains(".dkr.ecr."))
    };
    let logs = |container: &Value| container["logConfiguration"]["logDriver"] == "awslogs";
    let secrets = |container: &Value| !items(container.get("secrets")).is_empty();
    let reasons = [
        (any(&from_ecr), "pulling from ECR"),
        (any(&secrets), "reading secrets"),
        (any(&logs), "writing logs"),
    ];
    let reasons = reasons.iter().filter(|(is, _)| *is);
    let reasons: Vec<&str> = reasons.map(|(_, what)| *what).collect();
    if !reasons.is_empty() {
        let message = format!(
            "Fargate needs an execution role for {}",
            reasons.join(" and ")
        );
        check.warn(
            "runtime.roles.execution",
            Code::EXECUTION_ROLE_MISSING,
            message,
            "add `runtime.roles.execution`",
        );
    }
}
