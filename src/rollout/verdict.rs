//! How a deployment ended. One enum, matched in full wherever it matters.

use serde::Serialize;

use super::{Cause, Evidence, Group};
use crate::release::ids::{DeploymentId, ServiceDeploymentArn};

/// How a command on a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// ECS reports the deployment that this call started as successful.
    Succeeded,
    /// Nothing had to be written, and what serves had been deployed successfully.
    Unchanged,
    /// ECS accepted the deployment; nobody waited for its end.
    Started,
    /// The release failed and the service is back on the revision before.
    RolledBack,
    /// The release failed and nothing was rolled back.
    Failed,
    /// A newer deployment took its place.
    Superseded,
    /// Time ran out; the deployment goes on.
    TimedOut,
    /// It waits for promote or abort.
    Paused,
    /// Stopped watching on a signal; the deployment goes on.
    Interrupted,
    /// The service was deleted while the deployment ran.
    Deleted,
}

impl Verdict {
    /// Returns whether the release itself did not come about, so that there is a cause to name.
    pub(super) fn is_failure(self) -> bool {
        match self {
            Self::RolledBack | Self::Failed | Self::TimedOut => true,
            Self::Succeeded
            | Self::Unchanged
            | Self::Started
            | Self::Superseded
            | Self::Paused
            | Self::Interrupted
            | Self::Deleted => false,
        }
    }
}

/// Why a release failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The class of the likeliest cause.
    pub cause: Cause,
    /// In AWS's own words where it has some.
    pub reason: String,
    /// What the tasks show that failed for it.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The cause in plain words.
    pub summary: String,
    /// The next step, with the manifest's field.
    pub help: String,
    /// The further causes, the likeliest first.
    pub others: Vec<Group>,
    /// The last lines of the failed container's log.
    pub log_tail: Vec<String>,
    /// The command that shows more of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
}

/// A verdict with what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// Why it failed, when it did.
    pub failure: Option<Box<Failure>>,
    /// The deployment followed.
    pub deployment: Option<DeploymentId>,
    /// The service deployment followed, where ECS tells.
    pub service_deployment: Option<ServiceDeploymentArn>,
    /// How long it took by ECS's own clock.
    pub seconds: Option<f64>,
}
