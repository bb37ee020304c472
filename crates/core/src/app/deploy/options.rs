//! How to deploy.

use std::time::Duration;

use tokio::time::Instant;

use super::Repeat;
use crate::app::model_version::GateOverrides;
use crate::app::watch::{OnInterrupt, WatchOptions};
use crate::plan::{Effect, Plan, Redeploy};
use crate::preflight::Memory;
use crate::release::ids::RuleArn;

/// How to deploy.
#[derive(Debug, Clone)]
pub struct DeployOptions {
    /// How long to watch, and what a signal means meanwhile.
    pub watch: WatchOptions,
    /// When the run is over that this is a part of: nothing is begun from then on, and what runs
    /// goes on unwatched.
    pub until: Option<Instant>,
    /// Whether to return as soon as ECS has accepted the deployment.
    pub detach: bool,
    /// What to do while another deployment of the service runs.
    pub if_busy: IfBusy,
    /// Whether to replace the tasks when nothing changes.
    pub redeploy: Redeploy,
    /// What becomes of content whose last deployment failed.
    pub repeat: Repeat,
    /// Whether to take over a service that mlship did not make.
    pub adopt: bool,
    /// Whether to deploy in spite of a running experiment that the service takes part in.
    pub force: bool,
    /// The rule of the experiment that deploys, which is not disturbed by what it does itself.
    pub own_experiment: Option<RuleArn>,
    /// What the run knows of what releases lean on, unless nobody shall ask.
    pub verify: Option<Memory>,
    /// What to do where one of the rollout's alarms is on already.
    pub if_alarmed: IfAlarmed,
    /// The gates that need not hold.
    pub overrides: GateOverrides,
}

impl DeployOptions {
    /// Returns how long to watch from now on, within what is left of the run.
    pub(in crate::app) fn patience(&self) -> Duration {
        let until = self.until;
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let timeout = self.watch.timeout;
        left.map_or(timeout, |left| left.min(timeout))
    }

    pub(super) fn watch(&self, is_followed: bool) -> WatchOptions {
        let on_interrupt = match self.watch.on_interrupt {
            OnInterrupt::RollbackOwn if is_followed => OnInterrupt::Spare,
            asked => asked,
        };
        WatchOptions {
            timeout: self.patience(),
            adds_shift: self.watch.adds_shift && self.until.is_none(),
            until: self.watch.until,
            on_interrupt,
        }
    }

    /// Returns the rule of an experiment that a plan would disturb, as its service names it.
    pub(super) fn disturbed<'a>(&self, plan: &'a Plan) -> Option<&'a str> {
        let is_own = |rule: &&str| {
            let own = self.own_experiment.as_ref();
            own.is_some_and(|own| own.as_str() == *rule)
        };
        let rule = plan.experiment.as_deref();
        rule.filter(|rule| plan.effect != Effect::None && !is_own(rule))
    }

    /// Says whether the run is over.
    pub(super) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= Instant::now())
    }
}

/// What to do while another deployment of the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfBusy {
    /// Wait for its end, within the timeout.
    Wait,
    /// Refuse.
    Fail,
    /// Replace it.
    Supersede,
}

/// What to do where one of a rollout's alarms is on already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfAlarmed {
    /// Refuse.
    Refuse,
    /// Deploy all the same: ECS then watches none of them.
    Unwatched,
}
