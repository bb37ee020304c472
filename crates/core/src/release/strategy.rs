//! Strategies that move traffic, in ECS's words.

use serde_json::{Map, Value, json};

use mlship_manifest::schema::{
    BalancedTraffic, Hook, ModelRelease, OnTimeout, Pause, Rollout, Strategy,
};

const BAKE: &str = "deploymentConfiguration.bakeTimeInMinutes";

/// Returns the settings of a deployment configuration. All of a strategy's are written, also those
/// that nobody wrote: what is left out would stay as it is.
pub(super) fn settings(rollout: &Rollout) -> Vec<(&'static str, Value)> {
    let mut found = Vec::new();
    if let Some(strategy) = rollout.strategy {
        let name = json!(strategy.ecs_name());
        found.push(("deploymentConfiguration.strategy", name));
    }
    match rollout.strategy.unwrap_or(Strategy::Rolling) {
        Strategy::Rolling => {
            let bake = rollout.bake_minutes.iter();
            found.extend(bake.map(|minutes| (BAKE, json!(minutes))));
            return found;
        }
        Strategy::BlueGreen => {}
        Strategy::Canary => {
            let (percent, bake) = rollout.canary();
            found.push((
                "deploymentConfiguration.canaryConfiguration",
                json!({"canaryPercent": percent, "canaryBakeTimeInMinutes": bake}),
            ));
        }
        Strategy::Linear => {
            let (percent, bake) = rollout.linear();
            found.push((
                "deploymentConfiguration.linearConfiguration",
                json!({"stepPercent": percent, "stepBakeTimeInMinutes": bake}),
            ));
        }
    }
    let bake = rollout.bake_minutes.unwrap_or(0);
    found.push((BAKE, json!(bake)));
    let pauses = rollout.pauses().map(|wait| pause(&wait));
    let hooks: Vec<Value> = pauses.chain(rollout.hooks.iter().map(hook)).collect();
    found.push(("deploymentConfiguration.lifecycleHooks", json!(hooks)));
    found
}

fn pause(pause: &Pause) -> Value {
    json!({
        "targetType": "PAUSE",
        "lifecycleStages": [pause.stage.ecs_name()],
        "timeoutConfiguration": timeout(pause.minutes(), pause.on_timeout),
    })
}

fn hook(hook: &Hook) -> Value {
    let stages: Vec<&str> = hook.stages.iter().map(|stage| stage.ecs_name()).collect();
    let mut found = json!({
        "targetType": "AWS_LAMBDA",
        "hookTargetArn": hook.lambda,
        "roleArn": hook.role,
        "lifecycleStages": stages,
        "timeoutConfiguration": timeout(hook.minutes(), hook.on_timeout),
    });
    if let Some(details) = &hook.details {
        found["hookDetails"] = details.clone();
    }
    found
}

fn timeout(minutes: u32, then: Option<OnTimeout>) -> Value {
    let action = match then.unwrap_or_default() {
        OnTimeout::Rollback => "ROLLBACK",
        OnTimeout::Continue => "CONTINUE",
    };
    json!({"timeoutInMinutes": minutes, "action": action})
}

/// Returns the entry of a load balancer: with one target group, or with a pair of them.
pub(super) fn balancer(manifest: &ModelRelease, traffic: &BalancedTraffic, port: u16) -> Value {
    let mut found = json!({
        "targetGroupArn": traffic.target_group,
        "containerName": manifest.container(),
        "containerPort": port,
    });
    if let [first, second] = traffic.target_groups.as_slice() {
        found["targetGroupArn"] = json!(first);
        let mut advanced = Map::new();
        advanced.insert("alternateTargetGroupArn".to_owned(), json!(second));
        let rules = [
            ("productionListenerRule", &traffic.listener_rule),
            ("testListenerRule", &traffic.test_listener_rule),
            ("roleArn", &traffic.role),
        ];
        for (name, value) in rules {
            advanced.extend(value.iter().map(|value| (name.to_owned(), json!(value))));
        }
        found["advancedConfiguration"] = Value::Object(advanced);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_manifest::schema::Stage;

    fn configuration(rollout: &Rollout) -> Value {
        let settings = settings(rollout).into_iter();
        let named = settings.map(|(path, value)| {
            let name = path.strip_prefix("deploymentConfiguration.");
            (name.unwrap().to_owned(), value)
        });
        Value::Object(named.collect())
    }

    /// What is left out of a request would stay as it was.
    #[test]
    fn a_strategy_is_sent_with_all_of_its_settings() {
        let canary = Rollout {
            strategy: Some(Strategy::Canary),
            pause: vec![Pause {
                stage: Stage::PreProductionTrafficShift,
                timeout_minutes: None,
                on_timeout: None,
            }],
            ..Rollout::default()
        };
        let expected = json!({
            "strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10},
            "bakeTimeInMinutes": 0,
            "lifecycleHooks": [{
                "targetType": "PAUSE",
                "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
                "timeoutConfiguration": {"timeoutInMinutes": 1440, "action": "ROLLBACK"},
            }],
        });
        assert_eq!(configuration(&canary), expected);
    }

    #[test]
    fn a_rolling_release_bakes_where_that_is_written() {
        assert_eq!(configuration(&Rollout::default()), json!({}));
        let rolling = Rollout {
            bake_minutes: Some(5),
            ..Rollout::default()
        };
        assert_eq!(configuration(&rolling), json!({"bakeTimeInMinutes": 5}));
    }
}
