//! How the newest deployment ended, and why.

use jiff::Timestamp;

use super::document::LastDeployment;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::history::{Outcome, cause_of, outcomes};
use crate::release::{
    InstantReturn, LiveService, LiveTask, ServiceDeployment, ServiceDeploymentStatus,
    ServiceRevision, Wiring,
};

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
    let going_back = newest.status.is_going_back();
    let mut cause = None;
    if going_back || outcome.is_some_and(Outcome::is_failure) {
        let live = match &brought {
            // Who may not read it does without what was kept there.
            Some(arn) => CloudError::unless_refused(cloud.task_definition(arn.as_str()).await)?,
            None => None,
        };
        let tags = live.flatten().map(|live| live.tags);
        cause = cause_of(&newest, brought.as_ref(), tags.as_ref(), stopped);
    }
    Ok(Some(LastDeployment {
        outcome,
        going_back,
        task_definition: brought,
        finished: newest.finished_at,
        reason: newest.status_reason,
        cause,
    }))
}

/// Returns until when going back takes seconds, of a deployment in its last bake. What is listed
/// has no stage: the whole record has.
pub(super) async fn instant_return_until<C: Cloud>(
    cloud: &C,
    service: &LiveService,
    listed: &[ServiceDeployment],
) -> Answer<Option<Timestamp>> {
    let is_moved = Wiring::of(&service.document).is_some() && service.running().is_some();
    let newest = listed.first().filter(|_| is_moved);
    let runs = newest.filter(|newest| newest.status == ServiceDeploymentStatus::InProgress);
    let Some(newest) = runs else {
        return Ok(None);
    };
    let arns = std::slice::from_ref(&newest.service_deployment_arn);
    let whole = cloud.describe_service_deployments(arns).await?;
    let way = whole.first().and_then(InstantReturn::of);
    Ok(way.and_then(|way| way.until))
}
