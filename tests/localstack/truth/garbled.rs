//! Somebody on the way who answers in AWS's place: nothing is made of what they say.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, Stage};

/// What a proxy says: a page, nothing, or JSON that has nothing in it.
fn garbles() -> [Value; 4] {
    [
        json!({"kind": "html"}),
        json!({"kind": "html", "status": 403}),
        json!({"kind": "empty"}),
        json!({"kind": "answer", "body": "{}"}),
    ]
}

fn garble(stage: &Stage, how: &Value, more: &Value) {
    let mut fault = how.clone();
    let members = more.as_object().unwrap().clone();
    fault.as_object_mut().unwrap().extend(members);
    stage.control("api-faults", json!({"faults": [fault]}));
}

fn unreachable(run: &Run) {
    assert_eq!(run.code, 21, "{}{}", run.stdout, run.stderr);
    let both = format!("{}{}", run.stdout, run.stderr);
    assert!(both.contains("AWS's answer could not be read"), "{both}");
    assert!(!both.contains("not deployed"), "{both}");
}

#[test]
fn a_service_that_nobody_tells_of_is_neither_there_nor_not() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let everything = json!({"service": "ecs", "operation": "DescribeServices"});
    // Asking again takes seconds: each command meets two of them, the one that writes all. Those
    // that rescue ask for two minutes, which unit tests see on a clock of their own.
    let of_command = [
        ("deploy", &[0, 1, 2, 3][..]),
        ("status", &[0, 3]),
        ("history", &[3]),
    ];
    for (command, kinds) in of_command {
        for kind in kinds {
            garble(&stage, &garbles()[*kind], &everything);
            unreachable(&stage.mlship(&[command, FRAUD_SCORER, "-e", "staging"], "7"));
        }
    }
    for write in ["RegisterTaskDefinition", "CreateService", "UpdateService"] {
        assert_eq!(stage.count(write), 0, "{write}");
    }
}

#[test]
fn who_calls_is_asked_again_and_then_out_of_reach() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    garble(
        &stage,
        &json!({"kind": "html", "status": 403}),
        &json!({"service": "sts"}),
    );
    unreachable(&stage.deploy("7", &[]));
    let asked = stage.requests();
    let asked = asked
        .iter()
        .filter(|request| request["operation"] == "GetCallerIdentity");
    assert_eq!(asked.count(), 5);
}

#[test]
fn writes_whose_answers_are_garbled_are_looked_for_and_made_once() {
    for (when, operation) in [
        ("after", "RegisterTaskDefinition"),
        ("before", "RegisterTaskDefinition"),
        ("after", "CreateService"),
        ("before", "CreateService"),
    ] {
        let Some(stage) = Stage::with_controls() else {
            return;
        };
        let fault = json!({"service": "ecs", "operation": operation, "when": when, "times": 1});
        garble(&stage, &json!({"kind": "html"}), &fault);
        let run = stage.deploy("7", &[]);
        assert_eq!(
            run.code, 0,
            "{operation} {when}: {}{}",
            run.stdout, run.stderr
        );
        assert_eq!(
            (stage.revisions(), stage.deployments()),
            (1, 1),
            "{operation} {when}"
        );
        assert_eq!(stage.count(operation), 1, "{operation} {when}");
    }
}

#[test]
fn a_release_under_garbled_answers_ends_as_it_does() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let some = json!({"service": "ecs", "probability": 0.2});
    garble(&stage, &json!({"kind": "html"}), &some);
    let run = stage.deploy("7", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    stage.break_version("8", "pull");
    garble(&stage, &json!({"kind": "answer", "body": "{}"}), &some);
    let run = stage.deploy("8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    stage.control("api-faults", json!({"faults": []}));
    assert_eq!((stage.revisions(), stage.deployments()), (2, 2));
}
