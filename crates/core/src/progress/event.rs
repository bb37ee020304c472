//! The events between reading a manifest and a verdict. Serialised as JSON lines: members are
//! added, never renamed or removed.

use jiff::Timestamp;
use serde::Serialize;

use super::{Cause, HookCall, Pause, StepJudgement};
use crate::plan::Plan;
use crate::release::ids::{DeploymentId, ServiceDeploymentArn, TaskDefinitionArn};
use crate::release::{LifecycleStage, ServiceDeploymentStatus};

/// Something that happened to a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It is known what will be done.
    Planned {
        /// The plan. Who writes it leaves out the documents in it, which hold secrets.
        #[serde(skip)]
        plan: Box<Plan>,
    },
    /// A revision was registered.
    Registered {
        /// The revision.
        task_definition: TaskDefinitionArn,
    },
    /// An answer of AWS was lost, and what it had done was found.
    Adopted {
        /// What was found.
        what: String,
    },
    /// ECS accepted a change that starts no deployment.
    Adjusted,
    /// ECS accepted a deployment.
    Started {
        /// Its entry in the service's `deployments`.
        deployment: DeploymentId,
        /// What it brings.
        task_definition: TaskDefinitionArn,
        /// When ECS made it.
        #[serde(skip)]
        at: Option<Timestamp>,
    },
    /// A deployment that was running already is followed.
    Attached {
        /// Its entry in the service's `deployments`.
        deployment: DeploymentId,
    },
    /// A deployment of somebody else runs, and its end is waited for. Told again as it comes on.
    WaitingFor {
        /// Its entry in the service's `deployments`.
        deployment: DeploymentId,
        /// What it brings.
        task_definition: TaskDefinitionArn,
        /// The model that it brings, where its tags say so.
        #[serde(skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The model's version.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// When ECS made it, by ECS's clock.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// Its tasks, once they were looked at.
        #[serde(flatten)]
        counts: Option<TaskCounts>,
    },
    /// The service deployment changed its state.
    Status {
        /// Which one.
        deployment: ServiceDeploymentArn,
        /// Its state.
        status: ServiceDeploymentStatus,
        /// ECS's own words.
        reason: Option<String>,
        /// When it came to that, where ECS says so.
        #[serde(skip)]
        at: Option<Timestamp>,
    },
    /// Task counts changed.
    Progress {
        /// Tasks of the new revision asked for.
        desired: u32,
        /// Of these, running.
        running: u32,
        /// Of these, on their way.
        pending: u32,
        /// Failed in a row.
        failed: u32,
        /// Running tasks of other revisions.
        others: u32,
    },
    /// A line of the service's events.
    ServiceMessage {
        /// ECS's own words.
        message: String,
        /// When ECS wrote it.
        #[serde(skip)]
        at: Option<Timestamp>,
    },
    /// A task of the new revision failed.
    TaskFailed {
        /// Its ARN.
        task: String,
        /// The class of the cause.
        cause: Cause,
        /// AWS's own words.
        reason: String,
        /// When the task failed.
        #[serde(skip)]
        at: Option<Timestamp>,
    },
    /// Tasks of the new revision fail alike and none is well: ECS is asked to roll back at once.
    Aborting {
        /// How many failed.
        tasks: u32,
        /// The class of the cause.
        cause: Cause,
        /// What is said of the last one.
        reason: String,
        /// How many it takes: `rollout.abortAfter`.
        after: u32,
        /// What is taken back.
        #[serde(skip)]
        deployment: ServiceDeploymentArn,
    },
    /// A deployment that moves traffic reached a stage, or the next step at one.
    Stage {
        /// ECS's name of it.
        stage: LifecycleStage,
        /// Which step of production traffic, counted from 1; none at stages that belong to none.
        step: Option<u32>,
        /// How many steps there are.
        steps: u32,
        /// When its bake ends, by ECS's clock; none of a stage that has none.
        ends: Option<Timestamp>,
        /// How that is known.
        ends_is: Option<EndsIs>,
        /// Until when going back takes seconds, at the latest; none where there is nothing to go
        /// back to, or nothing moves forward.
        #[serde(skip_serializing_if = "Option::is_none")]
        instant_return_until: Option<Timestamp>,
        /// When it was reached, by ECS's clock.
        #[serde(skip)]
        at: Option<Timestamp>,
    },
    /// Production traffic is shared in another way.
    Weights {
        /// What ECS asks for.
        requested: TrafficShares,
        /// What the rule gives; nothing where that was not seen, or it forwards nothing.
        actual: Option<TrafficShares>,
        /// The type of the rule's action, where that forwards nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        forwards_nothing: Option<String>,
        /// Whether no release served before: the rest is then that of a group without its tasks.
        #[serde(rename = "first", skip_serializing_if = "std::ops::Not::not")]
        is_first: bool,
    },
    /// It waits for somebody's word.
    Paused {
        /// At what, until when, and who may give it.
        #[serde(flatten)]
        pause: Box<Pause>,
        /// Whether whoever is told attached to the deployment.
        #[serde(skip)]
        is_attached: bool,
    },
    /// A function is asked whether it may go on, and has not answered.
    Hook {
        /// Which, at what, and until when.
        #[serde(flatten)]
        call: Box<HookCall>,
    },
    /// What ECS makes of the alarms that it was told to watch.
    Alarms {
        /// ECS's word: `MONITORING`, `DISABLED` or `TRIGGERED`.
        status: String,
        /// All of them.
        alarms: Vec<String>,
        /// Those that went off.
        triggered: Vec<String>,
    },
    /// A step of production traffic was judged beside the release that serves.
    Judged {
        /// What it came to.
        #[serde(flatten)]
        judgement: Box<StepJudgement>,
        /// What is taken back where that is what it came to.
        #[serde(skip)]
        deployment: ServiceDeploymentArn,
    },
    /// ECS offers no service deployments here.
    RestsOnDeploymentId {
        /// What is followed instead.
        deployment: DeploymentId,
    },
    /// Anything else worth a line.
    Note {
        /// The line.
        message: String,
    },
}

/// How far a deployment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TaskCounts {
    /// Tasks asked for.
    pub desired: u32,
    /// Of these, running.
    pub running: u32,
    /// Of these, on their way.
    pub pending: u32,
    /// Failed in a row.
    pub failed: u32,
}

/// How the end of a bake is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndsIs {
    /// Its beginning was seen.
    Observed,
    /// It had begun before anybody looked.
    AtTheLatest,
}

/// How production traffic is shared, in percent of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrafficShares {
    /// The part of the release that comes.
    pub new: f64,
    /// The part of the one that served before; of a first release that of the other group.
    pub live: f64,
}

impl Event {
    /// Returns when this happened by ECS's own clock, where ECS says so: somebody who attaches is
    /// told what is long past. What is told at once has no time but that.
    #[must_use]
    pub fn happened_at(&self) -> Option<Timestamp> {
        match self {
            Self::ServiceMessage { at, .. }
            | Self::TaskFailed { at, .. }
            | Self::Started { at, .. }
            | Self::Stage { at, .. }
            | Self::Status { at, .. } => *at,
            Self::Planned { .. }
            | Self::Registered { .. }
            | Self::Adopted { .. }
            | Self::Adjusted
            | Self::Attached { .. }
            | Self::WaitingFor { .. }
            | Self::Progress { .. }
            | Self::Aborting { .. }
            | Self::Weights { .. }
            | Self::Paused { .. }
            | Self::Hook { .. }
            | Self::Alarms { .. }
            | Self::Judged { .. }
            | Self::RestsOnDeploymentId { .. }
            | Self::Note { .. } => None,
        }
    }
}
