//! How many tasks a service has, where, and how they are replaced.

use super::*;

#[test]
fn a_plain_service_needs_no_overrides() {
    let manifest = check(
        &task(&nothing(), &nothing()),
        &on_fargate(&nothing()),
        &[
            ("model/name", json!("app")),
            ("model/version", json!("1.27")),
            ("image", json!("nginx:1.27")),
            ("service/desired", json!(2)),
            ("runtime/container", json!("web")),
            ("runtime/cpu", json!(512)),
            ("runtime/port", json!(80)),
            ("rollout/circuitBreaker", json!(false)),
        ],
    );
    assert_eq!(manifest["overrides"], Value::Null, "{manifest:#}");
    assert_eq!(manifest["service"]["family"], Value::Null);
    assert_eq!(
        manifest["rollout"]["maximumPercent"],
        Value::Null,
        "a default is not written"
    );
}

#[test]
fn a_strategy_with_spot() {
    let mut service = on_fargate(&json!({"capacityProviderStrategy": [
        {"capacityProvider": "FARGATE", "weight": 1, "base": 2},
        {"capacityProvider": "FARGATE_SPOT", "weight": 4, "base": 0}]}));
    service.as_object_mut().unwrap().remove("launchType");
    check(
        &task(&nothing(), &nothing()),
        &service,
        &[(
            "runtime/capacityProviders",
            json!([
            {"name": "FARGATE", "weight": 1, "base": 2}, {"name": "FARGATE_SPOT", "weight": 4}]),
        )],
    );
}

#[test]
fn a_provider_of_ones_own_and_managed_instances() {
    for kind in ["EC2", "MANAGED_INSTANCES"] {
        let mut service = on_fargate(&json!({"capacityProviderStrategy": [
            {"capacityProvider": "gpu-pool", "weight": 1}]}));
        service.as_object_mut().unwrap().remove("launchType");
        service.as_object_mut().unwrap().remove("platformVersion");
        check(
            &task(&nothing(), &json!({"requiresCompatibilities": [kind]})),
            &service,
            &[(
                "runtime/compute",
                json!(kind.to_lowercase().replace('_', "-")),
            )],
        );
    }
}

#[test]
fn autoscaling_by_cpu_and_by_others() {
    let scaled = |cpu: Option<f64>| {
        let mut observed = observed(&task(&nothing(), &nothing()), &on_fargate(&nothing()));
        let policy = |name: &str, target: Option<f64>| Policy {
            name: name.to_owned(),
            cpu: target.map(|target| Tracking {
                target,
                ..Tracking::default()
            }),
            requests_of: None,
        };
        observed.scaling = Some(Scaling {
            min: 2,
            max: 20,
            policies: vec![policy("requests", None), policy("cpu75", cpu)],
        });
        imported(&observed)
    };
    let tracked = scaled(Some(75.0));
    assert_eq!(
        tracked["autoscaling"],
        json!({"min": 2, "max": 20, "targetCpuPercent": 75})
    );
    assert_eq!(
        tracked["service"]["desired"],
        Value::Null,
        "the load decides"
    );
    for cpu in [None, Some(62.5)] {
        assert_eq!(scaled(cpu)["autoscaling"], json!({"min": 2, "max": 20}));
    }
}

#[test]
fn tags_of_the_user_stay_and_those_of_aws_and_mlship_are_nobodys() {
    let tags = json!([{"key": "team", "value": "risk"}, {"key": "empty", "value": ""},
        {"key": "aws:cloudformation:stack-name", "value": "web"}]);
    check(
        &task(&nothing(), &json!({"tags": tags})),
        &on_fargate(&json!({"tags": tags})),
        &[("tags", json!({"team": "risk", "empty": ""}))],
    );
}

/// Somebody else deployed to a service of mlship's: nobody says which release that is.
#[test]
fn a_service_of_mlships_whose_revision_is_of_others() {
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&json!({"tags": [{"key": "mlship:model", "value": "scorer"}]})),
        &[("model/name", json!("scorer")), ("tags", Value::Null)],
    );
}

#[test]
fn placement() {
    check(
        &on_instances(
            &nothing(),
            &json!({"placementConstraints": [
            {"type": "memberOf", "expression": "attribute:ecs.instance-type =~ g4dn.*"}]}),
        ),
        &on_ec2(
            &json!({"placementConstraints": [{"type": "distinctInstance"}],
            "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"},
                {"type": "binpack", "field": "MEMORY"}]}),
        ),
        &[],
    );
}

#[test]
fn percentages_breakers_and_alarms() {
    let rolled =
        |configuration: &Value| on_fargate(&json!({"deploymentConfiguration": configuration}));
    check(
        &task(&nothing(), &nothing()),
        &rolled(
            &json!({"maximumPercent": 150, "minimumHealthyPercent": 50, "strategy": "ROLLING",
            "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "alarms": {"alarmNames": ["5xx", "slow"], "enable": true, "rollback": true}}),
        ),
        &[
            ("rollout/maximumPercent", json!(150)),
            ("rollout/circuitBreaker", json!(true)),
            ("rollout/alarms", json!(["5xx", "slow"])),
            ("overrides", Value::Null),
        ],
    );
    check(
        &task(&nothing(), &nothing()),
        &rolled(
            &json!({"maximumPercent": 200, "minimumHealthyPercent": 100, "bakeTimeInMinutes": 5,
            "deploymentCircuitBreaker": {"enable": true, "rollback": false, "resetOnHealthyTask": false,
                "thresholdConfiguration": {"type": "COUNT", "value": 9}},
            "alarms": {"alarmNames": ["5xx"], "enable": true, "rollback": false}}),
        ),
        &[(
            "overrides/service/deploymentConfiguration/deploymentCircuitBreaker/rollback",
            json!(false),
        )],
    );
    check(
        &task(&nothing(), &nothing()),
        &rolled(&json!({"alarms": {"alarmNames": [], "enable": false, "rollback": false}})),
        &[("rollout/alarms", Value::Null)],
    );
}

/// Where the count leaves no room between two percentages, no manifest may say all three.
#[test]
fn a_service_that_ecs_can_never_replace() {
    let percentages = json!({"desiredCount": 1, "deploymentConfiguration":
        {"minimumHealthyPercent": 50, "maximumPercent": 150, "strategy": "ROLLING"}});
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&percentages),
        &[],
    );
}
