//! ECS's fields in the manifest's terms, so that a diff points at the line to edit.

use crate::release::Path;
use crate::release::weights::CONTAINER as WEIGHTS;

/// Returns the manifest's field for a path in a task definition.
#[must_use]
pub(super) fn of_task_definition(path: &Path, container: &str) -> String {
    let texts = path.texts();
    match texts.as_slice() {
        ["family"] => "service.name".to_owned(),
        ["cpu"] => "runtime.cpu".to_owned(),
        ["memory"] => "runtime.memory".to_owned(),
        ["requiresCompatibilities"] => "runtime.compute".to_owned(),
        ["networkMode"] => "network.mode".to_owned(),
        ["runtimePlatform", "cpuArchitecture"] => "runtime.arch".to_owned(),
        ["executionRoleArn"] => "runtime.roles.execution".to_owned(),
        ["taskRoleArn"] => "runtime.roles.task".to_owned(),
        ["ephemeralStorage", "sizeInGiB"] => "runtime.ephemeralStorageGiB".to_owned(),
        ["containerDefinitions", name, rest @ ..] if *name == WEIGHTS => of_weights(rest),
        ["volumes", name, "efsVolumeConfiguration", "fileSystemId"] if *name == WEIGHTS => {
            "model.artifact.fileSystem".to_owned()
        }
        ["volumes", name, ..] if *name == WEIGHTS => "model.artifact".to_owned(),
        ["containerDefinitions", name, rest @ ..] if *name == container => {
            of_container(rest).unwrap_or_else(|| escape_hatch("taskDefinition", path))
        }
        _ => escape_hatch("taskDefinition", path),
    }
}

fn of_weights(rest: &[&str]) -> String {
    let field = match rest {
        ["image"] => ".image",
        ["environment", "MLSHIP_URI"] => ".uri",
        ["environment", "MLSHIP_SHA256"] => ".sha256",
        ["environment", "MLSHIP_PATH"] => ".mountPath",
        _ => "",
    };
    format!("model.artifact{field}")
}

fn of_container(rest: &[&str]) -> Option<String> {
    Some(match rest {
        ["name"] => "model.name".to_owned(),
        ["image"] => "image".to_owned(),
        ["entryPoint"] => "runtime.entryPoint".to_owned(),
        ["command"] => "runtime.command".to_owned(),
        ["environment", name] => format!("runtime.env.{name}"),
        ["secrets", name] => format!("runtime.secrets.{name}"),
        ["portMappings", _, "containerPort"] => "runtime.port".to_owned(),
        ["resourceRequirements", "GPU"] => "runtime.gpu".to_owned(),
        ["linuxParameters", "sharedMemorySize"] => "runtime.sharedMemoryMiB".to_owned(),
        ["healthCheck", field] => format!("health.container.{field}"),
        ["logConfiguration", "options", "awslogs-group"] => "runtime.logs.group".to_owned(),
        ["logConfiguration", ..] => "runtime.logs".to_owned(),
        _ => return None,
    })
}

/// Returns the manifest's field for a path in a service.
#[must_use]
pub(super) fn of_service(path: &Path) -> String {
    let texts = path.texts();
    match texts.as_slice() {
        ["desiredCount"] => "service.desired".to_owned(),
        ["launchType"] => "runtime.compute".to_owned(),
        ["capacityProviderStrategy", ..] => "runtime.capacityProviders".to_owned(),
        ["deploymentConfiguration", "alarms", ..] => "rollout.alarms".to_owned(),
        ["networkConfiguration", "awsvpcConfiguration", field] => format!("network.{field}"),
        ["loadBalancers", _, "containerName"] => "model.name".to_owned(),
        ["loadBalancers", _, "containerPort"] => "runtime.port".to_owned(),
        ["loadBalancers", ..] => "traffic.targetGroup".to_owned(),
        ["healthCheckGracePeriodSeconds"] => "health.graceSeconds".to_owned(),
        [
            "deploymentConfiguration",
            "deploymentCircuitBreaker",
            "enable" | "rollback",
        ] => "rollout.circuitBreaker".to_owned(),
        [
            "deploymentConfiguration",
            field @ ("strategy" | "minimumHealthyPercent" | "maximumPercent"),
        ] => format!("rollout.{field}"),
        ["tags", name] => format!("tags.{name}"),
        _ => escape_hatch("service", path),
    }
}

fn escape_hatch(document: &str, path: &Path) -> String {
    format!("overrides.{document}.{path}")
}
