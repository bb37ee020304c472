//! Brings back what a deployment changed in place once ECS takes the deployment back: the release
//! before was made for it, and ECS leaves it as the deployment wrote it.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::Notify;

use crate::apply::retry_idempotent;
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud};
use crate::plan::Restoration;
use crate::progress::{Decision, Event, Observer};
use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::{ServiceDeploymentArn, ServiceId};

/// What it may take: the way back goes on meanwhile.
const WITHIN: Duration = Duration::from_secs(20);

/// What became of settings that are to come back, in words.
#[derive(Debug)]
pub(super) enum Restored {
    /// They are back, or somebody else's by now.
    Settled(String),
    /// Not yet. ECS changes no strategy while the deployment that is taken back runs.
    NotYet(String),
}

/// Brings settings back, and says what became of that.
pub(super) async fn restore<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    restoration: &Restoration,
) -> Restored {
    let names = restoration.names();
    let said = match tokio::time::timeout(WITHIN, restored(cloud, id, restoration)).await {
        Ok(Ok(true)) => format!("{names} is as it was before the deployment again"),
        Ok(Ok(false)) => format!("{names} was changed by somebody else since, and stays"),
        Ok(Err(error)) => {
            return Restored::NotYet(format!("{names} was not brought back: {error}"));
        }
        Err(_) => {
            return Restored::NotYet(format!("{names} was not brought back: no answer in time"));
        }
    };
    Restored::Settled(said)
}

/// Brings them back, and returns whether they are as they were: whoever takes a deployment back may
/// have brought them already.
async fn restored<C: Cloud>(cloud: &C, id: &ServiceId, restoration: &Restoration) -> Answer<bool> {
    let Some(service) = cloud.service(id).await? else {
        return Ok(false);
    };
    if restoration.is_done(&service) {
        return Ok(true);
    }
    if !restoration.is_due(&service) {
        return Ok(false);
    }
    // The values are absolute: sent twice they are what they are once.
    let send = async || cloud.update_service(&restoration.update).await.map(|_| ());
    retry_idempotent(WhileBusy::no_longer(), send).await?;
    Ok(true)
}

/// Hears when ECS takes a deployment back.
pub(super) struct Hearing<'a> {
    pub(super) report: &'a mut dyn Observer,
    pub(super) way_back: &'a Notify,
    /// What this run gave up.
    pub(super) given_up: &'a Cell<Option<ServiceDeploymentArn>>,
    /// What became of the settings, which is told before what happens next.
    pub(super) restored: &'a Cell<Option<String>>,
}

impl Hearing<'_> {
    fn tell_restored(&mut self, service: &ServiceId) {
        if let Some(message) = self.restored.take() {
            self.report.event(service, &Event::Note { message });
        }
    }
}

impl Observer for Hearing<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        self.tell_restored(service);
        let is_way_back = match event {
            Event::Aborting { deployment, .. } => {
                self.given_up.set(Some(deployment.clone()));
                true
            }
            Event::Judged {
                judgement,
                deployment,
            } => {
                let goes_back = judgement.decision == Decision::GoesBack;
                if goes_back {
                    self.given_up.set(Some(deployment.clone()));
                }
                goes_back
            }
            Event::Status { status, .. } => matches!(
                status,
                Status::RollbackRequested | Status::RollbackInProgress | Status::RollbackSuccessful
            ),
            Event::Planned { .. }
            | Event::Registered { .. }
            | Event::Adopted { .. }
            | Event::Adjusted
            | Event::Started { .. }
            | Event::Attached { .. }
            | Event::WaitingFor { .. }
            | Event::Progress { .. }
            | Event::ServiceMessage { .. }
            | Event::TaskFailed { .. }
            | Event::Stage { .. }
            | Event::Weights { .. }
            | Event::Paused { .. }
            | Event::Hook { .. }
            | Event::Alarms { .. }
            | Event::RestsOnDeploymentId { .. }
            | Event::Note { .. } => false,
        };
        if is_way_back {
            self.way_back.notify_one();
        }
        self.report.event(service, event);
    }

    fn decision(&mut self, service: &ServiceId, decision: &str) {
        self.report.decision(service, decision);
    }

    fn idle(&mut self, service: &ServiceId) {
        self.tell_restored(service);
        self.report.idle(service);
    }
}
