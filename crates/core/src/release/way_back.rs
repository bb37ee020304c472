//! How a deployment that moves traffic goes back while it runs, and until when.

use jiff::{SignedDuration, Timestamp};

use super::lifecycle::LifecycleStage;
use super::live::{ServiceDeployment, ServiceDeploymentStatus as Status};
use super::shift::Shift;

/// A way back that takes seconds: what served before still has all its tasks, and the load balancer
/// sends requests there in one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstantReturn {
    /// Until when, at the latest, by ECS's clock; known during the last bake alone.
    pub until: Option<Timestamp>,
}

impl InstantReturn {
    /// Reads it from a deployment's whole record; `None` of one that replaces tasks, that does not
    /// go forward, whose old tasks stop already, and of a first one, which has nowhere to go back
    /// to.
    #[must_use]
    pub fn of(deployment: &ServiceDeployment) -> Option<Self> {
        let shift = Shift::of(deployment)?;
        let stage = deployment.lifecycle_stage.as_ref()?;
        let has_both = stage.position()? < LifecycleStage::CleanUp.position()?;
        let goes_on = deployment.status == Status::InProgress && !deployment.is_first();
        let bakes = *stage == LifecycleStage::BakeTime && shift.bake_minutes() > 0;
        let bake = SignedDuration::from_mins(i64::from(shift.bake_minutes()));
        let since = deployment.updated_at.filter(|_| bakes);
        let is_first = deployment.source_service_revisions.is_empty();
        (has_both && goes_on && !is_first).then(|| Self {
            until: since.and_then(|since| since.checked_add(bake).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cloud::fake::object;

    fn at(stage: &str, status: &str, strategy: &str) -> Option<InstantReturn> {
        of(stage, status, strategy, &json!([{"arn": "r1"}]))
    }

    fn of(stage: &str, status: &str, strategy: &str, before: &Value) -> Option<InstantReturn> {
        let deployment: ServiceDeployment = serde_json::from_value(json!({
            "serviceDeploymentArn": "arn:d", "status": status, "lifecycleStage": stage,
            "updatedAt": 600.0, "sourceServiceRevisions": before}))
        .unwrap();
        InstantReturn::of(&ServiceDeployment {
            deployment_configuration: Some(object(json!({"strategy": strategy,
                "bakeTimeInMinutes": 10}))),
            ..deployment
        })
    }

    #[test]
    fn a_first_release_has_nothing_to_go_back_to() {
        let first: ServiceDeployment = serde_json::from_value(json!({
            "serviceDeploymentArn": "arn:d", "status": "IN_PROGRESS", "lifecycleStage": "BAKE_TIME",
            "updatedAt": 600.0, "deploymentConfiguration": {"strategy": "CANARY"}}))
        .unwrap();
        assert_eq!(InstantReturn::of(&first), None);
    }

    #[test]
    fn a_return_takes_seconds_until_the_old_tasks_stop() {
        let until = |seconds| InstantReturn {
            until: Timestamp::from_second(seconds).ok(),
        };
        let any_time = Some(InstantReturn { until: None });
        let going = "IN_PROGRESS";
        assert_eq!(at("BAKE_TIME", going, "CANARY"), Some(until(1200)));
        assert_eq!(at("PRODUCTION_TRAFFIC_SHIFT", going, "CANARY"), any_time);
        for (stage, status, strategy) in [
            ("CLEAN_UP", going, "CANARY"),
            ("A_NEW_ONE", going, "CANARY"),
            ("BAKE_TIME", "SUCCESSFUL", "CANARY"),
            ("BAKE_TIME", "ROLLBACK_IN_PROGRESS", "BLUE_GREEN"),
            ("BAKE_TIME", going, "ROLLING"),
        ] {
            assert_eq!(
                at(stage, status, strategy),
                None,
                "{stage} {status} {strategy}"
            );
        }
    }

    #[test]
    fn a_first_release_has_nowhere_to_go_back_to() {
        assert_eq!(of("BAKE_TIME", "IN_PROGRESS", "CANARY", &json!([])), None);
    }
}
