use serde_json::json;

use super::*;

fn check(stop_code: &str, reason: &str, cause: Cause) {
    let task = serde_json::from_value(json!({
        "taskArn": "t", "stopCode": stop_code, "stoppedReason": reason,
    }))
    .unwrap();
    let (found, _) = of_task(&task).unwrap();
    assert_eq!(found, cause, "{reason}");
}

fn check_exit(code: i32, reason: Option<&str>, cause: Cause) {
    let task = serde_json::from_value(json!({
        "taskArn": "t", "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "m", "exitCode": code, "reason": reason}],
    }))
    .unwrap();
    assert_eq!(of_task(&task).unwrap().0, cause);
}

#[test]
fn real_stop_reasons_have_their_causes() {
    let failed = "TaskFailedToStart";
    check(
        failed,
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): \
        failed to resolve ref 111122223333.dkr.ecr.eu-west-1.amazonaws.com/m:8: not found.",
        Cause::ImageNotFound,
    );
    check(
        failed,
        "CannotPullContainerError: image Manifest does not contain descriptor \
        matching platform 'linux/amd64'",
        Cause::ImageArchitecture,
    );
    check(
        failed,
        "The task can’t pull the image. Check that the role has the permissions to \
        pull images from the registry.",
        Cause::ImageDenied,
    );
    check(
        failed,
        "ResourceInitializationError: unable to pull secrets or registry auth: unable to \
        retrieve secret from asm: There is a connection issue between the task and AWS Secrets \
        Manager. Check your task network configuration. failed to fetch secret ARN from secrets \
        manager: operation error Secrets Manager: GetSecretValue, https res",
        Cause::SecretNetwork,
    );
    check(
        failed,
        "The task can’t pull the image. Check your network configuration",
        Cause::ImageNetwork,
    );
    check(
        failed,
        "The task cannot pull registry authentication from Amazon ECR. There is a \
        connection issue between the task and Amazon ECR. Check your task network \
        configuration.",
        Cause::ImageNetwork,
    );
    check(
        failed,
        "ResourceInitializationError: unable to pull secrets or registry auth: \
        execution resource retrieval failed: unable to retrieve ecr registry auth: service \
        call has been retried 1 time(s): operation error ECR: GetAuthorizationToken, https \
        response error StatusCode: 400, api error AccessDeniedException: User: x",
        Cause::ImageDenied,
    );
    check(
        failed,
        "The task can’t pull the secret from Secrets Manager. The task can't \
        retrieve the secret with ARN 'x' from Secrets Manager. Check whether the secret exists \
        in the specified Region.",
        Cause::SecretMissing,
    );
    check(
        failed,
        "The task cannot pull secrets from AWS Systems Manager Parameter Store. \
        Check your network connection between the task and AWS Systems Manager.",
        Cause::SecretNetwork,
    );
    check(
        failed,
        "The task cannot find the Amazon CloudWatch log group defined in the task \
        definition. There is a connection issue between the task and Amazon CloudWatch.",
        Cause::LogDriver,
    );
    check(
        failed,
        "failed to invoke EFS utils commands to set up EFS volumes",
        Cause::Volume,
    );
    check(
        failed,
        "Timeout waiting for network interface provisioning to complete.",
        Cause::NetworkInterface,
    );
    check(
        "ServiceSchedulerInitiated",
        "Task failed ELB health checks in (target-group arn:x)",
        Cause::LoadBalancerUnhealthy,
    );
    check(
        "ServiceSchedulerInitiated",
        "Task failed container health checks",
        Cause::ContainerUnhealthy,
    );
    check(
        "UserInitiated",
        "Task stopped by user",
        Cause::StoppedBySomeone,
    );
    check(failed, "InternalError: something new", Cause::Unknown);
}

#[test]
fn exit_codes_tell_when_no_text_does() {
    check_exit(1, None, Cause::ContainerExited);
    check_exit(127, None, Cause::CommandNotFound);
    check_exit(
        137,
        Some("OutOfMemoryError: Container killed due to memory usage"),
        Cause::OutOfMemory,
    );
    check_exit(0, None, Cause::ContainerExited);
}

#[test]
fn a_scale_in_is_no_failure() {
    let task: StoppedTask = serde_json::from_value(json!({
        "taskArn": "t", "stopCode": "ServiceSchedulerInitiated",
        "stoppedReason": "Scaling activity initiated by (deployment ecs-svc/1)",
    }))
    .unwrap();
    assert_eq!(of_task(&task), None);
}

fn check_messages(messages: &[&str], cause: Option<Cause>) {
    let messages: Vec<String> = messages.iter().map(ToString::to_string).collect();
    let found = diagnose(&[], &messages);
    assert_eq!(found.map(|failure| failure.cause), cause, "{messages:?}");
}

#[test]
fn messages_tell_the_cause_where_no_task_came_to_be() {
    check_messages(
        &["(service m) was unable to place a task. Reason: Capacity is unavailable at this time."],
        Some(Cause::NoCapacity),
    );
    check_messages(
        &[
            "(service m) was unable to place a task. Reason: CannotPullContainerError: pull image \
           manifest has been retried 7 time(s): failed to resolve ref x: not found.",
        ],
        Some(Cause::ImageNotFound),
    );
    check_messages(
        &["(service m) (deployment ecs-svc/1) deployment failed: alarm detected."],
        Some(Cause::Alarm),
    );
    check_messages(&["(service m) has reached a steady state."], None);
}

#[test]
fn the_container_that_fetches_the_weights_says_what_was_wrong_with_them() {
    let cause = |container: &str, code: i32| {
        let task = serde_json::from_value(json!({
            "taskArn": "t", "stopCode": "TaskFailedToStart",
            "containers": [{"name": "m"}, {"name": container, "exitCode": code}],
        }));
        of_task(&task.unwrap()).unwrap().0
    };
    let weights = weights::CONTAINER;
    assert_eq!(cause(weights, weights::MISSING), Cause::WeightsMissing);
    assert_eq!(cause(weights, weights::CORRUPT), Cause::WeightsCorrupt);
    assert_eq!(cause(weights, 1), Cause::ContainerExited);
    assert_eq!(cause("m", weights::MISSING), Cause::ContainerExited);
}
