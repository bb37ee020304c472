//! Judges where production traffic goes once a deployment has ended: its end alone says nothing of
//! a rule that somebody, or ECS itself, left as it was.

use std::time::Duration;

use jiff::SignedDuration;

use super::Machine;
use crate::progress::{EndsIs, Event, TrafficShares, Verdict};
use crate::release::{LifecycleStage, ServiceDeployment, Shift, Wiring};
use crate::rollout::{
    Next, Outcome, PollRequest, SeenTraffic, Snapshot, TrafficObservation, TrafficRequest,
};
use crate::traffic::{Scene, Wrong, share_of, wrongs};

/// A rule shows a change within seconds: what is wrong for longer stays so.
const LOOKS: u32 = 4;
const AGAIN: Duration = Duration::from_secs(2);
/// How often the rule is read while traffic moves.
const WEIGHTS_EVERY: Duration = Duration::from_secs(10);
/// How long a rule may differ from what ECS asks for.
const LAG: Duration = Duration::from_mins(1);

/// What is known of the rule, and what was told of it.
#[derive(Debug, Default)]
pub(super) struct Routing {
    /// Whether ECS moves the service's traffic.
    is_wired: bool,
    /// Whether it was seen to have no rule.
    is_unwired: bool,
    /// Whether the last look at the rule was refused.
    refused: Option<String>,
    /// The last that was seen of the rule, since the end if there was one.
    seen: Option<Box<SeenTraffic>>,
    asked_at: Option<Duration>,
    /// What ECS asked for when the rule was seen last.
    seen_for: Option<TrafficShares>,
    /// Looks since the end.
    looks: Option<u32>,
    /// What was told last.
    told: Option<(TrafficShares, Option<TrafficShares>)>,
    differs_since: Option<Duration>,
    has_told_difference: bool,
}

impl Routing {
    pub(super) fn observe(&mut self, snapshot: &Snapshot, elapsed: Duration) {
        if let Some(service) = snapshot.service() {
            self.is_wired |= Wiring::of(&service.document).is_some();
        }
        match &snapshot.traffic {
            TrafficObservation::NotAsked => return,
            TrafficObservation::Seen(seen) => {
                self.seen = Some(seen.clone());
                self.refused = None;
            }
            TrafficObservation::Unwired => (self.is_wired, self.is_unwired) = (false, true),
            TrafficObservation::Refused(why) => self.refused = Some(why.clone()),
            TrafficObservation::Unanswered => {}
        }
        self.asked_at = Some(elapsed);
        self.looks = self.looks.map(|looks| looks + 1);
    }

    /// Takes in the deployment that was seen with the rule.
    pub(super) fn moves(&mut self, deployment: &ServiceDeployment, snapshot: &Snapshot) {
        // A service without a load balancer has stages, too.
        self.is_wired |= deployment.lifecycle_stage.is_some() && !self.is_unwired;
        if matches!(snapshot.traffic, TrafficObservation::Seen(_)) {
            self.seen_for = requested(deployment);
        }
    }

    /// Returns what to see of the rule while the deployment runs.
    pub(super) fn request(
        &self,
        deployment: Option<&ServiceDeployment>,
        elapsed: Duration,
    ) -> TrafficRequest {
        let moves = deployment
            .is_some_and(|deployment| deployment.status.is_going_back() || is_shifting(deployment));
        let is_news = deployment.and_then(requested) != self.seen_for;
        let is_due = is_news
            || self
                .asked_at
                .is_none_or(|at| elapsed.saturating_sub(at) >= WEIGHTS_EVERY);
        if self.is_wired && moves && is_due && self.refused.is_none() {
            TrafficRequest::Weights
        } else {
            TrafficRequest::None
        }
    }

    fn judge(&mut self, verdict: Verdict, has_predecessor: bool) -> Routed {
        let ends = match verdict {
            Verdict::Succeeded => true,
            // Where nothing served before, no traffic can be at the wrong place.
            Verdict::RolledBack | Verdict::Failed => has_predecessor,
            Verdict::Superseded
            | Verdict::TimedOut
            | Verdict::Paused
            | Verdict::Reached
            | Verdict::Interrupted(_)
            | Verdict::Deleted
            | Verdict::Misrouted
            | Verdict::TrafficUnseen => false,
        };
        if !self.is_wired || !ends {
            return Routed::AsItShould;
        }
        let Some(looks) = self.looks else {
            // What was seen before the end says nothing of what comes after it.
            (self.looks, self.seen, self.refused) = (Some(0), None, None);
            return Routed::NotSeen(Duration::ZERO);
        };
        if let Some(why) = &self.refused {
            return Routed::Refused(why.clone());
        }
        let Some(seen) = &self.seen else {
            return Routed::NotSeen(AGAIN);
        };
        if seen.is_of_another {
            return Routed::AsItShould;
        }
        let found = wrongs_after(seen, verdict);
        match found.first() {
            None => Routed::AsItShould,
            Some(_) if looks < LOOKS => Routed::NotSeen(AGAIN),
            Some(_) => Routed::Wrong(found),
        }
    }
}

/// Where production traffic goes after the end.
enum Routed {
    AsItShould,
    NotSeen(Duration),
    Wrong(Vec<Wrong>),
    Refused(String),
}

/// Returns what is wrong after an end. What failed and stayed has left two fleets: only requests
/// that nobody answers are wrong then.
fn wrongs_after(seen: &SeenTraffic, verdict: Verdict) -> Vec<Wrong> {
    let stayed = verdict == Verdict::Failed;
    let live = match verdict {
        Verdict::Succeeded => seen.new.as_ref(),
        _ if stayed => None,
        _ => seen.live.as_ref(),
    };
    let mut found = wrongs(Scene {
        wiring: &seen.wiring,
        rule: seen.rule.as_ref(),
        live,
        empty: &seen.empty,
    });
    if stayed {
        found.retain(|wrong| !matches!(wrong, Wrong::Split(_)));
    }
    // Without weight it gets nothing, and the next deploy says so.
    found.retain(|wrong| !matches!(wrong, Wrong::Foreign(share) if share.percent == 0.0));
    found
}

fn is_shifting(deployment: &ServiceDeployment) -> bool {
    let first = LifecycleStage::PreProductionTrafficShift.position();
    let stage = deployment.lifecycle_stage.as_ref();
    let position = stage.and_then(LifecycleStage::position);
    position.is_some_and(|position| Some(position) >= first)
}

impl Machine {
    /// Ends with a verdict, once it is known where production traffic goes.
    pub(super) fn end(&mut self, verdict: Verdict) -> Next {
        let deployment = self.deployment.as_deref();
        let has_predecessor = deployment.is_none_or(|deployment| {
            deployment.rollback.is_some() || !deployment.source_service_revisions.is_empty()
        });
        let outcome = match self.routing.judge(verdict, has_predecessor) {
            Routed::AsItShould => self.outcome(verdict),
            Routed::NotSeen(after) => {
                return Next::Poll {
                    after,
                    look: PollRequest::TRAFFIC,
                };
            }
            Routed::Wrong(wrongs) => {
                let wrongs: Vec<String> = wrongs.iter().map(ToString::to_string).collect();
                Outcome {
                    verdict: Verdict::Misrouted,
                    traffic: Some(wrongs.join("; ")),
                    ..self.outcome(verdict)
                }
            }
            Routed::Refused(why) => Outcome {
                verdict: Verdict::TrafficUnseen,
                traffic: Some(why),
                ..self.outcome(verdict)
            },
        };
        Next::Done(Box::new(outcome))
    }

    /// Tells how production traffic is shared, where that changed.
    pub(super) fn report_weights(&mut self, elapsed: Duration, events: &mut Vec<Event>) -> bool {
        let requested = self.deployment.as_deref().and_then(requested);
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
        let is_first = routing.told.is_none() && requested.new == 0.0;
        // What ECS asks for shows before the rule is read again: both are told together.
        let is_seen = routing.seen_for == Some(requested) || routing.refused.is_some();
        let is_news = routing.told != Some(told) && !is_first && is_seen;
        if is_news {
            events.push(Event::Weights { requested, actual });
            routing.told = Some(told);
        }
        let differs = actual.is_some_and(|actual| (actual.new - requested.new).abs() >= 0.1);
        if !differs {
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
        let place = place.filter(|_| is_of_a_step(stage));
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
            at: seen.updated_at,
        });
        self.reported.reached(reached);
        true
    }
}

/// Says whether a stage comes with every step of production traffic.
fn is_of_a_step(stage: &LifecycleStage) -> bool {
    matches!(
        stage,
        LifecycleStage::PreProductionTrafficShift | LifecycleStage::ProductionTrafficShift
    )
}

/// Returns how long a stage bakes, if it does.
fn bake_minutes(shift: &Shift, stage: &LifecycleStage, place: Option<(u32, u32)>) -> Option<u32> {
    let minutes = match stage {
        LifecycleStage::BakeTime => shift.bake_minutes(),
        LifecycleStage::ProductionTrafficShift => {
            let (step, steps) = place?;
            (step < steps).then(|| shift.step_bake_minutes())?
        }
        _ => return None,
    };
    (minutes > 0).then_some(minutes)
}

fn requested(deployment: &ServiceDeployment) -> Option<TrafficShares> {
    let target = deployment.target_service_revision.as_ref()?;
    let new = target.requested_production_traffic_weight?;
    let sources = deployment.source_service_revisions.iter();
    let live = sources.filter_map(|source| source.requested_production_traffic_weight);
    Some(TrafficShares {
        new,
        // The sum of none is −0.
        live: live.fold(0.0, |sum, share| sum + share),
    })
}

fn actual(seen: &SeenTraffic) -> Option<TrafficShares> {
    let routing = &seen.rule.as_ref()?.routing;
    let new = seen.new.as_ref()?;
    Some(TrafficShares {
        new: share_of(routing, new)?,
        live: share_of(routing, seen.wiring.other(new))?,
    })
}
