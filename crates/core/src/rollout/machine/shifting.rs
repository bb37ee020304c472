//! Tells how a deployment moves production traffic: its stages, and the shares of both releases.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mlship_manifest::schema::Stage;

use super::Machine;
use crate::progress::{EndsIs, Event, TrafficShares};
use crate::release::{
    InstantReturn, LifecycleStage, Routing, ServiceDeployment, ServiceDeploymentStatus as Status,
    Shift,
};
use crate::rollout::SeenTraffic;
use crate::rollout::machine::record::is_final;
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
        let seen = routing.seen.as_deref().filter(|_| !is_refused);
        let actual = seen.and_then(actual);
        let forwards_nothing = seen.and_then(other_action);
        let told = (requested, actual, forwards_nothing);
        let is_begin = routing.told.is_none() && requested.new == 0.0;
        // What ECS asks for shows before the rule is read again: both are told together.
        let is_seen = routing.seen_for == Some(requested) || routing.refused.is_some();
        let is_news = routing.told.as_ref() != Some(&told) && !is_begin && is_seen;
        if is_news {
            events.push(Event::Weights {
                requested,
                actual,
                forwards_nothing: told.2.clone(),
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
        let told = self.reported.stage();
        // What goes back has no step, which is no news of its stage.
        let is_back =
            seen.status != Status::InProgress && told.is_some_and(|(told, _)| told == stage);
        if told == Some(&reached) || is_back {
            return false;
        }
        // Where an ended one stood last is no news to who comes after that.
        if is_final(seen.status) && self.reported.stage().is_none() {
            return false;
        }
        let was_seen_to_begin = self.reported.stage().is_some() || self.follow.is_own;
        let may_end_sooner = shift.as_ref().is_some_and(Shift::may_end_sooner);
        let ends = self.bake_ends(seen, shift.as_ref(), place);
        events.push(Event::Stage {
            stage: stage.clone(),
            step: place.map(|(step, _)| step),
            steps: shift.map_or(0, |shift| shift.steps()),
            ends,
            ends_is: ends.map(|_| {
                let is_sure = *stage == LifecycleStage::BakeTime || !may_end_sooner;
                if was_seen_to_begin && is_sure {
                    EndsIs::Observed
                } else {
                    EndsIs::AtTheLatest
                }
            }),
            instant_return_until: InstantReturn::of(seen).and_then(|way| way.until),
            at: seen.updated_at,
        });
        self.reported.reached(reached);
        true
    }

    /// Returns when the bake of a stage ends, if it bakes: nothing does that goes back or is over.
    fn bake_ends(
        &mut self,
        seen: &ServiceDeployment,
        shift: Option<&Shift>,
        place: Option<(u32, u32)>,
    ) -> Option<Timestamp> {
        let (shift, stage) = (shift?, seen.lifecycle_stage.as_ref()?);
        if seen.status != Status::InProgress {
            return None;
        }
        let minutes = match stage {
            LifecycleStage::BakeTime => shift.bake_minutes(),
            LifecycleStage::At(Stage::ProductionTrafficShift) => match place {
                Some((step, steps)) if step < steps => shift.step_bake_minutes(),
                // All of it moved, and it may bake: once.
                None if shift.may_end_sooner() && self.reported.moves_all() => {
                    shift.step_bake_minutes()
                }
                Some(_) | None => return None,
            },
            LifecycleStage::At(_)
            | LifecycleStage::ScaleUp
            | LifecycleStage::CleanUp
            | LifecycleStage::Unknown(_) => return None,
        };
        let bake = SignedDuration::from_mins(i64::from(minutes));
        let since = seen.updated_at.filter(|_| minutes > 0)?;
        since.checked_add(bake).ok()
    }
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

/// Returns the type of a rule's action, where that forwards nothing.
fn other_action(seen: &SeenTraffic) -> Option<String> {
    match &seen.rule.as_ref()?.routing {
        Routing::Other(kind) => Some(kind.clone()),
        Routing::Forward(_) => None,
    }
}
