//! Tests of which cause is ranked first.

use super::*;

const PULL: &str = "CannotPullContainerError: failed to resolve ref x/m:8: not found.";
const NETWORK: &str = "Timeout waiting for network interface provisioning to complete.";

fn ranked(stopped: &[StoppedTask], messages: &[&str]) -> Vec<(Cause, usize)> {
    let messages: Vec<String> = messages.iter().map(ToString::to_string).collect();
    let Some(failure) = diagnose(stopped, &messages) else {
        return Vec::new();
    };
    let others = failure.others.iter();
    let others = others.map(|other| (other.cause, other.evidence.tasks));
    std::iter::once((failure.cause, failure.evidence.tasks))
        .chain(others)
        .collect()
}

#[test]
fn what_most_tasks_share_comes_first() {
    let stopped = [
        failed_to_start(NETWORK),
        failed_to_start(PULL),
        failed_to_start(PULL),
    ];
    assert_eq!(
        ranked(&stopped, &[]),
        [(Cause::ImageNotFound, 2), (Cause::NetworkInterface, 1)]
    );
}

#[test]
fn an_alarm_comes_before_what_tasks_did() {
    let alarm = "(service m) (deployment ecs-svc/1) deployment failed: alarm detected.";
    assert_eq!(
        ranked(&[exited(1)], &[alarm]),
        [(Cause::Alarm, 0), (Cause::ContainerExited, 1)]
    );
}

#[test]
fn what_says_something_comes_before_what_does_not() {
    let stopped = [
        failed_to_start("?"),
        failed_to_start("?"),
        failed_to_start(PULL),
    ];
    assert_eq!(
        ranked(&stopped, &[]),
        [(Cause::ImageNotFound, 1), (Cause::Unknown, 2)]
    );
    let memory = task(json!({"containers": [{"name": "m", "exitCode": 137,
        "reason": "OutOfMemoryError: Container killed due to memory usage"}]}));
    assert_eq!(
        ranked(&[exited(137), exited(137), memory], &[]),
        [(Cause::OutOfMemory, 1), (Cause::ContainerExited, 2)]
    );
}

#[test]
fn a_message_adds_a_cause_that_no_task_tells_and_repeats_none() {
    let full =
        "(service m) was unable to place a task. Reason: Capacity is unavailable at this time.";
    let again = format!("(service m) was unable to place a task. Reason: {PULL}");
    assert_eq!(
        ranked(&[failed_to_start(PULL)], &[full, &again]),
        [(Cause::ImageNotFound, 1), (Cause::NoCapacity, 0)]
    );
    assert_eq!(ranked(&[], &[full]), [(Cause::NoCapacity, 0)]);
}

#[test]
fn a_complaint_that_names_nothing_is_told_only_when_nothing_else_is() {
    let vague = "(service m) is unable to consistently start tasks successfully.";
    assert_eq!(
        ranked(&[exited(1)], &[vague]),
        [(Cause::ContainerExited, 1)]
    );
    assert_eq!(ranked(&[], &[vague]), [(Cause::Unknown, 0)]);
}

#[test]
fn a_service_at_work_has_not_failed() {
    let scaled_in = task(json!({"stopCode": "ServiceSchedulerInitiated",
        "stoppedReason": "Scaling activity initiated by (deployment ecs-svc/1)"}));
    assert_eq!(
        ranked(&[scaled_in], &["(service m) has reached a steady state."]),
        []
    );
}

#[test]
fn a_group_holds_what_its_tasks_show() {
    let unhealthy = |started: i64, stopping: i64, code: i32| {
        task(json!({"stopCode": "ServiceSchedulerInitiated",
            "stoppedReason": "Task failed ELB health checks in (target-group arn:x)",
            "startedAt": started, "stoppingAt": stopping,
            "containers": [{"name": "m", "exitCode": code, "healthStatus": "UNHEALTHY"}]}))
    };
    let said = "(service m) (task a) (port 80) is unhealthy in (target-group arn:x) due to \
        (reason Health checks failed with these codes: [404])";
    let stopped = [unhealthy(100, 190, 143), unhealthy(100, 160, 137)];
    let failure = diagnose(&stopped, &[said.to_owned()]).unwrap();
    let document = serde_json::to_value(&failure).unwrap();
    snapbox::assert_data_eq!(
        serde_json::to_string_pretty(&document).unwrap(),
        snapbox::str![[r#"
{
  "answer": "Health checks failed with these codes: [404]",
  "cause": "load_balancer_unhealthy",
  "container": "m",
  "exit_codes": {
    "m": [
      137,
      143
    ]
  },
  "failed_at": [
    "1970-01-01T00:02:40Z",
    "1970-01-01T00:03:10Z"
  ],
  "health": {
    "m": [
      "UNHEALTHY"
    ]
  },
  "help": "compare the target group's health check path and codes with what the model's server answers; if the model only needs longer to load, raise health.graceSeconds above the time it takes",
  "lived_seconds": [
    60,
    90
  ],
  "log_tail": [],
  "others": [],
  "reason": "Task failed ELB health checks in (target-group arn:x)",
  "stop_codes": [
    "ServiceSchedulerInitiated"
  ],
  "summary": "the load balancer's health check answers with 404, 60 to 90 s after the start",
  "tasks": 2
}
"#]]
    );
}
