//! A/B experiments between running releases.
//!
//! ```text
//! manifest ─► Definition ─┐
//!                         ├─► start | stop ─► what is written to the rule
//! the rule ─► Record ─────┘
//! CloudWatch ─► points ─┬─► counts ─► stats ─► Reading
//! rows of clients ──────┘
//! ```

mod claim;
mod close;
mod definition;
mod doubts;
mod dropped;
mod ending;
mod existing_metrics;
mod metric_queries;
mod next_step;
pub mod open;
mod outcome_window;
mod phases;
mod planned_looks;
mod promotion;
mod reading;
mod record;
mod recorded_variants;
mod refusal;
pub mod rows;
mod sample_plan;
mod samples;
mod spending;
pub mod start;
pub mod stop;
mod tag_room;
mod tag_text;
mod tagging;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod update_traffic;
mod window;

pub use claim::{Claim, Claiming};
pub use close::close;
pub use definition::{Arm, Definition, RampStep};
pub use doubts::{Doubts, asked_for};
pub use dropped::{DroppedPrimary, DroppedVariant};
pub use ending::{End, Recorded};
pub use existing_metrics::{is_there, unknown};
pub use metric_queries::{MetricQueries, MetricSource, VariantSources};
pub use next_step::{EndReason, NextStep, Seen, Wait, harm, next_step};
pub use outcome_window::{OutcomeWindow, PhaseTimes, outcomes_in};
pub use phases::Phase;
pub use planned_looks::{PlannedLooks, TakenLook};
pub use promotion::{Promotion, PromotionState};
pub use reading::{
    EffectHistory, HEALTHY_TARGETS, LookProgress, LookReading, Material, MetricReading, NextLook,
    Reading, Role, SampleProgress, SegmentReading, Sensitivity, Terms, VariantReading, word,
};
pub(crate) use reading::{Stretch, course};
pub(crate) use record::second;
pub use record::{DISTURBED, Record, State, weights};
pub use recorded_variants::{RecordedVariant, RecordedVariants};
pub use refusal::Refusal;
pub use sample_plan::{
    Amount, Answer, Baseline, DailyTrials, Level, MOST_SAMPLE, Observed, PlanNote, PlanQuestion,
    PlanRefusal, Power, Said, SaidBy, SamplePlan, SamplePlans, Wanted, sample_plans,
};
pub use samples::{CumulativeCounts, MetricCount, Samples, VariantCounts};
pub use spending::Spending;
pub use tagging::tag;
pub use update_traffic::{TrafficUpdateError, shift};
pub use window::{Part, Window};
