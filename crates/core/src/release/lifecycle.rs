//! Where a deployment that moves traffic stands, in ECS's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::TargetGroupArn;
use super::live::epoch;

/// The stages of such a deployment, in ECS's order. Whether traffic moves a step at a time decides
/// how often the three in the middle come.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifecycleStage {
    /// More than one revision was there at the beginning: their traffic is put together.
    ReconcileService,
    /// Before its tasks start.
    PreScaleUp,
    /// All of its tasks start.
    ScaleUp,
    /// Its tasks are healthy.
    PostScaleUp,
    /// Test traffic goes to it.
    TestTrafficShift,
    /// Test traffic has gone to it.
    PostTestTrafficShift,
    /// Before each step of production traffic.
    PreProductionTrafficShift,
    /// A step of production traffic, and the bake after it.
    ProductionTrafficShift,
    /// All production traffic is with it.
    PostProductionTrafficShift,
    /// Both fleets run, and all traffic is with the new one.
    BakeTime,
    /// The old tasks stop.
    CleanUp,
    /// A stage that this version does not know; it counts as none that was reached.
    #[serde(untagged)]
    Unknown(String),
}

impl LifecycleStage {
    /// Returns ECS's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::ScaleUp => "SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
            Self::Unknown(name) => name,
        }
    }

    /// Returns its position in ECS's order; none of one that is not known.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        let known = [
            Self::ReconcileService,
            Self::PreScaleUp,
            Self::ScaleUp,
            Self::PostScaleUp,
            Self::TestTrafficShift,
            Self::PostTestTrafficShift,
            Self::PreProductionTrafficShift,
            Self::ProductionTrafficShift,
            Self::PostProductionTrafficShift,
            Self::BakeTime,
            Self::CleanUp,
        ];
        known.iter().position(|stage| stage == self)
    }
}

/// What becomes of a deployment that waited at a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HookAction {
    /// It goes on.
    Continue,
    /// It goes back.
    Rollback,
}

impl HookAction {
    /// Returns ECS's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::Rollback => "ROLLBACK",
        }
    }
}

/// A hook that a deployment called, or a pause that it met.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookState {
    /// `ecs-pause-…` or `ecs-lambda-…`: new each time that a stage is reached.
    pub hook_id: String,
    /// `PAUSE` or `AWS_LAMBDA`.
    #[serde(default)]
    pub target_type: Option<String>,
    /// The function; none of a pause.
    #[serde(default)]
    pub target_arn: Option<String>,
    /// `AWAITING_ACTION`, `IN_PROGRESS`, `SUCCEEDED`, `FAILED` or `TIMED_OUT`.
    #[serde(default)]
    pub status: Option<String>,
    /// When the wait ends by itself.
    #[serde(default, deserialize_with = "epoch")]
    pub expires_at: Option<Timestamp>,
    /// `CONTINUE` or `ROLLBACK`: what happens then.
    #[serde(default)]
    pub timeout_action: Option<String>,
}

impl HookState {
    /// Says whether it waits for somebody.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.status.as_deref() == Some("AWAITING_ACTION")
    }

    /// Returns what happens when nobody acts; ECS goes back unless it was told otherwise.
    #[must_use]
    pub fn on_timeout(&self) -> HookAction {
        match self.timeout_action.as_deref() {
            Some("CONTINUE") => HookAction::Continue,
            Some(_) | None => HookAction::Rollback,
        }
    }
}

/// The alarms that ECS watches during a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmWatch {
    /// `MONITORING`, `TRIGGERED`, `MONITORING_COMPLETE` or `DISABLED`.
    #[serde(default)]
    pub status: Option<String>,
    /// All of them.
    #[serde(default)]
    pub alarm_names: Vec<String>,
    /// Those that fired.
    #[serde(default)]
    pub triggered_alarm_names: Vec<String>,
}

/// What ECS made of the settings of a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolvedConfiguration {
    /// The groups that its tasks are really in.
    #[serde(default)]
    pub load_balancers: Vec<ResolvedBalancer>,
}

/// A group that a revision's tasks are in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolvedBalancer {
    /// The group.
    #[serde(default)]
    pub target_group_arn: Option<TargetGroupArn>,
    /// The rule that brings it production traffic.
    #[serde(default)]
    pub production_listener_rule: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_stage_is_read_and_written_by_ecs_s_name_and_one_that_is_not_known_has_no_position() {
        let names = [
            "RECONCILE_SERVICE",
            "PRE_SCALE_UP",
            "SCALE_UP",
            "POST_SCALE_UP",
            "TEST_TRAFFIC_SHIFT",
            "POST_TEST_TRAFFIC_SHIFT",
            "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "PRODUCTION_TRAFFIC_SHIFT",
            "POST_PRODUCTION_TRAFFIC_SHIFT",
            "BAKE_TIME",
            "CLEAN_UP",
        ];
        for (position, name) in names.into_iter().enumerate() {
            let stage: LifecycleStage = serde_json::from_value(json!(name)).unwrap();
            assert_eq!(stage.name(), name);
            assert_eq!(stage.position(), Some(position));
            assert_eq!(json!(stage), json!(name));
        }
        let other: LifecycleStage = serde_json::from_value(json!("A_NEW_ONE")).unwrap();
        assert_eq!(other.name(), "A_NEW_ONE");
        assert_eq!(other.position(), None);
    }
}
