//! AWS that says no, or says nothing.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::stage::Stage;

#[test]
fn a_refusal_of_the_first_call_is_said_at_once() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    for code in ["ExpiredTokenException", "AccessDeniedException"] {
        let fault = json!({"service": "ecs", "operation": "DescribeServices", "kind": "error",
            "code": code, "status": 400, "message": "no"});
        stage.control("api-faults", json!({"faults": [fault]}));
        let start = Instant::now();
        let run = stage.deploy("7", &[]);
        assert_eq!(run.code, 20, "{}{}", run.stdout, run.stderr);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[test]
fn server_errors_throughout_are_unreachable() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let fault = json!({"service": "ecs", "operation": "*", "kind": "error",
        "code": "ServerException", "status": 500, "message": "Service Unavailable."});
    stage.control("api-faults", json!({"faults": [fault]}));
    let run = stage.deploy("7", &[]);
    assert_eq!(run.code, 21, "{}{}", run.stdout, run.stderr);
}
