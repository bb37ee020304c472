use super::*;
use crate::release::ServiceRevision;
use crate::shape::DocumentKind;
use crate::shape::model::{Type, answered, document_with, places, samples};

/// What mlship decides by itself: `overrides` can't have them, or have checks of their own.
const NOT_SWEPT: [&str; 9] = [
    "family",
    "tags",
    "cluster",
    "service",
    "serviceName",
    "taskDefinition",
    "clientToken",
    "forceNewDeployment",
    "role",
];

/// What can't change once the service is there.
const FIXED: [&str; 3] = ["launchType", "schedulingStrategy", "deploymentController"];

fn of_service(overrides: &Document) -> Release {
    with_overrides("service", overrides)
}

fn of_task_definition(overrides: &Document) -> Release {
    with_overrides("taskDefinition", overrides)
}

fn with_overrides(section: &str, overrides: &Document) -> Release {
    let base = serde_yaml::from_str::<Value>(BASE).unwrap();
    let mut manifest = base;
    manifest["overrides"] = json!({ section: overrides });
    release(&manifest.to_string())
}

/// What ECS answers of a release that was deployed, with what it has in its deployments alone
/// and in its revisions alone.
fn answers(release: &Release) -> Observed {
    let mut observed = deployed(release);
    let live = observed.task_definition.as_mut().unwrap();
    live.document = answered(
        DocumentKind::TaskDefinition,
        &release.desired.task_definition,
    );
    let mut settings = release.desired.service.clone();
    settings.retain(|_, value| *value != json!([]));
    let mut settings = answered(DocumentKind::Service, &settings);
    let mut revision = json!({"serviceRevisionArn": "r/1", "taskDefinition": live.arn});
    let mut service = observed.service.take().unwrap().document;
    for field in [
        "serviceConnectConfiguration",
        "volumeConfigurations",
        "vpcLatticeConfigurations",
    ] {
        service.remove(field);
        if let Some(value) = settings.remove(field) {
            service["deployments"][0][field] = value;
        }
    }
    for field in ["monitoring", "gatewayConnectors"] {
        service.remove(field);
        if let Some(value) = settings.remove(field) {
            revision[field] = value;
        }
    }
    service.extend(settings);
    observed.service = Some(LiveService::read(service).unwrap());
    let revision = revision.as_object().unwrap().clone();
    observed.revision = Some(ServiceRevision::read(revision).unwrap());
    observed
}

fn plan_from(observed: &Observed, release: &Release) -> Plan {
    plan(release, observed, &caller(), Redeploy::WhenChanged).unwrap_or_else(|refusals| {
        panic!("{refusals:?}");
    })
}

/// Deployed it shows no change; another one is a change that is written; so is the way back.
fn check_steps(place: &str, first: &Release, second: &Release) {
    for (from, to) in [(first, second), (second, first)] {
        let observed = answers(from);
        let same = plan_from(&observed, from);
        assert_eq!(same.changes, [], "{place}: what was deployed");
        assert_eq!(same.effect, Effect::None, "{place}");
        let other = plan_from(&observed, to);
        assert_ne!(other.changes, [], "{place}: what was changed");
        let writes = &other.writes;
        assert!(
            writes.register.is_some() || writes.service.is_some(),
            "{place}"
        );
    }
}

fn is_swept(place: &str) -> bool {
    let first = place.split(['.', '[']).next().unwrap();
    !NOT_SWEPT.contains(&first)
}

/// Lists of objects are reached by their items' members.
fn leaf_places(operation: &str) -> Vec<(String, Type)> {
    let places = places(operation);
    let holds_objects = |place: &str| {
        let within = format!("{place}[*].");
        places.keys().any(|other| other.starts_with(&within))
    };
    places
        .iter()
        .filter(|(place, of)| is_swept(place) && (**of != Type::List || !holds_objects(place)))
        .map(|(place, of)| (place.clone(), of.clone()))
        .collect()
}

#[test]
fn every_leaf_of_a_task_definition_is_deployed_once_and_again_when_it_changes() {
    let kind = DocumentKind::TaskDefinition;
    let mut swept = 0;
    for (place, of) in leaf_places("RegisterTaskDefinition") {
        let samples = samples(&of);
        let release =
            |value: &Value| of_task_definition(&document_with(kind, &place, value.clone()));
        for pair in samples.windows(2) {
            check_steps(&place, &release(&pair[0]), &release(&pair[1]));
        }
        swept += 1;
    }
    assert!(swept > 120, "{swept}");
}

#[test]
fn every_leaf_of_a_service_is_updated_once_and_again_when_it_changes() {
    let kind = DocumentKind::Service;
    let mut swept = 0;
    let mut all = places("CreateService");
    all.extend(places("UpdateService"));
    for (place, of) in leaf_places("UpdateService") {
        if FIXED.contains(&place.split('.').next().unwrap()) {
            continue;
        }
        let samples = samples(&of);
        let release = |value: &Value| of_service(&document_with(kind, &place, value.clone()));
        for pair in samples.windows(2) {
            check_steps(&place, &release(&pair[0]), &release(&pair[1]));
        }
        swept += 1;
    }
    assert!(swept > 90, "{swept}");
}
