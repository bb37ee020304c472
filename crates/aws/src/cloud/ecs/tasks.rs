//! Tasks, and the container instances that they may run on.

use super::super::api::EcsApi;
use super::super::lacks::{Lacks, document, each_once, member, read, text};
use super::super::operation::Operation;
use super::deployments::by_name;
use aws_sdk_ecs::types::DesiredStatus as EcsDesiredStatus;
use mlship_core::cloud::{Answer, Answers, Batch};
use mlship_core::release::ids::{ClusterName, DeploymentId, ServiceId, TaskArn};
use mlship_core::release::{ContainerInstance, DesiredStatus, Document, LiveTask, StoppedTask};
use serde_json::Value;

/// `ListTasks`: which tasks a service has.
pub(super) async fn of_service(
    client: &EcsApi,
    service: &ServiceId,
    wanted: DesiredStatus,
) -> Answer<Vec<TaskArn>> {
    let desired = match wanted {
        DesiredStatus::Running => EcsDesiredStatus::Running,
        DesiredStatus::Stopped => EcsDesiredStatus::Stopped,
    };
    let request = |token| {
        client
            .list_tasks()
            .cluster(service.cluster.as_str())
            .service_name(service.name.as_str())
            .desired_status(desired.clone())
            .set_next_token(token)
            .send()
    };
    client
        .pages(Operation::ListTasks, usize::MAX, request, |answer| {
            let arns = member(answer.task_arns, "taskArns")?.into_iter();
            Ok((arns.map(TaskArn::new).collect(), answer.next_token))
        })
        .await
}

/// What one request takes.
pub(in super::super) const AT_ONCE: usize = 100;

/// Tasks of a cluster that are asked about, by their ARNs.
pub(super) type Described = Batch<ClusterName, String, Option<Document>>;

/// What asks about tasks.
#[derive(Clone, Copy)]
pub(super) struct Tasks<'a> {
    pub(super) client: &'a EcsApi,
    pub(super) described: &'a Described,
}

impl Tasks<'_> {
    /// `DescribeTasks`: tasks in full. Those that ECS has forgotten are left out.
    async fn in_full<T>(
        self,
        cluster: &ClusterName,
        arns: &[String],
        read: impl Fn(Document) -> serde_json::Result<T>,
    ) -> Answer<Vec<T>> {
        let client = self.client.clone();
        let send = move |cluster, arns| described(client.clone(), cluster, arns);
        let found = self.described.ask_all(cluster.clone(), arns, send).await?;
        let each = found.into_iter().flatten().map(read);
        let read: serde_json::Result<Vec<T>> = each.collect();
        read.map_err(|error| Lacks::new(error.to_string()).of(Operation::DescribeTasks))
    }
}

/// `DescribeTasks`: tasks in full.
pub(super) async fn describe(
    tasks: Tasks<'_>,
    cluster: &ClusterName,
    arns: &[TaskArn],
) -> Answer<Vec<LiveTask>> {
    let arns: Vec<String> = arns.iter().map(|arn| arn.as_str().to_owned()).collect();
    tasks.in_full(cluster, &arns, LiveTask::read).await
}

/// Describes as many tasks as one request takes; nothing where ECS has forgotten one.
async fn described(
    client: EcsApi,
    cluster: ClusterName,
    arns: Vec<String>,
) -> Answer<Answers<String, Option<Document>>> {
    let request = || {
        let request = client.describe_tasks().cluster(cluster.as_str());
        request.set_tasks(Some(arns.clone())).send()
    };
    let found = client.ask(Operation::DescribeTasks, request, |answer| {
        let there = answer.tasks().iter();
        each_once(
            arns.iter().map(String::as_str),
            there.clone().map(|task| task.task_arn()),
            answer.failures(),
        )?;
        there
            .map(|task| {
                text(task.last_status(), "lastStatus of a task")?;
                text(task.task_definition_arn(), "taskDefinitionArn of a task")?;
                let arn = text(task.task_arn(), "taskArn")?.to_owned();
                Ok((arn, document(task, Ok)?))
            })
            .collect::<Result<Vec<_>, Lacks>>()
    });
    Ok(by_name(arns.clone(), found.await?.into_iter()))
}

/// `ListTasks` and `DescribeTasks`: what became of the tasks that a deployment started.
pub(super) async fn stopped(
    tasks: Tasks<'_>,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<StoppedTask>> {
    let read = |task| serde_json::from_value(Value::Object(task));
    of_deployment(tasks, cluster, deployment, EcsDesiredStatus::Stopped, read).await
}

pub(super) async fn running(
    tasks: Tasks<'_>,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<LiveTask>> {
    let desired = EcsDesiredStatus::Running;
    of_deployment(tasks, cluster, deployment, desired, LiveTask::read).await
}

async fn of_deployment<T>(
    tasks: Tasks<'_>,
    cluster: &ClusterName,
    deployment: &DeploymentId,
    status: EcsDesiredStatus,
    read: impl Fn(Document) -> serde_json::Result<T>,
) -> Answer<Vec<T>> {
    // What DescribeTasks takes at once is enough to tell the cause.
    let request = |token| {
        tasks
            .client
            .list_tasks()
            .cluster(cluster.as_str())
            .started_by(deployment.as_str())
            .desired_status(status.clone())
            .set_next_token(token)
            .send()
    };
    let arns = tasks
        .client
        .pages(Operation::ListTasks, AT_ONCE, request, |answer| {
            Ok((member(answer.task_arns, "taskArns")?, answer.next_token))
        });
    let mut arns = arns.await?;
    arns.truncate(AT_ONCE);
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    tasks.in_full(cluster, &arns, read).await
}

/// `ListContainerInstances` and `DescribeContainerInstances`: what a cluster has room for.
pub(super) async fn container_instances(
    client: &EcsApi,
    cluster: &ClusterName,
) -> Answer<Vec<ContainerInstance>> {
    let list = |token| {
        let request = client.list_container_instances();
        request
            .cluster(cluster.as_str())
            .set_next_token(token)
            .send()
    };
    let operation = Operation::ListContainerInstances;
    let arns = client.pages(operation, usize::MAX, list, |answer| {
        let arns = member(answer.container_instance_arns, "containerInstanceArns")?;
        Ok((arns, answer.next_token))
    });
    let mut found = Vec::new();
    for some in arns.await?.chunks(AT_ONCE) {
        found.extend(instances(client, cluster, some).await?);
    }
    Ok(found)
}

async fn instances(
    client: &EcsApi,
    cluster: &ClusterName,
    arns: &[String],
) -> Answer<Vec<ContainerInstance>> {
    let describe = || {
        let request = client
            .describe_container_instances()
            .cluster(cluster.as_str());
        request.set_container_instances(Some(arns.to_vec())).send()
    };
    client
        .ask(Operation::DescribeContainerInstances, describe, |answer| {
            let there = answer.container_instances().iter();
            each_once(
                arns.iter().map(String::as_str),
                there
                    .clone()
                    .map(|instance| instance.container_instance_arn()),
                answer.failures(),
            )?;
            there.map(|instance| read(instance)).collect()
        })
        .await
}
