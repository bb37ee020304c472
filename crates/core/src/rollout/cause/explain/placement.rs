//! Explains failures around the tasks: capacity, network, roles, alarms, people.

use super::{Circumstances, Group, Words, first_in};

pub(super) fn no_capacity(group: &Group, around: &Circumstances) -> Words {
    const QUOTA: (&str, &str) = (
        "a quota of the account is reached",
        "raise the quota (Service Quotas), ask for less (runtime.cpu, runtime.memory), or run \
         fewer tasks (service.desired)",
    );
    const GONE: (&str, &str) = (
        "the capacity under the task was taken away",
        "deploy again; Spot capacity can go at any time (runtime.capacityProviders)",
    );
    const BUSY: (&str, &str) = (
        "every instance already uses a port that the task needs",
        "use network.mode awsvpc, add instances, or lower rollout.minimumHealthyPercent so that \
         old tasks make room",
    );
    const AGENT: (&str, &str) = (
        "the instance's ECS agent does not answer",
        "check the container instances of the cluster",
    );
    const DEVICE: (&str, &str) = (
        "the instance could not hand the container its GPU or device",
        "use a GPU instance type and the GPU-optimised AMI; compare runtime.gpu",
    );
    const FULL: (&str, &str) = (
        "there is no room for the task",
        "wait, use more subnets in other zones (network.subnets), or another capacity \
         (runtime.compute, runtime.capacityProviders)",
    );
    const NO_GPU: (&str, &str) = (
        "there is no GPU free for the task",
        "add GPU instances to the cluster, or ask for fewer (runtime.gpu)",
    );
    let table = [
        ("limit on the number of", QUOTA),
        ("above your limit", QUOTA),
        ("provisioning capacity limit", QUOTA),
        ("spot task was interrupted", GONE),
        ("host ec2", GONE),
        ("maintenance", GONE),
        ("already using a port", BUSY),
        ("agent", AGENT),
        ("nvidia-container-cli", DEVICE),
        ("gathering device information", DEVICE),
    ];
    let full = if around.gpus > 0 { NO_GPU } else { FULL };
    let (summary, help) = first_in(&group.reason, &table).unwrap_or(full);
    let room = around
        .room
        .as_deref()
        .map_or_else(String::new, |room| format!("; {room}"));
    Words::new(format!("{summary}{room}"), help)
}

pub(super) fn network_interface(group: &Group) -> Words {
    let table = [(
        "public ip",
        "check network.assignPublicIp and network.subnets",
    )];
    Words::new(
        "the task got no network interface",
        first_in(&group.reason, &table).unwrap_or(
            "check for free addresses in network.subnets and for the limit on network interfaces, \
             then deploy again",
        ),
    )
}

pub(super) fn role_denied(group: &Group) -> Words {
    const SCHEDULER: (&str, &str) = (
        "ECS lacks a permission on what it manages for the service",
        "restore the service's role: ECS's service-linked role, or the infrastructure role",
    );
    let table = [
        ("infrastructure role", SCHEDULER),
        ("iam permissions policies", SCHEDULER),
        ("iam trust relationship", SCHEDULER),
        ("target health", SCHEDULER),
        ("register targets", SCHEDULER),
        ("service linked role", SCHEDULER),
    ];
    let (summary, help) = first_in(&group.reason, &table).unwrap_or((
        "ECS may not assume a role of the task",
        "check that runtime.roles.task and runtime.roles.execution exist and trust \
         ecs-tasks.amazonaws.com",
    ));
    Words::new(summary, help)
}

pub(super) fn alarm(group: &Group) -> Words {
    // The machine puts the names before ECS's words, which have none.
    let is_named = group.reason.contains(" went off");
    Words::new(
        "an alarm went off while the release rolled out",
        if is_named {
            "see in CloudWatch what the release did to it"
        } else {
            "see CloudWatch for which of rollout.alarms it was, and what the release did to it"
        },
    )
}

pub(super) fn analysis() -> Words {
    Words::new(
        "the release is worse than the one that served beside it",
        "compare the logs of both; rollout.analysis says how much worse is acceptable",
    )
}

pub(super) fn stopped_by_someone(group: &Group) -> Words {
    let summary = if group.evidence.tasks > 0 {
        "somebody stopped the tasks"
    } else {
        "somebody stopped the deployment"
    };
    Words::new(
        summary,
        "ask who did; CloudTrail keeps StopTask and StopServiceDeployment",
    )
}

pub(super) fn unknown(group: &Group) -> Words {
    const TABLE: &[(&str, (&str, &str))] = &[
        (
            "service deployment configuration",
            (
                "the rollout's limits leave ECS no move: it may neither start nor stop a task",
                "lower rollout.minimumHealthyPercent or raise rollout.maximumPercent",
            ),
        ),
        (
            "networking configuration",
            (
                "listener rules and target groups do not fit the deployment strategy",
                "attach both target groups to the listener rule that ECS shifts",
            ),
        ),
        (
            "environment variable files",
            (
                "the task cannot fetch its environment files from S3",
                "give network.subnets a way to S3",
            ),
        ),
        (
            "secret",
            (
                "a secret could not be read, and ECS's message breaks off before it says why",
                "check that what runtime.secrets names exists, and that runtime.roles.execution \
                 may read it",
            ),
        ),
        (
            "cannotpull",
            (
                "the image could not be pulled, and ECS's message breaks off before it says why",
                "check that the image exists, and the way to the registry",
            ),
        ),
        (
            "could not transition",
            (
                "a container did not start in the time that it is given",
                "check that the task reaches CloudWatch Logs, and the size of the image",
            ),
        ),
        (
            "not compatible with the selected compute strategy",
            (
                "the task definition does not fit where it should run",
                "compare runtime.compute, runtime.cpu and runtime.memory with the capacity",
            ),
        ),
        (
            "protected tasks",
            (
                "tasks under scale-in protection keep ECS from going on",
                "end their protection",
            ),
        ),
        (
            "internal",
            ("ECS reports an internal error", "deploy again"),
        ),
    ];
    let (summary, help) = first_in(&group.reason, TABLE).unwrap_or((
        "ECS gives no reason that is known",
        "see ECS's own words, and the events of the service",
    ));
    Words::new(summary, help)
}
