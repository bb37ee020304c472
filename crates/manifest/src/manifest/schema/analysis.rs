//! `rollout.analysis`: what a new release is judged by while both have traffic.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answers, Period};

/// How the new release is judged beside the one that serves, after each step of its traffic but
/// the last: it goes on, goes back, or waits for somebody where nobody can tell yet. It is judged
/// while `mlship deploy` watches, or by `mlship promote --judge`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Analysis {
    /// What must not get worse.
    #[schemars(length(min = 1, max = 10))]
    pub metrics: Vec<AnalysisMetric>,
    /// The chance that a release goes on that is worse by a margin, and the chance that one goes
    /// back that is not, over all steps and looks together; 0.05 by default.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 0.5))]
    pub alpha: Option<f64>,
    /// Minutes at the beginning of each step that don't count, while caches fill; 2 by default.
    #[schemars(range(min = 0, max = 1380))]
    pub warm_up_minutes: Option<u32>,
    /// Minutes until a deployment goes back that waits for its judgement, or for somebody where
    /// there is none, 1 to 20160; 1440 by default.
    #[schemars(range(min = 1, max = 20_160))]
    pub timeout_minutes: Option<u32>,
}

/// A metric of the load balancer that must not get worse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnalysisMetric {
    /// Which one.
    pub metric: BalancerMetric,
    /// How much worse than the release that serves is still acceptable, absolute: 0.01 is a
    /// percentage point.
    #[schemars(extend("exclusiveMinimum" = 0), example = 0.01)]
    pub margin: f64,
    /// The requests that each of both must have answered before anything is decided; 1000 by
    /// default.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub minimum_requests: Option<u32>,
    /// For `slow_requests`: the response time from which a request is slow, such as `300ms`.
    #[schemars(with = "Option<Period>", example = &"300ms")]
    pub threshold: Option<String>,
    /// For `error_rate`: which requests are errors. Left out, those that a target answered with
    /// 5XX, and those that no target answered.
    pub answers: Option<Answers>,
}

/// What a load balancer counts of the requests to each target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BalancerMetric {
    /// The share of requests that are errors.
    ErrorRate,
    /// The share of responses that took longer than a threshold.
    SlowRequests,
}
