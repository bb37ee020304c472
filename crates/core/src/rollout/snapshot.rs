//! The inputs and outputs of the state machine.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::{Cause, Outcome, PauseCommands};
use crate::progress::Event;
use crate::release::ids::{DeploymentId, ServiceDeploymentArn, TargetGroupArn};
use crate::release::{ListenerRule, LiveService, LiveTask, ServiceDeployment, StoppedTask, Wiring};
use mlship_manifest::schema::Analysis;

/// Which deployment is followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// The entry in the service's `deployments`.
    pub deployment: DeploymentId,
    /// Whether a write of this run returned it, or the service stated it while it ran: it alone
    /// may then tell the verdict, where ECS offers no service deployments.
    pub is_own: bool,
    /// When ECS made it, by ECS's clock.
    pub created_at: Option<Timestamp>,
    /// How long to wait for its end.
    pub timeout: Duration,
    /// Whether the bakes and waits of a deployment that moves traffic come on top of that.
    pub adds_shift: bool,
    /// How far to watch.
    pub until: Until,
    /// What ends its waits for somebody.
    pub pausing: PauseCommands,
    /// Who ends its waits for somebody.
    pub waits: WaitsEnded,
    /// How many tasks may fail alike, with none well, before ECS is asked to roll it back; 0 leaves
    /// that to ECS.
    pub abort_after: u32,
    /// The service as the answer to our own write showed it: that is the first look at it.
    pub shown: Option<Box<LiveService>>,
}

/// Who ends a deployment's waits for somebody, of those that watch it from here.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum WaitsEnded {
    /// Who only watches changes nothing.
    #[default]
    ByNobody,
    /// A promotion, each of them as it comes. Its deployment alone is then followed.
    ByPromotion(ServiceDeploymentArn),
    /// The judgement of each step of the traffic, those before a step.
    ByAnalysis(Analysis),
}

impl WaitsEnded {
    /// Returns the deployment that is promoted, if any.
    #[must_use]
    pub fn promoted(&self) -> Option<&ServiceDeploymentArn> {
        match self {
            Self::ByPromotion(deployment) => Some(deployment),
            Self::ByNobody | Self::ByAnalysis(_) => None,
        }
    }

    /// Returns what each step is judged by, if anything.
    #[must_use]
    pub fn analysis(&self) -> Option<&Analysis> {
        match self {
            Self::ByAnalysis(analysis) => Some(analysis),
            Self::ByNobody | Self::ByPromotion(_) => None,
        }
    }
}

/// What was seen of the service.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceObservation {
    /// ECS described it.
    Seen(Box<LiveService>),
    /// The cluster has none of that name.
    Missing,
    /// It was not asked for, or the answer was lost.
    Unanswered,
}

/// What was seen of the followed service deployment.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// ECS described it.
    Seen(Box<ServiceDeployment>),
    /// ECS lists no deployment of ours.
    NotListed,
    /// ECS, or the caller's policy, has no service deployments to offer.
    Refused,
    /// It was not asked for, or the answer was lost.
    Unanswered,
}

/// What was seen in one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The service.
    pub service: ServiceObservation,
    /// The service deployment.
    pub deployment: Observation,
    /// Whether a newer service deployment than ours is listed; unknown when it was not asked.
    pub newer: Option<bool>,
    /// The stopped tasks of our deployment, when they were asked for.
    pub stopped: Vec<StoppedTask>,
    /// The tasks of our deployment that ECS wants to run; unknown when they were not asked for.
    pub alive: Option<Vec<LiveTask>>,
    /// Where production traffic goes.
    pub traffic: TrafficObservation,
}

impl Snapshot {
    /// A look that no answer came to.
    #[must_use]
    pub fn unanswered() -> Self {
        Self {
            service: ServiceObservation::Unanswered,
            deployment: Observation::Unanswered,
            newer: None,
            stopped: Vec::new(),
            alive: None,
            traffic: TrafficObservation::NotAsked,
        }
    }

    pub(super) fn service(&self) -> Option<&LiveService> {
        match &self.service {
            ServiceObservation::Seen(service) => Some(service),
            ServiceObservation::Missing | ServiceObservation::Unanswered => None,
        }
    }

    pub(super) fn is_unanswered(&self) -> bool {
        self.service == ServiceObservation::Unanswered
            && self.deployment == Observation::Unanswered
            && !matches!(self.traffic, TrafficObservation::Seen(_))
    }
}

/// How far to watch a deployment. What does not come that way is watched to its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Until {
    /// Until it waits for somebody.
    Paused,
    /// Until the new release has all production traffic.
    Shifted,
    /// Until the bake after that.
    Baking,
    /// To its end.
    #[default]
    Done,
}

/// What was seen of where production traffic goes.
#[derive(Debug, Clone, PartialEq)]
pub enum TrafficObservation {
    /// Nobody asked.
    NotAsked,
    /// This.
    Seen(Box<SeenTraffic>),
    /// The service has no rule by which ECS moves traffic.
    Unwired,
    /// Nobody may see it: the service's own words.
    Refused(String),
    /// No answer.
    Unanswered,
}

/// A service's rule, and where its tasks are.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenTraffic {
    /// How the service is wired.
    pub wiring: Wiring,
    /// The rule of production traffic, if there is one.
    pub rule: Option<ListenerRule>,
    /// The group of the release that comes, where ECS says so.
    pub new: Option<TargetGroupArn>,
    /// The group of what served before.
    pub live: Option<TargetGroupArn>,
    /// Groups without a healthy target; none where nobody asked, or no task is wanted.
    pub empty: BTreeSet<TargetGroupArn>,
    /// Whether another deployment moves traffic by now.
    pub is_of_another: bool,
}

/// What to see of where production traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrafficRequest {
    /// Nothing.
    None,
    /// The rule.
    Weights,
    /// The rule, and whether there are targets behind it.
    All,
}

/// What a look should include. Most cost one call: that for the service deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "questions, each asked or not"
)]
pub struct PollRequest {
    /// The service, with its events and its `deployments`.
    pub service: bool,
    /// The service deployment.
    pub deployment: bool,
    /// The deployment's stopped tasks.
    pub tasks: bool,
    /// The deployment's other tasks.
    pub alive: bool,
    /// Whether there is a newer deployment.
    pub newer: bool,
    /// Where production traffic goes.
    pub traffic: TrafficRequest,
}

impl PollRequest {
    /// The first look: where everything stands.
    pub const FIRST: Self = Self {
        service: true,
        deployment: true,
        tasks: false,
        alive: false,
        newer: false,
        traffic: TrafficRequest::None,
    };
    /// The last look before bad news whose end is known: what explains it.
    pub const REASONS: Self = Self {
        service: true,
        deployment: false,
        tasks: true,
        alive: false,
        newer: false,
        traffic: TrafficRequest::None,
    };
    /// The last look before other bad news.
    pub const LAST: Self = Self {
        service: true,
        deployment: true,
        tasks: true,
        alive: false,
        newer: true,
        traffic: TrafficRequest::None,
    };
    /// A look at where production traffic goes after the end.
    pub const TRAFFIC: Self = Self {
        service: false,
        deployment: false,
        tasks: false,
        alive: false,
        newer: false,
        traffic: TrafficRequest::All,
    };
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineOutput {
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// What to do now.
    pub next: Next,
}

/// Tasks that failed for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedFailure {
    /// How many.
    pub tasks: u32,
    /// The class of the cause.
    pub cause: Cause,
    /// What is said of the last one.
    pub reason: String,
    /// How many it takes.
    pub after: u32,
}

/// What to do after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Look again after a wait.
    Poll {
        /// How long to wait.
        after: Duration,
        /// What to look at.
        look: PollRequest,
    },
    /// Ask ECS to roll the deployment back, then look again. Asked twice it does what it does once.
    Abort {
        /// The deployment.
        deployment: ServiceDeploymentArn,
        /// Why.
        because: RepeatedFailure,
    },
    /// Let the deployment go on that waits for somebody, then look again. Each wait comes once.
    Promote {
        /// The deployment.
        deployment: ServiceDeploymentArn,
        /// What it waits at.
        hooks: Vec<String>,
    },
    /// It is over.
    Done(Box<Outcome>),
}
