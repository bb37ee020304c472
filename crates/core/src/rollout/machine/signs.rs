//! What tells that a deployment fails or is about to end, before its own record is looked at.

use crate::release::LiveService;
use crate::release::ids::DeploymentId;
use crate::rollout::Cause;
use crate::rollout::cause::of_message;

/// What ECS says when tasks or the deployment fail, whatever the cause.
const FAILURES: &[&str] = &[
    "deployment failed",
    "rolling back",
    "failed",
    "unhealthy",
    "unable to consistently start",
];
/// What it says when there is nothing left to do.
const ENDS: &[&str] = &["deployment completed", "steady state"];

/// The signs so far, and whether there are new ones that nobody has followed up.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// Whether a task failed, PRIMARY changed, or an event said so.
    is_alarming: bool,
    /// Whether the service told of an end, and the record was not looked at since.
    end_is_told: bool,
    /// Whether fewer tasks run than did, and nobody has asked why.
    running_fell: bool,
    stands: Option<Standing>,
}

/// How the service says that ours stands.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    is_primary: bool,
    state: Option<String>,
}

impl Signs {
    pub(super) fn is_alarming(&self) -> bool {
        self.is_alarming
    }

    /// Takes in that a task failed.
    pub(super) fn task_failed(&mut self) {
        self.is_alarming = true;
    }

    /// Takes in what the service says of our entry.
    pub(super) fn observe(&mut self, service: &LiveService, ours: &DeploymentId) {
        let Some(primary) = service.primary() else {
            return;
        };
        let stands = Standing {
            is_primary: primary.id == *ours,
            state: service
                .deployment(ours)
                .and_then(|ours| ours.rollout_state.clone()),
        };
        if let Some(stood) = &self.stands {
            // What is behind may show us before we came, never after.
            self.is_alarming |= stood.is_primary && !stands.is_primary;
            self.end_is_told |= *stood != stands;
        }
        self.is_alarming |= stands.state.as_deref() == Some("FAILED");
        self.stands = Some(stands);
    }

    /// Takes in what ECS said.
    pub(super) fn hear(&mut self, message: &str) {
        let says = |words: &[&str]| words.iter().any(|part| message.contains(part));
        let cause = of_message(message);
        // Capacity may come, and until then nothing has failed.
        let names_failure =
            cause.is_some_and(|cause| !matches!(cause, Cause::NoCapacity | Cause::Unknown));
        self.is_alarming |= names_failure || says(FAILURES);
        self.end_is_told |= names_failure || says(FAILURES) || cause.is_some() || says(ENDS);
    }

    /// Takes in that fewer tasks run than did.
    pub(super) fn running_fell(&mut self) {
        self.is_alarming = true;
        self.running_fell = true;
    }

    /// Takes in that the record was seen after all this.
    pub(super) fn record_seen(&mut self) {
        self.end_is_told = false;
    }

    /// Returns, once, whether the record is to be looked at at once.
    pub(super) fn take_end(&mut self) -> bool {
        std::mem::take(&mut self.end_is_told)
    }

    /// Returns, once, whether the tasks are to be looked at at once.
    pub(super) fn take_fall(&mut self) -> bool {
        std::mem::take(&mut self.running_fell)
    }
}
