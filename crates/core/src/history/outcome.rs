//! The outcome of each deployment, in one word.

use jiff::SignedDuration;
use serde::Serialize;

use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status};

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It served.
    Succeeded,
    /// ECS went back to what was there before.
    RolledBack,
    /// It failed, and ECS could not or should not go back.
    Failed,
    /// A newer one replaced it before it was done.
    Superseded,
    /// Somebody stopped it where it was.
    Stopped,
    /// It has not ended.
    Running,
}

impl Outcome {
    /// Returns whether it ended without serving, and not for something newer.
    #[must_use]
    pub fn is_failure(self) -> bool {
        match self {
            Self::RolledBack | Self::Failed | Self::Stopped => true,
            Self::Succeeded | Self::Superseded | Self::Running => false,
        }
    }

    /// Returns the words that people read.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::RolledBack => "rolled back",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
            Self::Stopped => "stopped",
            Self::Running => "running",
        }
    }
}

/// Returns how each of a service's deployments ended, given all of them in full and newest first.
/// A status that this version does not know has no outcome.
#[must_use]
pub fn outcomes(newest_first: &[ServiceDeployment]) -> Vec<Option<Outcome>> {
    let newer = |index: usize| index.checked_sub(1).and_then(|at| newest_first.get(at));
    let all = newest_first.iter().enumerate();
    all.map(|(index, attempt)| outcome(attempt, newer(index)))
        .collect()
}

fn outcome(deployment: &ServiceDeployment, newer: Option<&ServiceDeployment>) -> Option<Outcome> {
    Some(match deployment.status {
        Status::Successful => Outcome::Succeeded,
        Status::RollbackSuccessful => Outcome::RolledBack,
        Status::RollbackFailed => Outcome::Failed,
        Status::Stopped if has_tripped(deployment) => Outcome::Failed,
        Status::Stopped if newer.is_some_and(|newer| replaced(deployment, newer)) => {
            Outcome::Superseded
        }
        Status::Stopped => Outcome::Stopped,
        Status::Pending
        | Status::InProgress
        | Status::StopRequested
        | Status::RollbackRequested
        | Status::RollbackInProgress => Outcome::Running,
        Status::Unknown => return None,
    })
}

fn has_tripped(deployment: &ServiceDeployment) -> bool {
    let breaker = deployment.deployment_circuit_breaker.as_ref();
    breaker.is_some_and(|breaker| breaker.status.as_deref() == Some("TRIGGERED"))
}

/// ECS stops what runs within moments of the start of a newer deployment.
fn replaced(deployment: &ServiceDeployment, newer: &ServiceDeployment) -> bool {
    const MOMENTS: SignedDuration = SignedDuration::from_mins(1);
    let (Some(end), Some(start)) = (deployment.finished_at, newer.created_at) else {
        return true;
    };
    start.duration_since(end) <= MOMENTS
}
