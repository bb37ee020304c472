//! Applies a plan, also where others deploy the same release at the same moment.

use super::{Deploy, IfBusy};
use crate::app::model_version::PinnedManifest;
use crate::app::{Address, Report, ResultRecord, results};
use crate::apply::{Applied, ApplyError, apply};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Balancing, Cloud};
use crate::plan::{Plan, Started};
use crate::progress::Event;
use crate::registry::Registries;

/// A deployment to wait for.
pub(super) struct Begun {
    pub(super) started: Started,
    /// Whether it ran before, and is only followed.
    pub(super) is_followed: bool,
}

/// How often a plan is made again that others made stale, before that is told.
const PLANS: u32 = 3;

impl<C: Cloud + Balancing + Registries> Deploy<'_, C> {
    /// Applies a plan and returns the deployment to wait for: the one that was started, or the one
    /// that brings this release and still runs.
    ///
    /// A plan that the same release of another run made stale is made again, and shows what is left
    /// to be done: nothing that starts another deployment.
    pub(super) async fn write(
        &self,
        plan: &Plan,
        pinned: &PinnedManifest,
        report: &mut dyn Report,
    ) -> Result<Begun, Box<ResultRecord>> {
        let has_time = self.context.goes_on(self.options.watch.timeout);
        let goes_on = || has_time() && !self.options.is_over();
        let is_interrupted = self.context.is_interrupted();
        let busy = WhileBusy::new(&goes_on).unless(&is_interrupted);
        let mut made_again = None;
        let mut tries = 1;
        while tries < PLANS {
            let plan = made_again.as_ref().unwrap_or(plan);
            self.may_begin(plan, pinned)?;
            match apply(self.context.cloud, plan, busy, report).await {
                Err(ApplyError::Stale) => {}
                applied => return self.to_wait_for(plan, applied, report).await,
            }
            let now = self.plan_once(pinned, report).await?;
            let waits = self.options.if_busy == IfBusy::Wait && self.review.is_none();
            if !is_left_to_do(plan, &now) && now.running.is_some() && waits && goes_on() {
                // Nobody reviewed the plan: it is made again once nothing else runs.
                made_again = Some(self.plan(pinned, report).await?);
                continue;
            }
            tries += 1;
            if !is_left_to_do(plan, &now) {
                return Err(Box::new(self.overtaken(plan, &now)));
            }
            if let Some(review) = self.review {
                if now.deploys() {
                    if let Some(refused) = review(&now) {
                        return Err(Box::new(refused));
                    }
                    made_again = Some(now);
                    continue;
                }
                // Nothing is written that nobody saw: whoever deploys it writes the rest.
                return match now.writes.service {
                    Some(_) => Err(Box::new(self.not_applied(plan, &ApplyError::Stale))),
                    None => self.to_wait_for(&now, Ok(Applied::Nothing), report).await,
                };
            }
            made_again = Some(now);
        }
        let plan = made_again.as_ref().unwrap_or(plan);
        self.may_begin(plan, pinned)?;
        let applied = apply(self.context.cloud, plan, busy, report).await;
        self.to_wait_for(plan, applied, report).await
    }

    /// Nothing is applied where requests go as they should not: also no plan that was made again.
    pub(super) fn may_begin(
        &self,
        plan: &Plan,
        pinned: &PinnedManifest,
    ) -> Result<(), Box<ResultRecord>> {
        let address = Address::Manifest(pinned.manifest.source.name().to_owned());
        match self.misrouted(plan, &address) {
            Some(refused) => Err(Box::new(refused)),
            None => Ok(()),
        }
    }

    /// Ends a deploy before which somebody else deployed something else.
    fn overtaken(&self, plan: &Plan, now: &Plan) -> ResultRecord {
        match (&now.running, self.options.if_busy) {
            (Some(other), IfBusy::Fail) => results::busy(now, other),
            (Some(_), IfBusy::Wait | IfBusy::Supersede) | (None, _) => {
                self.not_applied(plan, &ApplyError::Stale)
            }
        }
    }

    async fn to_wait_for(
        &self,
        plan: &Plan,
        applied: Result<Applied, ApplyError>,
        report: &mut dyn Report,
    ) -> Result<Begun, Box<ResultRecord>> {
        match applied {
            Ok(Applied::Deployment(started)) => {
                return Ok(Begun {
                    started,
                    is_followed: false,
                });
            }
            Ok(Applied::Adjusted | Applied::Nothing) => {}
            Err(error) => return Err(Box::new(self.not_applied(plan, &error))),
        }
        if let Some(running) = plan.running.clone() {
            let deployment = running.deployment.clone();
            report.event(&plan.service, &Event::Attached { deployment });
            return Ok(Begun {
                started: running,
                is_followed: true,
            });
        }
        if let Some(serving) = &plan.previous {
            self.record(plan, &serving.task_definition, report).await;
        }
        self.delete_alarms(plan, report).await;
        let result = results::unchanged_or_adjusted(self.context.cloud, plan);
        Err(Box::new(result.await))
    }

    fn not_applied(&self, plan: &Plan, error: &ApplyError) -> ResultRecord {
        results::not_applied(plan, error, self.context.interrupts.arrived())
    }
}

/// Says whether a plan that was made again only does what is left of the one before: the same
/// release is there, or what made it stale was a look that was behind.
fn is_left_to_do(before: &Plan, now: &Plan) -> bool {
    if now.deploys() {
        now.running.is_none() && now.observed == before.observed
    } else {
        !now.going_back
    }
}
