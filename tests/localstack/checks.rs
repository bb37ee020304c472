//! What an old release leans on, looked for before it is brought back.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, Stage};

const REPOSITORY: &str = "fraud-scorer";

fn rollback(stage: &Stage, more: &[&str]) -> Run {
    // Answers are slow where many tests share a processor.
    rollback_within("1m", stage, more)
}

fn rollback_within(check_timeout: &str, stage: &Stage, more: &[&str]) -> Run {
    let arguments = ["rollback", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let patience = ["--check-timeout", check_timeout];
    stage.mlship(&[&arguments[..], &patience, more].concat(), "0")
}

/// Serves version 8 after version 7.
fn two_releases() -> Option<Stage> {
    let stage = Stage::with_release("7")?;
    assert_eq!(stage.deploy("8", &[]).code, 0);
    Some(stage)
}

fn check_refused(run: &Run, stage: &Stage, words: &str) -> Value {
    let result = run.result();
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], "refused");
    let error = result["error"].as_str().unwrap();
    assert!(error.contains(words), "{error}");
    assert_eq!(stage.count("UpdateService"), 1);
    assert_eq!(stage.serving()["release"]["version"], "8");
    result
}

fn delete_secret(stage: &Stage) {
    let body = json!({"SecretId": stage.export("SECRET_ARN"), "ForceDeleteWithoutRecovery": true});
    stage.ask_of("secretsmanager", "secretsmanager.DeleteSecret", &body);
}

#[test]
fn a_secret_that_is_gone_refuses_a_rollback_before_anything_is_touched() {
    let Some(stage) = two_releases() else {
        return;
    };
    delete_secret(&stage);
    let result = check_refused(
        &rollback(&stage, &[]),
        &stage,
        "secret arn:aws:secretsmanager",
    );
    let hint = result["hint"].as_str().unwrap();
    assert!(hint.contains("--skip-checks"), "{hint}");
    let dry = rollback(&stage, &["--dry-run"]);
    assert_eq!(dry.code, 11, "{}{}", dry.stdout, dry.stderr);

    let forced = rollback(&stage, &["--skip-checks"]);
    assert_eq!(forced.code, 0, "{}{}", forced.stdout, forced.stderr);
    assert_eq!(stage.serving()["release"]["version"], "7");
}

/// An ECR repository of the test's own account, and the image of a version in it.
struct Repository<'a> {
    stage: &'a Stage,
    host: String,
}

impl<'a> Repository<'a> {
    fn new(stage: &'a Stage) -> Self {
        let ask = |operation: &str, body: Value| ask_ecr(stage, operation, &body);
        let made = ask("CreateRepository", json!({"repositoryName": REPOSITORY}));
        let uri = made["repository"]["repositoryUri"].as_str().unwrap();
        let account = uri.split('.').next().unwrap();
        let host = format!("{account}.dkr.ecr.us-east-1.amazonaws.com");
        Self { stage, host }
    }

    /// Pushes an image under a tag and returns its digest.
    fn push(&self, tag: &str, content: &str) -> String {
        let manifest = json!({"schemaVersion": 2, "annotations": {"content": content},
            "mediaType": "application/vnd.oci.image.manifest.v1+json"});
        let body = json!({"repositoryName": REPOSITORY, "imageTag": tag,
            "imageManifest": manifest.to_string()});
        let put = ask_ecr(self.stage, "PutImage", &body);
        let digest = put["image"]["imageId"]["imageDigest"].as_str();
        digest.unwrap_or_else(|| panic!("{put}")).to_owned()
    }

    fn delete(&self, digest: &str) {
        let body = json!({"repositoryName": REPOSITORY, "imageIds": [{"imageDigest": digest}]});
        ask_ecr(self.stage, "BatchDeleteImage", &body);
    }

    fn deploy(&self, version: &str) -> Run {
        let image = format!("{}/{REPOSITORY}:{version}", self.host);
        let arguments = ["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"];
        let mut running = self.stage.command(&arguments, version);
        Run::of(running.env("IMAGE", image).output().unwrap())
    }
}

fn ask_ecr(stage: &Stage, operation: &str, body: &Value) -> Value {
    let target = format!("AmazonEC2ContainerRegistry_V20150921.{operation}");
    stage.ask_of("ecr", &target, body)
}

#[test]
fn an_image_that_ecr_deleted_refuses_a_rollback() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let ecr = Repository::new(&stage);
    let old = ecr.push("7", "seven");
    ecr.push("8", "eight");
    for version in ["7", "8"] {
        let run = ecr.deploy(version);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
    ecr.delete(&old);
    check_refused(
        &rollback(&stage, &[]),
        &stage,
        "which fraud-scorer:7 was, is gone",
    );
}

#[test]
fn a_tag_that_was_moved_meanwhile_brings_back_what_ran_and_not_what_it_names_now() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let ecr = Repository::new(&stage);
    let old = ecr.push("7", "seven");
    // The registry here forgets what no tag names.
    ecr.push("kept", "seven");
    ecr.push("8", "eight");
    for version in ["7", "8"] {
        assert_eq!(ecr.deploy(version).code, 0);
    }
    ecr.push("7", "another seven");
    let run = rollback(&stage, &[]);
    let result = run.result();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let pinned = format!("{}/{REPOSITORY}@{old}", ecr.host);
    let serving = stage.serving();
    assert_eq!(serving["release"]["version"], "7", "{result}");
    assert_eq!(serving["release"]["image"], pinned, "{serving}");
    assert_eq!(serving["release"]["digest"], old, "{serving}");
    assert!(
        run.stdout.contains("names another image by now"),
        "{}",
        run.stdout
    );
}
