//! How traffic moves step by step: stages, and what is waited for at them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Ways to move traffic to a new release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Task by task.
    Rolling,
    /// A small share first, then all of it.
    Canary,
    /// In equal steps.
    Linear,
    /// A second set of tasks first, then all traffic at once.
    BlueGreen,
}

impl Strategy {
    /// Returns the name that ECS has for it.
    #[must_use]
    pub fn ecs_name(self) -> &'static str {
        match self {
            Self::Rolling => "ROLLING",
            Self::Canary => "CANARY",
            Self::Linear => "LINEAR",
            Self::BlueGreen => "BLUE_GREEN",
        }
    }

    /// Says whether traffic moves between two target groups.
    #[must_use]
    pub fn moves_traffic(self) -> bool {
        match self {
            Self::Rolling => false,
            Self::Canary | Self::Linear | Self::BlueGreen => true,
        }
    }

    /// Returns the name that a manifest has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::Canary => "canary",
            Self::Linear => "linear",
            Self::BlueGreen => "blue-green",
        }
    }
}

/// Stages of a deployment that moves traffic, by ECS's own names and in their order. Those from
/// `PRE_PRODUCTION_TRAFFIC_SHIFT` to `PRODUCTION_TRAFFIC_SHIFT` come once a step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Where an earlier deployment left more than one release running, they become one.
    ReconcileService,
    /// Before the first new task.
    PreScaleUp,
    /// All new tasks are healthy.
    PostScaleUp,
    /// Test traffic goes to the new release.
    TestTrafficShift,
    /// Test traffic went there.
    PostTestTrafficShift,
    /// Before each step of production traffic.
    PreProductionTrafficShift,
    /// Each step of production traffic.
    ProductionTrafficShift,
    /// All traffic goes to the new release, and the last bake begins.
    PostProductionTrafficShift,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::ReconcileService,
        Self::PreScaleUp,
        Self::PostScaleUp,
        Self::TestTrafficShift,
        Self::PostTestTrafficShift,
        Self::PreProductionTrafficShift,
        Self::ProductionTrafficShift,
        Self::PostProductionTrafficShift,
    ];

    /// Returns ECS's name.
    #[must_use]
    pub fn ecs_name(self) -> &'static str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
        }
    }

    /// Says whether it comes with every step of production traffic.
    #[must_use]
    pub fn is_of_each_step(self) -> bool {
        matches!(
            self,
            Self::PreProductionTrafficShift | Self::ProductionTrafficShift
        )
    }

    /// Says whether ECS goes through it once more on the way back.
    #[must_use]
    pub fn runs_on_the_way_back(self) -> bool {
        matches!(self, Self::TestTrafficShift | Self::ProductionTrafficShift)
    }
}

/// What becomes of a deployment whose wait ran out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnTimeout {
    /// It goes back.
    #[default]
    Rollback,
    /// It goes on.
    Continue,
}

/// A wait for somebody's word: `mlship promote` or `mlship abort`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pause {
    /// Where the deployment waits. At `PRE_PRODUCTION_TRAFFIC_SHIFT` it waits before every step.
    pub stage: Stage,
    /// Minutes until it no longer waits, 1 to 20160; 1440 by default.
    #[schemars(range(min = 1, max = 20_160))]
    pub timeout_minutes: Option<u32>,
    /// What happens then: `rollback` by default, or `continue`.
    pub on_timeout: Option<OnTimeout>,
}

/// A Lambda function that ECS asks whether the deployment may go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Hook {
    /// Where it is asked. At the two stages that shift traffic it is asked again on the way back.
    #[schemars(length(min = 1))]
    pub stages: Vec<Stage>,
    /// The ARN of the function.
    #[schemars(length(min = 1), example = &"arn:aws:lambda:eu-west-1:111122223333:function:smoke-test")]
    pub lambda: String,
    /// The ARN of the role that lets ECS call it.
    #[schemars(length(min = 1), example = &"arn:aws:iam::111122223333:role/ecs-hooks")]
    pub role: String,
    /// Any value, which the function gets as `hookDetails`.
    pub details: Option<Value>,
    /// Minutes until its answer is no longer waited for, 1 to 1440; 1440 by default.
    #[schemars(range(min = 1, max = 1440))]
    pub timeout_minutes: Option<u32>,
    /// What happens then: `rollback` by default, or `continue`.
    pub on_timeout: Option<OnTimeout>,
}
