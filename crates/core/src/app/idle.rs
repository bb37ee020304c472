//! What is said of a service that runs no task, whatever brought it there: what ECS called a success
//! then serves nobody.

use crate::cloud::{Answer, Cloud};
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use crate::release::{DesiredStatus, LiveService, StoppedTask};
use crate::rollout::{diagnose, of_task};
use mlship_text::words::counted;

/// How many tasks that stopped are looked at.
const MOST: usize = 100;

/// Says that a service which was just looked at runs no task, and why its tasks died.
pub(in crate::app) async fn note_on_idle<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    service: &LiveService,
) -> Option<String> {
    if service.running_count > 0 {
        return None;
    }
    // What can't be asked is left out: that none runs stands without it.
    let dead = dead(cloud, id, &service.task_definition).await;
    Some(words(&dead.unwrap_or_default()))
}

/// Looks at a service whose deployment succeeded or had succeeded before.
pub(in crate::app) async fn look_whether_idle<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
) -> Option<String> {
    let service = cloud.service(id).await.ok().flatten()?;
    note_on_idle(cloud, id, &service).await
}

async fn dead<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    of: &TaskDefinitionArn,
) -> Answer<Vec<StoppedTask>> {
    let mut listed = cloud.service_tasks(id, DesiredStatus::Stopped).await?;
    listed.truncate(MOST);
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let tasks = cloud.tasks(&id.cluster, &listed).await?;
    let its = tasks
        .into_iter()
        .filter(|task| task.task_definition_arn == *of);
    let ends = its.filter_map(|task| task.end);
    Ok(ends.filter(|end| of_task(end).is_some()).collect())
}

fn words(dead: &[StoppedTask]) -> String {
    let nothing = "no task runs".to_owned();
    match diagnose(dead, &[]) {
        Some(failure) => format!(
            "{nothing}: {} died, {}",
            counted(dead.len(), "task"),
            failure.reason
        ),
        None => nothing,
    }
}
