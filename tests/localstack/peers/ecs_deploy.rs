//! fabfuel/ecs-deploy.

use serde_json::json;

use super::{by_ecs_alone, deploy, rollback, task_definition};
use crate::stage::{FRAUD_SCORER, Stage};

/// There: "Deployment successful", and the revision that ECS went back to is deregistered.
#[test]
fn a_crashing_image_with_the_breaker_on_is_never_called_successful_and_nothing_is_deregistered() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    assert_eq!(deploy(&stage, "7", &by_ecs_alone()).code, 0);
    stage.break_version("8", "crash");
    let run = deploy(&stage, "8", &by_ecs_alone());
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "rolled_back");
    assert_eq!(stage.count("StopServiceDeployment"), 0);
    assert_eq!(stage.count("DeregisterTaskDefinition"), 0);
    for revision in ["fraud-scorer:1", "fraud-scorer:2"] {
        assert_eq!(task_definition(&stage, revision)["status"], "ACTIVE");
    }
}

/// There: the rollback that was asked for never comes when ECS is the first to call it failed.
#[test]
fn a_failure_that_ecs_declares_and_leaves_is_told_and_can_be_rolled_back() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let stays = by_ecs_alone()
        + "overrides:\n  service:\n    deploymentConfiguration:\n      \
           deploymentCircuitBreaker: { enable: true, rollback: false }\n";
    assert_eq!(deploy(&stage, "7", &stays).code, 0);
    stage.break_version("8", "crash");
    let run = deploy(&stage, "8", &stays);
    assert_eq!(run.code, 30, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["failure"]["cause"], "container_exited");

    let run = rollback(&stage);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["release"]["version"], "7");
    // Whoever was paged too learns that it was done, and that it went no further.
    let again = rollback(&stage);
    assert_eq!(
        (again.code, stage.deployments()),
        (11, 3),
        "{}",
        again.stdout
    );
    assert_eq!(again.result()["verdict"], "refused");
    let error = again.result()["error"].take();
    assert!(
        error.as_str().unwrap().starts_with("went back from"),
        "{error}"
    );
}

/// There: everything behind the last colon is taken for a tag.
#[test]
fn an_image_by_digest_is_kept_to_the_letter() {
    let stage = Stage::new();
    let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
    let image = format!("registry.example.com:5000/team/fraud-scorer@{digest}");
    let run = |arguments: &[&str]| {
        let mut command = stage.command(arguments, "7");
        crate::stage::Run::of(command.env("IMAGE", &image).output().unwrap())
    };
    let deploy = ["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let first = run(&deploy);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let containers = task_definition(&stage, "fraud-scorer:1")["containerDefinitions"].take();
    assert_eq!(containers[0]["image"], image);
    let release = stage.serving()["release"].take();
    assert_eq!(
        (&release["image"], &release["digest"]),
        (&json!(image), &json!(digest))
    );
    assert_eq!(run(&deploy).result()["verdict"], "unchanged");
}
