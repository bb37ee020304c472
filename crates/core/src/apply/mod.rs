//! Applies a plan and decides nothing. Refuses when the service has changed since it was planned.
//!
//! Each write takes effect at most once: after a lost answer it looks for what the write would
//! have made, for as long as ECS's lists may be behind, before it sends anything again.

mod alarms;
mod baseline;
mod continuing;
mod deploy;
mod family;
mod idempotent;
mod register;
mod scaling;
mod tags;
mod write_effect;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::time::Duration;

pub use alarms::delete_alarms;
pub use continuing::{Continued, continue_hook};
use deploy::Run;
pub use idempotent::{retry_idempotent, retry_until_visible};
use register::register;
pub use tags::record;
use tokio::time::Instant;

use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind, company};
use crate::plan::{Plan, Started, fingerprint};
use crate::progress::Observer;
use crate::release::LiveService;
use crate::release::ids::ServiceDeploymentArn;

/// How long after its observation a service is trusted to be unchanged, where nothing is written
/// in between.
const FRESH: Duration = Duration::from_secs(3);

/// What applying a plan started.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    /// A deployment.
    Deployment(Started),
    /// A change that ECS makes without a deployment.
    Adjusted,
    /// Nothing was to be written.
    Nothing,
}

/// Why a plan was not, or not wholly, applied.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApplyError {
    /// The service is not what the plan was made from, or somebody else's deployment appeared
    /// where ours should have.
    #[error("the service changed since this plan was made")]
    Stale,
    /// Somebody interrupted the command before anything changed the service.
    #[error("interrupted before the deployment began")]
    Interrupted,
    /// The run that it is a part of began nothing more, for this reason, before anything changed the
    /// service.
    #[error("not begun: {0}")]
    NotBegun(String),
    /// AWS gave no usable answer.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// What was seen of a service a moment ago, when there is no time to look again.
#[derive(Debug, Clone)]
pub struct RecentObservation {
    /// When.
    pub at: Instant,
    /// The service.
    pub service: LiveService,
    /// Its deployments.
    pub deployments: Vec<ServiceDeploymentArn>,
}

/// Applies a plan that was made from what was just seen, without another look.
///
/// # Errors
/// As [`apply`] does.
pub async fn apply_at_once<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    seen: RecentObservation,
    busy: WhileBusy<'_>,
    report: &mut dyn Observer,
) -> Result<Applied, ApplyError> {
    let look = Look {
        at: seen.at,
        service: Some(seen.service),
        deployments: Some(seen.deployments),
    };
    write(cloud, plan, Some(look), busy, report).await
}

/// What was seen before the first write.
struct Look {
    at: Instant,
    service: Option<LiveService>,
    /// Its deployments, where somebody has listed them.
    deployments: Option<Vec<ServiceDeploymentArn>>,
}

/// Stops a deployment, which leads back to what it replaces. Sent twice it does what it does once.
pub async fn stop_deployment<C: Cloud>(
    cloud: &C,
    deployment: &ServiceDeploymentArn,
    busy: WhileBusy<'_>,
) -> Answer<()> {
    let in_doubt = Cell::new(false);
    let send = async || match cloud.stop_service_deployment(deployment).await {
        // The request before was carried out: there is nothing left to stop.
        Err(error) if in_doubt.get() && error.kind == ErrorKind::Rejected => Ok(()),
        Err(error) => {
            in_doubt.set(in_doubt.get() || error.may_have_happened());
            Err(error)
        }
        Ok(()) => Ok(()),
    };
    retry_idempotent(busy, send).await
}

/// Applies a plan.
///
/// # Errors
/// When the plan is stale, and when AWS says no or is out of reach; the writes made until then
/// are found again by the next run.
pub async fn apply<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    busy: WhileBusy<'_>,
    report: &mut dyn Observer,
) -> Result<Applied, ApplyError> {
    let writes = &plan.writes;
    if writes.are_none() {
        return Ok(Applied::Nothing);
    }
    // In a run of many it may be long until it is its turn to register: the look after that decides.
    if company() > 1 && plan.writes.register.is_some() {
        return write(cloud, plan, None, busy, report).await;
    }
    let at = Instant::now();
    let look = Look {
        at,
        service: cloud.service(&plan.service).await?,
        deployments: None,
    };
    write(cloud, plan, Some(look), busy, report).await
}

async fn write<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    seen: Option<Look>,
    busy: WhileBusy<'_>,
    report: &mut dyn Observer,
) -> Result<Applied, ApplyError> {
    if let Some(seen) = &seen {
        refuse_stale(plan, seen.service.as_ref())?;
    }
    let registered = match &plan.writes.register {
        Some(document) => Some(register(cloud, plan, document, busy, report).await?),
        None => None,
    };
    // Others deploy meanwhile, and the same release among them: ECS offers no lock, so that what
    // can be done is to look right before the write. A revision that was registered in vain is left.
    let is_recent = |look: &Look| registered.is_none() && look.at.elapsed() <= FRESH;
    let look = match seen {
        Some(look) if is_recent(&look) => look,
        seen => Look {
            at: Instant::now(),
            service: cloud.service(&plan.service).await?,
            deployments: seen.and_then(|look| look.deployments),
        },
    };
    refuse_stale(plan, look.service.as_ref())?;
    // A registration can take its time, and what it leaves changes nothing.
    if busy.is_interrupted() {
        return Err(ApplyError::Interrupted);
    }
    let run = Run {
        cloud,
        plan,
        observed: look.service.as_ref(),
        registered,
        known: look.deployments,
        busy,
    };
    run.write(report).await
}

fn refuse_stale(plan: &Plan, observed: Option<&LiveService>) -> Result<(), ApplyError> {
    if fingerprint(observed, plan.writes.has_count()) == plan.observed {
        Ok(())
    } else {
        Err(ApplyError::Stale)
    }
}
