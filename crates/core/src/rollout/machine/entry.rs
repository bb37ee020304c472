//! Our entry in the service's `deployments`: the basis of the verdict where ECS offers no service
//! deployments, and the way to notice a newer deployment.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::CONSISTENT_AFTER;
use crate::progress::Verdict;
use crate::release::ids::{DeploymentId, TaskDefinitionArn};
use crate::release::{DeploymentState, LiveService};

/// What never showed our entry may be further behind than what shows another state of it.
const SHOWN_AFTER: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Entry {
    id: DeploymentId,
    created_at: Option<Timestamp>,
    was_seen: bool,
    /// When the list was last seen: what stands still must be seen to.
    looked_at: Duration,
    completed: bool,
    /// Since when it reads FAILED, by looks that agree.
    failed_since: Option<Duration>,
    /// Failed tasks when it was last seen: a rollback takes it out of the list.
    failed_tasks: u32,
    /// The entries beside it while it was PRIMARY.
    older: HashSet<DeploymentId>,
    older_task_definitions: HashSet<TaskDefinitionArn>,
    primary: Primary,
    /// Whether ECS was told to roll back a deployment that fails; unknown until seen.
    rolls_back: Option<bool>,
}

/// Which entry ECS works towards.
#[derive(Debug)]
enum Primary {
    /// Ours, since then.
    Ours(Duration),
    /// An older one: ECS goes back to it.
    RevertedPrimary(RevertedPrimary),
    /// A newer one: it takes our place.
    Successor(DeploymentState),
}

#[derive(Debug)]
struct RevertedPrimary {
    id: DeploymentId,
    since: Duration,
    /// Whether it was seen working since it came back.
    has_moved: bool,
    state: Option<String>,
}

impl Entry {
    pub(super) fn new(id: DeploymentId, created_at: Option<Timestamp>) -> Self {
        Self {
            id,
            created_at,
            was_seen: false,
            looked_at: Duration::ZERO,
            completed: false,
            failed_since: None,
            failed_tasks: 0,
            older: HashSet::new(),
            older_task_definitions: HashSet::new(),
            primary: Primary::Ours(Duration::ZERO),
            rolls_back: None,
        }
    }

    pub(super) fn observe(&mut self, service: &LiveService, elapsed: Duration) {
        self.looked_at = elapsed;
        self.rolls_back = rolls_back(service).or(self.rolls_back);
        if let Some(ours) = service.deployment(&self.id) {
            self.was_seen = true;
            self.failed_tasks = ours.failed_tasks;
            match ours.rollout_state.as_deref() {
                Some("COMPLETED") => self.completed |= ours.status != "INACTIVE",
                Some("FAILED") => self.failed_since = self.failed_since.or(Some(elapsed)),
                // A look that is behind: what it shows has not stood still since.
                Some(_) | None => self.failed_since = self.failed_since.map(|_| elapsed),
            }
        }
        if let Some(primary) = service.primary() {
            self.observe_primary(primary, service, elapsed);
        }
    }

    fn observe_primary(
        &mut self,
        primary: &DeploymentState,
        service: &LiveService,
        elapsed: Duration,
    ) {
        if primary.id == self.id {
            let beside = service
                .deployments
                .iter()
                .filter(|deployment| deployment.id != self.id);
            for deployment in beside {
                self.older.insert(deployment.id.clone());
                self.older_task_definitions
                    .insert(deployment.task_definition.clone());
            }
            let since = match self.primary {
                Primary::Ours(since) => since,
                Primary::RevertedPrimary(_) | Primary::Successor(_) => elapsed,
            };
            self.primary = Primary::Ours(since);
        } else if self.is_newer(primary) {
            self.primary = Primary::Successor(primary.clone());
        } else {
            self.observe_older_primary(primary, elapsed);
        }
    }

    fn observe_older_primary(&mut self, primary: &DeploymentState, elapsed: Duration) {
        let moves = self.was_seen && primary.rollout_state.as_deref() == Some("IN_PROGRESS");
        let (since, has_moved) = match &self.primary {
            Primary::RevertedPrimary(back) if back.id == primary.id => (back.since, back.has_moved),
            Primary::Ours(_) | Primary::RevertedPrimary(_) | Primary::Successor(_) => {
                (elapsed, false)
            }
        };
        self.primary = Primary::RevertedPrimary(RevertedPrimary {
            id: primary.id.clone(),
            since,
            has_moved: has_moved || moves,
            state: primary.rollout_state.clone(),
        });
    }

    fn is_newer(&self, other: &DeploymentState) -> bool {
        match (other.created_at, self.created_at) {
            (Some(other), Some(ours)) => other > ours,
            (None, _) | (_, None) => self.was_seen && !self.older.contains(&other.id),
        }
    }

    pub(super) fn failed_tasks(&self) -> u32 {
        self.failed_tasks
    }

    /// Returns whether ECS calls it failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed_since.is_some()
    }

    /// Returns whether a newer deployment took its place.
    pub(super) fn has_successor(&self) -> bool {
        match self.primary {
            Primary::Successor(_) => true,
            Primary::Ours(_) | Primary::RevertedPrimary(_) => false,
        }
    }

    /// Returns the verdict that `deployments` alone allows, once it does.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let patience = if self.was_seen {
            CONSISTENT_AFTER
        } else {
            SHOWN_AFTER
        };
        let for_long = |since: Duration| self.looked_at.saturating_sub(since) >= patience;
        match (&self.primary, self.failed_since) {
            (_, None) if self.completed => Some(Verdict::Succeeded),
            (Primary::Successor(_), None) => Some(Verdict::Superseded),
            // With rollback asked for, FAILED is the moment before the old entry comes back; on
            // a first release none does.
            (Primary::Ours(first), Some(failed)) => {
                let is_final = self.rolls_back == Some(false) || for_long(failed.max(*first));
                is_final.then_some(Verdict::Failed)
            }
            (Primary::Successor(successor), Some(_)) => self.after_failure(successor),
            // The old entry still reads COMPLETED from before in the first looks after it came
            // back; only once it moved, or stood still for long, does that mean anything.
            (Primary::RevertedPrimary(back), _) if back.has_moved || for_long(back.since) => {
                match back.state.as_deref() {
                    Some("COMPLETED") => Some(Verdict::RolledBack),
                    Some("FAILED") => Some(Verdict::Failed),
                    Some(_) | None => None,
                }
            }
            (Primary::Ours(_), None) | (Primary::RevertedPrimary(_), _) => None,
        }
    }

    /// Ours failed, and something newer is there: ECS's way back under a new id, or a person's.
    fn after_failure(&self, successor: &DeploymentState) -> Option<Verdict> {
        let brings_old = self
            .older_task_definitions
            .contains(&successor.task_definition);
        let is_way_back = brings_old && self.rolls_back != Some(false);
        match successor.rollout_state.as_deref() {
            Some("COMPLETED") if is_way_back => Some(Verdict::RolledBack),
            Some("IN_PROGRESS") if is_way_back => None,
            Some(_) | None => Some(Verdict::Failed),
        }
    }
}

/// Returns whether ECS rolls a failed deployment back; nothing when the service doesn't say.
fn rolls_back(service: &LiveService) -> Option<bool> {
    let configuration = service.document.get("deploymentConfiguration")?;
    let is_enabled = |feature: &str| {
        let settings = configuration.get(feature)?;
        let on = |name: &str| settings.get(name).and_then(Value::as_bool);
        Some(on("enable").unwrap_or(false) && on("rollback").unwrap_or(false))
    };
    let enabled = [is_enabled("deploymentCircuitBreaker"), is_enabled("alarms")];
    Some(enabled.into_iter().flatten().any(|on| on))
}
