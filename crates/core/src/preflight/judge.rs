//! From what was seen to findings. Pure: pass is never said of what was not seen, and fail never of
//! what may work.

use super::answers::{Answers, Untold};
use super::checks;
use super::finding::{Check, Finding, State};
use super::surroundings::Surroundings;

/// Returns what all checks come to, in the order in which they are told.
#[must_use]
pub fn judge(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let mut found = Vec::new();
    for check in [
        checks::images,
        checks::architectures,
        checks::secrets,
        checks::roles,
        checks::service_roles,
        checks::permissions,
        checks::routes,
        checks::security_groups,
        checks::log_groups,
        checks::target_groups,
        checks::capacity_providers,
        checks::capacity,
        checks::alarms,
        checks::firing_alarms,
        checks::first_step,
    ] {
        found.extend(check(release, answers));
    }
    found.sort_by_key(|finding| finding.check);
    // Both groups of a pair hang on one load balancer.
    found.dedup();
    found
}

/// What a finding is about, to which the rest is added.
#[derive(Clone)]
pub(super) struct About {
    pub(super) check: Check,
    pub(super) subject: String,
    pub(super) fields: &'static [&'static str],
    pub(super) below: Option<String>,
}

impl About {
    pub(super) fn new(
        check: Check,
        subject: impl Into<String>,
        fields: &'static [&'static str],
    ) -> Self {
        Self {
            check,
            subject: subject.into(),
            fields,
            below: None,
        }
    }

    pub(super) fn below(self, below: Option<String>) -> Self {
        Self { below, ..self }
    }

    fn with(&self, state: State, message: String, help: Option<&str>) -> Finding {
        Finding {
            check: self.check,
            state,
            subject: self.subject.clone(),
            message,
            help: help.map(str::to_owned),
            fields: self.fields,
            below: self.below.clone(),
        }
    }

    pub(super) fn pass(&self, message: impl Into<String>) -> Finding {
        self.with(State::Pass, message.into(), None)
    }

    pub(super) fn fail(&self, message: impl Into<String>, help: &str) -> Finding {
        self.with(State::Fail, message.into(), Some(help))
    }

    pub(super) fn warn(&self, message: impl Into<String>, help: &str) -> Finding {
        self.with(State::Warn, message.into(), Some(help))
    }

    /// Not seen, for want of an answer.
    pub(super) fn untold(&self, untold: &Untold) -> Finding {
        let help = untold
            .permission
            .map(|action| format!("allow {action} to have it checked"));
        let state = State::Unchecked {
            permission: untold.permission,
        };
        self.with(state, untold.words.clone(), help.as_deref())
    }

    /// Not seen, for another reason.
    pub(super) fn unchecked(&self, message: impl Into<String>) -> Finding {
        self.untold(&Untold::because(message))
    }
}
