//! What a failure leaves behind, told as it is.

use serde_json::{Value, json};

use super::*;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::rollout::diagnose;

/// A world whose newest deployment, on EC2 with a GPU, failed in one task.
fn failed(task: &Value) -> World {
    let mut world = World::serving();
    let logs = json!({"logDriver": "awslogs", "options": {"awslogs-group": "/ml/m",
        "awslogs-stream-prefix": "p"}});
    let needs = json!([{"type": "GPU", "value": "1"}]);
    let definition = json!({"family": "m", "requiresCompatibilities": ["EC2"],
        "containerDefinitions": [{"name": "m", "memory": 512, "logConfiguration": logs,
            "resourceRequirements": needs}]});
    let arn = world.register(&object(definition));
    world.update(&object(json!({"taskDefinition": arn})));
    let id = world.service.as_ref().unwrap().deployments[0].id.clone();
    let task = serde_json::from_value(task.clone()).unwrap();
    world.stopped.insert(id, vec![task]);
    world.logs.write("1", 1, "CUDA out of memory");
    world
}

async fn examined(cloud: &FakeCloud, messages: &[&str]) -> (Failure, Answer<()>) {
    let entry = cloud.world().service.unwrap().deployments[0].clone();
    let stopped = cloud.world().stopped[&entry.id].clone();
    let messages: Vec<String> = messages.iter().map(ToString::to_string).collect();
    let mut failure = diagnose(&stopped, &messages).unwrap();
    let scene = FailureContext {
        service: &FakeCloud::id(),
        deployment: &entry.id,
        task_definition: &entry.task_definition,
    };
    let answer = enrich(cloud, scene, &mut failure).await;
    (failure, answer)
}

fn crashed() -> Value {
    json!({"taskArn": "task/1", "stopCode": "EssentialContainerExited",
        "containers": [{"name": "m", "exitCode": 137}]})
}

#[tokio::test(start_paused = true)]
async fn the_log_explains_what_the_exit_code_leaves_open() {
    let cloud = FakeCloud::new(failed(&crashed()));
    let (failure, answer) = examined(&cloud, &[]).await;
    assert!(answer.is_ok());
    assert_eq!(failure.cause, Cause::ContainerExited);
    assert_eq!(
        failure.summary,
        "the model does not fit into the GPU's memory"
    );
    assert_eq!(failure.log_tail, ["CUDA out of memory"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_container_was_fed_does_not_fill_the_report() {
    let mut world = failed(&crashed());
    let streams = world.logs.streams.values_mut();
    for line in streams.flatten() {
        line.message = "x".repeat(1_000_000);
    }
    let (failure, _) = examined(&FakeCloud::new(world), &[]).await;
    let widest = failure
        .log_tail
        .iter()
        .map(|line| line.chars().count())
        .max();
    assert_eq!(widest, Some(WIDEST + 1));
}

#[tokio::test(start_paused = true)]
async fn without_the_log_the_cause_stands_with_its_numbers() {
    let cloud = FakeCloud::new(failed(&crashed()));
    cloud.fail_always("GetLogEvents", Some(Fault::Denied));
    let (failure, answer) = examined(&cloud, &[]).await;
    assert!(answer.is_err());
    assert!(
        failure.summary.contains("memory limit of 512 MiB"),
        "{failure:?}"
    );
    assert_eq!(cloud.count("ListContainerInstances"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_cluster_has_is_asked_only_when_room_lacks_and_never_needed() {
    let scaled_in = json!({"taskArn": "task/1",
        "stoppedReason": "Scaling activity initiated by (deployment ecs-svc/1)"});
    let full = "(service m) was unable to place a task because no container instance met all \
        of its requirements.";
    let cloud = FakeCloud::new(failed(&scaled_in));
    let (failure, _) = examined(&cloud, &[full]).await;
    let none = "there is no GPU free for the task";
    assert_eq!(
        failure.summary,
        format!("{none}; the cluster has no container instances")
    );
    cloud.fail_always("ListContainerInstances", Some(Fault::Denied));
    let (failure, answer) = examined(&cloud, &[full]).await;
    assert!(answer.is_ok());
    assert_eq!(failure.summary, none);
}

#[tokio::test(start_paused = true)]
async fn the_service_tells_how_long_checks_were_overlooked() {
    let unhealthy = json!({"taskArn": "task/1", "startedAt": 100, "stoppingAt": 145,
        "stoppedReason": "Task failed ELB health checks in (target-group x)",
        "containers": [{"name": "m", "exitCode": 143, "healthStatus": "UNKNOWN"}]});
    let mut world = failed(&unhealthy);
    world.logs.streams.clear();
    let line = "INFO:     Waiting for application startup.";
    world.logs.write("1", 1, line);
    let service = world.service.as_mut().unwrap();
    let grace = json!(30);
    service
        .document
        .insert("healthCheckGracePeriodSeconds".to_owned(), grace);
    let cloud = FakeCloud::new(world);
    let (failure, _) = examined(&cloud, &[]).await;
    assert_eq!(failure.cause, Cause::SlowStart);
    assert!(
        failure
            .summary
            .contains("45 s after the start (grace period: 30 s)"),
        "{failure:?}"
    );
    assert_eq!(
        failure.help,
        "raise health.graceSeconds (now 30) above the time it takes"
    );
}

/// A world in which the newest deployment of two containers failed, the model with a log or not.
fn beside(containers: &Value, logs: Option<&Value>) -> World {
    let mut world = failed(&json!({"taskArn": "task/1",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited", "containers": containers}));
    let mut model = json!({"name": "m", "memory": 512});
    if let Some(logs) = logs {
        model["logConfiguration"] = logs.clone();
    }
    let proxy = json!({"name": "proxy", "memory": 64, "logConfiguration": logs});
    let definition = json!({"family": "m", "containerDefinitions": [model, proxy]});
    let arn = world.register(&object(definition));
    world.service.as_mut().unwrap().deployments[0].task_definition = arn;
    world.logs.streams.clear();
    world
}

#[tokio::test(start_paused = true)]
async fn a_sidecar_that_died_first_is_the_cause_with_its_own_log() {
    let logs = json!({"logDriver": "awslogs", "options": {"awslogs-group": "/ml/m",
        "awslogs-stream-prefix": "p"}});
    let both = json!([{"name": "m", "exitCode": 143}, {"name": "proxy", "exitCode": 255}]);
    let mut world = beside(&both, Some(&logs));
    world.logs.write("1", 1, "the model's words");
    let stream = "p/proxy/1".to_owned();
    let mut line = world
        .logs
        .streams
        .values()
        .flatten()
        .next()
        .unwrap()
        .clone();
    "no configuration".clone_into(&mut line.message);
    line.stream.clone_from(&stream);
    world.logs.streams.insert(stream, vec![line]);
    let (failure, _) = examined(&FakeCloud::new(world), &[]).await;
    assert_eq!(
        failure.summary,
        "proxy exited with code 255: the program failed"
    );
    assert_eq!(failure.evidence.container.as_deref(), Some("proxy"));
    assert_eq!(failure.log_tail, ["no configuration"]);
}

#[tokio::test(start_paused = true)]
async fn memory_is_that_of_the_container_that_used_too_much() {
    let both = json!([{"name": "m", "exitCode": 1},
        {"name": "proxy", "exitCode": 137, "reason": "OutOfMemoryError: killed"}]);
    let (failure, _) = examined(&FakeCloud::new(beside(&both, None)), &[]).await;
    assert_eq!(
        failure.summary,
        "proxy used more than its 64 MiB and was killed"
    );
    assert!(
        failure.help.starts_with("raise the memory of proxy"),
        "{}",
        failure.help
    );
}

#[tokio::test(start_paused = true)]
async fn where_no_log_is_kept_the_next_step_is_to_keep_one() {
    let help = async |containers: &Value| {
        let world = beside(containers, None);
        examined(&FakeCloud::new(world), &[]).await.0.help
    };
    let model = help(&json!([{"name": "m", "exitCode": 1}])).await;
    assert!(model.starts_with("set runtime.logs"), "{model}");
    let killed = help(&json!([{"name": "m", "exitCode": 137}])).await;
    assert!(
        killed.contains("runtime.memory first; set runtime.logs"),
        "{killed}"
    );
    let both = json!([{"name": "m", "exitCode": 143}, {"name": "proxy", "exitCode": 2}]);
    let sidecar = help(&both).await;
    assert!(
        sidecar.starts_with("give proxy a logConfiguration"),
        "{sidecar}"
    );
}

fn task(containers: &Value) -> StoppedTask {
    let task = json!({"taskArn": "arn:aws:ecs:x:1:task/ml/abc", "containers": containers});
    serde_json::from_value(task).unwrap()
}

fn definition(driver: &str) -> Document {
    let logs = json!({"logDriver": driver, "options": {"awslogs-group": "/ml/m",
        "awslogs-stream-prefix": "m"}});
    let definition = json!({"containerDefinitions": [{"name": "m", "logConfiguration": logs},
        {"name": "side", "logConfiguration": logs}]});
    definition.as_object().unwrap().clone()
}

#[test]
fn the_log_is_that_of_the_container_that_failed() {
    let failed = json!([{"name": "m", "exitCode": 0}, {"name": "side", "exitCode": 1}]);
    let log = log_of(&task(&failed), &definition("awslogs")).unwrap();
    assert_eq!(
        (log.group.as_str(), log.stream.as_str()),
        ("/ml/m", "m/side/abc")
    );
}

#[test]
fn what_never_ran_or_logs_elsewhere_has_no_log_to_quote() {
    let never = json!([{"name": "m"}]);
    assert_eq!(log_of(&task(&never), &definition("awslogs")), None);
    let ran = json!([{"name": "m", "exitCode": 1}]);
    assert_eq!(log_of(&task(&ran), &definition("splunk")), None);
}

#[test]
fn a_secret_in_a_log_is_not_repeated() {
    let hidden = |line: &str| mlship_text::secrets::redact(line) != line;
    assert!(hidden("connecting to postgres://me:pw@db/x"));
    assert!(hidden("key AKIAIOSFODNN7EXAMPLE"));
    assert!(!hidden("loaded model in 3.2 s"));
}
