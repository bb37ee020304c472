//! How the fake's newest deployment waits for somebody, and what ends that.

use serde_json::{Value, json};

use super::{World, object};
use crate::release::ids::ServiceDeploymentArn;
use crate::release::{HookAction, HookState, ServiceDeploymentStatus as Status};

impl World {
    /// The newest deployment comes to a stage, with so much of the traffic.
    pub fn reach(&mut self, stage: &str, percent: f64) {
        let newest = &mut self.deployments[0];
        newest.status = Status::InProgress;
        newest.lifecycle_stage = serde_json::from_value(json!(stage)).ok();
        let configuration = json!({"strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5},
            "lifecycleHooks": [pause("PRE_PRODUCTION_TRAFFIC_SHIFT"), pause("POST_SCALE_UP")]});
        newest.deployment_configuration = Some(object(configuration));
        if let Some(target) = &mut newest.target_service_revision {
            target.requested_production_traffic_weight = Some(percent);
        }
    }

    /// It waits there, at each of these hooks, for an hour.
    pub fn pause(&mut self, hooks: &[&str]) {
        let until = self.time(3600);
        let waits = hooks.iter().map(|hook| HookState {
            hook_id: (*hook).to_owned(),
            target_type: Some("PAUSE".to_owned()),
            target_arn: None,
            status: Some("AWAITING_ACTION".to_owned()),
            expires_at: Some(until),
            timeout_action: Some("ROLLBACK".to_owned()),
        });
        let waits: Vec<HookState> = waits.collect();
        self.deployments[0].lifecycle_hook_details.extend(waits);
    }

    /// Somebody answers a hook that waits; returns whether there was such a one.
    pub fn answer(
        &mut self,
        deployment: &ServiceDeploymentArn,
        hook: &str,
        action: HookAction,
    ) -> bool {
        let is_meant = self.deployments.first().is_some_and(|newest| {
            newest.service_deployment_arn == *deployment && newest.status == Status::InProgress
        });
        is_meant && self.end_wait(hook, action)
    }

    /// Ends a wait of the newest deployment; returns whether there was one.
    pub fn end_wait(&mut self, hook: &str, action: HookAction) -> bool {
        let mut hooks = self.deployments[0].lifecycle_hook_details.iter_mut();
        let Some(waits) = hooks.find(|known| known.hook_id == hook && known.is_waiting()) else {
            return false;
        };
        let status = match action {
            HookAction::Continue => "SUCCEEDED",
            HookAction::Rollback => "FAILED",
        };
        waits.status = Some(status.to_owned());
        if action == HookAction::Rollback {
            self.roll_back("IN_PROGRESS");
        }
        true
    }
}

fn pause(stage: &str) -> Value {
    json!({"targetType": "PAUSE", "lifecycleStages": [stage],
        "timeoutConfiguration": {"timeoutInMinutes": 60, "action": "ROLLBACK"}})
}
