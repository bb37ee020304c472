//! `ListTasks` and `DescribeTasks`: what became of the tasks that a deployment started.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::DesiredStatus;
use serde_json::Value;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ids::{ClusterName, DeploymentId};
use crate::release::{Document, LiveTask, StoppedTask};

pub(super) async fn stopped(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<StoppedTask>> {
    let found = tasks(client, cluster, deployment, DesiredStatus::Stopped).await?;
    let read = |task| serde_json::from_value(Value::Object(task)).ok();
    Ok(found.into_iter().filter_map(read).collect())
}

pub(super) async fn running(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
) -> Answer<Vec<LiveTask>> {
    let found = tasks(client, cluster, deployment, DesiredStatus::Running).await?;
    let read = |task| LiveTask::read(task).ok();
    Ok(found.into_iter().filter_map(read).collect())
}

async fn tasks(
    client: &Client,
    cluster: &ClusterName,
    deployment: &DeploymentId,
    status: DesiredStatus,
) -> Answer<Vec<Document>> {
    // One page, at most 100: enough to tell the cause, and what DescribeTasks takes at once.
    let request = client
        .list_tasks()
        .cluster(cluster.as_str())
        .started_by(deployment.as_str())
        .desired_status(status);
    let listed = read("ListTasks", request.send()).await?;
    if listed.task_arns().is_empty() {
        return Ok(Vec::new());
    }
    let request = client
        .describe_tasks()
        .cluster(cluster.as_str())
        .set_tasks(Some(listed.task_arns().to_vec()));
    let answer = read("DescribeTasks", request.send()).await?;
    Ok(answer
        .tasks()
        .iter()
        .map(|task| wire::document(task))
        .collect())
}
