//! What containers wrote, read back.

use std::collections::BTreeSet;
use std::fs::read_to_string;

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, Stage};

/// A line of a healthy container every so many seconds of ECS's time.
const EVERY: u32 = 10;

fn logs(stage: &Stage, more: &[&str]) -> Run {
    stage.mlship(
        &[&["logs", FRAUD_SCORER, "-e", "staging"], more].concat(),
        "0",
    )
}

/// An account whose healthy containers write lines, with the first release serving.
fn talkative() -> Option<Stage> {
    let stage = Stage::with_controls()?;
    stage.control("profile", json!({"log_every": EVERY}));
    assert_eq!(stage.deploy("7", &[]).code, 0);
    Some(stage)
}

fn objects(run: &Run) -> Vec<Value> {
    let lines = run.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Checks that each container's numbered lines are there from the first to the last, once.
fn check_whole(lines: &[Value]) -> usize {
    let mut writers = BTreeSet::new();
    for line in lines.iter().filter(|line| line["event"] == "log") {
        let text = |member: &str| line[member].as_str().unwrap().to_owned();
        writers.insert((text("task"), text("container")));
    }
    for (task, container) in &writers {
        let own = lines
            .iter()
            .filter(|line| line["task"] == **task && line["container"] == **container);
        let messages: Vec<&str> = own.map(|line| line["message"].as_str().unwrap()).collect();
        let expected: Vec<String> = (1..=messages.len())
            .map(|number| format!("{container} line {number}"))
            .collect();
        assert_eq!(messages, expected, "{task} {container}");
    }
    writers.len()
}

#[test]
fn running_tasks_are_read_in_the_order_of_time_behind_their_ids() {
    let Some(stage) = talkative() else {
        return;
    };
    let run = logs(&stage, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let id = run.stdout.split(' ').next().unwrap();
    assert_eq!(id.len(), 8, "{}", run.stdout);
    for (number, line) in (1..).zip(run.stdout.lines()) {
        assert_eq!(line, format!("{id}  fraud-scorer line {number}"));
    }
    assert!(run.stdout.lines().count() > 1, "{}", run.stdout);
    let run = logs(&stage, &["-n", "2", "--task", &id[..6], "--timestamps"]);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    assert!(run.stdout.starts_with("20"), "{}", run.stdout);
    assert_eq!(logs(&stage, &["--task", "nosuchtask"]).code, 2);
    let run = logs(&stage, &["--container", "nobody"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("there are: fraud-scorer"),
        "{}",
        run.stderr
    );
}

#[test]
fn since_a_moment_leaves_older_lines_out() {
    let Some(stage) = talkative() else {
        return;
    };
    stage.set_speed(0);
    // However soon the deploy came to its end, there are some lines.
    stage.control("clock", json!({"advance": 5 * EVERY}));
    let all = objects(&logs(&stage, &["-o", "json", "--since", "2h"]));
    check_whole(&all);
    let time = |line: &Value| line["time"].as_str().unwrap().to_owned();
    let moment = time(&all[2]);
    let later = objects(&logs(&stage, &["-o", "json", "--since", &moment]));
    assert_eq!(later, all[2..]);
    let first = &all[0];
    assert_eq!(first["service"], "fraud-scorer");
    assert_eq!(first["cluster"], "ml-staging");
    assert!(
        first["task_definition"]
            .as_str()
            .unwrap()
            .ends_with("fraud-scorer:1")
    );
}

#[test]
fn two_containers_of_several_tasks_are_told_apart() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.control("profile", json!({"log_every": EVERY}));
    let manifest = read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest.replace("desired: 1", "desired: 3")
        + r#"
overrides:
  taskDefinition:
    containerDefinitions:
      - name: metrics
        image: "public.ecr.aws/metrics:1"
        essential: false
        logConfiguration:
          logDriver: awslogs
          options: { awslogs-group: /ml/metrics, awslogs-region: eu-west-1, awslogs-stream-prefix: side, awslogs-create-group: "true" }
      - name: quiet
        image: "public.ecr.aws/quiet:1"
        essential: false
"#;
    let deploy = ["deploy", "-", "-e", "staging", "-o", "json"];
    let run = stage.pipe(&deploy, "7", &manifest);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let run = stage.pipe(
        &["logs", "-", "-e", "staging", "-o", "json"],
        "7",
        &manifest,
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = objects(&run);
    assert_eq!(check_whole(&lines), 6);
    let times: Vec<&str> = lines
        .iter()
        .map(|line| line["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(run.stderr.matches("quiet").count(), 1, "{}", run.stderr);
    let side = [
        "logs",
        "-",
        "-e",
        "staging",
        "--container",
        "metrics",
        "-n",
        "1",
    ];
    let run = stage.pipe(&side, "7", &manifest);
    assert_eq!(
        run.stdout.matches("metrics line").count(),
        3,
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.lines().count(), 3);
}

#[test]
fn tasks_that_died_are_read_with_the_reason_newest_first() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let run = logs(&stage, &["--failed"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("no task died"), "{}", run.stderr);
    let log = ["loading weights", "db is postgres://me:hunter2@db/x"];
    let crash = json!({"image": ":8$", "kind": "crash", "exit_code": 3, "log": log});
    stage.control("task-faults", json!({"faults": [crash]}));
    assert_eq!(stage.deploy("8", &[]).code, 31);
    let run = logs(&stage, &["--failed"]);
    assert!(
        run.stdout.contains(", as did 2 more tasks since "),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("loading weights").count(), 1);
    let run = logs(&stage, &["--failed", "--all"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let deaths = run
        .stdout
        .matches("container exited: container fraud-scorer exited with code 3");
    assert_eq!(deaths.count(), 3, "{}", run.stdout);
    assert_eq!(run.stdout.matches("loading weights").count(), 3);
    assert_eq!(
        run.stdout.matches("db is postgres://me:***@db/x").count(),
        3,
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("hunter2"));
    let run = logs(&stage, &["--failed", "-o", "json"]);
    let events = objects(&run);
    assert_eq!(events[0]["event"], "task_died");
    assert_eq!(events[0]["cause"], "container_exited");
    assert_eq!(events[1]["event"], "log");
    assert_eq!(events[1]["task"], events[0]["task"]);
    let died = events.iter().filter(|event| event["event"] == "task_died");
    let times: Vec<&str> = died.map(|event| event["time"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

#[test]
fn following_goes_on_through_a_rollout_and_loses_and_repeats_nothing() {
    let Some(stage) = talkative() else {
        return;
    };
    let follow = [
        "logs",
        FRAUD_SCORER,
        "-e",
        "staging",
        "-f",
        "-o",
        "json",
        "--since",
        "24h",
    ];
    let mut following = stage.start(&follow, "0");
    following.wait_for("line 3\"");
    let trouble = |operation: &str, kind: &str, when: &str, times: u32| json!({"operation": operation, "kind": kind, "when": when, "times": times});
    let faults = [
        trouble("FilterLogEvents", "throttle", "before", 7),
        trouble("FilterLogEvents", "reset", "after", 2),
        trouble("ListTasks", "throttle", "before", 2),
        trouble("DescribeTasks", "reset", "after", 1),
    ];
    stage.control("api-faults", json!({"faults": faults}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    following.wait_for("task-definition/fraud-scorer:2");
    following.signal("INT");
    let run = following.end();
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert_eq!(check_whole(&objects(&run)), 2);
}

#[test]
fn being_denied_names_the_permission() {
    let Some(stage) = talkative() else {
        return;
    };
    let denied = |operation: &str| {
        json!({"operation": operation, "kind": "error", "code": "AccessDeniedException",
            "message": "not authorized", "status": 400})
    };
    let faults = [denied("FilterLogEvents"), denied("GetLogEvents")];
    stage.control("api-faults", json!({"faults": faults}));
    let check = |more: &[&str], permission: &str| {
        let run = logs(&stage, more);
        assert_eq!(run.code, 20, "{}", run.stdout);
        assert!(run.stderr.contains(permission), "{}", run.stderr);
    };
    check(&[], "hint: allow logs:FilterLogEvents to the caller");
    check(&["-n", "5"], "hint: allow logs:GetLogEvents to the caller");
    check(
        &["--follow"],
        "hint: allow logs:FilterLogEvents to the caller",
    );
}

#[test]
fn a_log_group_that_was_deleted_is_no_error() {
    let Some(stage) = talkative() else {
        return;
    };
    stage.ask_logs(
        "DeleteLogGroup",
        &json!({"logGroupName": "/ml/fraud-scorer"}),
    );
    for more in [&[][..], &["-n", "5"]] {
        let run = logs(&stage, more);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    }
    let run = logs(&stage, &[]);
    assert!(
        run.stderr.contains("no log group /ml/fraud-scorer"),
        "{}",
        run.stderr
    );
}
