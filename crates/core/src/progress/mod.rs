//! The types of a release's progress: events, observers, verdicts, conclusions and exit codes. Text
//! and JSON are made from them, and never parsed back.

mod cause;
mod conclusion;
mod event;
mod exit_code;
mod hook_call;
mod pause;
mod step_judgement;
mod verdict;

pub use cause::Cause;
pub use conclusion::{Conclusion, Fault, Refusal};
pub use event::{EndsIs, Event, TaskCounts, TrafficShares};
pub use exit_code::ExitCode;
pub use hook_call::HookCall;
pub use pause::{ContinuedPause, Pause, PausePermission};
pub use step_judgement::{Counted, Decision, Lack, MetricJudgement, StepJudgement};
pub use verdict::{Interrupt, Verdict};

use crate::release::ids::ServiceId;

/// Takes in what happens, as it happens.
pub trait Observer {
    /// Something happened to a service.
    fn event(&mut self, service: &ServiceId, event: &Event);

    /// Nothing more is known for now: what was held back to be told together is told.
    fn idle(&mut self, service: &ServiceId);

    /// Something was decided of which only who asked for details wants to hear.
    fn decision(&mut self, _: &ServiceId, _: &str) {}
}
