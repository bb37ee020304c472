//! Asks for what a status is made of, and remembers what could not be seen.

use std::collections::{BTreeMap, BTreeSet};

use super::document::NotSeen;
use super::traffic::Targets;
use crate::cloud::{Answer, Balancing, Cloud, CloudError};
use crate::release::ids::{RuleArn, ServiceId, TargetGroupArn};
use crate::release::{
    DesiredStatus, EXPERIMENT, ListenerRule, LiveService, LiveTask, ServiceDeployment,
    ServiceDeploymentStatus, Wiring,
};

/// How many stopped tasks are looked at: more tell no more of why.
const MOST_STOPPED: usize = 1000;

/// What was asked and not answered, or refused.
#[derive(Default)]
pub(super) struct Looks {
    pub(super) unanswered: Option<CloudError>,
    pub(super) not_seen: Vec<NotSeen>,
}

impl Looks {
    /// Older endpoints and narrow policies don't tell: a status without that is one, and says so.
    /// What was not answered is missing from it, and that is an error.
    pub(super) fn take<T>(&mut self, what: &'static str, answer: Answer<T>) -> Option<T> {
        match answer {
            Ok(told) => Some(told),
            Err(error) if error.is_transport() => {
                self.unanswered.get_or_insert(error);
                None
            }
            Err(error) => {
                if self.not_seen.iter().all(|seen| seen.what != what) {
                    self.not_seen.push(NotSeen {
                        what,
                        error: error.to_string(),
                        hint: error.hint,
                    });
                }
                None
            }
        }
    }

    /// Returns the tasks that ECS wants to run.
    pub(super) async fn alive<C: Cloud>(
        &mut self,
        cloud: &C,
        id: &ServiceId,
    ) -> Option<Vec<LiveTask>> {
        let tasks = tasks(cloud, id, DesiredStatus::Running, usize::MAX).await;
        self.take("which tasks are healthy", tasks)
    }

    /// Returns the tasks that stopped, where any may have died.
    pub(super) async fn stopped<C: Cloud>(
        &mut self,
        cloud: &C,
        id: &ServiceId,
        service: &LiveService,
        listed: &[ServiceDeployment],
    ) -> Option<Vec<LiveTask>> {
        let is_short = service.running_count < service.desired_count;
        let has_failed = service
            .deployments
            .iter()
            .any(|entry| entry.failed_tasks > 0);
        let newest = listed.first().map(|newest| newest.status);
        let ended_well = newest.is_none_or(|status| status == ServiceDeploymentStatus::Successful);
        if !is_short && !has_failed && ended_well && service.running().is_none() {
            return Some(Vec::new());
        }
        let tasks = tasks(cloud, id, DesiredStatus::Stopped, MOST_STOPPED).await;
        self.take("which tasks died, and why", tasks)
    }

    /// Returns how the load balancers' targets are, as far as that may be asked.
    pub(super) async fn targets<C: Balancing>(
        &mut self,
        cloud: &C,
        groups: BTreeSet<&TargetGroupArn>,
    ) -> Targets {
        let mut all = BTreeMap::new();
        for group in groups {
            let health = cloud.target_health(group).await;
            let health = self.take("which tasks the load balancer finds healthy", health);
            all.extend(health.map(|health| (group.clone(), health)));
        }
        Targets(all)
    }

    /// Returns the rule that shares traffic between the releases of the service, or between the
    /// service and others, if one does; nothing where it was not seen, and none in it where it is
    /// gone.
    pub(super) async fn rule<C: Balancing>(
        &mut self,
        cloud: &C,
        service: &LiveService,
    ) -> Option<Option<ListenerRule>> {
        let rule = match Wiring::of(&service.document) {
            Some(wiring) => wiring.production,
            None => RuleArn::new(service.tags().remove(EXPERIMENT)?),
        };
        let rule = cloud.listener_rule(&rule).await;
        self.take("its share of the traffic", rule)
    }
}

async fn tasks<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    wanted: DesiredStatus,
    most: usize,
) -> Answer<Vec<LiveTask>> {
    let mut listed = cloud.service_tasks(id, wanted).await?;
    listed.truncate(most);
    cloud.tasks(&id.cluster, &listed).await
}
