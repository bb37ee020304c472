//! A way back moves all traffic in one step, as ECS's own does: by the stages of a canary most of it
//! would stay with what is left for as long as they bake, and pauses would wait for whoever went back.

use serde_json::{Value, json};

use crate::release::{Document, LiveService};
use crate::shape::items;

const PARTS_OF_OTHERS: [&str; 2] = ["canaryConfiguration", "linearConfiguration"];

/// Returns the deployment configuration of a service's way back: nothing where its tasks are
/// replaced one by one, and where it is like that already. Functions are still asked.
pub(super) fn at_once(service: &LiveService) -> Option<Document> {
    let configured = service.document.get("deploymentConfiguration")?;
    let configured = configured.as_object()?;
    let strategy = configured.get("strategy")?.as_str()?;
    if !["CANARY", "LINEAR", "BLUE_GREEN"].contains(&strategy) {
        return None;
    }
    let mut found = configured.clone();
    found.insert("strategy".to_owned(), json!("BLUE_GREEN"));
    found.insert("bakeTimeInMinutes".to_owned(), json!(0));
    for part in PARTS_OF_OTHERS {
        found.remove(part);
    }
    let asked =
        items(configured.get("lifecycleHooks")).filter(|hook| hook["targetType"] != "PAUSE");
    let asked: Vec<Value> = asked.cloned().collect();
    if !asked.is_empty() || configured.contains_key("lifecycleHooks") {
        found.insert("lifecycleHooks".to_owned(), json!(asked));
    }
    (found != *configured).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::fake::{World, object};

    fn way_back(configuration: &Value) -> Option<Value> {
        let mut service = World::serving().service.unwrap();
        let configured = object(json!({"deploymentConfiguration": configuration}));
        service.document.extend(configured);
        at_once(&service).map(Value::Object)
    }

    #[test]
    fn a_canary_goes_back_in_one_step_without_bakes_and_pauses_and_still_asks_functions() {
        let alarms = json!({"alarmNames": ["a"], "enable": true, "rollback": true});
        let asked = json!({"targetType": "AWS_LAMBDA", "hookTargetArn": "f"});
        let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5, "alarms": alarms,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 20},
            "lifecycleHooks": [{"targetType": "PAUSE"}, asked]});
        let expected = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "alarms": alarms,
            "lifecycleHooks": [asked]});
        assert_eq!(way_back(&canary), Some(expected.clone()));
        assert_eq!(way_back(&expected), None);
    }

    #[test]
    fn tasks_that_are_replaced_one_by_one_are_so_on_the_way_back_too() {
        assert_eq!(
            way_back(&json!({"strategy": "ROLLING", "bakeTimeInMinutes": 5})),
            None
        );
        assert_eq!(way_back(&json!({"maximumPercent": 200})), None);
    }
}
