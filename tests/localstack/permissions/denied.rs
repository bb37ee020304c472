//! Each action that a policy lists is denied in turn, and something breaks, or says what it lacks.

use std::collections::BTreeSet;

use mlship_core::permissions::TABLE;
use serde_json::{Value, json};

use super::alarms::OF_ALARMS;
use super::seldom::SELDOM;
use super::{actions, scaled, statements};
use crate::stage::{FRAUD_SCORER, Run, Stage};

/// What a denial of each comes to is seen in this command on the fraud scorer, which has served
/// two releases, and a third that crashed.
const AFTER_RELEASES: &[(&str, &[&str])] = &[
    ("ecs:DescribeServices", &["status"]),
    ("ecs:DescribeTaskDefinition", &["status"]),
    ("ecs:ListServiceDeployments", &["status"]),
    ("ecs:DescribeServiceRevisions", &["status"]),
    ("ecs:ListTasks", &["status"]),
    ("ecs:DescribeTasks", &["status"]),
    ("elasticloadbalancing:DescribeTargetHealth", &["status"]),
    ("ecs:DescribeServiceDeployments", &["history"]),
    ("logs:FilterLogEvents", &["logs"]),
    ("logs:GetLogEvents", &["logs", "--failed"]),
    (
        "secretsmanager:DescribeSecret",
        &["rollback", "--dry-run", "--to", "8"],
    ),
    (
        "elasticloadbalancing:DescribeTargetGroups",
        &["rollback", "--dry-run", "--to", "8"],
    ),
    (
        "ecs:ListTaskDefinitions",
        &["rollback", "--dry-run", "--to", "77"],
    ),
    // The last one succeeds, and says what it could not write.
    ("iam:PassRole", &["deploy"]),
    ("ecs:RegisterTaskDefinition", &["deploy"]),
    ("ecs:UpdateService", &["deploy"]),
    ("ecs:TagResource", &["deploy"]),
];

/// The same with a service of its own that is scaled.
const WHEN_SCALED: &[&str] = &[
    "ecs:CreateService",
    // Not asked for before the service is there.
    "iam:CreateServiceLinkedRole",
    "application-autoscaling:RegisterScalableTarget",
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:DescribeScalingPolicies",
];

/// What no denial is tried of, and why.
const NOT_TRIED: &[(&str, &str)] = &[("sts:GetCallerIdentity", "AWS answers it to everybody")];

/// What `verify` asks, each of which leaves a check unchecked.
const VERIFIED: &[&str] = &[
    "ecr:DescribeImages",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "secretsmanager:DescribeSecret",
    "ssm:GetParameters",
    "iam:GetRole",
    "iam:SimulatePrincipalPolicy",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeRouteTables",
    "logs:DescribeLogGroups",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeLoadBalancers",
    "ecs:DescribeClusters",
    "cloudwatch:DescribeAlarms",
];

/// The same of tasks on container instances.
const ON_INSTANCES: &[&str] = &[
    "ecs:ListContainerInstances",
    "ecs:DescribeContainerInstances",
];

/// The same of images that are not there.
const OF_ABSENT_IMAGES: &str = "ecr:DescribePullThroughCacheRules";

/// Holds a command that lacked an action against its promise: it fails, or names the action.
#[track_caller]
pub(super) fn check_missed(stage: &Stage, action: &str, run: &Run) {
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        !stage.refused().is_empty(),
        "{action} was never asked: {said}"
    );
    assert!(said.contains(action), "{action}: {} {said}", run.code);
}

#[test]
fn whoever_lacks_an_action_of_releases_fails_or_says_so() {
    let Some(stage) = Stage::with_release("8") else {
        return;
    };
    assert_eq!(stage.deploy("9", &[]).code, 0);
    stage.break_version("10", "crash");
    assert_eq!(stage.deploy("10", &[]).code, 31);
    for (action, arguments) in AFTER_RELEASES {
        stage.control("requests", json!({}));
        stage.deny(action);
        let all = [arguments, &[FRAUD_SCORER, "-e", "staging"][..]].concat();
        check_missed(&stage, action, &stage.mlship(&all, "11"));
    }
    // A deployment that hangs can't be stopped without its action.
    stage.allow_all();
    stage.break_version("12", "hang");
    assert_eq!(stage.deploy("12", &["--detach"]).code, 0);
    stage.control("requests", json!({}));
    stage.deny("ecs:StopServiceDeployment");
    let abort = stage.mlship(&["abort", FRAUD_SCORER, "-e", "staging"], "12");
    check_missed(&stage, "ecs:StopServiceDeployment", &abort);
    // Nor is it seen whether a parameter is there.
    stage.allow_all();
    stage.mlship(&["abort", FRAUD_SCORER, "-e", "staging"], "12");
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let with_parameter = manifest.replace("DB_URL: ", "KEY: /prod/key\n    DB_URL: ");
    let deploy = ["deploy", "-", "-e", "staging"];
    for version in ["13", "14"] {
        let run = stage.pipe(&deploy, version, &with_parameter);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
    stage.control("requests", json!({}));
    stage.deny("ssm:DescribeParameters");
    let back = ["rollback", FRAUD_SCORER, "-e", "staging", "--dry-run"];
    check_missed(&stage, "ssm:DescribeParameters", &stage.mlship(&back, "0"));
    // Nor does a tag leave that left the manifest.
    stage.allow_all();
    let untagged = with_parameter.replace("tags:\n  team: risk\n", "");
    stage.control("requests", json!({}));
    stage.deny("ecs:UntagResource");
    let run = stage.pipe(&deploy, "14", &untagged);
    assert!(!stage.refused().is_empty(), "{}", run.stderr);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        said.contains("UntagResource") || said.contains("untag-resource"),
        "{said}"
    );
}

#[test]
fn whoever_lacks_an_action_of_scaling_fails_or_says_so() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    for action in WHEN_SCALED {
        stage.control("requests", json!({}));
        stage.deny(action);
        let deploy = stage.pipe(&["deploy", "-", "-e", "staging"], "8", &scaled());
        check_missed(&stage, action, &deploy);
    }
    stage.allow_all();
    let deploy = ["deploy", "-", "-e", "staging"];
    assert_eq!(stage.pipe(&deploy, "8", &scaled()).code, 0);
    // Only the bounds are left.
    let bounds = scaled().replace(", targetCpuPercent: 60", "");
    stage.control("requests", json!({}));
    stage.deny("application-autoscaling:DeleteScalingPolicy");
    let run = stage.pipe(&deploy, "8", &bounds);
    check_missed(&stage, "application-autoscaling:DeleteScalingPolicy", &run);
    let scaled = scaled();
    let (plain, _) = scaled.split_once("autoscaling:").unwrap();
    stage.control("requests", json!({}));
    stage.deny("application-autoscaling:DeregisterScalableTarget");
    let run = stage.pipe(&deploy, "8", plain);
    check_missed(
        &stage,
        "application-autoscaling:DeregisterScalableTarget",
        &run,
    );
}

/// The fraud scorer with all that can be verified.
fn verified(stage: &Stage) -> String {
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest
        .replace(
            "compute: fargate",
            "capacityProviders: [{ name: FARGATE, weight: 1 }]\n  arch: x86_64",
        )
        .replace("DB_URL: ", "KEY: /prod/key\n    DB_URL: ")
        .replace(
            "  circuitBreaker: true",
            "  circuitBreaker: true\n  alarms: [slow]",
        );
    let ask = |operation: &str, body: &Value| {
        let target = format!("AmazonEC2ContainerRegistry_V20150921.{operation}");
        stage.ask_of("ecr", &target, body)
    };
    ask(
        "CreateRepository",
        &json!({"repositoryName": "fraud-scorer"}),
    );
    let digest = format!("sha256:{}", "0".repeat(64));
    let media = "application/vnd.oci.image.manifest.v1+json";
    let config = "application/vnd.oci.image.config.v1+json";
    let image = json!({"schemaVersion": 2, "mediaType": media, "layers": [],
        "config": {"mediaType": config, "digest": digest, "size": 2}});
    let put = json!({"repositoryName": "fraud-scorer", "imageTag": "8",
        "imageManifest": image.to_string(), "imageManifestMediaType": media});
    ask("PutImage", &put);
    let host = format!("{}.dkr.ecr.us-east-1.amazonaws.com", stage.account());
    let lines = manifest.lines().map(|line| {
        if line.starts_with("image: ") {
            format!("image: {host}/fraud-scorer:8\n")
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

#[track_caller]
pub(super) fn check_unchecked(stage: &Stage, action: &str, manifest: &str) {
    stage.deny(action);
    let verify = ["verify", "-", "-e", "staging", "-o", "json"];
    let run = stage.pipe(&verify, "8", manifest);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    let is_missed = findings
        .iter()
        .any(|finding| finding["state"] == "unchecked" && finding["permission"] == action);
    assert!(is_missed, "{action}: {found:#}");
}

#[test]
fn whoever_lacks_an_action_of_verify_is_told_what_was_not_seen() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let text = verified(&stage);
    for action in VERIFIED {
        check_unchecked(&stage, action, &text);
    }
    let (before, rest) = text.split_once("capacityProviders:").unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    let on_instances = format!("{before}compute: ec2\n{after}");
    let number = |name: &str| json!({"name": name, "type": "INTEGER", "integerValue": 9000});
    let instance = json!({"cluster": "ml-staging",
        "totalResources": [number("CPU"), number("MEMORY")]});
    stage.ask("RegisterContainerInstance", &instance);
    for action in ON_INSTANCES {
        check_unchecked(&stage, action, &on_instances);
    }
    // ECR might fetch what is not there yet.
    let absent = text.replace("/fraud-scorer:8", "/fraud-scorer:77");
    check_unchecked(&stage, OF_ABSENT_IMAGES, &absent);
    stage.allow_all();
    let printed = stage.pipe(
        &["iam-policy", "-", "-e", "staging", "--verify"],
        "8",
        &text,
    );
    let listed = actions(&statements(&printed));
    for action in VERIFIED {
        assert!(listed.contains(*action), "{action} is not printed");
    }
}

#[test]
fn every_action_of_the_table_is_denied_somewhere_or_it_is_said_why_not() {
    let tried = AFTER_RELEASES.iter().map(|(action, _)| *action);
    let tried = tried.chain(SELDOM.iter().copied());
    let tried = tried.chain(WHEN_SCALED.iter().copied());
    let tried = tried.chain(VERIFIED.iter().copied());
    let alone = [
        "ecs:StopServiceDeployment",
        "ecs:UntagResource",
        "ssm:DescribeParameters",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:DeleteScalingPolicy",
        OF_ABSENT_IMAGES,
    ];
    let tried = tried.chain(alone);
    let tried = tried.chain(ON_INSTANCES.iter().copied());
    let tried = tried.chain(OF_ALARMS.iter().copied());
    let tried: BTreeSet<&str> = tried.collect();
    let spared: BTreeSet<&str> = NOT_TRIED.iter().map(|(action, _)| *action).collect();
    for row in TABLE {
        // Registries and records are not LocalStack's.
        let is_elsewhere = ["sagemaker", "s3:"]
            .iter()
            .any(|name| row.action.starts_with(name));
        let is_known = tried.contains(row.action) != spared.contains(row.action);
        assert!(is_known || is_elsewhere, "{}", row.action);
    }
}
