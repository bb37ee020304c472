//! Why a release failed, from the exit code to the next step.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Stage};

/// What a failed release must say.
struct Says<'a> {
    cause: &'a str,
    /// In plain words.
    summary: &'a str,
    /// The next step.
    help: &'a str,
}

/// Releases a version that fails in this way after one that serves, and returns the result.
fn fail(stage: &Stage, fault: &Value) -> Value {
    assert_eq!(stage.deploy("7", &[]).code, 0);
    let mut fault = fault.clone();
    fault["image"] = json!(":8$");
    stage.control("task-faults", json!({"faults": [fault]}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    run.result()["failure"].take()
}

#[track_caller]
fn check(fault: &Value, says: &Says) {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    check_failure(&fail(&stage, fault), says);
}

#[track_caller]
fn check_failure(failure: &Value, says: &Says) {
    let text = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(failure["cause"], says.cause, "{failure:#}");
    assert!(text("summary").contains(says.summary), "{failure:#}");
    assert!(text("help").contains(says.help), "{failure:#}");
}

#[test]
fn an_image_for_another_processor_that_only_the_log_tells() {
    check(
        &json!({"kind": "exec_format"}),
        &Says {
            cause: "exec_format",
            summary: "for another processor",
            help: "docker build --platform",
        },
    );
}

#[test]
fn memory_that_runs_out_is_told_with_the_limit() {
    check(
        &json!({"kind": "oom"}),
        &Says {
            cause: "out_of_memory",
            summary: "used more than its 1024 MiB",
            help: "runtime.memory",
        },
    );
}

#[test]
fn a_crash_is_explained_by_its_log_of_which_the_end_is_shown() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let mut log: Vec<String> = (1..=30).map(|line| format!("line {line}")).collect();
    log.push("connecting to postgres://me:pw@db/x".to_owned());
    log.push("ModuleNotFoundError: No module named 'xgboost'".to_owned());
    let failure = fail(&stage, &json!({"kind": "crash", "log": log}));
    check_failure(
        &failure,
        &Says {
            cause: "container_exited",
            summary: "a Python package is missing in the image",
            help: "add the package",
        },
    );
    let tail = failure["log_tail"].as_array().unwrap();
    assert_eq!((tail.len(), &tail[0]), (20, &json!("line 13")));
    assert!(!failure.to_string().contains("me:pw"), "{failure}");
    let more = "mlship logs manifests/fraud-scorer.yaml --env staging --failed";
    assert_eq!(failure["more"], more);
}

#[test]
fn a_log_that_may_not_be_read_is_a_line_and_no_failure() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let deny = json!({"service": "logs", "operation": "GetLogEvents", "kind": "error",
        "code": "AccessDeniedException", "status": 400, "message": "not authorized"});
    stage.control("api-faults", json!({"faults": [deny]}));
    assert_eq!(stage.deploy("7", &[]).code, 0);
    let crash = json!({"kind": "crash", "image": ":8$", "log": ["lost"]});
    stage.control("task-faults", json!({"faults": [crash]}));
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("no log to show"), "{}", run.stdout);
    let failure = &run.result()["failure"];
    assert_eq!(failure["cause"], "container_exited");
    assert_eq!(failure["log_tail"], json!([]));
}

#[test]
fn a_model_that_loads_for_longer_than_the_grace_period() {
    check(
        &json!({"kind": "slow_load", "after": 300}),
        &Says {
            cause: "slow_start",
            summary: "(grace period: 120 s, container check: 60 s startPeriod + 3 × 10 s)",
            help: "raise health.graceSeconds (now 120)",
        },
    );
}

#[test]
fn a_container_that_fails_its_own_check() {
    check(
        &json!({"kind": "unhealthy"}),
        &Says {
            cause: "container_unhealthy",
            summary: "(last status: UNHEALTHY), 120 s after the start",
            help: "health.container.command",
        },
    );
}

#[test]
fn a_load_balancer_that_meets_another_answer() {
    let reason = "Health checks failed with these codes: [404]";
    check(
        &json!({"kind": "lb_unhealthy", "reason": reason}),
        &Says {
            cause: "load_balancer_unhealthy",
            summary: "answers with 404",
            help: "health check path",
        },
    );
}

#[test]
fn a_cluster_without_room_is_described() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.control("profile", json!({"ec2_capacity": false}));
    let gpu = "manifests/tensorflow-serving-gpu.yaml";
    let run = stage.mlship(&["deploy", gpu, "-o", "json"], "1");
    assert_eq!(run.code, 30, "{}{}", run.stdout, run.stderr);
    check_failure(
        &run.result()["failure"],
        &Says {
            cause: "no_capacity",
            summary: "no GPU free for the task; the cluster has no container instances",
            help: "runtime.gpu",
        },
    );
    assert_eq!(stage.count("ListContainerInstances"), 1);
}

#[test]
fn several_causes_are_ranked() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let faults = json!({"faults": [
        {"kind": "pull", "image": ":8$", "times": 1,
            "reason": "Timeout waiting for network interface provisioning to complete."},
        {"kind": "crash", "image": ":8$", "exit_code": 3},
    ]});
    stage.control("task-faults", faults);
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    let failure = &run.result()["failure"];
    assert_eq!(failure["cause"], "container_exited", "{failure:#}");
    assert_eq!(failure["exit_codes"], json!({"fraud-scorer": [3]}));
    assert_eq!(failure["tasks"], 2);
    let others = failure["others"].as_array().unwrap();
    assert_eq!(others.len(), 1, "{failure:#}");
    assert_eq!(others[0]["cause"], "network_interface");
    assert_eq!(others[0]["tasks"], 1);
}

#[test]
fn people_read_the_cause_and_the_next_step() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let fault = json!({"kind": "oom", "image": ":8$", "log": ["loading model"]});
    stage.control("task-faults", json!({"faults": [fault]}));
    let run = stage.mlship(&["deploy", FRAUD_SCORER, "-e", "staging"], "8");
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    let (_, told) = run.stdout.split_once("fraud-scorer 8 failed").unwrap();
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
 after [..] s; service fraud-scorer is back on fraud-scorer 7
  cause: fraud-scorer used more than its 1024 MiB and was killed (3 tasks)
  next:  raise runtime.memory, or load less at once (fewer workers, a smaller model)
  log:   loading model
  more:  mlship logs manifests/fraud-scorer.yaml --env staging --failed

"#]]
    );
}
