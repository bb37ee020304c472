//! What releases lean on is looked at before anything is written.

use serde_json::{Value, json};

use super::stage::{FRAUD_SCORER, Run, Stage};

/// Runs a command that asks first.
fn asking(stage: &Stage, arguments: &[&str]) -> Run {
    let mut command = stage.command(arguments, "9");
    command.env_remove("MLSHIP_SKIP_VERIFY");
    Run::of(command.output().unwrap())
}

fn state<'a>(found: &'a Value, check: &str) -> Vec<&'a str> {
    let findings = found["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["check"] == check);
    of.map(|finding| finding["state"].as_str().unwrap())
        .collect()
}

#[test]
fn a_seeded_account_has_what_a_release_leans_on_and_a_secret_that_is_gone_stops_a_deploy() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let verify = ["verify", FRAUD_SCORER, "-e", "staging", "-o", "json"];
    let run = asking(&stage, &verify);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    for check in [
        "secret",
        "execution_role",
        "task_role",
        "role_permissions",
        "route",
        "security_groups",
        "log_group",
        "target_group",
    ] {
        let states = state(&found, check);
        let passes = !states.is_empty() && states.iter().all(|state| *state == "pass");
        assert!(passes, "{check}: {found:#}");
    }
    // Nobody there answers, which says nothing of ECS.
    assert_eq!(state(&found, "image"), ["unchecked"]);

    let mut command = stage.command(&verify, "9");
    let gone = "arn:aws:secretsmanager:us-east-1:111122223333:secret:gone-AbCdEf";
    command.env("SECRET_ARN", gone);
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(state(&found, "secret"), ["fail"]);

    let mut command = stage.command(&["deploy", FRAUD_SCORER, "-e", "staging"], "9");
    command.env_remove("MLSHIP_SKIP_VERIFY");
    command.env("SECRET_ARN", gone);
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    let status = asking(&stage, &["status", FRAUD_SCORER, "-e", "staging"]);
    assert!(status.stdout.contains("not deployed"), "{}", status.stdout);
}

/// An image of the fraud scorer in the account's own ECR.
pub(super) fn push(stage: &Stage, tag: &str) -> String {
    push_for(stage, tag, "amd64")
}

/// The same for an architecture.
pub(super) fn push_for(stage: &Stage, tag: &str, architecture: &str) -> String {
    ask_ecr(
        stage,
        "CreateRepository",
        &json!({"repositoryName": "fraud-scorer"}),
    );
    let media = "application/vnd.oci.image.index.v1+json";
    let platform = json!({"os": "linux", "architecture": architecture});
    let manifest = json!({"schemaVersion": 2, "mediaType": media, "manifests": [{"digest":
        format!("sha256:{}", "0".repeat(64)), "size": 2, "platform": platform,
        "mediaType": "application/vnd.oci.image.manifest.v1+json"}]});
    let put = json!({"repositoryName": "fraud-scorer", "imageTag": tag,
        "imageManifest": manifest.to_string(), "imageManifestMediaType": media});
    ask_ecr(stage, "PutImage", &put);
    let account = stage.account();
    format!("{account}.dkr.ecr.us-east-1.amazonaws.com/fraud-scorer:{tag}")
}

fn ask_ecr(stage: &Stage, operation: &str, body: &Value) -> Value {
    let target = format!("AmazonEC2ContainerRegistry_V20150921.{operation}");
    stage.ask_of("ecr", &target, body)
}

fn verify(stage: &Stage, image: &str, manifest: &str) -> (i32, Value) {
    let manifest = manifest.lines().map(|line| {
        if line.starts_with("image: ") {
            format!("image: {image}\n")
        } else {
            format!("{line}\n")
        }
    });
    let manifest: String = manifest.collect();
    let run = stage.pipe(
        &["verify", "-", "-e", "staging", "-o", "json"],
        "9",
        &manifest,
    );
    let found = serde_json::from_str(&run.stdout);
    (run.code, found.unwrap_or_else(|_| panic!("{}", run.stderr)))
}

#[test]
fn an_image_passes_until_it_is_archived_or_gone() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let image = push(&stage, "9");
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!(code, 0, "{found:#}");
    assert_eq!(state(&found, "image"), ["pass"], "{found:#}");
    let body = json!({"repositoryName": "fraud-scorer", "imageId": {"imageTag": "9"},
        "targetStorageClass": "ARCHIVE"});
    let moved = ask_ecr(&stage, "UpdateImageStorageClass", &body);
    assert_eq!(moved["imageStatus"], "ARCHIVED", "{moved}");
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!(code, 11);
    assert_eq!(state(&found, "image"), ["fail"], "{found:#}");
    assert!(found.to_string().contains("is archived"), "{found:#}");
    let (code, found) = verify(&stage, &image.replace(":9", ":10"), &manifest);
    assert_eq!((code, state(&found, "image")), (11, vec!["fail"]));
}

#[test]
fn a_role_that_a_policy_denies_something_fails_and_one_that_none_allows_is_warned_of() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let image = push(&stage, "9");
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let put_when = |effect: &str, actions: &Value, name: &str, condition: &Value| {
        let mut statement = json!({"Effect": effect, "Action": actions, "Resource": "*"});
        if !condition.is_null() {
            statement["Condition"] = condition.clone();
        }
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        stage.ask_iam(&[
            ("Action", "PutRolePolicy"),
            ("RoleName", "ml-execution"),
            ("PolicyName", name),
            ("PolicyDocument", &document),
        ]);
    };
    let put =
        |effect: &str, actions: &Value, name: &str| put_when(effect, actions, name, &Value::Null);
    // In the place of the seed's own.
    put("Allow", &json!(["ecr:*", "logs:*"]), "start");
    let (code, found) = verify(&stage, &image, &manifest);
    let states = state(&found, "role_permissions");
    assert_eq!(code, 0, "{found:#}");
    assert!(
        states.contains(&"warn") && !states.contains(&"fail"),
        "{found:#}"
    );
    // What a condition decides nobody knows before.
    let tagged = json!({"StringEquals": {"aws:ResourceTag/team": "risk"}});
    let read = json!("secretsmanager:GetSecretValue");
    put_when("Allow", &read, "tagged", &tagged);
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!(code, 0, "{found:#}");
    let told = found.to_string();
    assert!(
        told.contains("under a condition on aws:ResourceTag/team at most"),
        "{found:#}"
    );
    // Nor whether a denial is met that goes by what nobody told.
    let elsewhere = json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}});
    put_when("Deny", &read, "never", &elsewhere);
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!(code, 0, "{found:#}");
    assert!(found.to_string().contains("aws:SourceVpc"), "{found:#}");
    put("Allow", &json!("s3:GetObject"), "tagged");
    put("Deny", &json!("secretsmanager:Get*"), "never");
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!(code, 11, "{found:#}");
    assert!(
        state(&found, "role_permissions").contains(&"fail"),
        "{found:#}"
    );
}

#[test]
fn gpus_are_counted_on_the_instances_that_are_there() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let image = push(&stage, "9");
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest.replace("compute: fargate", "compute: ec2\n  gpu: 1");
    let capacity = |found: &Value| -> String { state(found, "capacity").join(",") };
    let register = |gpus: &[&str]| {
        let number = |name: &str, value: u32| json!({"name": name, "type": "INTEGER", "integerValue": value});
        let resources = json!([number("CPU", 4096), number("MEMORY", 15000),
            {"name": "GPU", "type": "STRINGSET", "stringSetValue": gpus}]);
        let body = json!({"cluster": "ml-staging", "totalResources": resources,
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}]});
        stage.ask("RegisterContainerInstance", &body);
    };
    register(&[]);
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!((code, &*capacity(&found)), (11, "fail"), "{found:#}");
    register(&["GPU-1", "GPU-2"]);
    let (code, found) = verify(&stage, &image, &manifest);
    assert_eq!((code, &*capacity(&found)), (0, "pass"), "{found:#}");
}

#[test]
fn a_parameter_behind_empty_pages_is_no_reason_to_refuse_a_rollback() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let put = json!({"Name": "/prod/key", "Value": "x", "Type": "SecureString"});
    stage.ask_of_once("ssm", "AmazonSSM.PutParameter", &put);
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest.replace("DB_URL: ", "KEY: /prod/key\n    DB_URL: ");
    for version in ["7", "8"] {
        let run = stage.pipe(&["deploy", "-", "-e", "staging"], version, &manifest);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
    stage.control("profile", json!({"empty_parameter_pages": 2}));
    let back = ["rollback", FRAUD_SCORER, "-e", "staging", "--dry-run"];
    let run = stage.mlship(&back, "0");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        stage.count("DescribeParameters") >= 3,
        "{:?}",
        stage.requests()
    );
}

#[test]
fn the_image_of_another_accounts_registry_is_not_said_to_be_gone() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/fraud-scorer:8";
    let (code, found) = verify(&stage, image, &manifest);
    assert_eq!((code, state(&found, "image")), (0, vec!["unchecked"]));
    assert!(
        found.to_string().contains("ecr:DescribeImages"),
        "{found:#}"
    );
}
