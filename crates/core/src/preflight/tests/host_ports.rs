//! Tasks that take a port of their instance: one has it, and the next one nowhere.

use serde_json::{Value, json};

use super::super::{Check, Finding, Seen, judge};
use super::facts::{answered, on_instances, release, task_definition};
use crate::cloud::preconditions::{Fact, Question};

fn instance(tcp: &[&str], udp: &[&str]) -> Value {
    json!({"status": "ACTIVE", "agentConnected": true, "remainingResources": [
        {"name": "CPU", "integerValue": 8192}, {"name": "MEMORY", "integerValue": 16384},
        {"name": "PORTS", "stringSetValue": tcp},
        {"name": "PORTS_UDP", "stringSetValue": udp}]})
}

/// Judges the room of a release with a mapping, in a mode, of which two tasks run.
fn capacity(mode: &str, mapping: &Value, least: u32, instances: &[Value]) -> Finding {
    let mut task = task_definition();
    task["networkMode"] = json!(mode);
    task["containerDefinitions"][0]["portMappings"] = json!([mapping]);
    let mut on = on_instances();
    on["deploymentConfiguration"] = json!({"minimumHealthyPercent": least});
    let release = release(task, on);
    let read = |it: &Value| serde_json::from_value(it.clone()).unwrap();
    let answers = answered(&release, |question| match question {
        Question::Instances(_) => {
            let all = instances.iter().map(read).collect();
            Some(Seen::Told(Fact::Instances(all)))
        }
        _ => None,
    });
    let findings = judge(&release, &answers);
    let found = findings.into_iter().find(|it| it.check == Check::Capacity);
    found.unwrap()
}

const OLD: &[&str] = &["22", "8080"];
const FREE: &[&str] = &["22"];

#[test]
fn a_port_that_the_old_tasks_hold_everywhere_leaves_no_place_beside_them() {
    let fixed = json!({"containerPort": 80, "hostPort": 8080});
    let full = [instance(OLD, &[]), instance(OLD, &[])];
    let found = capacity("bridge", &fixed, 100, &full);
    assert_eq!(found.state.name(), "fail", "{found:?}");
    assert!(found.message.contains("with host port 8080"), "{found:?}");
    assert!(found.help.unwrap().contains("hostPort"));
    // A task may stop first, and what is free takes one task each.
    let found = capacity("bridge", &fixed, 50, &full);
    assert_eq!(found.state.name(), "warn", "{found:?}");
    let found = capacity(
        "bridge",
        &fixed,
        100,
        &[instance(OLD, &[]), instance(FREE, &[])],
    );
    assert_eq!(found.state.name(), "warn", "{found:?}");
    assert!(found.message.contains("room for 1 of the 2"), "{found:?}");
    let found = capacity(
        "bridge",
        &fixed,
        100,
        &[instance(FREE, &[]), instance(FREE, &[])],
    );
    assert_eq!(found.state.name(), "pass", "{found:?}");
}

#[test]
fn a_port_counts_by_its_mode_and_its_protocol() {
    let check = |mode: &str, mapping: Value, tcp: &[&str], udp: &[&str], state: &str| {
        let found = capacity(
            mode,
            &mapping,
            100,
            &[instance(tcp, udp), instance(tcp, udp)],
        );
        assert_eq!(found.state.name(), state, "{mode} {mapping}: {found:?}");
    };
    let alone = json!({"containerPort": 8080});
    check("host", alone.clone(), OLD, &[], "fail");
    // ECS chooses one; and with an address of its own a task needs none.
    check("bridge", alone, OLD, &[], "pass");
    check(
        "bridge",
        json!({"containerPort": 8080, "hostPort": 0}),
        OLD,
        &[],
        "pass",
    );
    check(
        "awsvpc",
        json!({"containerPort": 8080, "hostPort": 8080}),
        OLD,
        &[],
        "pass",
    );
    let udp = json!({"containerPort": 53, "hostPort": 8080, "protocol": "udp"});
    check("bridge", udp.clone(), OLD, &[], "pass");
    check("bridge", udp, FREE, &["8080"], "fail");
}
