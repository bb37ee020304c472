//! Services whose traffic ECS moves, as others make them.

use serde_json::{Value, json};

use super::{imported, observed};

const FIRST: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef";
const SECOND: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/0123456789abcdef";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/0123456789abcdef/0123456789abcdef/0123456789abcdef";
const TEST: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/0123456789abcdef/0123456789abcdef/fedcba9876543210";
const ROLE: &str = "arn:aws:iam::111122223333:role/load-balancer";

fn pair(test: Option<&str>) -> Value {
    let mut advanced = json!({"alternateTargetGroupArn": SECOND, "productionListenerRule": RULE,
        "roleArn": ROLE});
    if let Some(test) = test {
        advanced["testListenerRule"] = json!(test);
    }
    json!([{"targetGroupArn": FIRST, "containerName": "app", "containerPort": 80,
        "advancedConfiguration": advanced}])
}

/// Imports a service that is deployed like that, and returns its `rollout`, `traffic` and
/// `overrides`.
#[track_caller]
fn check(configuration: &Value, balancers: &Value) -> [Value; 3] {
    let mut whole = json!({"maximumPercent": 200, "minimumHealthyPercent": 100,
        "deploymentCircuitBreaker": {"enable": true, "rollback": true}, "bakeTimeInMinutes": 0});
    for (name, value) in configuration.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let task = json!({"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "256", "memory": "512",
        "executionRoleArn": "arn:aws:iam::111122223333:role/tasks",
        "containerDefinitions": [{"name": "app", "image": "a:1", "essential": true,
            "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]}]});
    let service = json!({"launchType": "FARGATE", "platformVersion": "LATEST",
        "platformFamily": "Linux", "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": ["subnet-0123456789abcdef0"], "assignPublicIp": "DISABLED",
            "securityGroups": ["sg-0123456789abcdef0"]}},
        "deploymentConfiguration": whole, "loadBalancers": balancers});
    let manifest = imported(&observed(&task, &service));
    ["rollout", "traffic", "overrides"].map(|section| manifest[section].clone())
}

fn wired() -> Value {
    json!({"targetGroups": [FIRST, SECOND], "listenerRule": RULE, "role": ROLE})
}

#[test]
fn a_canary_is_its_percents_and_bakes() {
    let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
        "canaryConfiguration": {"canaryPercent": 7.5, "canaryBakeTimeInMinutes": 20},
        "alarms": {"alarmNames": ["too-many-errors"], "enable": true, "rollback": true}});
    let expected = json!({"strategy": "canary", "canaryPercent": 7.5, "canaryBakeMinutes": 20,
        "bakeMinutes": 5, "alarms": ["too-many-errors"], "circuitBreaker": true});
    assert_eq!(
        check(&canary, &pair(None)),
        [expected, wired(), Value::Null]
    );
}

#[test]
fn a_linear_one_is_its_steps_and_a_whole_percentage_is_written_whole() {
    let linear = json!({"strategy": "LINEAR",
        "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 3}});
    let expected = json!({"strategy": "linear", "stepPercent": 25, "stepBakeMinutes": 3, "bakeMinutes": 0,
            "circuitBreaker": true});
    assert_eq!(
        check(&linear, &pair(None)),
        [expected, wired(), Value::Null]
    );
}

#[test]
fn pauses_and_functions_come_with_their_stages_and_timeouts() {
    let timeout = |minutes| json!({"timeoutInMinutes": minutes, "action": "ROLLBACK"});
    let lambda = "arn:aws:lambda:eu-west-1:111122223333:function:smoke-test";
    let hooks = "arn:aws:iam::111122223333:role/hooks";
    let blue_green = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10, "lifecycleHooks": [
        {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
            "timeoutConfiguration": {"timeoutInMinutes": 60, "action": "CONTINUE"}},
        {"targetType": "AWS_LAMBDA", "hookTargetArn": lambda, "roleArn": hooks,
            "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"], "hookDetails": {"path": "/health"},
            "timeoutConfiguration": timeout(1440)}]});
    let expected = json!({"strategy": "blue-green", "bakeMinutes": 10, "circuitBreaker": true,
        "pause": [{"stage": "POST_SCALE_UP", "timeoutMinutes": 60, "onTimeout": "continue"}],
        "hooks": [{"stages": ["POST_TEST_TRAFFIC_SHIFT"], "lambda": lambda, "role": hooks,
            "details": {"path": "/health"}, "timeoutMinutes": 1440, "onTimeout": "rollback"}]});
    let mut with_test = wired();
    with_test["testListenerRule"] = json!(TEST);
    let found = check(&blue_green, &pair(Some(TEST)));
    assert_eq!(found, [expected, with_test, Value::Null]);
}

/// One pause of several stages: a manifest's own fields have one for each.
#[test]
fn what_no_field_says_stays_in_ecs_s_words() {
    let timeout = json!({"timeoutInMinutes": 60, "action": "ROLLBACK"});
    let blue_green = json!({"strategy": "BLUE_GREEN", "lifecycleHooks": [
        {"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP", "POST_SCALE_UP"],
            "timeoutConfiguration": timeout}]});
    let [rollout, traffic, overrides] = check(&blue_green, &pair(None));
    assert_eq!(rollout["strategy"], "blue-green");
    assert_eq!(traffic, wired());
    let hooks = &overrides["service"]["deploymentConfiguration"]["lifecycleHooks"];
    assert!(hooks.is_array(), "{rollout} {overrides}");
}

/// ECS moves no traffic then: it lets both fleets run, which no field of the manifest says.
#[test]
fn blue_green_without_a_load_balancer_is_taken_over_too() {
    let blue_green = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10});
    let [_, traffic, _] = check(&blue_green, &json!([]));
    assert_eq!(traffic["targetGroups"], Value::Null, "{traffic}");
}

#[test]
fn a_pair_that_is_deployed_task_by_task_keeps_its_rules() {
    let rolling = json!({"strategy": "ROLLING"});
    let [_, traffic, overrides] = check(&rolling, &pair(None));
    assert_eq!(traffic, wired());
    assert_eq!(overrides, Value::Null);
}
