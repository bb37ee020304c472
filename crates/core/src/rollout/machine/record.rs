//! Tracks how far a service deployment has come, from answers that may arrive out of order.

use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status};

/// Returns whether a look at the deployment is to be believed over what is known: looks may come
/// out of order, and what has ended stays ended.
pub(super) fn supersedes(seen: &ServiceDeployment, known: Option<&ServiceDeployment>) -> bool {
    let Some(known) = known else {
        return true;
    };
    let is_same = seen.service_deployment_arn == known.service_deployment_arn;
    let is_further = rank(seen.status) > rank(known.status);
    let is_level = rank(seen.status) == rank(known.status) && !is_final(known.status);
    is_same && (is_further || is_level || seen.status == known.status)
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Unknown => 0,
        Status::Pending => 1,
        Status::InProgress => 2,
        Status::StopRequested | Status::RollbackRequested => 3,
        Status::RollbackInProgress => 4,
        Status::Stopped
        | Status::RollbackSuccessful
        | Status::RollbackFailed
        | Status::Successful => 5,
    }
}

pub(super) fn is_final(status: Status) -> bool {
    rank(status) == 5
}
