//! `rollout` and `autoscaling`: how a release replaces the one before, and how many tasks run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alarm::RolloutAlarm;
use super::analysis::Analysis;
use super::strategy::{Hook, Pause, Strategy};

/// How a new release replaces the old one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rollout {
    /// How traffic moves to the new release; `rolling` by default. The others need
    /// `traffic.listenerRule`, two `traffic.targetGroups` and `traffic.role`.
    pub strategy: Option<Strategy>,
    /// The share of the desired tasks that stays healthy during a rollout, in percent, rounded up;
    /// 100 by default.
    #[schemars(range(min = 0, max = 100))]
    pub minimum_healthy_percent: Option<u32>,
    /// The share of the desired tasks that may run during a rollout, in percent, rounded down;
    /// 200 by default.
    #[schemars(range(min = 100, max = 2_147_483_647))]
    pub maximum_percent: Option<u32>,
    /// Whether ECS gives up on a failing release and goes back to the one before; true by default.
    pub circuit_breaker: Option<bool>,
    /// Roll back once this many tasks have failed for one reason and none is well, without waiting
    /// for ECS's circuit breaker; 3 by default, 0 turns it off. Tasks that had come as far as
    /// those are waited for. Missing capacity, interrupted Spot tasks and scaling in never count.
    /// Acts while `mlship deploy` watches.
    #[schemars(range(min = 0, max = 200))]
    pub abort_after: Option<u32>,
    /// `CloudWatch` alarms that fail the release when they go off: by their names, or by what
    /// mlship's own watch, such as `errorRate: { above: 2%, for: 3m }`. An empty list turns them
    /// off; left out, they stay as they are.
    #[schemars(length(max = 100))]
    pub alarms: Option<Vec<RolloutAlarm>>,
    /// The share of production traffic that `canary` moves first, in percent: 0.1 to 100 in steps
    /// of 0.1; 5 by default. However small it is, all new tasks run then.
    #[schemars(range(min = 0.1, max = 100.0))]
    pub canary_percent: Option<f64>,
    /// Minutes between that share and all of it, 0 to 1440; 10 by default. Alarms are some three
    /// minutes late, so that they see nothing of a shorter time than five.
    #[schemars(range(min = 0, max = 1440))]
    pub canary_bake_minutes: Option<u32>,
    /// The share of production traffic that each step of `linear` moves, in percent: 3 to 100 in
    /// steps of 0.1; 10 by default.
    #[schemars(range(min = 3.0, max = 100.0))]
    pub step_percent: Option<f64>,
    /// Minutes after each step of `linear` but the last, 0 to 1440; 6 by default.
    #[schemars(range(min = 0, max = 1440))]
    pub step_bake_minutes: Option<u32>,
    /// Minutes for which both releases run on after all traffic has moved, 0 to 1440; 0 by
    /// default. So long going back takes seconds.
    #[schemars(range(min = 0, max = 1440))]
    pub bake_minutes: Option<u32>,
    /// Where the deployment waits for somebody's word; at most 10.
    #[schemars(length(max = 10))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pause: Vec<Pause>,
    /// Lambda functions that decide whether the deployment goes on; at most 10.
    #[schemars(length(max = 10))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Hook>,
    /// What the new release is judged by after each step of `canary` and `linear` but the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Analysis>,
}

/// How the number of tasks follows the load. `service.desired` then only counts when the service
/// is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// The least number of tasks.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub min: u32,
    /// The greatest number of tasks.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub max: u32,
    /// The average CPU use that the number of tasks aims for, in percent. Left out, other
    /// policies decide.
    #[schemars(range(min = 1, max = 100))]
    pub target_cpu_percent: Option<u32>,
}
