//! What ECS goes through with a deployment that moves traffic, under either reading of its words:
//! a list of states, each with the record, the service and the rule as they are then.

use serde_json::{Value, json};

use super::super::*;
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{ListenerRule, Routing, Wiring};
use crate::rollout::{SeenTraffic, TrafficObservation};

const RULE: &str = "arn:rule";
const NEW: &str = "arn:aws:elasticloadbalancing:r:1:targetgroup/new/1";
const LIVE: &str = "arn:aws:elasticloadbalancing:r:1:targetgroup/live/1";
const FOREIGN: &str = "arn:aws:elasticloadbalancing:r:1:targetgroup/foreign/1";

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    Good,
    Back,
    Stuck,
    Superseded,
}

/// What is wrong with the rule after the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trouble {
    None,
    Split,
    OtherGroup,
    Nowhere,
    Foreign,
    Empty,
    Gone,
    Redirects,
}

/// How a rule is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    /// The sum of both weights while traffic is split.
    pub(super) split: u32,
    /// The weight of a group that has everything.
    pub(super) whole: u32,
    /// Whether a rule with one group alone names no other.
    pub(super) scalar: bool,
}

/// A hook at a stage.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    pub(super) stage: &'static str,
    pub(super) is_pause: bool,
}

/// A deployment, and the readings of what ECS does with it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reading")]
pub(super) struct Play {
    pub(super) configuration: Value,
    /// The percent of the new release after each step.
    pub(super) shares: Vec<f64>,
    pub(super) numbers: Numbers,
    pub(super) hooks: Vec<Hook>,
    pub(super) end: End,
    /// After how many states it no longer goes forward, where it does not end well.
    pub(super) turns_at: usize,
    /// Before which stage there is one that nobody knows.
    pub(super) unknown_at: Option<usize>,
    pub(super) trouble: Trouble,
    pub(super) reconciles: bool,
    pub(super) lists_finished_hooks: bool,
    pub(super) swaps_groups: bool,
    pub(super) requests_rollback: bool,
    pub(super) moves_stage_back: bool,
    pub(super) calls_failed_in_progress: bool,
}

/// How everything is at one time.
#[derive(Debug, Clone)]
pub(super) struct State {
    record: Value,
    service: Value,
    pub(super) traffic: SeenTraffic,
    pub(super) is_newer_there: bool,
}

impl State {
    pub(super) fn record(&self) -> Observation {
        deployment(self.record.clone()).deployment
    }

    pub(super) fn service(&self) -> ServiceObservation {
        service(self.service.clone())
    }

    pub(super) fn traffic(&self) -> TrafficObservation {
        TrafficObservation::Seen(Box::new(self.traffic.clone()))
    }
}

impl Play {
    /// Returns what is to be said of it once it was seen to its end.
    pub(super) fn verdict(&self) -> Verdict {
        let by_rule = |well| match self.trouble {
            Trouble::None => well,
            _ => Verdict::Misrouted,
        };
        match self.end {
            End::Good => by_rule(Verdict::Succeeded),
            End::Back => by_rule(Verdict::RolledBack),
            End::Stuck => Verdict::Failed,
            End::Superseded => Verdict::Superseded,
        }
    }

    /// Returns all that ECS goes through, in its order.
    pub(super) fn states(&self) -> Vec<State> {
        let mut states = vec![self.state("PENDING", None, 0.0, &[])];
        let mut finished = Vec::new();
        for (number, (stage, percent)) in self.stages().iter().enumerate() {
            let here: Vec<_> = self
                .hooks
                .iter()
                .filter(|hook| hook.stage == *stage)
                .collect();
            let run = |status: &str| -> Vec<Value> {
                let each = here.iter().enumerate();
                each.map(|(which, hook)| shown(hook, &format!("{number}-{which}"), status))
                    .collect()
            };
            let open = [finished.clone(), run("OPEN")].concat();
            states.push(self.state("IN_PROGRESS", Some(stage), *percent, &open));
            if self.lists_finished_hooks {
                finished.extend(run("SUCCEEDED"));
            }
            if !here.is_empty() {
                states.push(self.state("IN_PROGRESS", Some(stage), *percent, &finished));
            }
        }
        self.ends(states, &finished)
    }

    fn stages(&self) -> Vec<(&'static str, f64)> {
        let first = self.reconciles.then_some("RECONCILE_SERVICE");
        let before = [
            "PRE_SCALE_UP",
            "SCALE_UP",
            "POST_SCALE_UP",
            "TEST_TRAFFIC_SHIFT",
        ];
        let before = first
            .into_iter()
            .chain(before)
            .chain(["POST_TEST_TRAFFIC_SHIFT"]);
        let mut stages: Vec<_> = before.map(|stage| (stage, 0.0)).collect();
        let mut percent = 0.0;
        for share in &self.shares {
            stages.push(("PRE_PRODUCTION_TRAFFIC_SHIFT", percent));
            stages.push(("PRODUCTION_TRAFFIC_SHIFT", *share));
            percent = *share;
        }
        let after = ["POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"];
        stages.extend(after.map(|stage| (stage, percent)));
        if let Some(at) = self.unknown_at {
            let at = at % stages.len();
            stages.insert(at, ("AFTERGLOW", stages[at].1));
        }
        stages
    }

    fn ends(&self, mut states: Vec<State>, hooks: &[Value]) -> Vec<State> {
        if self.end == End::Good {
            states.push(self.state("SUCCESSFUL", Some("CLEAN_UP"), 100.0, hooks));
        } else {
            states.truncate(1 + self.turns_at % (states.len() - 1));
            let last = states.last().unwrap();
            let stage = last.record["lifecycleStage"].as_str().map(str::to_owned);
            let percent = &last.record["targetServiceRevision"]["requestedProductionTrafficWeight"];
            let percent = percent.as_f64().unwrap();
            let hooks: Vec<Value> = last.record["lifecycleHookDetails"]
                .as_array()
                .unwrap()
                .clone();
            let kept =
                |status: &str, percent| self.state(status, stage.as_deref(), percent, &hooks);
            let back = |status: &str| {
                let moved = self.moves_stage_back.then_some("PRODUCTION_TRAFFIC_SHIFT");
                self.state(status, moved.or(stage.as_deref()), 0.0, &hooks)
            };
            match self.end {
                End::Superseded => {
                    let mut stopped = kept("STOPPED", percent);
                    stopped.is_newer_there = true;
                    stopped.traffic.is_of_another = true;
                    states.push(stopped);
                }
                End::Stuck => {
                    states.push(kept("ROLLBACK_IN_PROGRESS", percent));
                    states.push(kept("ROLLBACK_FAILED", percent));
                }
                End::Good | End::Back => {
                    if self.requests_rollback {
                        states.push(kept("ROLLBACK_REQUESTED", percent));
                    }
                    states.push(back("ROLLBACK_IN_PROGRESS"));
                    states.push(back("ROLLBACK_SUCCESSFUL"));
                }
            }
        }
        if matches!(self.end, End::Good | End::Back) {
            self.spoil(&mut states.last_mut().unwrap().traffic);
        }
        states
    }

    fn state(&self, status: &str, stage: Option<&str>, percent: f64, hooks: &[Value]) -> State {
        let target = json!({"arn": "r2", "requestedProductionTrafficWeight": percent});
        let source = json!({"arn": "r1", "requestedProductionTrafficWeight": 100.0 - percent});
        let mut record = json!({"status": status, "deploymentConfiguration": self.configuration,
            "targetServiceRevision": target, "sourceServiceRevisions": [source],
            "lifecycleHookDetails": hooks});
        if let Some(stage) = stage {
            record["lifecycleStage"] = json!(stage);
        }
        State {
            record,
            service: self.service(status),
            traffic: self.traffic(percent),
            is_newer_there: false,
        }
    }

    fn service(&self, status: &str) -> Value {
        let failed = if self.calls_failed_in_progress {
            "IN_PROGRESS"
        } else {
            "FAILED"
        };
        let entries: &[[&str; 3]] = match status {
            "SUCCESSFUL" => &[[OURS, "PRIMARY", "COMPLETED"]],
            "ROLLBACK_IN_PROGRESS" => {
                &[["old", "PRIMARY", "IN_PROGRESS"], [OURS, "ACTIVE", failed]]
            }
            "ROLLBACK_SUCCESSFUL" => &[["old", "PRIMARY", "COMPLETED"]],
            "ROLLBACK_FAILED" => &[[OURS, "PRIMARY", "FAILED"]],
            "STOPPED" => &[
                ["new", "PRIMARY", "IN_PROGRESS"],
                [OURS, "ACTIVE", "IN_PROGRESS"],
            ],
            _ => &[
                [OURS, "PRIMARY", "IN_PROGRESS"],
                ["old", "ACTIVE", "COMPLETED"],
            ],
        };
        let [first, second] = self.pair();
        json!({"deployments": listed(entries),
            "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": true}},
            "loadBalancers": [{"targetGroupArn": first, "advancedConfiguration": {
                "alternateTargetGroupArn": second, "productionListenerRule": RULE, "roleArn": "r"}}]})
    }

    fn pair(&self) -> [&'static str; 2] {
        if self.swaps_groups {
            [LIVE, NEW]
        } else {
            [NEW, LIVE]
        }
    }

    fn traffic(&self, percent: f64) -> SeenTraffic {
        let Numbers {
            split,
            whole,
            scalar,
        } = self.numbers;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 1000"
        )]
        let new = (percent * f64::from(split) / 100.0).round() as u32;
        let weights = match percent {
            0.0 if scalar => vec![(LIVE, 1)],
            100.0 if scalar => vec![(NEW, 1)],
            0.0 => vec![(NEW, 0), (LIVE, whole)],
            100.0 => vec![(NEW, whole), (LIVE, 0)],
            _ => vec![(NEW, new), (LIVE, split - new)],
        };
        SeenTraffic {
            wiring: Wiring {
                production: RuleArn::new(RULE),
                test: None,
                groups: self.pair().map(TargetGroupArn::new),
            },
            rule: Some(ListenerRule::forwarding(RULE, &weights)),
            new: Some(TargetGroupArn::new(NEW)),
            live: Some(TargetGroupArn::new(LIVE)),
            empty: [].into(),
            is_of_another: false,
        }
    }

    fn spoil(&self, traffic: &mut SeenTraffic) {
        let (right, wrong) = if self.end == End::Good {
            (NEW, LIVE)
        } else {
            (LIVE, NEW)
        };
        let weights = match self.trouble {
            Trouble::None => return,
            Trouble::Split => vec![(right, self.numbers.split - 1), (wrong, 1)],
            Trouble::OtherGroup => vec![(right, 0), (wrong, self.numbers.whole)],
            Trouble::Nowhere => vec![(right, 0), (wrong, 0)],
            Trouble::Foreign => vec![(FOREIGN, 1), (right, 0)],
            Trouble::Empty => {
                traffic.empty = [TargetGroupArn::new(right)].into();
                return;
            }
            Trouble::Gone => {
                traffic.rule = None;
                return;
            }
            Trouble::Redirects => {
                let rule = traffic.rule.as_mut().unwrap();
                rule.routing = Routing::Other("redirect".to_owned());
                return;
            }
        };
        traffic.rule = Some(ListenerRule::forwarding(RULE, &weights));
    }
}

fn shown(hook: &Hook, which: &str, status: &str) -> Value {
    let (kind, target, open) = if hook.is_pause {
        ("pause", "PAUSE", "AWAITING_ACTION")
    } else {
        ("lambda", "AWS_LAMBDA", "IN_PROGRESS")
    };
    let status = if status == "OPEN" { open } else { status };
    json!({"hookId": format!("ecs-{kind}-{which}"), "targetType": target, "status": status,
        "timeoutAction": "ROLLBACK"})
}
