use serde_json::{Value, json};

use super::different;
use crate::shape::DocumentKind::{self, Service, TaskDefinition};

fn container(members: &Value) -> Value {
    let mut container = json!({"name": "m", "image": "i"});
    let members = members.as_object().unwrap().clone();
    container.as_object_mut().unwrap().extend(members);
    json!({"networkMode": "awsvpc", "containerDefinitions": [container]})
}

#[track_caller]
fn check(kind: DocumentKind, before: &Value, after: &Value, expected: &[&str]) {
    assert_eq!(different(kind, before, after), expected, "forward");
    assert_eq!(different(kind, after, before).len(), expected.len(), "back");
}

#[track_caller]
fn check_container(before: &Value, after: &Value, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|path| format!("containerDefinitions[m].{path}"))
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let (before, after) = (container(before), container(after));
    check(TaskDefinition, &before, &after, &expected);
}

/// A name that a user chose says nothing about the value, whatever ECS calls so elsewhere.
#[test]
fn names_that_users_choose_have_no_defaults() {
    for (name, value) in [
        ("strategy", "ROLLING"),
        ("rootDirectory", "/"),
        ("platformVersion", "LATEST"),
        ("protocol", "tcp"),
        ("propagateTags", "NONE"),
        ("essential", "true"),
        ("empty", ""),
    ] {
        let variable = json!({"environment": [{"name": name, "value": value}]});
        check_container(&json!({}), &variable, &[&format!("environment[{name}]")]);
        for map in [
            "dockerLabels",
            "firelensConfiguration.options",
            "logConfiguration.options",
        ] {
            let mut holder = json!({ name: value });
            for step in map.rsplit('.') {
                holder = json!({ step: holder });
            }
            check_container(&json!({}), &holder, &[&format!("{map}.{name}")]);
        }
        let tags = |value: Value| json!({"tags": [{"key": name, "value": value}]});
        check(
            Service,
            &json!({}),
            &tags(json!(value)),
            &[&format!("tags[{name}]")],
        );
        check(
            Service,
            &tags(json!("x")),
            &tags(json!(value)),
            &[&format!("tags[{name}]")],
        );
    }
}

#[test]
fn a_port_is_its_number_and_its_protocol() {
    let tcp = json!({"containerPort": 53, "protocol": "tcp"});
    let udp = json!({"containerPort": 53, "protocol": "udp"});
    let both = json!({"portMappings": [tcp, udp]});
    let turned = json!({"portMappings": [udp, tcp]});
    check_container(&both.clone(), &turned, &[]);
    check_container(
        &both.clone(),
        &json!({"portMappings": [tcp]}),
        &[
            "portMappings[53/udp].containerPort",
            "portMappings[53/udp].protocol",
        ],
    );
    check_container(
        &both,
        &json!({"portMappings": [udp]}),
        &["portMappings[53].containerPort"],
    );
}

#[test]
fn one_port_can_be_published_twice() {
    let mode = |ports: Value| {
        json!({"networkMode": "bridge",
            "containerDefinitions": [{"name": "m", "portMappings": ports}]})
    };
    let first = json!({"containerPort": 80, "hostPort": 8080});
    let second = json!({"containerPort": 80, "hostPort": 8081});
    let both = mode(json!([first, second]));
    check(TaskDefinition, &both, &mode(json!([second, first])), &[]);
    assert!(!different(TaskDefinition, &both, &mode(json!([first]))).is_empty());
}

#[test]
fn a_host_may_have_two_addresses() {
    let hosts = |addresses: &[&str]| {
        let host = |address: &&str| json!({"hostname": "db", "ipAddress": address});
        json!({"extraHosts": addresses.iter().map(host).collect::<Vec<_>>()})
    };
    let before = hosts(&["10.0.0.1", "10.0.0.2"]);
    check_container(
        &before,
        &hosts(&["10.0.0.9", "10.0.0.2"]),
        &["extraHosts[db]"],
    );
    check_container(&before, &hosts(&["10.0.0.1"]), &["extraHosts[db#2]"]);
    check_container(&before, &before, &[]);
}

#[test]
fn order_is_kept_where_ecs_keeps_it() {
    let file = |name: &str| json!({"type": "s3", "value": format!("arn:aws:s3:::b/{name}")});
    for (list, one, two) in [
        ("dnsServers", json!("10.0.0.1"), json!("10.0.0.2")),
        ("dnsSearchDomains", json!("a.example"), json!("b.example")),
        ("environmentFiles", file("a"), file("b")),
        ("command", json!("serve"), json!("--fast")),
        ("entryPoint", json!("python"), json!("-m")),
        ("links", json!("a"), json!("b")),
    ] {
        let before = json!({ list: [one, two] });
        check_container(&before, &json!({ list: [two, one] }), &[list]);
    }
    for (list, one, two) in [
        (
            "mountPoints",
            json!({"containerPath": "/a"}),
            json!({"containerPath": "/b"}),
        ),
        (
            "volumesFrom",
            json!({"sourceContainer": "a"}),
            json!({"sourceContainer": "b"}),
        ),
        (
            "ulimits",
            json!({"name": "core", "softLimit": 1}),
            json!({"name": "cpu", "softLimit": 2}),
        ),
        (
            "secrets",
            json!({"name": "A", "valueFrom": "a"}),
            json!({"name": "B", "valueFrom": "b"}),
        ),
        ("dockerSecurityOptions", json!("a"), json!("b")),
    ] {
        let before = json!({ list: [one, two] });
        check_container(&before, &json!({ list: [two, one] }), &[]);
    }
}

#[test]
fn what_is_absent_empty_or_blank_is_one() {
    for field in ["ipcMode", "pidMode", "taskRoleArn", "executionRoleArn"] {
        check(TaskDefinition, &json!({ field: "" }), &json!({}), &[]);
    }
    let list = json!({"volumeConfigurations": []});
    check(Service, &list, &json!({}), &[]);
    let members = json!({"linuxParameters": {"capabilities": {"add": []}}, "environment": []});
    check_container(&members, &json!({}), &[]);
}

#[test]
fn what_ecs_fills_in_is_no_difference() {
    check_container(
        &json!({"portMappings": [{"containerPort": 8080}], "healthCheck": {"command": ["CMD", "x"]}}),
        &json!({"cpu": 0, "essential": true, "environment": [], "mountPoints": [],
            "privileged": false,
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "x"], "interval": 30, "timeout": 5, "retries": 3}}),
        &[],
    );
    check_container(&json!({"essential": false}), &json!({}), &["essential"]);
}

#[test]
fn an_absent_host_port_is_dynamic_in_bridge_mode_and_the_containers_elsewhere() {
    let check = |mode: Value, filled: u32, is_same: bool| {
        let of = |port: Value| {
            json!({"networkMode": mode, "containerDefinitions":
                [{"name": "m", "portMappings": [port]}]})
        };
        let written = of(json!({"containerPort": 8080}));
        let filled = of(json!({"containerPort": 8080, "hostPort": filled}));
        let found = different(TaskDefinition, &written, &filled);
        assert_eq!(found.is_empty(), is_same, "{mode} {filled:?}");
    };
    check(json!("bridge"), 0, true);
    check(json!("bridge"), 8080, false);
    check(Value::Null, 0, true);
    check(json!("host"), 8080, true);
    check(json!("awsvpc"), 8080, true);
    check(json!("awsvpc"), 0, false);
}

#[test]
fn sizes_are_compared_in_ecss_units() {
    let written = json!({"cpu": "1 vCPU", "memory": "2 GB"});
    check(
        TaskDefinition,
        &written,
        &json!({"cpu": "1024", "memory": "2048"}),
        &[],
    );
    check(
        TaskDefinition,
        &written,
        &json!({"cpu": "512", "memory": "2048"}),
        &["cpu"],
    );
    let halves = json!({"cpu": ".5 vcpu", "memory": "0.5GB"});
    check(
        TaskDefinition,
        &halves,
        &json!({"cpu": "512", "memory": "512"}),
        &[],
    );
}

#[test]
fn members_beside_a_pairs_value_are_seen() {
    let gpu = |memory: Value| {
        json!({"resourceRequirements": [{"type": "GPU", "value": "1",
            "sharingStrategy": {"nvidiaMps": {"memory": memory}}}]})
    };
    check_container(
        &gpu(json!(1024)),
        &gpu(json!(2048)),
        &["resourceRequirements[GPU].sharingStrategy.nvidiaMps.memory"],
    );
}
