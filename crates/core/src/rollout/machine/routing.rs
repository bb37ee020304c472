//! Judges where production traffic goes once a deployment has ended: its end alone says nothing of
//! a rule that somebody, or ECS itself, left as it was.

use std::time::Duration;

use mlship_manifest::schema::Stage;

use super::Machine;
use super::shifting::requested;
use crate::progress::{TrafficShares, Verdict};
use crate::release::{LifecycleStage, Routing as Action, ServiceDeployment, Wiring};
use crate::rollout::{
    Next, Outcome, PollRequest, SeenTraffic, Snapshot, TrafficObservation, TrafficRequest,
};
use crate::traffic::{Scene, Share, Wrong, shares, wrongs_after_end};

/// A rule shows a change within seconds: what is wrong for longer stays so.
const LOOKS: u32 = 4;
const AGAIN: Duration = Duration::from_secs(2);
/// How often the rule is read while traffic moves.
const WEIGHTS_EVERY: Duration = Duration::from_secs(10);

/// What is known of the rule, and what was told of it.
#[derive(Debug, Default)]
pub(super) struct Routing {
    /// Whether ECS moves the service's traffic.
    pub(super) is_wired: bool,
    /// Whether it was seen to have no rule.
    is_unwired: bool,
    /// Whether the last look at the rule was refused.
    pub(super) refused: Option<String>,
    /// The last that was seen of the rule, since the end if there was one.
    pub(super) seen: Option<Box<SeenTraffic>>,
    asked_at: Option<Duration>,
    /// What ECS asked for when the rule was seen last.
    pub(super) seen_for: Option<TrafficShares>,
    /// Looks since the end.
    looks: Option<u32>,
    /// What was told last.
    pub(super) told: Option<(TrafficShares, Option<TrafficShares>, Option<String>)>,
    pub(super) differs_since: Option<Duration>,
    pub(super) has_told_difference: bool,
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
            Verdict::Succeeded | Verdict::RolledBack | Verdict::Failed => true,
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
        // Where nothing served before, no traffic can be at the wrong place: it is only told.
        let is_first = !has_predecessor && verdict != Verdict::Succeeded;
        if let Some(why) = &self.refused {
            return if is_first {
                Routed::Left(format!("where production traffic goes was not seen: {why}"))
            } else {
                Routed::Refused(why.clone())
            };
        }
        let Some(seen) = &self.seen else {
            return if is_first && looks >= LOOKS {
                let unseen = "where production traffic goes was not seen: no answer";
                Routed::Left(unseen.to_owned())
            } else {
                Routed::NotSeen(AGAIN)
            };
        };
        if seen.is_of_another {
            return Routed::AsItShould;
        }
        if is_first {
            return match left_by_failed(seen) {
                None => Routed::AsItShould,
                Some(_) if looks < LOOKS => Routed::NotSeen(AGAIN),
                Some(left) => Routed::Left(left),
            };
        }
        let found = wrongs_after(seen, verdict);
        match found.first() {
            // What failed and stayed has left two fleets, and both may answer.
            None if verdict == Verdict::Failed => {
                left_by_failed(seen).map_or(Routed::AsItShould, Routed::Left)
            }
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
    /// A release failed and stayed, and this is where it left the traffic.
    Left(String),
    Refused(String),
}

/// Says where a release that failed and stayed left production traffic; nothing where it had moved
/// none.
fn left_by_failed(seen: &SeenTraffic) -> Option<String> {
    let Action::Forward(forward) = &seen.rule.as_ref()?.routing else {
        return None;
    };
    let shares = shares(forward).into_iter();
    let served: Vec<Share> = shares.filter(|share| share.percent > 0.0).collect();
    let its = |share: &Share| seen.new.as_ref() == Some(&share.group);
    if !served.iter().any(its) && served.len() < 2 {
        return None;
    }
    let each = served.iter().map(|share| {
        let what = match (its(share), seen.empty.contains(&share.group)) {
            (true, false) => ", where the failed release is",
            (true, true) => ", where the failed release is and no target is healthy",
            (false, true) => ", which has no healthy target",
            (false, false) => "",
        };
        format!("{share}{what}")
    });
    let each: Vec<String> = each.collect();
    Some(format!("production traffic is left as {}", each.join("; ")))
}

fn wrongs_after(seen: &SeenTraffic, verdict: Verdict) -> Vec<Wrong> {
    let live = if verdict == Verdict::Succeeded {
        &seen.new
    } else {
        &seen.live
    };
    let scene = Scene {
        wiring: &seen.wiring,
        rule: seen.rule.as_ref(),
        live: live.as_ref(),
        empty: &seen.empty,
    };
    wrongs_after_end(scene, verdict == Verdict::Failed)
}

fn is_shifting(deployment: &ServiceDeployment) -> bool {
    let first = LifecycleStage::At(Stage::PreProductionTrafficShift).position();
    let stage = deployment.lifecycle_stage.as_ref();
    let position = stage.and_then(LifecycleStage::position);
    position.is_some_and(|position| Some(position) >= first)
}

impl Machine {
    /// Ends with a verdict, once it is known where production traffic goes.
    pub(super) fn end(&mut self, verdict: Verdict) -> Next {
        let deployment = self.deployment.as_deref();
        let has_predecessor = deployment.is_none_or(|deployment| !deployment.is_first());
        let outcome = match self.routing.judge(verdict, has_predecessor) {
            Routed::AsItShould => self.outcome(verdict),
            Routed::Left(left) => Outcome {
                traffic: Some(left),
                ..self.outcome(verdict)
            },
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
}
