//! Looks at where production traffic goes.

use std::collections::BTreeSet;

use super::Watch;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind, empty_groups, group_of_revision};
use crate::release::ids::{ServiceRevisionArn, TargetGroupArn};
use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status, Wiring};
use crate::rollout::{SeenTraffic, TrafficObservation, TrafficRequest};

impl<C: Cloud> Watch<'_, C> {
    /// Looks at a service's rule, and at what is behind it where that is asked for.
    pub(super) async fn observe_traffic(
        &mut self,
        request: TrafficRequest,
    ) -> Answer<TrafficObservation> {
        let seen = match request {
            TrafficRequest::None => return Ok(TrafficObservation::NotAsked),
            TrafficRequest::Weights => self.see_weights().await,
            TrafficRequest::All => self.see_all().await,
        };
        match seen {
            Ok(Some(seen)) => Ok(TrafficObservation::Seen(Box::new(seen))),
            Ok(None) => Ok(TrafficObservation::Unwired),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            Err(error) if may_answer_later(&error) => {
                // The end is known; what is missing is worth the same patience.
                if request == TrafficRequest::All {
                    self.failure = Some(error);
                }
                Ok(TrafficObservation::Unanswered)
            }
            Err(error) => {
                let why = match &error.hint {
                    Some(hint) => format!("{error}; {hint}"),
                    None => error.to_string(),
                };
                if error.kind == ErrorKind::Denied {
                    self.refused.push(error);
                }
                Ok(TrafficObservation::Refused(why))
            }
        }
    }

    pub(super) async fn see_weights(&mut self) -> Answer<Option<SeenTraffic>> {
        if self.wiring.is_none() {
            let service = self.locate.cloud.service(self.locate.service).await?;
            self.wiring = service.and_then(|service| Wiring::of(&service.document));
        }
        let Some(wiring) = self.wiring.clone() else {
            return Ok(None);
        };
        let cloud = self.locate.cloud;
        let rule = cloud.listener_rule(&wiring.production).await?;
        let new = self.group_of(&wiring, ServiceDeployment::target).await?;
        let live = self.group_of(&wiring, came_from).await?;
        Ok(Some(SeenTraffic {
            new: new.or_else(|| live.as_ref().map(|live| wiring.other(live).clone())),
            live,
            rule,
            wiring,
            empty: BTreeSet::new(),
            is_of_another: false,
        }))
    }

    async fn see_all(&mut self) -> Answer<Option<SeenTraffic>> {
        let cloud = self.locate.cloud;
        let service = cloud.service(self.locate.service).await?;
        let service = service.as_ref();
        let wiring = service.and_then(|service| Wiring::of(&service.document));
        self.wiring = wiring.or(self.wiring.take());
        let Some(mut seen) = self.see_weights().await? else {
            return Ok(None);
        };
        // Another deployment moves the traffic on: what is seen now is its.
        seen.is_of_another = service.is_some_and(|service| service.running().is_some());
        if service.is_some_and(|service| service.desired_count > 0) {
            seen.empty = empty_groups(cloud, &seen.wiring).await?;
        }
        Ok(Some(seen))
    }

    /// Returns the group that the tasks of a deployment's revision are in. ECS may resolve it late.
    async fn group_of(
        &mut self,
        wiring: &Wiring,
        which: impl Fn(&ServiceDeployment) -> Option<&ServiceRevisionArn>,
    ) -> Answer<Option<TargetGroupArn>> {
        let Some(revision) = self.located.as_ref().and_then(which).cloned() else {
            return Ok(None);
        };
        if let Some(known) = self.groups.get(&revision) {
            return Ok(Some(known.clone()));
        }
        let group = group_of_revision(self.locate.cloud, &revision, wiring).await?;
        if let Some(group) = &group {
            self.groups.insert(revision, group.clone());
        }
        Ok(group)
    }
}

/// Returns the revision that served before a deployment, or that it went back to.
fn came_from(deployment: &ServiceDeployment) -> Option<&ServiceRevisionArn> {
    let back = deployment.rollback.as_ref();
    let back = back.and_then(|rollback| rollback.service_revision_arn.as_ref());
    let went_back = deployment.status.is_going_back()
        || matches!(
            deployment.status,
            Status::RollbackSuccessful | Status::RollbackFailed
        );
    let source = deployment.source_service_revisions.first();
    let source = source.map(|source| &source.arn);
    if went_back { back.or(source) } else { source }
}

fn may_answer_later(error: &CloudError) -> bool {
    match error.kind {
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Lost | ErrorKind::Unreadable => {
            true
        }
        ErrorKind::Setting
        | ErrorKind::Credentials
        | ErrorKind::Denied
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere => false,
    }
}
