//! Waits for somebody, and how far a deployment is watched.

use mlship_manifest::schema::Stage;

use super::Machine;
use crate::progress::{Event, Pause, Verdict};
use crate::release::{LifecycleStage, ServiceDeployment, ServiceDeploymentStatus as Status};
use crate::rollout::{Next, Until, pauses};

impl Machine {
    /// Returns what the deployment waits at for somebody.
    pub(super) fn pauses(&self) -> Vec<Pause> {
        let deployment = self.deployment.as_deref();
        let waits = deployment.map(|seen| pauses(seen, &self.follow.pausing));
        let mut waits = waits.unwrap_or_default();
        // What was ended may still be listed for a moment.
        waits.retain(|pause| !self.promoted.contains(&pause.hook));
        waits
    }

    /// Says whether this is another deployment than the one whose waits are to be ended.
    pub(super) fn is_another(&self) -> bool {
        let seen = self.deployment.as_deref();
        let seen = seen.map(|seen| &seen.service_deployment_arn);
        let meant = self.follow.promotes.as_ref();
        meant.is_some() && seen.is_some() && seen != meant
    }

    /// Returns what is to be ended now, each wait once.
    pub(super) fn promote(&mut self) -> Option<Next> {
        let deployment = self.follow.promotes.clone()?;
        let waits = self.pauses().into_iter();
        let hooks: Vec<String> = waits.map(|pause| pause.hook).collect();
        self.promoted.extend(hooks.iter().cloned());
        (!hooks.is_empty()).then_some(Next::Promote { deployment, hooks })
    }

    /// Ends no further wait, and watches no further than the next: these may still last.
    pub fn promote_no_more(&mut self, left: &[String]) {
        self.promoted.retain(|hook| !left.contains(hook));
        self.follow.promotes = None;
        self.follow.until = Until::Paused;
    }

    /// Tells each wait for somebody once.
    pub(super) fn report_pauses(
        &mut self,
        seen: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
        if self.follow.promotes.is_some() {
            return false;
        }
        let mut is_news = false;
        for pause in pauses(seen, &self.follow.pausing) {
            if self.reported.waits_at(&pause.hook) {
                let pause = Box::new(pause);
                events.push(Event::Paused { pause });
                is_news = true;
            }
        }
        is_news
    }

    /// Says whether it has come as far as it is to be watched: by its position, which a stage that
    /// is not known has none of.
    pub(super) fn has_come_far_enough(&self) -> bool {
        let running = self.deployment.as_deref();
        let Some(deployment) = running.filter(|seen| seen.status == Status::InProgress) else {
            return false;
        };
        let is_at = |stage: LifecycleStage| {
            let now = deployment.lifecycle_stage.as_ref();
            let now = now.and_then(LifecycleStage::position);
            now.is_some_and(|now| Some(now) >= stage.position())
        };
        match self.follow.until {
            Until::Done => false,
            Until::Paused => !self.pauses().is_empty(),
            Until::Shifted => {
                let target = deployment.target_service_revision.as_ref();
                let share = target.and_then(|target| target.requested_production_traffic_weight);
                is_at(LifecycleStage::At(Stage::ProductionTrafficShift))
                    && share.is_some_and(|share| share >= 100.0)
            }
            Until::Baking => is_at(LifecycleStage::BakeTime),
        }
    }

    pub(super) fn reached(&self) -> Verdict {
        match self.follow.until {
            Until::Paused => Verdict::Paused,
            Until::Shifted | Until::Baking | Until::Done => Verdict::Reached,
        }
    }
}
