//! How a deployment moves production traffic, by the configuration that ECS has of it: its steps,
//! its bakes and its pauses, and how long all of it may take. The arithmetic is the manifest's.

use mlship_manifest::Shift as Steps;
use mlship_manifest::schema::{Hook, OnTimeout, Pause, Rollout, Stage, Strategy};
use serde_json::Value;

use super::Document;
use super::lifecycle::{HookState, LifecycleStage};
use super::live::{ServiceDeployment, ServiceDeploymentStatus as Status};
use super::wiring::Wiring;
use crate::shape::items;

/// Minutes by which a network load balancer is later each time that its traffic moves.
const NETWORK: u64 = 10;

/// The way of a deployment that moves traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    steps: Steps,
    rollout: Rollout,
}

impl Shift {
    /// Reads it from a deployment configuration, one that ECS has or one that is sent; `None` where
    /// tasks are replaced one by one, or in a way that is not known here.
    #[must_use]
    pub fn of_configuration(configuration: &Document) -> Option<Self> {
        let rollout = rollout_of(configuration)?;
        let steps = Steps::of(&rollout)?;
        Some(Self { steps, rollout })
    }

    /// Reads it from a deployment.
    #[must_use]
    pub fn of(deployment: &ServiceDeployment) -> Option<Self> {
        Self::of_configuration(deployment.deployment_configuration.as_ref()?)
    }

    /// Returns how many steps there are.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.steps.steps()
    }

    /// Returns the percentage of production traffic that the new release has after a step, counted
    /// from 1.
    #[must_use]
    pub fn percent_after(&self, step: u32) -> f64 {
        self.steps.percent_after(step)
    }

    /// Returns the minutes after each step but the last.
    #[must_use]
    pub fn step_bake_minutes(&self) -> u32 {
        self.steps.step_bake_minutes()
    }

    /// Returns the minutes for which both fleets run after all traffic has moved.
    #[must_use]
    pub fn bake_minutes(&self) -> u32 {
        self.steps.bake_minutes()
    }

    /// Says whether ECS may take fewer steps than these.
    #[must_use]
    pub fn may_end_sooner(&self) -> bool {
        self.steps.may_end_sooner()
    }

    /// Says whether the configuration has pauses.
    #[must_use]
    pub fn has_pauses(&self) -> bool {
        !self.rollout.pause.is_empty()
    }

    /// Returns which step a deployment is at, and how many there are. There is none before the
    /// first step, none once it no longer moves forward, none at a stage that is not known, and
    /// none where nobody knows how many there are.
    ///
    /// ECS counts no steps: the percentage that it asks for tells. While a step begins, it may
    /// still be that of the step before.
    #[must_use]
    pub fn step(&self, deployment: &ServiceDeployment) -> Option<(u32, u32)> {
        if deployment.status != Status::InProgress || self.may_end_sooner() {
            return None;
        }
        let arrives = deployment.target_service_revision.as_ref();
        let percent = arrives.and_then(|revision| revision.requested_production_traffic_weight);
        let percent = percent.unwrap_or(0.0);
        let step = match deployment.lifecycle_stage.as_ref()? {
            LifecycleStage::At(Stage::PreProductionTrafficShift) => self.steps.step_from(percent),
            LifecycleStage::At(Stage::ProductionTrafficShift) => self.steps.step_to(percent),
            LifecycleStage::At(Stage::PostProductionTrafficShift)
            | LifecycleStage::BakeTime
            | LifecycleStage::CleanUp => self.steps(),
            LifecycleStage::At(
                Stage::ReconcileService
                | Stage::PreScaleUp
                | Stage::PostScaleUp
                | Stage::TestTrafficShift
                | Stage::PostTestTrafficShift,
            )
            | LifecycleStage::ScaleUp
            | LifecycleStage::Unknown(_) => return None,
        };
        Some((step, self.steps()))
    }

    /// Returns for how many minutes a pause waits that a deployment met at a stage; `None` where
    /// more than one of the configured ones may be it, and they differ.
    #[must_use]
    pub fn pause_minutes(&self, stage: &LifecycleStage, met: &HookState) -> Option<u32> {
        let is_it = |pause: &&Pause| {
            let then = pause.on_timeout.unwrap_or_default();
            let said = met.timeout_action.as_deref();
            pause.stage.ecs_name() == stage.name() && said.is_none_or(|said| said == action(then))
        };
        let mut fitting = self.rollout.pause.iter().filter(is_it).map(Pause::minutes);
        let first = fitting.next()?;
        fitting.all(|minutes| minutes == first).then_some(first)
    }

    /// Returns how many minutes pass for baking alone.
    #[must_use]
    pub fn baking_minutes(&self) -> u32 {
        self.steps.baking_minutes()
    }

    /// Returns how many minutes all of it may take, but for the start of tasks: the bakes, every
    /// wait to its timeout, and what the load balancer adds.
    #[must_use]
    pub fn longest_minutes(&self, wiring: Option<&Wiring>) -> u64 {
        let moves = wiring
            .filter(|wiring| is_network(wiring))
            .map_or(0, |wiring| {
                u64::from(self.steps()) + u64::from(wiring.test.is_some())
            });
        self.steps.longest_minutes(&self.rollout) + moves * NETWORK
    }
}

/// Of a network load balancer ECS has the listener, of an application load balancer the rule.
fn is_network(wiring: &Wiring) -> bool {
    wiring.production.as_str().contains(":listener/net/")
}

fn action(then: OnTimeout) -> &'static str {
    match then {
        OnTimeout::Rollback => "ROLLBACK",
        OnTimeout::Continue => "CONTINUE",
    }
}

/// Returns what a manifest would say for a configuration that moves traffic.
#[must_use]
pub fn rollout_of(configuration: &Document) -> Option<Rollout> {
    let strategies = [Strategy::Canary, Strategy::Linear, Strategy::BlueGreen];
    let named = configuration.get("strategy")?.as_str()?;
    let strategy = strategies
        .into_iter()
        .find(|strategy| strategy.ecs_name() == named)?;
    let of = |part: &str, name: &str| configuration.get(part).map(|part| part[name].clone());
    let percent = |part, name| of(part, name).and_then(|value| value.as_f64());
    let minutes = |part, name| of(part, name).as_ref().and_then(whole);
    let hooks = || items(configuration.get("lifecycleHooks"));
    Some(Rollout {
        strategy: Some(strategy),
        canary_percent: percent("canaryConfiguration", "canaryPercent"),
        canary_bake_minutes: minutes("canaryConfiguration", "canaryBakeTimeInMinutes"),
        step_percent: percent("linearConfiguration", "stepPercent"),
        step_bake_minutes: minutes("linearConfiguration", "stepBakeTimeInMinutes"),
        bake_minutes: configuration.get("bakeTimeInMinutes").and_then(whole),
        pause: hooks()
            .filter(|hook| is_pause(hook))
            .flat_map(pauses)
            .collect(),
        hooks: hooks().filter(|hook| !is_pause(hook)).map(lambda).collect(),
        ..Rollout::default()
    })
}

fn whole(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|value| u32::try_from(value).ok())
}

fn is_pause(hook: &Value) -> bool {
    hook["targetType"] == "PAUSE"
}

fn pauses(hook: &Value) -> Vec<Pause> {
    let (timeout_minutes, on_timeout) = timeout(hook);
    let pause = |stage| Pause {
        stage,
        timeout_minutes,
        on_timeout,
    };
    stages(hook).into_iter().map(pause).collect()
}

fn lambda(hook: &Value) -> Hook {
    let (timeout_minutes, on_timeout) = timeout(hook);
    let text = |name: &str| hook[name].as_str().unwrap_or_default().to_owned();
    Hook {
        stages: stages(hook),
        lambda: text("hookTargetArn"),
        role: text("roleArn"),
        details: hook.get("hookDetails").cloned(),
        timeout_minutes,
        on_timeout,
    }
}

fn stages(hook: &Value) -> Vec<Stage> {
    let known = |stage: &Value| {
        let mut all = Stage::ALL.into_iter();
        all.find(|known| Some(known.ecs_name()) == stage.as_str())
    };
    items(hook.get("lifecycleStages"))
        .filter_map(known)
        .collect()
}

fn timeout(hook: &Value) -> (Option<u32>, Option<OnTimeout>) {
    let timeout = &hook["timeoutConfiguration"];
    let actions = [OnTimeout::Rollback, OnTimeout::Continue];
    let then = actions
        .into_iter()
        .find(|then| timeout["action"] == action(*then));
    (whole(&timeout["timeoutInMinutes"]), then)
}

#[cfg(test)]
mod tests;
