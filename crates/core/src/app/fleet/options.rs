//! How a run over many services goes.

use std::num::NonZeroUsize;

use crate::fleet::{FailureBudget, Limits};

/// How a run over many services goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunOptions {
    /// How many releases run at a time, if not all that can.
    pub max_parallel: Option<NonZeroUsize>,
    /// How many failures are borne, where that was said.
    pub failure_budget: Option<FailureBudget>,
    /// What happens beyond that.
    pub on_failure: OnFailure,
}

/// What a run does about failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// It goes on.
    #[default]
    Continue,
    /// It begins nothing more.
    Stop,
    /// It begins nothing more, and takes back what it changed.
    Rollback,
}

impl RunOptions {
    /// Returns what holds a run over so many services back.
    pub(super) fn limits(&self, services: usize) -> Limits {
        let budget = match self.on_failure {
            OnFailure::Continue => self.failure_budget,
            OnFailure::Stop | OnFailure::Rollback => {
                Some(self.failure_budget.unwrap_or(FailureBudget::NONE))
            }
        };
        Limits {
            max_parallel: self.max_parallel,
            failures: budget.map(|budget| budget.of(services)),
        }
    }
}
