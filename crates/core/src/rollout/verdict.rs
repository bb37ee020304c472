//! The outcome of a rollout: the verdict and its reasons.

use serde::Serialize;

use super::{Cause, Evidence, Group};
use crate::progress::{ContinuedPause, Pause, Verdict};
use crate::release::ids::{DeploymentId, ServiceDeploymentArn};

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
    /// How many of its tasks ran when it was seen last.
    pub running: Option<u32>,
    /// What is wrong with where production traffic goes, or why nobody saw it; of a first release
    /// that failed, where it left it.
    pub traffic: Option<String>,
    /// The alarms of a deployment that moved traffic and was seen to end well: ECS may not have
    /// acted on them.
    pub alarms: Vec<String>,
    /// What it waits at for somebody.
    pub pauses: Vec<Pause>,
    /// The waits that were ended meanwhile.
    pub continued: Vec<ContinuedPause>,
}
