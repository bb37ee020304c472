//! What people read of a bad moment: little, and each thing once.

use serde_json::json;

use crate::stage::Stage;

/// A release of a number of tasks, without a load balancer.
fn manifest(version: &str, desired: u32) -> String {
    format!(
        "apiVersion: mlship/v1
kind: ModelRelease
model: {{ name: m, version: \"{version}\" }}
image: registry.example.com/m:{version}
service: {{ cluster: ml-staging, name: m, desired: {desired} }}
runtime:
  cpu: 256
  memory: 512
  logs: {{ group: /ml/m }}
  roles: {{ execution: \"${{EXECUTION_ROLE}}\" }}
network: {{ subnets: [\"${{SUBNET_A}}\"] }}
"
    )
}

/// Deploys a second version that fails in this way, and returns what people read.
fn fail(desired: u32, fault: &serde_json::Value) -> Option<String> {
    let stage = Stage::with_controls()?;
    let first = stage.pipe(&["deploy", "-"], "1", &manifest("1", desired));
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let mut fault = fault.clone();
    fault["image"] = json!(":2$");
    stage.control("task-faults", json!({"faults": [fault]}));
    let run = stage.pipe(&["deploy", "-"], "2", &manifest("2", desired));
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    Some(format!("{}{}", run.stderr, run.stdout))
}

#[test]
fn a_crash_loop_of_ten_tasks_takes_at_most_twenty_lines() {
    let log: Vec<String> = (1..=30).map(|line| format!("line {line}")).collect();
    let Some(read) = fail(10, &json!({"kind": "crash", "after": 3, "log": log})) else {
        return;
    };
    assert!(read.lines().count() <= 20, "{read}");
    assert!(read.contains("mlship gives up: "), "{read}");
    assert!(
        read.contains("rollout.abortAfter: 3; 0 waits for ECS"),
        "{read}"
    );
    assert!(read.contains("  log:   line 30\n"), "{read}");
}

#[test]
fn a_bad_image_at_a_hundred_tasks_takes_at_most_thirty_lines() {
    let Some(read) = fail(100, &json!({"kind": "pull"})) else {
        return;
    };
    assert!(read.lines().count() <= 30, "{read}");
    assert!(read.contains("the registry has no image"), "{read}");
}

#[test]
fn a_sidecar_that_dies_is_named_and_not_the_model_that_is_stopped_for_it() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let first = stage.pipe(&["deploy", "-"], "1", &manifest("1", 1));
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let died = json!({"kind": "crash", "image": "proxy", "after": 3, "exit_code": 255,
        "log": ["proxy: no configuration"]});
    stage.control("task-faults", json!({"faults": [died]}));
    let sidecar = manifest("2", 1)
        + "overrides:
  taskDefinition:
    containerDefinitions:
      - name: proxy
        image: registry.example.com/proxy:1
        logConfiguration:
          logDriver: awslogs
          options: { awslogs-group: /ml/m, awslogs-region: us-east-1, awslogs-stream-prefix: p }
";
    let run = stage.pipe(&["deploy", "-", "-o", "json"], "2", &sidecar);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    let failure = &run.result()["failure"];
    assert_eq!(failure["container"], "proxy", "{failure:#}");
    assert_eq!(failure["reason"], "container proxy exited with code 255");
    assert_eq!(failure["log_tail"], json!(["proxy: no configuration"]));
}
