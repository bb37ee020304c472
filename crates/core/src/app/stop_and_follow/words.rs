//! What is said of a rollback beside what is said of any deployment.

use crate::app::ResultRecord;
use crate::history::Attempt;
use crate::progress::{Cause, Conclusion};
use crate::rollout::Failure;

/// Whoever stopped a deployment needs not be told to ask who did.
pub(super) fn forget_who_stopped_it(result: &mut ResultRecord, to: Option<&Attempt>) {
    // Of a first release ECS only says that it found nothing to go back to.
    let is_stop = |failure: &Failure| match failure.cause {
        Cause::StoppedBySomeone => true,
        Cause::Unknown => to.is_none() && failure.evidence.tasks == 0,
        _ => false,
    };
    if !result.failure.as_deref().is_some_and(is_stop) {
        return;
    }
    result.failure = None;
    if result.conclusion() == Conclusion::Failed && to.is_none() {
        let stopped = "the deployment was stopped as asked, and there is no release to go back to";
        result.error = Some(stopped.to_owned());
    }
}

/// Says of a rollback that nobody watches to its end that it is the rollback which goes on.
pub(in crate::app) fn name_rollback(result: &mut ResultRecord) {
    let gave_up = match result.conclusion() {
        Conclusion::TimedOut => "gave up waiting for",
        Conclusion::Interrupted(_) => "stopped watching",
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned
        | Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::Paused
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => return,
    };
    let release = result.release.as_ref();
    let to = release.map_or_else(String::new, |release| {
        format!(" to {} {}", release.model, release.version)
    });
    result.error = Some(format!("{gave_up} the rollback{to}, which goes on"));
}
