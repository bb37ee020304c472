//! Services as others make them, after the samples of AWS's documentation.

mod containers;
mod hosts;
mod requests;
mod services;

use serde_json::{Value, json};

use super::{caller, id, imported, observed, with_limits};
use crate::import::import;
use crate::release::{Policy, Scaling, Tracking};

const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/0123456789abcdef";

/// A web server on Fargate, with more in its container and in its task definition.
fn task(container: &Value, more: &Value) -> Value {
    let mut first = json!({"name": "web", "image": "nginx:1.27", "essential": true,
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]});
    merge(&mut first, container);
    let mut task = json!({"family": "app", "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"], "cpu": "512", "memory": "1024",
        "executionRoleArn": "arn:aws:iam::111122223333:role/ecsTaskExecutionRole",
        "containerDefinitions": [first]});
    merge(&mut task, more);
    task
}

/// One on instances, in bridge mode.
fn on_instances(container: &Value, more: &Value) -> Value {
    let mut own = json!({"memory": 512,
        "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}]});
    merge(&mut own, container);
    let mut task = task(&own, &json!({"networkMode": "bridge"}));
    for field in ["cpu", "memory", "requiresCompatibilities"] {
        task.as_object_mut().unwrap().remove(field);
    }
    merge(&mut task, more);
    task
}

fn merge(below: &mut Value, above: &Value) {
    for (name, value) in above.as_object().unwrap() {
        below[name] = value.clone();
    }
}

fn beside(container: &Value, sidecars: &[Value], more: &Value) -> Value {
    let mut task = task(container, more);
    let all = task["containerDefinitions"].as_array_mut().unwrap();
    all.extend(sidecars.iter().cloned());
    task
}

fn on_fargate(more: &Value) -> Value {
    let mut service = json!({"launchType": "FARGATE", "platformVersion": "LATEST",
        "platformFamily": "Linux", "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "securityGroups": ["sg-0123456789abcdef0"], "assignPublicIp": "DISABLED"}}});
    merge(&mut service, more);
    service
}

fn on_ec2(more: &Value) -> Value {
    let mut service = json!({"launchType": "EC2"});
    merge(&mut service, more);
    service
}

/// Imports a service, and compares fields of the manifest; `overrides` is what must be in it.
#[track_caller]
fn check(task: &Value, service: &Value, expected: &[(&str, Value)]) -> Value {
    let manifest = imported(&observed(task, service));
    for (path, value) in expected {
        let found = path
            .split('/')
            .fold(&manifest, |at, step| match step.parse::<usize>() {
                Ok(index) => &at[index],
                Err(_) => &at[step],
            });
        assert_eq!(found, value, "{path} in {manifest:#}");
    }
    manifest
}

fn nothing() -> Value {
    json!({})
}
