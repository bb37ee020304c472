//! Where a deployment that moves traffic stands, in ECS's words.

use jiff::Timestamp;
use mlship_manifest::schema::Stage;
use serde::{Deserialize, Serialize};

use super::ids::TargetGroupArn;
use super::live::epoch;

/// The stages of such a deployment. Those that hooks may be at are the manifest's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifecycleStage {
    /// All of its tasks start.
    ScaleUp,
    /// Both fleets run, and all traffic is with the new one.
    BakeTime,
    /// The old tasks stop.
    CleanUp,
    /// One that hooks may be at.
    #[serde(untagged)]
    At(Stage),
    /// A stage that this version does not know; it counts as none that was reached.
    #[serde(untagged)]
    Unknown(String),
}

/// ECS's order. Whether traffic moves a step at a time decides how often the shifts of production
/// traffic come.
const ORDER: [LifecycleStage; 11] = [
    LifecycleStage::At(Stage::ReconcileService),
    LifecycleStage::At(Stage::PreScaleUp),
    LifecycleStage::ScaleUp,
    LifecycleStage::At(Stage::PostScaleUp),
    LifecycleStage::At(Stage::TestTrafficShift),
    LifecycleStage::At(Stage::PostTestTrafficShift),
    LifecycleStage::At(Stage::PreProductionTrafficShift),
    LifecycleStage::At(Stage::ProductionTrafficShift),
    LifecycleStage::At(Stage::PostProductionTrafficShift),
    LifecycleStage::BakeTime,
    LifecycleStage::CleanUp,
];

impl LifecycleStage {
    /// Returns ECS's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::At(stage) => stage.ecs_name(),
            Self::ScaleUp => "SCALE_UP",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
            Self::Unknown(name) => name,
        }
    }

    /// Returns its position in ECS's order; none of one that is not known.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        ORDER.iter().position(|stage| stage == self)
    }

    /// Says whether it comes with every step of production traffic.
    #[must_use]
    pub fn is_of_each_step(&self) -> bool {
        match self {
            Self::At(stage) => stage.is_of_each_step(),
            Self::ScaleUp | Self::BakeTime | Self::CleanUp | Self::Unknown(_) => false,
        }
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

    /// Returns what a deployment does then, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Continue => "goes on",
            Self::Rollback => "goes back",
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

    /// Says whether it is a function that has not answered yet.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.target_type.as_deref() != Some("PAUSE")
            && self.status.as_deref() == Some("IN_PROGRESS")
    }

    /// Says whether it waited for somebody, who let the deployment go on.
    #[must_use]
    pub fn was_continued(&self) -> bool {
        self.target_type.as_deref() == Some("PAUSE") && self.status.as_deref() == Some("SUCCEEDED")
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
