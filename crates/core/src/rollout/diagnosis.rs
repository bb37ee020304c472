//! Collects more about a failed release: its settings, and the last log lines of a failed
//! container.

use super::cause::of_task;
use super::cluster_capacity::room;
use super::{Cause, Circumstances, Failure};
use crate::cloud::{Answer, Cloud};
use crate::release::ids::{DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{Document, LogStream, StoppedTask};
use mlship_text::arn::last_part;
use mlship_text::secrets::redact;
use mlship_text::words::shortened;

/// How many lines of the log a report quotes.
const LINES: u32 = 20;

/// How many characters of each: some programs log what they were fed.
const WIDEST: usize = 2000;

/// Where a failed release ran.
#[derive(Debug, Clone, Copy)]
pub struct FailureContext<'a> {
    /// The service.
    pub service: &'a ServiceId,
    /// The deployment that failed.
    pub deployment: &'a DeploymentId,
    /// What it brought.
    pub task_definition: &'a TaskDefinitionArn,
}

/// Looks at what a failure leaves behind: the release's settings, the failed container's log,
/// and the cluster's room where that is what lacked. The failure then says what they tell.
///
/// # Errors
/// When tasks or log cannot be read; the failure stands without what they would have told.
pub async fn enrich<C: Cloud>(
    cloud: &C,
    scene: FailureContext<'_>,
    failure: &mut Failure,
) -> Answer<()> {
    let name = scene.task_definition.as_str();
    let definition = cloud.task_definition(name).await?.map(|live| live.document);
    let definition = definition.unwrap_or_default();
    let mut around = Circumstances::of(&definition, None);
    // Nothing here is worth an error: it only adds numbers.
    if failure.was_stopped_by_checks()
        && let Ok(Some(service)) = cloud.service(scene.service).await
    {
        around = Circumstances::of(&definition, Some(&service.document));
    }
    if failure.cause == Cause::NoCapacity && around.fargate == Some(false) {
        let instances = cloud.container_instances(&scene.service.cluster).await;
        around.room = instances.ok().map(|instances| room(&instances));
    }
    failure.explain(&around, &[]);
    let lines = last_words(cloud, scene, failure.cause, &definition).await?;
    failure.explain(&around, &lines);
    // As one text: a key in several lines is told by its first and its last.
    let tail = lines.join("\n");
    let tail = redact(&tail);
    failure.log_tail = tail.lines().map(|line| shortened(line, WIDEST)).collect();
    Ok(())
}

/// Returns the end of the log of the task that failed last for this cause.
async fn last_words<C: Cloud>(
    cloud: &C,
    scene: FailureContext<'_>,
    cause: Cause,
    definition: &Document,
) -> Answer<Vec<String>> {
    let cluster = &scene.service.cluster;
    let stopped = cloud.stopped_tasks(cluster, scene.deployment).await?;
    let shares = |task: &&StoppedTask| of_task(task).is_some_and(|(other, _)| other == cause);
    let failed = stopped.iter().filter(shares);
    let last = failed.max_by_key(|task| (task.stopping_at.or(task.stopped_at), &task.task_arn));
    let Some(log) = last.and_then(|task| log_of(task, definition)) else {
        return Ok(Vec::new());
    };
    let lines = cloud.log_tail(&log, LINES, None).await?;
    Ok(lines.into_iter().map(|line| line.message).collect())
}

/// Returns the log of the container that failed: the one with an exit code that is not 0, else
/// the first. Containers that never ran wrote nothing.
fn log_of(task: &StoppedTask, definition: &Document) -> Option<LogStream> {
    let started = task.started_at.is_some();
    let ran = || {
        let containers = task.containers.iter();
        containers.filter(|container| started || container.exit_code.is_some())
    };
    let container = ran()
        .find(|container| container.exit_code.is_some_and(|code| code != 0))
        .or_else(|| ran().next())?;
    let id = last_part(&task.task_arn);
    LogStream::of(definition, &container.name, id, None).ok()
}

#[cfg(test)]
mod tests {
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
        let hidden = |line: &str| redact(line) != line;
        assert!(hidden("connecting to postgres://me:pw@db/x"));
        assert!(hidden("key AKIAIOSFODNN7EXAMPLE"));
        assert!(!hidden("loaded model in 3.2 s"));
    }
}
