//! Collects more about a failed release: its settings, and the last log lines of a failed
//! container.

use super::cause::{by_guilt, failure_of};
use super::cluster_capacity::room;
use super::{Cause, Circumstances, Failure};
use crate::cloud::{Answer, Cloud};
use crate::release::ids::{DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{Document, LogStream, StoppedTask};
use serde_json::Value;

use mlship_text::arn::last_part;
use mlship_text::secrets::KnownSecrets;
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
    let lines = last_words(cloud, scene, failure, &definition).await?;
    failure.explain(&around, &lines);
    // As one text: a key in several lines is told by its first and its last.
    let tail = lines.join("\n");
    // The container knows its variables by other names, too.
    let known = KnownSecrets::of_document(&Value::Object(definition));
    let tail = known.redact(&tail);
    failure.log_tail = tail.lines().map(|line| shortened(line, WIDEST)).collect();
    Ok(())
}

/// Returns the end of the log of the task that failed last in this way.
async fn last_words<C: Cloud>(
    cloud: &C,
    scene: FailureContext<'_>,
    failure: &Failure,
    definition: &Document,
) -> Answer<Vec<String>> {
    let cluster = &scene.service.cluster;
    let mut stopped = cloud.stopped_tasks(cluster, scene.deployment).await?;
    for task in &mut stopped {
        task.take_roles(definition);
    }
    let shares = |task: &&StoppedTask| {
        failure_of(task).is_some_and(|other| {
            let is_its = other.container == failure.evidence.container;
            other.cause == failure.cause && (is_its || failure.evidence.container.is_none())
        })
    };
    let failed = stopped.iter().filter(shares);
    let last = failed.max_by_key(|task| (task.stopping_at.or(task.stopped_at), &task.task_arn));
    let Some(log) = last.and_then(|task| log_of(task, definition)) else {
        return Ok(Vec::new());
    };
    let lines = cloud.log_tail(&log, LINES, None).await?;
    Ok(lines.into_iter().map(|line| line.message).collect())
}

/// Returns the log of the container that failed, or else of one that the task needs. Containers
/// that never ran wrote nothing.
fn log_of(task: &StoppedTask, definition: &Document) -> Option<LogStream> {
    let named = failure_of(task).and_then(|failure| failure.container);
    let started = task.started_at.is_some();
    let mut ran = by_guilt(task);
    ran.retain(|container| started || container.exit_code.is_some());
    let its = ran
        .iter()
        .find(|container| Some(&container.name) == named.as_ref());
    let container = its.or(ran.first())?;
    let id = last_part(&task.task_arn);
    LogStream::of(definition, &container.name, id, None).ok()
}

#[cfg(test)]
mod tests;
