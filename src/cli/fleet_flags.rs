//! The flags that say how a run over many services goes.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::{Args, ValueEnum};

use mlship_core::app::fleet::{self as app, RunOptions};
use mlship_core::fleet::{FailureBudget, WaveSizes};
use mlship_text::duration::duration;

/// Stands after a command's own options.
const FLEETS: &str = "Many services";

/// How a run over many services goes.
#[derive(Debug, Args)]
pub(super) struct FleetFlags {
    /// Roll out at most this many services at a time; all that needn't wait by default
    #[arg(long, value_name = "N", help_heading = FLEETS)]
    max_parallel: Option<NonZeroUsize>,
    /// Begin in waves instead of those of service.wave: how many services have begun with each, in
    /// all, as numbers or percentages such as 1,10%,50%,100%
    #[arg(long, value_name = "SIZES", help_heading = FLEETS)]
    pub(super) waves: Option<WaveSizes>,
    /// Begin nothing more once more than this many releases failed, as a number or a percentage;
    /// what runs is followed to its end
    #[arg(long, value_name = "N|P%", help_heading = FLEETS)]
    failure_budget: Option<FailureBudget>,
    /// What to do beyond the failure budget, which is 0 with stop and rollback
    #[arg(
        long,
        value_enum,
        default_value_t = OnFailure::Continue,
        value_name = "ACTION",
        help_heading = FLEETS
    )]
    on_failure: OnFailure,
    /// Begin nothing more after this long, and give up waiting; deployments go on
    #[arg(long, value_parser = duration, value_name = "TIME", help_heading = FLEETS)]
    pub(super) run_timeout: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnFailure {
    /// Go on with what does not depend on it; with a failure budget, until that is used up
    Continue,
    /// Begin nothing more
    Stop,
    /// Begin nothing more, and take back what this run released
    Rollback,
}

impl FleetFlags {
    /// Returns them as a run takes them.
    pub(super) fn options(&self) -> RunOptions {
        RunOptions {
            max_parallel: self.max_parallel,
            failure_budget: self.failure_budget,
            on_failure: match self.on_failure {
                OnFailure::Continue => app::OnFailure::Continue,
                OnFailure::Stop => app::OnFailure::Stop,
                OnFailure::Rollback => app::OnFailure::Rollback,
            },
        }
    }
}
