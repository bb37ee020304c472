//! How to go back, and what came of it.

use std::time::Duration;

use super::taking_back::TakeBack;
use super::target::TargetSpec;
use crate::app::ResultRecord;
use crate::plan::Plan;
use crate::progress::{Conclusion, Refusal};
use crate::release::ids::ServiceDeploymentArn;

/// How to go back.
#[expect(clippy::struct_excessive_bools, reason = "the flags of a command")]
#[derive(Debug, Clone)]
pub struct RollbackOptions {
    /// Where to; by default the last release that succeeded.
    pub to: Option<TargetSpec>,
    /// The deployment to undo instead: back to what it replaced, unless anything was deployed since.
    pub undoes: Option<ServiceDeploymentArn>,
    /// Whether to leave out whether its image, secrets and target groups are still there.
    pub skip_checks: bool,
    /// How long to wait for the answers to that.
    pub check_timeout: Duration,
    /// Whether to go back in spite of a running experiment that the service takes part in.
    pub force: bool,
    /// Whether to stop after the plan.
    pub dry_run: bool,
    /// When to give up watching; the rollback goes on.
    pub timeout: Duration,
    /// Whether what a deployment that moves traffic may take comes on top of that.
    pub adds_shift: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The command is over.
    Ended(Box<ResultRecord>),
    /// A dry run has come to its plan.
    Planned(Box<Plan>),
    /// A dry run has found a deployment that is taken back instead.
    TakesBack(Box<TakeBack>),
}

impl Outcome {
    pub(super) fn ended(result: ResultRecord) -> Self {
        Self::Ended(Box::new(result))
    }

    pub(super) fn is_stale(&self) -> bool {
        let stale = Conclusion::Refused(Refusal::Stale);
        matches!(self, Self::Ended(result) if result.conclusion() == stale)
    }
}
