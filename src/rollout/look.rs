//! What goes into the machine and what comes out of it.

use std::time::Duration;

use jiff::Timestamp;

use super::Outcome;
use crate::release::ids::DeploymentId;
use crate::release::{LiveService, ServiceDeployment, StoppedTask};
use crate::report::Event;

/// Which deployment is followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// The entry in the service's `deployments`.
    pub deployment: DeploymentId,
    /// When ECS made it, by ECS's clock.
    pub created_at: Option<Timestamp>,
    /// How long to wait for its end.
    pub timeout: Duration,
}

/// What was seen of the service.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceSighting {
    /// ECS described it.
    Seen(Box<LiveService>),
    /// The cluster has none of that name.
    Missing,
    /// It was not asked for, or the answer was lost.
    Unanswered,
}

/// What was seen of the followed service deployment.
#[derive(Debug, Clone, PartialEq)]
pub enum Sighting {
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
    pub service: ServiceSighting,
    /// The service deployment.
    pub sighting: Sighting,
    /// Whether a newer service deployment than ours is listed; unknown when it was not asked.
    pub newer: Option<bool>,
    /// The stopped tasks of our deployment, when they were asked for.
    pub stopped: Vec<StoppedTask>,
}

impl Snapshot {
    /// A look that no answer came to.
    #[must_use]
    pub fn unanswered() -> Self {
        Self {
            service: ServiceSighting::Unanswered,
            sighting: Sighting::Unanswered,
            newer: None,
            stopped: Vec::new(),
        }
    }

    pub(super) fn service(&self) -> Option<&LiveService> {
        match &self.service {
            ServiceSighting::Seen(service) => Some(service),
            ServiceSighting::Missing | ServiceSighting::Unanswered => None,
        }
    }

    pub(super) fn is_unanswered(&self) -> bool {
        self.service == ServiceSighting::Unanswered && self.sighting == Sighting::Unanswered
    }
}

/// What a look should include. Most cost one call: that for the service deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions, each asked or not"
)]
pub struct Look {
    /// The service, with its events and its `deployments`.
    pub service: bool,
    /// The service deployment.
    pub deployment: bool,
    /// The deployment's stopped tasks.
    pub tasks: bool,
    /// Whether there is a newer deployment.
    pub newer: bool,
}

impl Look {
    /// The first look: where everything stands.
    pub const FIRST: Self = Self {
        service: true,
        deployment: true,
        tasks: false,
        newer: false,
    };
    /// The last look before bad news.
    pub const LAST: Self = Self {
        service: true,
        deployment: true,
        tasks: true,
        newer: true,
    };
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// What to do now.
    pub next: Next,
}

/// What to do after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Look again after a wait.
    Poll {
        /// How long to wait.
        after: Duration,
        /// What to look at.
        look: Look,
    },
    /// It is over.
    Done(Box<Outcome>),
}
