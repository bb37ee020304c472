//! `ListTasks` and `DescribeTasks`: what became of the tasks that a deployment started.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::DesiredStatus;
use serde_json::Value;

use super::call::ask;
use super::describe_tasks::described;
use super::lacks::member;
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ClusterName, DeploymentId};
use mlship_core::release::{Document, LiveTask, StoppedTask};

pub(super) async fn stopped(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<StoppedTask>> {
    let read = |task| serde_json::from_value(Value::Object(task));
    tasks(client, cluster, deployment, DesiredStatus::Stopped, read).await
}

pub(super) async fn running(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<LiveTask>> {
    let desired = DesiredStatus::Running;
    tasks(client, cluster, deployment, desired, LiveTask::read).await
}

async fn tasks<T>(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
    status: DesiredStatus,
    read: impl Fn(Document) -> serde_json::Result<T>,
) -> Answer<Vec<T>> {
    // One page, at most 100: enough to tell the cause, and what DescribeTasks takes at once.
    let request = || {
        client
            .list_tasks()
            .cluster(cluster.as_str())
            .started_by(deployment.as_str())
            .desired_status(status.clone())
            .send()
    };
    let arns = ask(Operation::ListTasks, request, |answer| {
        member(answer.task_arns, "taskArns")
    })
    .await?;
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    described(client, cluster, &arns, read).await
}
