//! Whether requests go where they should while no deployment runs: what `watch` would say of it.

use std::collections::BTreeSet;

use super::document::Misrouted;
use super::roles::ReleaseTasks;
use super::traffic::{TargetGroups, Targets};
use crate::app::status::Role;
use crate::release::ids::TargetGroupArn;
use crate::release::{
    ListenerRule, LiveService, ServiceDeployment, ServiceDeploymentStatus as Status,
    ServiceRevision, Wiring,
};
use crate::traffic::{Scene, Wrong, wrongs_after_end};

/// What a status has seen of a service.
pub(super) struct Seen<'a> {
    pub(super) service: &'a LiveService,
    /// Newest first.
    pub(super) listed: &'a [ServiceDeployment],
    pub(super) revisions: &'a [ServiceRevision],
    pub(super) releases: &'a [ReleaseTasks],
    pub(super) groups: &'a TargetGroups,
    pub(super) targets: &'a Targets,
    /// The rule, unless it could not be seen; nothing in it where there is none.
    pub(super) rule: Option<&'a Option<ListenerRule>>,
}

impl Seen<'_> {
    /// Says what is wrong; nothing where ECS moves no traffic, or moves it just now, or where the
    /// rule was not seen.
    pub(super) fn misrouted(&self) -> Option<Misrouted> {
        let wiring = Wiring::of(&self.service.document)?;
        let rule = self.rule.filter(|_| self.service.running().is_none())?;
        let serves = |deployment: &ServiceDeployment| {
            matches!(
                deployment.status,
                Status::Successful | Status::RollbackSuccessful
            )
        };
        let stayed = self.listed.first().is_some_and(|newest| !serves(newest));
        // Where nothing served before, no traffic can be at the wrong place.
        if stayed && !self.listed.iter().any(serves) {
            return None;
        }
        let live = self.live(&wiring);
        let empty = if self.service.desired_count == 0 {
            BTreeSet::new()
        } else {
            self.targets.empty(&wiring)
        };
        let scene = Scene {
            wiring: &wiring,
            rule: rule.as_ref(),
            live: live.as_ref(),
            empty: &empty,
        };
        let wrong = wrongs_after_end(scene, stayed);
        (!wrong.is_empty()).then(|| Misrouted {
            wrong: wrong.iter().map(Wrong::to_string).collect(),
            hint: None,
        })
    }

    /// Returns the group of the tasks that should serve: those of the newest deployment where that
    /// succeeded, else those that do, or else of the last that succeeded.
    fn live(&self, wiring: &Wiring) -> Option<TargetGroupArn> {
        let succeeded = |it: &&ServiceDeployment| it.status == Status::Successful;
        let newest = self.listed.first().filter(succeeded);
        let brought_to = |deployment: &ServiceDeployment| {
            let arn = deployment.target()?;
            let is_it = |revision: &&ServiceRevision| revision.service_revision_arn == *arn;
            self.revisions.iter().find(is_it)?.group_of(wiring)
        };
        let serves = |release: &&ReleaseTasks| release.role == Role::Serving;
        let serving = || {
            let serving = self.releases.iter().find(serves)?;
            self.groups.in_pair(serving, wiring)
        };
        let last = || self.listed.iter().find(succeeded).and_then(brought_to);
        newest.and_then(brought_to).or_else(serving).or_else(last)
    }
}
