//! Tells how a deployment moves production traffic: its stages, and the shares of both releases.

use std::time::Duration;

use jiff::SignedDuration;
use mlship_manifest::schema::Stage;

use super::Machine;
use crate::progress::{EndsIs, Event, TrafficShares};
use crate::release::{LifecycleStage, ServiceDeployment, Shift};
use crate::rollout::SeenTraffic;
use crate::traffic::share_of;

/// How long a rule may differ from what ECS asks for.
const LAG: Duration = Duration::from_mins(1);

impl Machine {
    /// Tells how production traffic is shared, where that changed.
    pub(super) fn report_weights(&mut self, elapsed: Duration, events: &mut Vec<Event>) -> bool {
        let deployment = self.deployment.as_deref();
        let is_first = deployment.is_some_and(ServiceDeployment::is_first);
        let requested = deployment.and_then(requested);
        let Some(requested) = requested.filter(|_| self.routing.is_wired) else {
            return false;
        };
        let routing = &mut self.routing;
        let is_refused = routing.refused.is_some();
        let actual = routing
            .seen
            .as_deref()
            .filter(|_| !is_refused)
            .and_then(actual);
        let told = (requested, actual);
        let is_begin = routing.told.is_none() && requested.new == 0.0;
        // What ECS asks for shows before the rule is read again: both are told together.
        let is_seen = routing.seen_for == Some(requested) || routing.refused.is_some();
        let is_news = routing.told != Some(told) && !is_begin && is_seen;
        if is_news {
            events.push(Event::Weights {
                requested,
                actual,
                is_first,
            });
            routing.told = Some(told);
        }
        let differs = |actual: TrafficShares| (actual.new - requested.new).abs() >= 0.1;
        // ECS may put a first release into the group that has all requests already.
        let differs = !is_first && actual.is_some_and(differs);
        // A record that is not shown any more asks for what it asked for last.
        let is_current = elapsed.saturating_sub(self.asked_at) < LAG;
        if !differs || !is_current {
            (routing.differs_since, routing.has_told_difference) = (None, false);
            return is_news;
        }
        let since = *routing.differs_since.get_or_insert(elapsed);
        if elapsed.saturating_sub(since) >= LAG && !routing.has_told_difference {
            routing.has_told_difference = true;
            let message = "the rule has not had the weights that ECS asks for, for over a minute: \
                           somebody else may write it";
            events.push(Event::Note {
                message: message.to_owned(),
            });
        }
        is_news
    }

    /// Tells which stage a deployment has reached.
    pub(super) fn report_stage(
        &mut self,
        seen: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
        let Some(stage) = &seen.lifecycle_stage else {
            return false;
        };
        let shift = Shift::of(seen);
        let place = shift.as_ref().and_then(|shift| shift.step(seen));
        let place = place.filter(|_| stage.is_of_each_step());
        let reached = (stage.clone(), place.map(|(step, _)| step));
        if self.reported.stage() == Some(&reached) {
            return false;
        }
        let was_seen_to_begin = self.reported.stage().is_some() || self.follow.is_own;
        let minutes = shift
            .as_ref()
            .and_then(|shift| bake_minutes(shift, stage, place));
        let ends = minutes.and_then(|minutes| {
            let bake = SignedDuration::from_mins(i64::from(minutes));
            seen.updated_at?.checked_add(bake).ok()
        });
        events.push(Event::Stage {
            stage: stage.clone(),
            step: place.map(|(step, _)| step),
            steps: shift.map_or(0, |shift| shift.steps()),
            ends,
            ends_is: ends.map(|_| {
                if was_seen_to_begin {
                    EndsIs::Observed
                } else {
                    EndsIs::AtTheLatest
                }
            }),
            is_first: seen.is_first(),
            at: seen.updated_at,
        });
        self.reported.reached(reached);
        true
    }
}

/// Returns how long a stage bakes, if it does.
fn bake_minutes(shift: &Shift, stage: &LifecycleStage, place: Option<(u32, u32)>) -> Option<u32> {
    let minutes = match stage {
        LifecycleStage::BakeTime => shift.bake_minutes(),
        LifecycleStage::At(Stage::ProductionTrafficShift) => {
            let (step, steps) = place?;
            (step < steps).then(|| shift.step_bake_minutes())?
        }
        LifecycleStage::At(_)
        | LifecycleStage::ScaleUp
        | LifecycleStage::CleanUp
        | LifecycleStage::Unknown(_) => return None,
    };
    (minutes > 0).then_some(minutes)
}

/// Returns what ECS asks for.
pub(crate) fn requested(deployment: &ServiceDeployment) -> Option<TrafficShares> {
    let target = deployment.target_service_revision.as_ref()?;
    let new = target.requested_production_traffic_weight?;
    let sources = deployment.source_service_revisions.iter();
    let live = sources.filter_map(|source| source.requested_production_traffic_weight);
    // The sum of none is −0.
    let live = live.fold(0.0, |sum, share| sum + share);
    // ECS asks nothing for what is not there: the rest is the other group's all the same.
    let live = if deployment.is_first() {
        100.0 - new
    } else {
        live
    };
    Some(TrafficShares { new, live })
}

/// Returns what the rule gives.
pub(super) fn actual(seen: &SeenTraffic) -> Option<TrafficShares> {
    let routing = &seen.rule.as_ref()?.routing;
    let new = seen.new.as_ref()?;
    Some(TrafficShares {
        new: share_of(routing, new)?,
        live: share_of(routing, seen.wiring.other(new))?,
    })
}
