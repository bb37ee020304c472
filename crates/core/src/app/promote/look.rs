//! Finds the newest deployment, and which of its waits are to be ended.

use crate::app::on_record::{OnRecord, Reach, active};
use crate::cloud::{Answer, Cloud, CloudError};
use crate::release::ids::ServiceId;
use crate::release::{
    HookState, LifecycleStage, ServiceDeployment, ServiceDeploymentStatus as Status, Shift,
};
use jiff::{SignedDuration, Timestamp};

/// Returns the newest deployment of a service, in full. What the service itself names needs no
/// list, which may be behind and may be denied.
///
/// # Errors
/// When AWS gives no usable answer, and where there is no active service or no deployment.
pub(super) async fn newest<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<ServiceDeployment> {
    let service = active(cloud.service(id).await?, id)?;
    let newest = if let Some(current) = &service.current_service_deployment {
        current.clone()
    } else {
        let listed = OnRecord::of(cloud, id, &service, Reach::Newest).await?;
        let newest = listed.deployments.into_iter().next();
        let newest = newest.map(|newest| newest.service_deployment_arn);
        newest.ok_or_else(|| CloudError::no_deployment(id))?
    };
    let found = cloud
        .describe_service_deployments(std::slice::from_ref(&newest))
        .await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| CloudError::no_deployment(id))
}

/// What a promotion does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It ends these waits.
    Continue(Vec<String>),
    /// Nothing: somebody has ended this one.
    WentOn(String),
    /// Nothing: this is what is there.
    Nothing(String),
}

/// Says whether a deployment goes forward.
pub(super) fn is_under_way(deployment: &ServiceDeployment) -> bool {
    matches!(deployment.status, Status::Pending | Status::InProgress)
}

/// How long ago somebody continued it whom a second promoter has just missed.
const JUST_NOW: SignedDuration = SignedDuration::from_mins(5);

/// Decides by a deployment's own record; `hook` is the one wait that is to be ended.
pub(super) fn decide(
    deployment: &ServiceDeployment,
    hook: Option<&str>,
    now: Timestamp,
) -> Decision {
    let is_under_way = is_under_way(deployment);
    let hooks = &deployment.lifecycle_hook_details;
    let waits = |hook: &&HookState| is_under_way && hook.is_waiting();
    let there = standing(deployment);
    let Some(asked) = hook else {
        let waiting: Vec<String> = hooks
            .iter()
            .filter(waits)
            .map(|hook| hook.hook_id.clone())
            .collect();
        if !waiting.is_empty() {
            return Decision::Continue(waiting);
        }
        return match just_continued(deployment, now) {
            Some(hook) => Decision::WentOn(hook),
            None if may_have_been_continued(deployment) => {
                Decision::Nothing(format!("{there}; somebody may have continued it just now"))
            }
            None => Decision::Nothing(there),
        };
    };
    match hooks.iter().find(|known| known.hook_id == asked) {
        Some(known) if waits(&known) => Decision::Continue(vec![asked.to_owned()]),
        Some(known) => match known.status.as_deref() {
            Some("SUCCEEDED") => Decision::WentOn(asked.to_owned()),
            Some("TIMED_OUT") => Decision::Nothing(format!("{asked} has timed out; {there}")),
            Some(_) | None => Decision::Nothing(format!("{asked} waits for nobody; {there}")),
        },
        // ECS need not list what is over.
        None => Decision::Nothing(format!(
            "the newest deployment has no {asked}, or it is over; {there}"
        )),
    }
}

/// Returns the wait that somebody ended a moment ago, where ECS still lists it: whoever comes second
/// has what he wanted.
fn just_continued(deployment: &ServiceDeployment, now: Timestamp) -> Option<String> {
    let changed = deployment.updated_at;
    // ECS's clock may be ahead of the one here.
    let is_new = changed.is_none_or(|at| now.duration_since(at) < JUST_NOW);
    let mut hooks = deployment.lifecycle_hook_details.iter().rev();
    let ended = hooks.find(|hook| hook.was_continued());
    let ended = ended.filter(|_| is_new && is_under_way(deployment));
    ended.map(|hook| hook.hook_id.clone())
}

/// Says whether a wait may have been ended that ECS does not list any more.
fn may_have_been_continued(deployment: &ServiceDeployment) -> bool {
    let is_listed = deployment
        .lifecycle_hook_details
        .iter()
        .any(|hook| hook.target_type.as_deref() == Some("PAUSE"));
    let pauses = Shift::of(deployment).is_some_and(|shift| shift.has_pauses());
    is_under_way(deployment) && pauses && !is_listed
}

/// Says how a deployment stands.
pub(super) fn standing(deployment: &ServiceDeployment) -> String {
    let reason = deployment.status_reason.as_ref();
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let ended = match deployment.status {
        Status::Pending => "its deployment has not begun",
        Status::InProgress => {
            let hooks = &deployment.lifecycle_hook_details;
            let who = match hooks.iter().filter(|hook| hook.is_waiting()).count() {
                0 => "and waits for nobody",
                _ => "and waits at another hook",
            };
            let stage = deployment.lifecycle_stage.as_ref();
            let stage = stage.map_or_else(
                || "its deployment runs".to_owned(),
                |stage| format!("its deployment is at {}", LifecycleStage::name(stage)),
            );
            return format!("{stage}, {who}");
        }
        Status::RollbackRequested | Status::RollbackInProgress => "its deployment goes back",
        Status::RollbackSuccessful => "its newest deployment was rolled back",
        Status::RollbackFailed => "its newest deployment failed, and could not go back",
        Status::StopRequested => "its deployment is being stopped",
        Status::Stopped => "its newest deployment was stopped",
        Status::Successful => return "its newest deployment has succeeded".to_owned(),
        Status::Unknown => "its deployment is in a state that this version does not know",
    };
    format!("{ended}{reason}")
}
