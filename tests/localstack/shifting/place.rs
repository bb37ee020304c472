//! Where a deployment that moves traffic may be when something happens.

use serde_json::Value;

const EXAMPLE: &str = "manifests/fraud-shift/canary.yaml";
/// What stands under `rollout` for each strategy.
pub(super) const CANARY: &str =
    "  strategy: canary\n  canaryPercent: 10\n  canaryBakeMinutes: 10\n  bakeMinutes: 10\n";
pub(super) const LINEAR: &str =
    "  strategy: linear\n  stepPercent: 40\n  stepBakeMinutes: 10\n  bakeMinutes: 10\n";
pub(super) const BLUE_GREEN: &str = "  strategy: blue-green\n  bakeMinutes: 10\n";

/// A point on the way of a deployment.
pub(super) struct Place {
    rollout: &'static str,
    pub(super) stage: &'static str,
    /// The percent that ECS asks for the new release there.
    pub(super) share: f64,
    /// Whether it waits there for somebody.
    pub(super) waits: bool,
}

/// A function for each place, so that a test of it can have its name.
macro_rules! places {
    ($($name:ident: $way:ident $stage:literal $share:literal $waits:literal;)+) => {
        $(pub(super) const fn $name() -> Place {
            Place { rollout: $way, stage: $stage, share: $share, waits: $waits }
        })+
    };
}

places! {
    while_tasks_start: CANARY "SCALE_UP" 0.0 false;
    before_any_traffic_moves: CANARY "PRE_PRODUCTION_TRAFFIC_SHIFT" 0.0 false;
    while_it_waits_for_the_first_step: CANARY "PRE_PRODUCTION_TRAFFIC_SHIFT" 0.0 true;
    while_a_canary_bakes: CANARY "PRODUCTION_TRAFFIC_SHIFT" 10.0 false;
    while_a_canary_waits_for_the_rest: CANARY "PRE_PRODUCTION_TRAFFIC_SHIFT" 10.0 true;
    while_it_waits_with_all_traffic: CANARY "POST_PRODUCTION_TRAFFIC_SHIFT" 100.0 true;
    in_the_last_bake: CANARY "BAKE_TIME" 100.0 false;
    while_old_tasks_stop: CANARY "CLEAN_UP" 100.0 false;

    in_a_second_linear_step: LINEAR "PRODUCTION_TRAFFIC_SHIFT" 80.0 false;
    while_a_linear_release_waits_again: LINEAR "PRE_PRODUCTION_TRAFFIC_SHIFT" 40.0 true;

    while_blue_green_tasks_start: BLUE_GREEN "SCALE_UP" 0.0 false;
    while_blue_green_waits: BLUE_GREEN "POST_SCALE_UP" 0.0 true;
    in_a_blue_green_bake: BLUE_GREEN "BAKE_TIME" 100.0 false;
    while_old_blue_green_tasks_stop: BLUE_GREEN "CLEAN_UP" 100.0 false;
}

impl Place {
    /// Returns a manifest whose deployment comes here, with more in `rollout`.
    pub(super) fn manifest(&self, more: &str) -> String {
        let pause = if self.waits {
            // Nobody has to hurry: it lasts a week.
            format!(
                "  pause:\n    - {{ stage: {}, timeoutMinutes: 10080 }}\n",
                self.stage
            )
        } else {
            String::new()
        };
        with(&format!("{}{pause}{more}", self.rollout))
    }

    /// The same without anything to wait for.
    pub(super) fn unpaused(&self) -> String {
        with(self.rollout)
    }

    /// Says whether a deployment is here.
    pub(super) fn is_at(&self, newest: &Value) -> bool {
        let target = &newest["targetServiceRevision"];
        newest["lifecycleStage"] == self.stage
            && target["requestedProductionTrafficWeight"] == self.share
            && waits(newest) == self.waits
    }
}

/// The example's canary with another `rollout`.
pub(super) fn with(rollout: &str) -> String {
    let canary = std::fs::read_to_string(EXAMPLE).unwrap();
    let (before, _) = canary.split_once("rollout:").unwrap();
    format!("{before}rollout:\n{rollout}")
}

/// One service behind one group, deployed task by task.
pub(super) fn rolling() -> String {
    let canary = std::fs::read_to_string(EXAMPLE).unwrap();
    let (before, _) = canary.split_once("traffic:").unwrap();
    format!("{before}traffic: {{ targetGroup: \"${{BLUE_TARGET_GROUP}}\" }}\n")
}

/// Returns what a deployment waits at for somebody.
pub(super) fn waiting(newest: &Value) -> Vec<&Value> {
    let hooks = newest["lifecycleHookDetails"].as_array();
    let hooks = hooks.into_iter().flatten();
    hooks
        .filter(|hook| hook["status"] == "AWAITING_ACTION")
        .map(|hook| &hook["hookId"])
        .collect()
}

pub(super) fn waits(newest: &Value) -> bool {
    !waiting(newest).is_empty()
}
