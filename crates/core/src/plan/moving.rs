//! What a reviewer should know of a release whose traffic ECS moves: how long that takes, what it
//! runs on meanwhile, and what would not end it.

use serde_json::Value;

use super::notes::counted;
use crate::release::Document;
use crate::shape::items;
use mlship_manifest::Shift;
use mlship_manifest::schema::Rollout;

/// Returns the notes on a service as ECS will have it, of a release that replaces its tasks.
#[must_use]
pub fn moving_notes(rollout: Option<&Rollout>, service: &Document, tasks: u32) -> Vec<String> {
    let nothing = Value::Null;
    let configuration = service.get("deploymentConfiguration").unwrap_or(&nothing);
    let strategy = configuration["strategy"].as_str().unwrap_or("ROLLING");
    if strategy == "ROLLING" {
        return Vec::new();
    }
    let mut notes: Vec<String> = rollout.and_then(duration).into_iter().collect();
    if tasks > 0 {
        notes.push(format!(
            "both releases run until its end: {} more",
            counted(tasks)
        ));
    }
    let is_on = |part: &Value| part["enable"] == true;
    if !is_on(&configuration["deploymentCircuitBreaker"]) {
        notes.push(
            "no circuit breaker: tasks that never get healthy are started again and again"
                .to_owned(),
        );
    }
    let analysis = rollout.and_then(|rollout| rollout.analysis.as_ref());
    if let Some(analysis) = analysis {
        let metrics = analysis.metrics.iter().map(|metric| metric.metric.name());
        let metrics: Vec<&str> = metrics.collect();
        notes.push(format!(
            "judged by {} before each further step",
            metrics.join(" and ")
        ));
    }
    let alarms = &configuration["alarms"];
    if !is_on(alarms) || items(alarms.get("alarmNames")).next().is_none() {
        let when = if analysis.is_some() {
            "once all traffic has moved nothing ends it"
        } else {
            "nothing ends it"
        };
        notes.push(format!(
            "no alarms: {when} where the new tasks answer wrongly"
        ));
    }
    notes.extend(repeated_hook(configuration));
    notes
}

/// Says how long it takes for baking alone, and with every wait to its timeout.
fn duration(rollout: &Rollout) -> Option<String> {
    let shift = Shift::of(rollout)?;
    let baking = u64::from(shift.baking_minutes());
    let longest = shift.longest_minutes(rollout);
    let least = format!("takes {} of baking", lasting(baking));
    Some(if longest > baking {
        format!("{least}, and up to {} with its waits", lasting(longest))
    } else {
        least
    })
}

fn lasting(minutes: u64) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, minutes) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// ECS calls the hooks of the two stages that move traffic once more while it goes back.
fn repeated_hook(configuration: &Value) -> Option<String> {
    const AGAIN: [&str; 2] = ["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"];
    let hooks = items(configuration.get("lifecycleHooks"));
    let mut stages = hooks.flat_map(|hook| items(hook.get("lifecycleStages")));
    let stage = stages.find_map(|stage| stage.as_str().filter(|stage| AGAIN.contains(stage)))?;
    Some(format!(
        "the hook at {stage} is called again while ECS goes back: it has to bear that"
    ))
}

#[cfg(test)]
mod tests {
    use mlship_manifest::schema::{Pause, Stage, Strategy};
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;

    fn notes(configuration: &Value) -> Vec<String> {
        let rollout = Rollout {
            strategy: Some(Strategy::Canary),
            bake_minutes: Some(5),
            pause: vec![Pause {
                stage: Stage::PostScaleUp,
                timeout_minutes: Some(90),
                on_timeout: None,
            }],
            ..Rollout::default()
        };
        let service = object(json!({"deploymentConfiguration": configuration}));
        moving_notes(Some(&rollout), &service, 3)
    }

    #[test]
    fn what_would_not_end_it_is_said_with_how_long_it_takes() {
        assert_eq!(notes(&json!({"strategy": "ROLLING"})), [""; 0]);
        assert_eq!(
            notes(&json!({"strategy": "CANARY", "lifecycleHooks": [
                {"lifecycleStages": ["PRE_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"]}]})),
            [
                "takes 15 min of baking, and up to 1 h 45 min with its waits",
                "both releases run until its end: 3 tasks more",
                "no circuit breaker: tasks that never get healthy are started again and again",
                "no alarms: nothing ends it where the new tasks answer wrongly",
                "the hook at PRODUCTION_TRAFFIC_SHIFT is called again while ECS goes back: it has \
                 to bear that",
            ]
        );
        let guarded = json!({"strategy": "CANARY",
            "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "alarms": {"enable": true, "rollback": true, "alarmNames": ["a"]}});
        assert_eq!(notes(&guarded).len(), 2);
    }
}
