//! What a reviewer should know of a release whose traffic ECS moves: how long that takes, what it
//! runs on meanwhile, and what would not end it.

use serde_json::Value;

use super::estimate::Estimate;
use super::notes::counted;
use crate::release::Document;
use crate::shape::items;
use mlship_manifest::schema::Rollout;

/// What a release meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meets {
    /// One that serves.
    Live,
    /// None: it is the first of its service.
    Nothing,
}

/// Returns the notes on a service as ECS will have it, of a release that starts tasks.
#[must_use]
pub fn moving_notes(
    rollout: Option<&Rollout>,
    service: &Document,
    tasks: u32,
    meets: Meets,
) -> Vec<String> {
    let nothing = Value::Null;
    let configuration = service.get("deploymentConfiguration").unwrap_or(&nothing);
    let strategy = configuration["strategy"].as_str().unwrap_or("ROLLING");
    if strategy == "ROLLING" {
        return Vec::new();
    }
    let estimate = Estimate::of(service);
    let mut notes: Vec<String> = estimate.iter().map(Estimate::words).collect();
    match meets {
        Meets::Live if tasks > 0 => notes.push(format!(
            "both releases run until its end: {} more",
            counted(tasks)
        )),
        Meets::Live => {}
        Meets::Nothing => notes.push(
            "nothing serves before it: ECS takes the same steps, until the last of which requests \
             may reach a group without tasks, and there is nothing to go back to"
                .to_owned(),
        ),
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
        notes.push(match meets {
            Meets::Live => format!(
                "judged by {} before each further step",
                metrics.join(" and ")
            ),
            Meets::Nothing => "no step is judged: there is nothing to compare it with".to_owned(),
        });
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
    notes.extend(repeated_hook(configuration).filter(|_| meets == Meets::Live));
    notes
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
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;

    fn notes(configuration: &Value) -> Vec<String> {
        notes_of(configuration, Meets::Live)
    }

    fn notes_of(configuration: &Value, meets: Meets) -> Vec<String> {
        let service = object(json!({"deploymentConfiguration": configuration}));
        moving_notes(None, &service, 3, meets)
    }

    #[test]
    fn what_would_not_end_it_is_said_with_how_long_it_takes() {
        assert_eq!(notes(&json!({"strategy": "ROLLING"})), [""; 0]);
        assert_eq!(
            notes(
                &json!({"strategy": "CANARY", "bakeTimeInMinutes": 5, "lifecycleHooks": [
                {"lifecycleStages": ["PRE_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"],
                 "timeoutConfiguration": {"timeoutInMinutes": 30, "action": "ROLLBACK"}}]})
            ),
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

    #[test]
    fn of_a_first_release_nothing_is_said_of_one_that_serves() {
        let hooked = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
            "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "alarms": {"enable": true, "rollback": true, "alarmNames": ["a"]},
            "lifecycleHooks": [{"lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"],
                "timeoutConfiguration": {"timeoutInMinutes": 45, "action": "ROLLBACK"}}]});
        assert_eq!(
            notes_of(&hooked, Meets::Nothing),
            [
                "takes 15 min of baking, and up to 1 h 45 min with its waits",
                "nothing serves before it: ECS takes the same steps, until the last of which \
                 requests may reach a group without tasks, and there is nothing to go back to",
            ]
        );
        assert_eq!(
            notes_of(&json!({"strategy": "ROLLING"}), Meets::Nothing),
            [""; 0]
        );
    }
}
