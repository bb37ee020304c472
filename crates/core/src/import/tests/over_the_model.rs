//! Any leaf of ECS's model is carried into a manifest.

use serde_json::{Value, json};

use super::*;
use crate::shape::DocumentKind;
use crate::shape::model::{Type, answered, document_with, places, samples};

/// What an import decides about by itself, or refuses.
const NOT_SWEPT: [&str; 12] = [
    "family",
    "tags",
    "cluster",
    "service",
    "serviceName",
    "taskDefinition",
    "clientToken",
    "forceNewDeployment",
    "role",
    "desiredCount",
    "schedulingStrategy",
    "deploymentController",
];

/// Lists of objects are reached by their items' members.
fn leaf_places(operation: &str) -> Vec<(String, Type)> {
    let places = places(operation);
    let holds_objects = |place: &str| {
        let within = format!("{place}[*].");
        places.keys().any(|other| other.starts_with(&within))
    };
    let is_swept = |place: &str| !NOT_SWEPT.contains(&place.split(['.', '[']).next().unwrap());
    places
        .iter()
        .filter(|(place, of)| is_swept(place) && (**of != Type::List || !holds_objects(place)))
        .map(|(place, of)| (place.clone(), of.clone()))
        .collect()
}

fn laid(below: &Value, above: &Value) -> Value {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            let mut all = below.clone();
            for (name, value) in above {
                let laid = below
                    .get(name)
                    .map_or(value.clone(), |below| laid(below, value));
                all.insert(name.clone(), laid);
            }
            Value::Object(all)
        }
        _ => above.clone(),
    }
}

fn task() -> Value {
    json!({"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "512",
        "memory": "1024", "containerDefinitions": [{"name": "n", "image": "n:1", "essential": true}]})
}

fn service() -> Value {
    json!({"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration":
        {"subnets": ["subnet-0123456789abcdef0"], "securityGroups": [], "assignPublicIp": "DISABLED"}}})
}

/// Values that mean something else beside the others here, or that no rule lets pass.
fn is_possible(place: &str, value: &Value) -> bool {
    match place {
        // Nothing but a daemon or another strategy has these.
        "deploymentConfiguration.strategy" => value == "ROLLING",
        // The only container is essential.
        "containerDefinitions[*].essential" => value == true,
        _ => true,
    }
}

/// The manifest's own rules are not the point here: what they keep out is in `overrides`, where
/// ECS judges.
fn without_limits(examined: Examined) -> Examined {
    examined
}

fn check(place: &str, observed: &Observed) {
    let imported = import(&id(), observed, &caller(), None, &without_limits);
    let imported = imported.unwrap_or_else(|obstacle| panic!("{place}: {obstacle:?}"));
    assert!(!imported.manifest.is_empty());
}

#[test]
fn every_leaf_of_a_task_definition_is_carried_over() {
    let kind = DocumentKind::TaskDefinition;
    let mut swept = 0;
    for (place, of) in leaf_places("RegisterTaskDefinition") {
        for value in samples(&of)
            .iter()
            .filter(|value| is_possible(&place, value))
        {
            let mut document = Value::Object(document_with(kind, &place, value.clone()));
            let base = task();
            if let Some(container) = document.get_mut("containerDefinitions") {
                let whole = laid(&base["containerDefinitions"][0], &container[0]);
                *container = json!([whole]);
            }
            let whole = laid(&base, &document);
            let whole = answered(kind, whole.as_object().unwrap());
            check(&place, &observed(&Value::Object(whole), &service()));
        }
        swept += 1;
    }
    assert!(swept > 120, "{swept}");
}

#[test]
fn every_leaf_of_a_service_is_carried_over() {
    let kind = DocumentKind::Service;
    let mut swept = 0;
    for operation in ["CreateService", "UpdateService"] {
        for (place, of) in leaf_places(operation) {
            for value in samples(&of)
                .iter()
                .filter(|value| is_possible(&place, value))
            {
                let document = Value::Object(document_with(kind, &place, value.clone()));
                let whole = laid(&service(), &document);
                let whole = answered(kind, whole.as_object().unwrap());
                check(&place, &observed(&task(), &Value::Object(whole)));
            }
            swept += 1;
        }
    }
    assert!(swept > 180, "{swept}");
}
