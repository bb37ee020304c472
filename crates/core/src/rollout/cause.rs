//! Finds out why a release failed, from ECS's messages about its tasks and from their logs.
//!
//! Pure. A table gives words their cause (`table`), tasks are grouped and the causes ranked
//! (`group`), and the likeliest one is put into plain words with the next step (`explain`).

mod circumstances;
mod culprit;
mod explain;
mod group;
mod log_patterns;
mod message;
mod reference;
mod table;
mod task;
mod text;

#[cfg(test)]
mod tests;

use circumstances::LogTarget;
pub use circumstances::{Check, Circumstances};
pub(super) use culprit::by_guilt;
pub use group::{Evidence, Group};
pub(super) use message::{is_of_others, of_message};
pub(crate) use message::{of_alarm, of_ending, of_hook};
pub(super) use task::failure_of;
pub(crate) use task::of_task;

use super::Failure;
pub use crate::progress::Cause;
use crate::release::StoppedTask;

/// Returns why a deployment failed: of its failed tasks and of the service's messages, oldest
/// first, the likeliest cause and the further ones. Nothing when neither tells of a failure.
#[must_use]
pub fn diagnose(stopped: &[StoppedTask], messages: &[String]) -> Option<Failure> {
    let mut groups = group::ranked(stopped, messages).into_iter();
    let mut failure = Failure::of(groups.next()?);
    failure.others = groups.collect();
    Some(failure)
}

impl Failure {
    /// A failure of which nothing but this is known.
    pub(super) fn of(group: Group) -> Self {
        let words = explain::explain(&group, &Circumstances::default());
        Self {
            cause: group.cause,
            reason: group.reason,
            evidence: group.evidence,
            summary: words.summary,
            help: words.help,
            others: Vec::new(),
            log_tail: Vec::new(),
            more: None,
        }
    }

    /// Takes another's word for the cause, who saw the tasks and their logs.
    pub fn is_known_to_be(&mut self, cause: Cause) {
        if self.cause == cause {
            return;
        }
        let known = self.others.iter().position(|other| other.cause == cause);
        let known = known.map(|at| self.others.remove(at));
        let first = Group {
            cause: self.cause,
            reason: std::mem::take(&mut self.reason),
            evidence: std::mem::take(&mut self.evidence),
        };
        // The tasks may not be seen any more, or only what their end led to.
        if let Some(known) = known {
            (self.reason, self.evidence) = (known.reason, known.evidence);
            self.others.insert(0, first);
        } else {
            (self.reason, self.evidence) = (first.reason, first.evidence);
        }
        self.cause = cause;
        self.explain(&Circumstances::default(), &[]);
    }

    /// Puts it into the words that the release's settings and the failed container's log allow.
    pub(super) fn explain(&mut self, around: &Circumstances, log: &[String]) {
        let meaning = self
            .leaves_open_why()
            .then(|| log_patterns::meaning(log))
            .flatten();
        if let Some(cause) = meaning.and_then(|meaning| meaning.cause) {
            self.cause = cause;
        } else if meaning.is_none() && self.was_loading(log) {
            self.cause = Cause::SlowStart;
        }
        let group = Group {
            cause: self.cause,
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
        };
        let words = explain::explain(&group, around);
        (self.summary, self.help) = (words.summary, words.help);
        if let Some(meaning) = meaning {
            meaning.summary.clone_into(&mut self.summary);
            meaning.help.clone_into(&mut self.help);
        }
    }

    /// Returns whether ECS only saw the effect, and the log can say more.
    fn leaves_open_why(&self) -> bool {
        self.cause == Cause::ContainerExited || self.was_stopped_by_checks()
    }

    pub(super) fn was_stopped_by_checks(&self) -> bool {
        let checks = [Cause::ContainerUnhealthy, Cause::LoadBalancerUnhealthy];
        checks.contains(&self.cause)
    }

    /// Returns whether checks ended tasks that were still on their way: none of their containers
    /// had passed one, and the log says that it loads.
    fn was_loading(&self, log: &[String]) -> bool {
        let mut health = self.evidence.health.values().flatten();
        self.was_stopped_by_checks()
            && health.all(|status| status != "HEALTHY")
            && log_patterns::still_loads(log)
    }
}
