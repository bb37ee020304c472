//! What became of a service's releases.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, Stage};

fn history(stage: &Stage, more: &[&str]) -> Run {
    let arguments = ["history", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    stage.mlship(&[&arguments, more].concat(), "0")
}

fn told(history: &Value) -> Vec<(String, String)> {
    let text = |entry: &Value, member: &str| entry[member].as_str().unwrap_or("-").to_owned();
    let entries = history["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| (text(entry, "version"), text(entry, "outcome")))
        .collect()
}

#[test]
fn every_deployment_is_told_with_its_end_and_its_story() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let output = stage
        .command(
            &["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"],
            "7",
        )
        .env("GITHUB_SHA", "9ab0c1")
        .env("GITHUB_ACTOR", "ada")
        .env("CI_PIPELINE_URL", "https://ci/run/42")
        .output()
        .unwrap();
    assert!(output.status.success());
    stage.break_version("8", "pull");
    assert_eq!(stage.deploy("8", &[]).code, 31);
    stage.break_version("9", "hang");
    assert_eq!(stage.deploy("9", &["--detach"]).code, 0);
    assert_eq!(stage.deploy("10", &["--if-busy", "supersede"]).code, 0);
    stage.break_version("11", "hang");
    assert_eq!(stage.deploy("11", &["--detach"]).code, 0);

    let run = history(&stage, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.document();
    let expected = [
        ("11", "running"),
        ("10", "succeeded"),
        ("9", "superseded"),
        ("8", "rolled_back"),
        ("7", "succeeded"),
    ];
    let expected = expected.map(|(version, outcome)| (version.to_owned(), outcome.to_owned()));
    assert_eq!(told(&document), expected);
    let first = &document["entries"][4];
    assert_eq!(first["who"], "ada");
    assert_eq!(first["git_sha"], "9ab0c1");
    assert_eq!(first["run"], "https://ci/run/42");
    assert!(first["digest"].as_str().unwrap().starts_with("sha256:"));
    assert!(
        first["duration_seconds"].as_f64().unwrap() > 10.0,
        "{first}"
    );

    let newest = history(&stage, &["--limit", "2"]).document();
    assert_eq!(told(&newest), expected[..2]);

    // What runs goes on meanwhile; everything else is told the same however AWS answers.
    for fault in [
        json!({"service": "ecs", "kind": "throttle", "times": 4}),
        json!({"service": "ecs", "kind": "reset", "when": "after", "times": 2}),
        json!({"service": "ecs", "kind": "error", "code": "ServerException", "status": 500,
            "message": "Service Unavailable.", "times": 2}),
    ] {
        stage.control("api-faults", json!({"faults": [fault]}));
        let again = history(&stage, &[]);
        assert_eq!(again.code, 0, "{fault}: {}", again.stderr);
        let again = again.document();
        for at in 1..expected.len() {
            assert_eq!(again["entries"][at], document["entries"][at], "{fault}");
        }
    }
}
