//! Waits for somebody, or for the judgement of a step, and how far a deployment is watched.

use mlship_manifest::schema::Stage;

use super::Machine;
use super::shifting::{actual, requested};
use crate::progress::{Event, Pause, Verdict};
use crate::release::{LifecycleStage, ServiceDeployment, ServiceDeploymentStatus as Status, Shift};
use crate::rollout::{Next, Until, WaitsEnded, pauses};

/// A wait before a step, in which the step before it is to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct DueJudgement {
    /// The wait.
    pub pause: Pause,
    /// The minutes that the step before baked.
    pub bake: u32,
    /// Whether nothing served before, so that there is nothing to judge it beside.
    pub is_first: bool,
}

impl DueJudgement {
    /// Returns the step that is judged, counted from 1, and how many there are.
    #[must_use]
    pub fn step(&self) -> Option<(u32, u32)> {
        let before = self.pause.step?.checked_sub(1)?;
        Some((before, self.pause.steps?))
    }
}

impl Machine {
    /// Returns the wait that a judgement ends, if the deployment is at one.
    #[must_use]
    pub fn due_judgement(&self) -> Option<DueJudgement> {
        self.follow.waits.analysis()?;
        let deployment = self.deployment.as_deref()?;
        let bake = Shift::of(deployment)?.step_bake_minutes();
        let mut waits = self.pauses().into_iter().filter(is_before_a_step);
        let pause = waits.next()?;
        // Of two nobody could tell which is the analysis' own.
        waits.next().is_none().then_some(DueJudgement {
            pause,
            bake,
            is_first: deployment.is_first(),
        })
    }

    /// Leaves a wait to somebody that a judgement can't end, or not yet.
    pub fn leave_to_somebody(&mut self, hook: &str) {
        self.left.insert(hook.to_owned());
    }

    /// Learns why the deployment is taken back from here.
    pub fn blame(&mut self, reason: String) {
        self.blamed = Some(reason);
    }

    /// Says whether a wait is a judgement's to end, and nobody else's yet.
    fn is_judged(&self, hook: &str) -> bool {
        !self.left.contains(hook)
            && self
                .due_judgement()
                .is_some_and(|due| due.pause.hook == hook)
    }

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
        let meant = self.follow.waits.promoted();
        meant.is_some() && seen.is_some() && seen != meant
    }

    /// Returns what is to be ended now, each wait once.
    pub(super) fn promote(&mut self) -> Option<Next> {
        let deployment = self.follow.waits.promoted()?.clone();
        let waits = self.pauses().into_iter();
        let hooks: Vec<String> = waits.map(|pause| pause.hook).collect();
        self.promoted.extend(hooks.iter().cloned());
        (!hooks.is_empty()).then_some(Next::Promote { deployment, hooks })
    }

    /// Ends no further wait, and watches no further than the next: these may still last.
    pub fn promote_no_more(&mut self, left: &[String]) {
        self.promoted.retain(|hook| !left.contains(hook));
        self.follow.waits = WaitsEnded::ByNobody;
        self.follow.until = Until::Paused;
    }

    /// Tells each wait for somebody once.
    pub(super) fn report_pauses(
        &mut self,
        seen: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
        if self.follow.waits.promoted().is_some() {
            return false;
        }
        let mut is_news = false;
        for pause in pauses(seen, &self.follow.pausing) {
            if !self.is_judged(&pause.hook) && self.reported.waits_at(&pause.hook) {
                events.push(Event::Paused {
                    pause: Box::new(pause),
                    is_attached: !self.follow.is_own,
                });
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
            Until::Paused => self
                .pauses()
                .iter()
                .any(|pause| !self.is_judged(&pause.hook)),
            Until::Shifted => {
                is_at(LifecycleStage::At(Stage::ProductionTrafficShift))
                    && requested(deployment).is_some_and(|asked| asked.new >= 100.0)
                    && self.is_routed(deployment)
            }
            Until::Baking => is_at(LifecycleStage::BakeTime) && self.is_routed(deployment),
        }
    }

    /// Says whether the rule was seen to send all production traffic to the new release. Where ECS
    /// moves none by a rule, its own word is all there is.
    fn is_routed(&self, deployment: &ServiceDeployment) -> bool {
        let routing = &self.routing;
        let is_seen = routing.refused.is_none() && routing.seen_for == requested(deployment);
        let seen = routing.seen.as_deref().filter(|_| is_seen);
        !routing.is_wired
            || seen
                .and_then(actual)
                .is_some_and(|shares| shares.new >= 100.0)
    }

    pub(super) fn reached(&self) -> Verdict {
        match self.follow.until {
            Until::Paused => Verdict::Paused,
            Until::Shifted | Until::Baking | Until::Done => Verdict::Reached,
        }
    }
}

fn is_before_a_step(pause: &Pause) -> bool {
    pause.stage == Some(LifecycleStage::At(Stage::PreProductionTrafficShift))
}
