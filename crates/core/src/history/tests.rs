//! Tests of histories built from records as ECS keeps them.

use serde_json::{Value, json};

use super::{Entry, Outcome, outcomes};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{LiveTaskDefinition, ServiceDeployment, ServiceRevision};

fn deployment(status: &str, created: u32, finished: Option<u32>) -> ServiceDeployment {
    with(status, created, finished, &Value::Null)
}

fn with(status: &str, created: u32, finished: Option<u32>, breaker: &Value) -> ServiceDeployment {
    let record = json!({"serviceDeploymentArn": format!("arn:{created}"), "status": status,
        "createdAt": created, "finishedAt": finished, "deploymentCircuitBreaker": breaker});
    serde_json::from_value(record).unwrap()
}

fn check(newest_first: &[ServiceDeployment], expected: &[Outcome]) {
    let found: Vec<Outcome> = outcomes(newest_first).into_iter().flatten().collect();
    assert_eq!(found, expected);
}

#[test]
fn every_status_has_its_word() {
    use Outcome::{Failed, RolledBack, Running, Stopped, Succeeded};
    for (status, outcome) in [
        ("PENDING", Running),
        ("IN_PROGRESS", Running),
        ("STOP_REQUESTED", Running),
        ("ROLLBACK_REQUESTED", Running),
        ("ROLLBACK_IN_PROGRESS", Running),
        ("SUCCESSFUL", Succeeded),
        ("ROLLBACK_SUCCESSFUL", RolledBack),
        ("ROLLBACK_FAILED", Failed),
        ("STOPPED", Stopped),
    ] {
        check(&[deployment(status, 100, Some(200))], &[outcome]);
    }
    assert_eq!(outcomes(&[deployment("PAUSED", 1, None)]), [None]);
}

#[test]
fn what_a_newer_one_stopped_is_superseded() {
    let newer = deployment("SUCCESSFUL", 150, Some(300));
    let older = deployment("STOPPED", 100, Some(155));
    check(&[newer, older], &[Outcome::Succeeded, Outcome::Superseded]);
}

#[test]
fn what_had_stopped_long_before_the_next_one_came_was_stopped() {
    let newer = deployment("SUCCESSFUL", 9_000, Some(9_100));
    let older = deployment("STOPPED", 100, Some(155));
    check(&[newer, older], &[Outcome::Succeeded, Outcome::Stopped]);
}

#[test]
fn what_the_circuit_breaker_stopped_without_a_rollback_failed() {
    let newer = deployment("SUCCESSFUL", 150, Some(300));
    let breaker = json!({"status": "TRIGGERED", "failureCount": 3, "threshold": 3});
    let older = with("STOPPED", 100, Some(155), &breaker);
    check(&[newer, older], &[Outcome::Succeeded, Outcome::Failed]);
}

fn revision() -> ServiceRevision {
    let record = json!({"serviceRevisionArn": "arn:r", "taskDefinition": "arn:td/m:3",
        "containerImages": [{"containerName": "proxy", "imageDigest": "sha256:0"},
            {"containerName": "m", "imageDigest": "sha256:1"}]});
    serde_json::from_value(record).unwrap()
}

#[test]
fn an_entry_has_the_story_of_the_revision_and_the_times_of_the_deployment() {
    let document = json!({"containerDefinitions": [{"name": "m", "image": "repo/m:8"}]});
    let Value::Object(document) = document else {
        panic!("no object");
    };
    let tags = [
        ("mlship:model", "m"),
        ("mlship:version", "8"),
        ("mlship:by", "ada"),
        ("mlship:git-sha", "9ab"),
        ("mlship:model-ref", "models:/risk.m@champion"),
        ("mlship:model-run", "3f2c"),
        ("mlship:model-git-sha", "77a"),
        ("mlship:model-metrics", "auc=0.931"),
    ];
    let live = LiveTaskDefinition {
        arn: TaskDefinitionArn::new("arn:td/m:3"),
        document,
        tags: tags
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    };
    let ended = deployment("SUCCESSFUL", 100, Some(165));
    let entry = Entry::of(
        &ended,
        Some(Outcome::Succeeded),
        Some(&revision()),
        Some(&live),
    );
    let told = serde_json::to_value(&entry).unwrap();
    let expected = json!({"model": "m", "version": "8", "task_definition": "arn:td/m:3",
        "image": "repo/m:8", "digest": "sha256:1", "outcome": "succeeded", "cause": null, "serves": false, "gone_back_from": false,
        "started": "1970-01-01T00:01:40Z", "finished": "1970-01-01T00:02:45Z",
        "duration_seconds": 65.0, "who": "ada", "git_sha": "9ab", "run": null,
        "model_ref": "models:/risk.m@champion", "model_run": "3f2c", "model_git_sha": "77a",
        "model_metrics": "auc=0.931", "overridden": null, "deployment": "arn:100"});
    assert_eq!(told, expected);
    assert!(entry.is_of("m") && entry.is_of("risk.m") && !entry.is_of("risk"));
}

#[test]
fn what_another_tool_deployed_has_blanks() {
    let ended = deployment("SUCCESSFUL", 100, None);
    let entry = Entry::of(&ended, Some(Outcome::Succeeded), None, None);
    assert_eq!(
        (entry.version, entry.who, entry.finished),
        (None, None, None)
    );
    assert_eq!(entry.outcome, Some(Outcome::Succeeded));
}
