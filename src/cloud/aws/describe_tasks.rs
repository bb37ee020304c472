//! `DescribeTasks`: tasks in full.

use aws_sdk_ecs::Client;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::LiveTask;
use crate::release::ids::{ClusterName, TaskArn};

/// What one request takes.
const AT_ONCE: usize = 100;

pub(super) async fn describe(
    client: &Client,
    cluster: &ClusterName,
    arns: &[TaskArn],
) -> Answer<Vec<LiveTask>> {
    let mut found = Vec::new();
    for some in arns.chunks(AT_ONCE) {
        let some = some.iter().map(|arn| arn.as_str().to_owned()).collect();
        let request = client
            .describe_tasks()
            .cluster(cluster.as_str())
            .set_tasks(Some(some));
        let answer = read("DescribeTasks", request.send()).await?;
        let tasks = answer.tasks().iter().map(|task| wire::document(task));
        found.extend(tasks.filter_map(|document| LiveTask::read(document).ok()));
    }
    Ok(found)
}
