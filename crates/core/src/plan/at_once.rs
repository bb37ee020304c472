//! A way back moves all traffic in one step, as ECS's own does: by the stages of a canary most of it
//! would stay with what is left for as long as they bake, and pauses would wait for whoever went back.
//! No alarm watches it, as none watches ECS's own: what the release that is left does to the metrics
//! would set one off, and bring that release back. Whether ECS moves the traffic of a service at all
//! is never changed by going back.

use serde_json::{Value, json};

use super::CONFIGURATION;
use super::settings::ALARMS;
use crate::release::{Document, LiveService};
use crate::shape::items;

/// What a way back decides by itself of how traffic moves, whatever was written with the release
/// that comes back.
const MOVES: [&str; 5] = [
    "deploymentConfiguration.strategy",
    "deploymentConfiguration.bakeTimeInMinutes",
    "deploymentConfiguration.canaryConfiguration",
    "deploymentConfiguration.linearConfiguration",
    "deploymentConfiguration.lifecycleHooks",
];
const MOVING: [&str; 3] = ["CANARY", "LINEAR", "BLUE_GREEN"];

/// By which deployment configuration a service goes back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WayBack {
    /// The whole of it, where it is another than the service's.
    pub(super) configuration: Option<Document>,
    /// What is said of it; nothing where it is as a deploy would be.
    pub(super) note: Option<String>,
    /// The settings that it decides by itself.
    pub(super) decided: Vec<&'static str>,
}

impl WayBack {
    /// Returns how a service goes back; `recorded` is the configuration that the release which comes
    /// back was deployed with, over the service's own, where that is told.
    pub(super) fn of(service: &LiveService, recorded: Option<&Value>) -> Self {
        let nothing = Document::new();
        let stated = service.document.get(CONFIGURATION);
        let stated = stated.and_then(Value::as_object).unwrap_or(&nothing);
        let wanted = recorded.and_then(Value::as_object).unwrap_or(stated);
        let mut found = match (moves(stated), moves(wanted)) {
            (true, _) => at_once(wanted),
            (false, true) => one_by_one(wanted, stated),
            (false, false) => wanted.clone(),
        };
        let is_watched = [stated, wanted].into_iter().any(is_watched);
        if is_watched {
            found.remove("alarms");
            found.extend(switched_off(stated).map(|alarms| ("alarms".to_owned(), alarms)));
        }
        let of_moves = MOVES.into_iter().filter(|_| moves(stated));
        Self {
            note: note(&found, moves(stated), is_watched),
            decided: of_moves.chain(is_watched.then_some(ALARMS)).collect(),
            configuration: (found != *stated).then_some(found),
        }
    }
}

fn moves(configuration: &Document) -> bool {
    let strategy = configuration.get("strategy").and_then(Value::as_str);
    strategy.is_some_and(|strategy| MOVING.contains(&strategy))
}

fn is_watched(configuration: &Document) -> bool {
    let alarms = configuration.get("alarms");
    alarms.is_some_and(|alarms| alarms["enable"] == true)
}

/// Returns the alarms of a service as they watch nothing.
fn switched_off(stated: &Document) -> Option<Value> {
    let mut alarms = stated.get("alarms").cloned()?;
    (alarms["enable"], alarms["rollback"]) = (json!(false), json!(false));
    Some(alarms)
}

/// All traffic in one step, and nobody waited for. Functions are still asked.
fn at_once(wanted: &Document) -> Document {
    let mut found = wanted.clone();
    found.insert("strategy".to_owned(), json!("BLUE_GREEN"));
    found.insert("bakeTimeInMinutes".to_owned(), json!(0));
    found.remove("canaryConfiguration");
    found.remove("linearConfiguration");
    if wanted.contains_key("lifecycleHooks") {
        let asked: Vec<Value> = functions(wanted).cloned().collect();
        found.insert("lifecycleHooks".to_owned(), json!(asked));
    }
    found
}

/// What a service has whose tasks are replaced one by one, beside what was recorded.
fn one_by_one(wanted: &Document, stated: &Document) -> Document {
    let mut found = wanted.clone();
    for place in MOVES {
        let member = place.rsplit('.').next().unwrap_or(place);
        found.remove(member);
        let its = stated.get(member).cloned();
        found.extend(its.map(|its| (member.to_owned(), its)));
    }
    found
}

fn functions(configuration: &Document) -> impl Iterator<Item = &Value> {
    items(configuration.get("lifecycleHooks")).filter(|hook| hook["targetType"] != "PAUSE")
}

fn note(configuration: &Document, moves: bool, is_watched: bool) -> Option<String> {
    let asked: Vec<String> = functions(configuration).map(function).collect();
    let asked = if asked.is_empty() {
        String::new()
    } else {
        format!(", and functions are still asked: {}", asked.join(", "))
    };
    let unwatched = "no alarm watches it, since what is left would set one off";
    let said = match (moves, is_watched) {
        (true, true) => {
            format!("all traffic moves in one step, without bakes and pauses{asked}; {unwatched}")
        }
        (true, false) => format!("all traffic moves in one step, without bakes and pauses{asked}"),
        (false, true) => unwatched.to_owned(),
        (false, false) => return None,
    };
    Some(format!(
        "{said}; the next deploy brings the manifest's rollout back"
    ))
}

/// Names a function, with the stages at which it is asked.
fn function(hook: &Value) -> String {
    let target = hook["hookTargetArn"].as_str().unwrap_or("a function");
    let name = target
        .split_once(":function:")
        .map_or(target, |(_, name)| name);
    let stages = items(hook.get("lifecycleStages")).filter_map(Value::as_str);
    let stages: Vec<&str> = stages.collect();
    if stages.is_empty() {
        name.to_owned()
    } else {
        format!("{name} at {}", stages.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::fake::{World, object};

    fn way_back(stated: &Value, recorded: Option<&Value>) -> (Option<Value>, String) {
        let mut service = World::serving().service.unwrap();
        let stated = object(json!({"deploymentConfiguration": stated}));
        service.document.extend(stated);
        let way = WayBack::of(&service, recorded);
        (
            way.configuration.map(Value::Object),
            way.note.unwrap_or_default(),
        )
    }

    fn canary() -> Value {
        json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
            "alarms": {"alarmNames": ["a"], "enable": true, "rollback": true},
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 20},
            "lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]},
                {"targetType": "AWS_LAMBDA", "lifecycleStages": ["PRE_SCALE_UP"],
                    "hookTargetArn": "arn:aws:lambda:r:1:function:smoke"}]})
    }

    #[test]
    fn a_canary_goes_back_in_one_step_without_bakes_and_pauses_and_still_asks_functions() {
        let mut expected = canary();
        expected["strategy"] = json!("BLUE_GREEN");
        expected["bakeTimeInMinutes"] = json!(0);
        expected["lifecycleHooks"].as_array_mut().unwrap().remove(0);
        expected["alarms"]["enable"] = json!(false);
        expected["alarms"]["rollback"] = json!(false);
        let members = expected.as_object_mut().unwrap();
        members.remove("canaryConfiguration");
        let said = "all traffic moves in one step, without bakes and pauses, and functions are still \
                    asked: smoke at PRE_SCALE_UP; no alarm watches it, since what is left would set \
                    one off; the next deploy brings the manifest's rollout back";
        let back = way_back(&canary(), None);
        assert_eq!(back, (Some(expected.clone()), said.to_owned()));
        // Whatever the release that comes back was deployed with: a canary, or one by one.
        let back = way_back(&expected, Some(&canary()));
        assert_eq!(back, (None, said.to_owned()));
        // It is said of what is like that already, too.
        let (back, said) = way_back(&expected, None);
        assert_eq!(back, None);
        assert!(said.starts_with("all traffic moves in one step"), "{said}");
        assert!(!said.contains("alarm"), "{said}");
        let rolling = json!({"strategy": "ROLLING", "maximumPercent": 150});
        let (back, _) = way_back(&canary(), Some(&rolling));
        let expected = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0,
            "maximumPercent": 150,
            "alarms": {"alarmNames": ["a"], "enable": false, "rollback": false}});
        assert_eq!(back, Some(expected));
    }

    #[test]
    fn tasks_that_are_replaced_one_by_one_are_so_on_the_way_back_too() {
        for stated in [
            json!({"strategy": "ROLLING", "bakeTimeInMinutes": 5}),
            json!({"maximumPercent": 200}),
        ] {
            assert_eq!(way_back(&stated, None), (None, String::new()));
            let (back, said) = way_back(&stated, Some(&canary()));
            let back = back.unwrap_or(stated.clone());
            for member in ["strategy", "bakeTimeInMinutes", "lifecycleHooks"] {
                assert_eq!(back.get(member), stated.get(member));
            }
            assert_eq!(back.get("canaryConfiguration"), None);
            assert_eq!(back.get("alarms"), None);
            assert!(said.starts_with("no alarm watches it"), "{said}");
        }
    }
}
