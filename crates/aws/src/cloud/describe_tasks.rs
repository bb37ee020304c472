//! `DescribeTasks`: tasks in full.

use aws_sdk_ecs::Client;

use super::call::ask;
use super::lacks::{Lacks, document, each_once, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ClusterName, TaskArn};
use mlship_core::release::{Document, LiveTask};

/// What one request takes.
const AT_ONCE: usize = 100;

pub(super) async fn describe(
    client: &Client,
    cluster: &ClusterName,
    arns: &[TaskArn],
) -> Answer<Vec<LiveTask>> {
    let mut found = Vec::new();
    for some in arns.chunks(AT_ONCE) {
        let some: Vec<String> = some.iter().map(|arn| arn.as_str().to_owned()).collect();
        found.extend(described(client, cluster, &some, LiveTask::read).await?);
    }
    Ok(found)
}

/// Describes as many tasks as one request takes. Those that ECS has forgotten are left out.
pub(super) async fn described<T>(
    client: &Client,
    cluster: &ClusterName,
    arns: &[String],
    read: impl Fn(Document) -> serde_json::Result<T>,
) -> Answer<Vec<T>> {
    let request = || {
        let request = client.describe_tasks().cluster(cluster.as_str());
        request.set_tasks(Some(arns.to_vec())).send()
    };
    ask(Operation::DescribeTasks, request, |answer| {
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
                document(task, &read)
            })
            .collect::<Result<Vec<T>, Lacks>>()
    })
    .await
}
