//! Tests of the explanations, with their numbers and fields.

use super::*;

fn around() -> Circumstances {
    let definition = json!({"requiresCompatibilities": ["FARGATE"], "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "containerDefinitions": [{"name": "m", "image": "x/m:8",
            "portMappings": [{"containerPort": 8080}],
            "healthCheck": {"command": ["CMD", "true"], "startPeriod": 60, "interval": 10},
            "logConfiguration": {"options": {"awslogs-group": "/ml/m"}}}]});
    let service = json!({"healthCheckGracePeriodSeconds": 90, "loadBalancers": [{}]});
    Circumstances::of(definition.as_object().unwrap(), service.as_object())
}

fn said(stopped: &[StoppedTask], log: &[&str]) -> (Cause, String) {
    let log: Vec<String> = log.iter().map(ToString::to_string).collect();
    let mut failure = diagnose(stopped, &[]).unwrap();
    failure.explain(&around(), &log);
    (
        failure.cause,
        format!("{}\n{}", failure.summary, failure.help),
    )
}

fn unhealthy(reason: &str, health: &str) -> StoppedTask {
    task(
        json!({"stopCode": "ServiceSchedulerInitiated", "stoppedReason": reason,
        "startedAt": 1000, "stoppingAt": 1092,
        "containers": [{"name": "m", "exitCode": 137, "healthStatus": health}]}),
    )
}

const ELB: &str = "Task failed ELB health checks in (target-group arn:x)";
const INSIDE: &str = "Task failed container health checks";
const WAITS: &str = "INFO:     Waiting for application startup.";

#[test]
fn a_model_that_still_loads_when_its_time_is_over_starts_too_slowly() {
    let (cause, text) = said(&[unhealthy(ELB, "UNKNOWN")], &[WAITS]);
    assert_eq!(cause, Cause::SlowStart);
    snapbox::assert_data_eq!(
        text,
        snapbox::str![[r#"
the model loads for longer than it is given: it was still loading when ECS stopped it, 92 s after the start (grace period: 90 s, container check: 60 s startPeriod + 3 × 10 s)
raise health.graceSeconds (now 90) above the time it takes
"#]]
    );
    assert_eq!(
        said(&[unhealthy(INSIDE, "UNHEALTHY")], &[WAITS]).0,
        Cause::SlowStart
    );
}

#[test]
fn checks_that_fail_for_other_reasons_are_no_slow_start() {
    let listens = [WAITS, "INFO:     Application startup complete."];
    let cause = |health, log: &[&str]| said(&[unhealthy(ELB, health)], log).0;
    assert_eq!(cause("UNKNOWN", &listens), Cause::LoadBalancerUnhealthy);
    assert_eq!(cause("HEALTHY", &[WAITS]), Cause::LoadBalancerUnhealthy);
    assert_eq!(cause("UNKNOWN", &[]), Cause::LoadBalancerUnhealthy);
    let (cause, text) = said(&[unhealthy(INSIDE, "UNHEALTHY")], &listens);
    assert_eq!(cause, Cause::ContainerUnhealthy);
    assert!(
        text.contains("(last status: UNHEALTHY), 92 s after the start"),
        "{text}"
    );
}

#[test]
fn memory_and_signals_are_told_as_far_as_they_are_known() {
    let memory = task(json!({"containers": [{"name": "m", "exitCode": 137,
        "reason": "OutOfMemoryError: Container killed due to memory usage"}]}));
    let (_, text) = said(&[memory], &[]);
    assert!(
        text.starts_with("m used more than its 2048 MiB and was killed"),
        "{text}"
    );
    let (cause, text) = said(&[exited(137)], &[]);
    assert_eq!(cause, Cause::ContainerExited);
    assert!(
        text.contains("may be the memory limit of 2048 MiB or a stop"),
        "{text}"
    );
}

#[test]
fn a_log_says_more_than_an_exit_code() {
    let (cause, text) = said(&[exited(1)], &["exec /usr/bin/serve: exec format error"]);
    assert_eq!(cause, Cause::ExecFormat);
    assert!(text.contains("runtime.arch"), "{text}");
    let gone = "ModuleNotFoundError: No module named 'torch'";
    let (cause, text) = said(&[exited(1)], &[gone]);
    assert_eq!(cause, Cause::ContainerExited);
    assert!(
        text.starts_with("a Python package is missing in the image"),
        "{text}"
    );
}

/// One reason a cause.
const REASONS: [&str; 19] = [
    "CannotPullContainerError: failed to resolve ref x/m:8: not found.",
    "ERROR: toomanyrequests: You have reached your pull rate limit.",
    "pull access denied",
    "CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout",
    "CannotPullContainerError: no matching manifest for linux/arm64 in the list",
    "retrieved secret from Secrets Manager did not contain json key KEY",
    "Check whether the secret exists in the specified Region.",
    "unable to retrieve secret from asm: AccessDeniedException: Access to KMS is not allowed",
    "unable to retrieve secret from asm: RequestCanceled: context deadline exceeded",
    "failed to initialize logging driver: The specified log group does not exist.",
    "no space left on device",
    "failed to invoke EFS utils commands to set up EFS volumes",
    "Timeout waiting for network interface provisioning to complete.",
    "ECS was unable to assume the role 'arn:x' that was provided for this task.",
    "Capacity is unavailable at this time.",
    "Your Spot Task was interrupted.",
    "exec: \"serve\": executable file not found in $PATH",
    "Task stopped by user",
    "something new",
];

/// Returns a line of what is said of each reason.
fn line_of_each(number: usize) -> String {
    let line = |reason: &&str| {
        let (_, text) = said(&[failed_to_start(reason)], &[]);
        text.lines().nth(number).unwrap_or_default().to_owned()
    };
    let lines: Vec<String> = REASONS.iter().map(line).collect();
    lines.join("\n")
}

#[test]
fn what_keeps_a_task_from_starting_is_told_in_plain_words() {
    snapbox::assert_data_eq!(
        line_of_each(0),
        snapbox::str![[r#"
the registry has no image x/m:8
the registry refuses more pulls for now: its rate limit is reached
the task may not pull its image from the registry
the task cannot reach the image registry
the image has no build for the task's processor (ARM64)
a secret has no such JSON key
a secret or parameter that the task needs does not exist
the execution role may not read a secret or parameter that the task needs
the task cannot reach the store of its secrets, or the registry's sign-in
log group /ml/m does not exist
the disk is too small for the image
a file system could not be mounted
the task got no network interface
ECS may not assume a role of the task
there is no room for the task
the capacity under the task was taken away
the container starts a program that the image does not have
somebody stopped the tasks
ECS gives no reason that is known
"#]]
    );
}

#[test]
fn what_keeps_a_task_from_starting_comes_with_the_next_step() {
    snapbox::assert_data_eq!(
        line_of_each(1),
        snapbox::str![[r#"
push the image, or correct image in the manifest
pull through ECR (a pull-through cache), or give the registry credentials
let the role in runtime.roles.execution pull from the repository, and check that repository and image exist
give network.subnets a way out (a NAT gateway, VPC endpoints, or network.assignPublicIp in a public subnet) and let network.securityGroups allow HTTPS out; ECR also needs S3, where it keeps the layers
build the image for that platform (docker build --platform), or change runtime.arch
correct the key in runtime.secrets, or the secret's content
create it in the service's region, or correct its ARN in runtime.secrets
let the role in runtime.roles.execution use the KMS key of the secret (kms:Decrypt)
give network.subnets a way out (a NAT gateway, VPC endpoints, or network.assignPublicIp in a public subnet) and let network.securityGroups allow HTTPS out
create the log group, or correct runtime.logs.group
raise runtime.ephemeralStorageGiB (Fargate), give the instances larger disks (EC2), or keep the weights out of the image
check model.artifact.fileSystem and accessPoint, its mount targets in network.subnets, NFS (2049) between the security groups, and the task role
check for free addresses in network.subnets and for the limit on network interfaces, then deploy again
check that runtime.roles.task and runtime.roles.execution exist and trust ecs-tasks.amazonaws.com
wait, use more subnets in other zones (network.subnets), or another capacity (runtime.compute, runtime.capacityProviders)
deploy again; Spot capacity can go at any time (runtime.capacityProviders)
check runtime.command and runtime.entryPoint against what the image holds
ask who did; CloudTrail keeps StopTask and StopServiceDeployment
see ECS's own words, and the events of the service
"#]]
    );
}

#[test]
fn a_cluster_without_room_is_described() {
    let mut failure = diagnose(
        &[],
        &[
            "(service m) was unable to place a task because no container \
        instance met all of its requirements."
                .to_owned(),
        ],
    )
    .unwrap();
    let around = Circumstances {
        gpus: 1,
        room: Some("the cluster has no container instances".to_owned()),
        ..Circumstances::default()
    };
    failure.explain(&around, &[]);
    assert_eq!(
        failure.summary,
        "there is no GPU free for the task; the cluster has no container instances"
    );
}
