//! How the newest deployment ended, and why.

use super::document::LastDeployment;
use super::roles::was_made_since;
use crate::cloud::{Answer, Cloud};
use crate::history::outcomes;
use crate::progress::Cause;
use crate::release::ids::TaskDefinitionArn;
use crate::release::{
    LiveTask, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision, StoppedTask,
};
use crate::rollout::diagnose;

pub(super) async fn last_deployment<C: Cloud>(
    cloud: &C,
    listed: &[ServiceDeployment],
    revisions: &[ServiceRevision],
    stopped: &[LiveTask],
) -> Answer<Option<LastDeployment>> {
    let Some(mut newest) = listed.first().cloned() else {
        return Ok(None);
    };
    if newest.status == ServiceDeploymentStatus::Stopped {
        // Whether it failed only the whole record tells.
        let arns = std::slice::from_ref(&newest.service_deployment_arn);
        let found = cloud.describe_service_deployments(arns).await?;
        let Some(whole) = found.into_iter().next() else {
            return Ok(None);
        };
        newest = whole;
    }
    let target = newest.target();
    let brought = revisions
        .iter()
        .find(|revision| Some(&revision.service_revision_arn) == target)
        .and_then(|revision| revision.task_definition.clone());
    let outcome = outcomes(std::slice::from_ref(&newest)).pop().flatten();
    let cause = outcome
        .filter(|outcome| outcome.is_failure())
        .and_then(|_| why_ended(&newest, brought.as_ref(), stopped));
    Ok(Some(LastDeployment {
        outcome,
        task_definition: brought,
        finished: newest.finished_at,
        reason: newest.status_reason,
        cause,
    }))
}

/// Returns why a deployment failed, by the tasks that it left behind and by ECS's words.
fn why_ended(
    newest: &ServiceDeployment,
    brought: Option<&TaskDefinitionArn>,
    stopped: &[LiveTask],
) -> Option<Cause> {
    let is_its = |task: &&LiveTask| {
        Some(&task.task_definition_arn) == brought && was_made_since(task, newest.created_at)
    };
    let left = stopped.iter().filter(is_its);
    let dead: Vec<StoppedTask> = left.filter_map(|task| task.end.clone()).collect();
    let said: Vec<String> = newest.status_reason.clone().into_iter().collect();
    diagnose(&dead, &said).map(|failure| failure.cause)
}
