//! Which waits of a deployment are somebody's to end, from its own record. Pure.

use std::fmt::Write as _;

use jiff::SignedDuration;

use crate::progress::{Pause, PausePermission};
use crate::release::{HookState, ServiceDeployment, ServiceDeploymentStatus as Status, Shift};

/// What ends a wait: commands, as they can be pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PauseCommands {
    /// Lets a deployment go on.
    pub promote: String,
    /// Takes it back.
    pub abort: String,
}

impl PauseCommands {
    /// Returns the command that lets a deployment go on at one hook. Run a day late, it does not
    /// end a later wait.
    #[must_use]
    pub fn promote_at(&self, hook: &str) -> String {
        format!("{} --hook {hook}", self.promote)
    }
}

/// Returns the waits of a deployment, in ECS's order. What goes back, or has ended, waits for
/// nobody, whatever its hooks say.
#[must_use]
pub fn pauses(deployment: &ServiceDeployment, commands: &PauseCommands) -> Vec<Pause> {
    if !may_wait(deployment.status) {
        return Vec::new();
    }
    let shift = Shift::of(deployment);
    let hooks = deployment.lifecycle_hook_details.iter();
    let waiting = hooks.filter(|hook| hook.is_waiting());
    waiting
        .map(|hook| pause(deployment, hook, shift.as_ref(), commands))
        .collect()
}

/// Returns how the waits of a deployment end: by which commands, who may run them, and what happens
/// when nobody does.
#[must_use]
pub fn ways_on(pauses: &[Pause], abort: &str) -> String {
    let promote: Vec<&str> = pauses.iter().map(|pause| &*pause.promote).collect();
    let mut words = format!("{} lets it go on", promote.join(" and "));
    if let Some(first) = pauses.first() {
        let PausePermission { action, resource } = &first.permission;
        let _ = write!(words, " (whoever may {action} on {resource})");
    }
    let ends = pauses
        .iter()
        .filter_map(|pause| Some((pause.until?, pause.otherwise())));
    if let Some((until, then)) = ends.min_by_key(|(until, _)| *until) {
        let _ = write!(words, " until {until:.0}, and then it {then}");
    }
    if !abort.is_empty() {
        let _ = write!(words, "; {abort} takes it back");
    }
    words
}

fn may_wait(status: Status) -> bool {
    match status {
        Status::Pending | Status::InProgress => true,
        Status::StopRequested
        | Status::Stopped
        | Status::RollbackRequested
        | Status::RollbackInProgress
        | Status::RollbackSuccessful
        | Status::RollbackFailed
        | Status::Successful
        | Status::Unknown => false,
    }
}

fn pause(
    deployment: &ServiceDeployment,
    hook: &HookState,
    shift: Option<&Shift>,
    commands: &PauseCommands,
) -> Pause {
    let arn = &deployment.service_deployment_arn;
    let stage = deployment.lifecycle_stage.clone();
    let step = shift.and_then(|shift| shift.step(deployment));
    let minutes = shift
        .zip(stage.as_ref())
        .and_then(|(shift, stage)| shift.pause_minutes(stage, hook));
    let since = hook.expires_at.zip(minutes).and_then(|(until, minutes)| {
        let waited = SignedDuration::from_mins(i64::from(minutes));
        until.checked_sub(waited).ok()
    });
    Pause {
        deployment: arn.clone(),
        hook: hook.hook_id.clone(),
        stage,
        step: step.map(|(step, _)| step),
        steps: shift.map(Shift::steps),
        since,
        until: hook.expires_at,
        on_timeout: hook.on_timeout(),
        promote: commands.promote_at(&hook.hook_id),
        abort: commands.abort.clone(),
        permission: PausePermission {
            action: "ecs:ContinueServiceDeployment",
            resource: arn.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ARN: &str = "arn:aws:ecs:eu-west-1:1:service-deployment/ml/m/1";

    fn commands() -> PauseCommands {
        PauseCommands {
            promote: "mlship promote m.yaml".to_owned(),
            abort: "mlship abort m.yaml".to_owned(),
        }
    }

    /// Before the second step of a canary, with an hour's pause before each; ECS's times are
    /// seconds.
    fn waiting(change: impl FnOnce(&mut Value)) -> Vec<Pause> {
        let mut deployment = json!({
            "serviceDeploymentArn": ARN,
            "status": "IN_PROGRESS",
            "lifecycleStage": "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "targetServiceRevision": {"arn": "r", "requestedProductionTrafficWeight": 10.0},
            "deploymentConfiguration": {
                "strategy": "CANARY",
                "canaryConfiguration": {"canaryPercent": 10.0},
                "lifecycleHooks": [hour("PRE_PRODUCTION_TRAFFIC_SHIFT")],
            },
            "lifecycleHookDetails": [
                {"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "SUCCEEDED"},
                {"hookId": "ecs-pause-2", "targetType": "PAUSE", "status": "AWAITING_ACTION",
                    "expiresAt": 7200.0, "timeoutAction": "ROLLBACK"},
                {"hookId": "ecs-lambda-3", "targetType": "AWS_LAMBDA", "status": "IN_PROGRESS"},
            ],
        });
        change(&mut deployment);
        pauses(&serde_json::from_value(deployment).unwrap(), &commands())
    }

    fn hour(stage: &str) -> Value {
        json!({"targetType": "PAUSE", "lifecycleStages": [stage],
            "timeoutConfiguration": {"timeoutInMinutes": 60, "action": "ROLLBACK"}})
    }

    #[test]
    fn a_wait_says_where_since_when_until_when_what_then_and_who_may_end_it() {
        let expected = json!([{
            "deployment": ARN,
            "hook": "ecs-pause-2",
            "stage": "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "step": 2,
            "steps": 2,
            "since": "1970-01-01T01:00:00Z",
            "until": "1970-01-01T02:00:00Z",
            "on_timeout": "rollback",
            "promote": "mlship promote m.yaml --hook ecs-pause-2",
            "abort": "mlship abort m.yaml",
            "permission": {"action": "ecs:ContinueServiceDeployment", "resource": ARN},
        }]);
        let found = waiting(|_| {});
        assert_eq!(serde_json::to_value(&found).unwrap(), expected);
        assert_eq!(
            found[0].place(),
            "PRE_PRODUCTION_TRAFFIC_SHIFT, step 2 of 2"
        );
    }

    #[test]
    fn the_ways_on_name_who_may_take_them_and_what_happens_when_nobody_does() {
        assert_eq!(
            ways_on(&waiting(|_| {}), "mlship abort m.yaml"),
            format!(
                "mlship promote m.yaml --hook ecs-pause-2 lets it go on (whoever may \
                 ecs:ContinueServiceDeployment on {ARN}) until 1970-01-01T02:00:00Z, and then it \
                 goes back; mlship abort m.yaml takes it back"
            )
        );
    }

    #[test]
    fn since_when_is_left_open_where_two_pauses_of_the_stage_differ() {
        let found = waiting(|deployment| {
            let mut longer = hour("PRE_PRODUCTION_TRAFFIC_SHIFT");
            longer["timeoutConfiguration"]["timeoutInMinutes"] = json!(90);
            let hooks = &mut deployment["deploymentConfiguration"]["lifecycleHooks"];
            hooks.as_array_mut().unwrap().push(longer);
        });
        assert_eq!(found[0].since, None);
        assert!(found[0].until.is_some());
    }

    #[test]
    fn several_waits_are_listed_singly() {
        let found = waiting(|deployment| {
            deployment["lifecycleHookDetails"][0]["status"] = json!("AWAITING_ACTION");
        });
        let hooks: Vec<&str> = found.iter().map(|pause| &*pause.hook).collect();
        assert_eq!(hooks, ["ecs-pause-1", "ecs-pause-2"]);
    }

    #[test]
    fn nobody_is_waited_for_by_what_goes_back_or_has_ended() {
        for status in [
            "STOP_REQUESTED",
            "STOPPED",
            "ROLLBACK_REQUESTED",
            "ROLLBACK_IN_PROGRESS",
            "ROLLBACK_SUCCESSFUL",
            "ROLLBACK_FAILED",
            "SUCCESSFUL",
            "A_NEW_ONE",
        ] {
            let found = waiting(|deployment| deployment["status"] = json!(status));
            assert_eq!(found, [], "{status}");
        }
    }

    #[test]
    fn without_a_configuration_a_wait_is_told_all_the_same() {
        let found = waiting(|deployment| {
            let deployment = deployment.as_object_mut().unwrap();
            deployment.remove("deploymentConfiguration");
            deployment.remove("lifecycleStage");
        });
        assert_eq!((found[0].step, found[0].steps), (None, None));
        assert_eq!(found[0].place(), "a hook");
        assert_eq!(found[0].otherwise(), "goes back");
    }
}
