use std::collections::BTreeMap;

use super::tag::LONGEST;
use super::*;
use crate::cloud::fake::FakeCloud;
use crate::release::SETTINGS;
use crate::release::ids::ServiceName;
use crate::shape::model::places;

fn document(value: &Value) -> Document {
    value.as_object().unwrap().clone()
}

/// Says that settings are of the service that the tests are about.
const OURS: &str = "of=606052cb";

fn tags(tag: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(SETTINGS.to_owned(), tag.to_owned())])
}

#[test]
fn a_tag_names_what_was_written_with_its_values() {
    let written = document(&json!({
        "healthCheckGracePeriodSeconds": 300,
        "deploymentConfiguration": {
            "minimumHealthyPercent": 100,
            "deploymentCircuitBreaker": {"enable": true, "rollback": false},
            "alarms": {"alarmNames": ["a-5xx", "b"], "enable": true, "rollback": true},
        },
        "loadBalancers": [{"targetGroupArn": "arn"}],
    }));
    let tag = tag(&written, &FakeCloud::id(), false);
    assert_eq!(
        tag,
        format!("grace=300 min=100 breaker=on rollback=off alarms=a-5xx+b lb {OURS}")
    );
    let last = WrittenLast::of(Some(&tags(&tag)));
    for key in ["grace", "min", "breaker", "rollback", "alarms", "lb"] {
        assert!(last.0.contains_key(key), "{key}");
    }
    assert!(!last.has_place("enableExecuteCommand"));
}

#[test]
fn what_does_not_fit_loses_its_value_and_not_its_name() {
    let mut written = Document::new();
    let long = "x".repeat(300);
    for setting in ALL {
        put(&mut written, setting.place, json!(long));
    }
    let tag = tag(&written, &FakeCloud::id(), false);
    assert!(tag.len() <= LONGEST, "{}", tag.len());
    let last = WrittenLast::of(Some(&tags(&tag)));
    assert_eq!(last.0.len(), ALL.len() + 1, "and whose they are");
}

#[test]
fn settings_are_of_one_service_though_several_run_its_revision() {
    let id = FakeCloud::id();
    let mut other = id.clone();
    other.name = ServiceName::new("other");
    let ours = tags(&tag(&Document::new(), &id, false));
    assert!(!names_another(&ours, &id));
    assert!(names_another(&ours, &other));
    // Older versions didn't say.
    assert!(!names_another(&tags("grace=300"), &other));
}

#[test]
fn a_tag_has_only_characters_that_ecs_takes() {
    let alarms = json!({"alarmNames": ["Ä & b"], "enable": true});
    let written = document(&json!({"deploymentConfiguration": {"alarms": alarms},
        "platformVersion": "1.4.0", "propagateTags": "SERVICE"}));
    let tag = tag(&written, &FakeCloud::id(), false);
    assert_eq!(
        tag,
        format!("alarms propagate=SERVICE platform=1.4.0 {OURS}")
    );
}

#[test]
fn what_was_written_and_is_left_out_goes_to_its_default() {
    let last = WrittenLast::of(Some(&tags("grace=300 exec=on connect lb")));
    let written = document(&json!({"enableExecuteCommand": true}));
    assert_eq!(
        Value::Object(with_defaults(&written, &last)),
        json!({
            "enableExecuteCommand": true,
            "healthCheckGracePeriodSeconds": 0,
            "serviceConnectConfiguration": {"enabled": false},
        })
    );
}

/// Else a field of overrides that is taken out of the manifest would stay for ever, unseen.
#[test]
fn every_field_of_an_update_is_a_setting() {
    let not_settings = [
        "cluster",
        "service",
        "desiredCount",
        "taskDefinition",
        "forceNewDeployment",
        "deploymentController",
    ];
    for place in places("UpdateService").keys() {
        let first = place.split(['.', '[']).next().unwrap();
        let covered = ALL.iter().any(|setting| {
            let within = place.strip_prefix(setting.place);
            within.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        assert!(covered || not_settings.contains(&first), "{place}");
    }
    for setting in ALL {
        let all = places("UpdateService");
        let mut known = all.keys();
        assert!(
            known.any(|place| place.starts_with(setting.place)),
            "{}",
            setting.place
        );
    }
}
