//! Waits for somebody, and how far a deployment is watched.

use mlship_manifest::schema::Stage;

use super::Machine;
use crate::progress::{Event, Pause, Verdict};
use crate::release::{LifecycleStage, ServiceDeployment, ServiceDeploymentStatus as Status};
use crate::rollout::{Until, pauses};

impl Machine {
    /// Returns what the deployment waits at for somebody.
    pub(super) fn pauses(&self) -> Vec<Pause> {
        let deployment = self.deployment.as_deref();
        deployment.map_or_else(Vec::new, |seen| pauses(seen, &self.follow.pausing))
    }

    /// Tells each wait for somebody once.
    pub(super) fn report_pauses(
        &mut self,
        seen: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
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
