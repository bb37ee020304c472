//! A wait of a deployment for somebody's word: since when, until when, and who may give it.

use jiff::Timestamp;
use serde::Serialize;

use crate::release::ids::ServiceDeploymentArn;
use crate::release::{HookAction, LifecycleStage};

/// A wait of a deployment for somebody's word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pause {
    /// The deployment that waits.
    pub deployment: ServiceDeploymentArn,
    /// What it waits at; each step of the traffic has another.
    pub hook: String,
    /// The stage that it has come to, where ECS says so.
    pub stage: Option<LifecycleStage>,
    /// Which step of production traffic, counted from 1; none at stages that belong to none.
    pub step: Option<u32>,
    /// How many steps there are.
    pub steps: Option<u32>,
    /// Since when, by ECS's clock, where the configuration leaves no doubt of it.
    pub since: Option<Timestamp>,
    /// Until when, by ECS's clock.
    pub until: Option<Timestamp>,
    /// What happens then.
    pub on_timeout: HookAction,
    /// The command that lets it go on.
    pub promote: String,
    /// The command that takes it back.
    pub abort: String,
    /// What whoever runs the first must be allowed.
    pub permission: PausePermission,
}

/// What whoever lets a deployment go on must be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PausePermission {
    /// The action.
    pub action: &'static str,
    /// On what.
    pub resource: ServiceDeploymentArn,
}

impl Pause {
    /// Returns where it waits, in words: the stage, and which step of the traffic.
    #[must_use]
    pub fn place(&self) -> String {
        place(self.stage.as_ref(), self.step.zip(self.steps))
    }

    /// Returns what becomes of it when nobody acts, in words.
    #[must_use]
    pub fn otherwise(&self) -> &'static str {
        self.on_timeout.words()
    }
}

/// Returns where a deployment waits, in words.
pub(super) fn place(stage: Option<&LifecycleStage>, step: Option<(u32, u32)>) -> String {
    let stage = stage.map_or("a hook", LifecycleStage::name);
    match step {
        Some((step, steps)) => format!("{stage}, step {step} of {steps}"),
        None => stage.to_owned(),
    }
}

/// A wait that somebody ended, so that the deployment goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContinuedPause {
    /// What it waited at.
    pub hook: String,
    /// The stage, where ECS said so.
    pub stage: Option<LifecycleStage>,
    /// Whether it had gone on already, so that nothing was done.
    pub already: bool,
}

impl ContinuedPause {
    /// Returns what became of it, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let Self {
            hook,
            stage,
            already,
        } = self;
        let at = stage.as_ref().map(LifecycleStage::name);
        let at = at.map_or_else(String::new, |stage| format!(" at {stage}"));
        if *already {
            format!("already continued: {hook}{at}")
        } else {
            format!("continued: {hook}{at}")
        }
    }
}
