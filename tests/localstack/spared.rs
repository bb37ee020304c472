//! What releases most often fail for is found before anything is written, and how much sooner that is
//! than ECS finds it.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};

use super::stage::{FRAUD_SCORER, Run, Stage};
use super::verify::{push, push_for};

/// What is wrong with a release.
struct Mistake {
    /// In words.
    what: &'static str,
    /// What verify says.
    code: &'static str,
    /// How tasks fail of it; nothing where the simulator sees it itself.
    fault: Option<&'static str>,
    /// Makes it, in an account in which a release serves, and returns image and manifest.
    make: fn(&Stage, String) -> (String, String),
}

fn with_image(stage: &Stage, manifest: String) -> (String, String) {
    (push(stage, "9"), manifest)
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        what: "an image that was never pushed",
        code: "image-unavailable",
        fault: None,
        make: |stage, manifest| (push(stage, "8").replace(":8", ":9"), manifest),
    },
    Mistake {
        what: "an image for another architecture",
        code: "other-architecture",
        fault: Some("exec_format"),
        make: |stage, manifest| (push_for(stage, "9", "arm64"), manifest),
    },
    Mistake {
        what: "a secret that is gone",
        code: "secret-unavailable",
        fault: Some("secret"),
        make: |stage, manifest| {
            let gone = "arn:aws:secretsmanager:us-east-1:111122223333:secret:gone-AbCdEf";
            with_image(stage, manifest.replace("${SECRET_ARN}", gone))
        },
    },
    Mistake {
        what: "a parameter that is not there",
        code: "parameter-unavailable",
        fault: Some("secret"),
        make: |stage, manifest| {
            with_image(
                stage,
                manifest.replace("DB_URL: ", "KEY: /prod/gone\n    DB_URL: "),
            )
        },
    },
    Mistake {
        what: "an execution role that does not trust ECS",
        code: "unfit-execution-role",
        fault: Some("secret"),
        make: |stage, manifest| {
            let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
            stage.ask_iam(&[
                ("Action", "UpdateAssumeRolePolicy"),
                ("RoleName", "ml-execution"),
                ("PolicyDocument", &trust.to_string()),
            ]);
            with_image(stage, manifest)
        },
    },
    Mistake {
        what: "subnets without a way to the registry",
        code: "no-route",
        fault: Some("pull"),
        make: |stage, manifest| {
            let tables = stage.ask_ec2(&[("Action", "DescribeRouteTables")]);
            let (_, rest) = tables.split_once("<routeTableId>").unwrap();
            let (table, _) = rest.split_once('<').unwrap();
            stage.ask_ec2(&[
                ("Action", "DeleteRoute"),
                ("RouteTableId", table),
                ("DestinationCidrBlock", "0.0.0.0/0"),
            ]);
            with_image(stage, manifest)
        },
    },
    Mistake {
        what: "a security group that lets no request in",
        code: "closed-security-group",
        fault: Some("lb_unhealthy"),
        make: |stage, manifest| {
            let group = stage.export("SECURITY_GROUP");
            stage.ask_ec2(&[
                ("Action", "RevokeSecurityGroupIngress"),
                ("GroupId", group),
                ("IpPermissions.1.IpProtocol", "-1"),
                ("IpPermissions.1.Groups.1.GroupId", group),
            ]);
            with_image(stage, manifest)
        },
    },
    Mistake {
        what: "no room for a GPU",
        code: "no-capacity",
        fault: Some("capacity"),
        make: |stage, manifest| {
            let number =
                |name: &str| json!({"name": name, "type": "INTEGER", "integerValue": 9000});
            let resources = json!([number("CPU"), number("MEMORY")]);
            let instance = json!({"cluster": "ml-staging", "totalResources": resources});
            stage.ask("RegisterContainerInstance", &instance);
            // Of its own: ECS moves no service from Fargate to instances.
            let on_gpu = manifest
                .replace("name: fraud-scorer", "name: fraud-gpu")
                .replace("compute: fargate", "compute: ec2\n  gpu: 1");
            with_image(stage, on_gpu)
        },
    },
    Mistake {
        what: "a log group that nothing makes",
        code: "no-log-group",
        fault: None,
        make: |stage, manifest| {
            let written = "overrides:\n  taskDefinition:\n    containerDefinitions:\n      - name: \
                fraud-scorer\n        logConfiguration: { logDriver: awslogs, options: { awslogs-group: \
                /ml/gone, awslogs-region: us-east-1, awslogs-stream-prefix: m, awslogs-create-group: \
                \"false\" } }\n";
            with_image(stage, manifest + written)
        },
    },
    Mistake {
        what: "a target group that hangs on no listener",
        code: "unfit-target-group",
        fault: None,
        make: |stage, manifest| {
            let vpcs = stage.ask_ec2(&[("Action", "DescribeVpcs")]);
            let (_, rest) = vpcs.split_once("<vpcId>").unwrap();
            let (vpc, _) = rest.split_once('<').unwrap();
            let made = stage.ask_elb(&[
                ("Action", "CreateTargetGroup"),
                ("Name", "loose"),
                ("TargetType", "ip"),
                ("Protocol", "HTTP"),
                ("Port", "8080"),
                ("VpcId", vpc),
            ]);
            let (_, rest) = made.split_once("<TargetGroupArn>").unwrap();
            let (group, _) = rest.split_once('<').unwrap();
            let manifest = manifest.replace("${STAGING_TARGET_GROUP}", group);
            with_image(stage, manifest.replace("${TARGET_GROUP}", group))
        },
    },
];

/// A release of the fraud scorer with a mistake, where another serves.
struct Broken {
    stage: Stage,
    manifest: String,
}

fn broken(mistake: &Mistake) -> Option<Broken> {
    let stage = Stage::with_release("8")?;
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let (image, manifest) = (mistake.make)(&stage, manifest);
    let lines = manifest.lines().map(|line| {
        if line.starts_with("image: ") {
            format!("image: {image}\n")
        } else {
            format!("{line}\n")
        }
    });
    let manifest = lines.collect();
    Some(Broken { stage, manifest })
}

fn checked(mistake: &Mistake, broken: &Broken) -> Run {
    let verify = ["verify", "-", "-e", "staging", "-o", "json"];
    let run = broken.stage.pipe(&verify, "9", &broken.manifest);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    let is_found = findings
        .iter()
        .any(|finding| finding["state"] == "fail" && finding["code"] == mistake.code);
    assert!(is_found, "{}: {found:#}", mistake.what);
    assert_eq!(run.code, 11, "{}", mistake.what);
    assert_eq!(broken.stage.revisions(), 1, "{}", mistake.what);
    run
}

#[test]
fn what_releases_most_often_fail_for_is_found_before_anything_is_written() {
    for mistake in MISTAKES {
        let Some(broken) = broken(mistake) else {
            return;
        };
        checked(mistake, &broken);
    }
}

/// Writes the table of docs/verify.md.
#[test]
#[ignore = "measures: make bench-verify"]
fn how_much_sooner_it_is_found() {
    let mut table = "| what is wrong | `verify` says | after | ECS gives up after |\n\
        | --- | --- | --- | --- |\n"
        .to_owned();
    for mistake in MISTAKES {
        let Some(broken) = broken(mistake) else {
            return;
        };
        let asked = Instant::now();
        checked(mistake, &broken);
        let asked = asked.elapsed().as_secs_f64();
        if let Some(fault) = mistake.fault {
            broken.stage.break_version("9", fault);
        }
        // Left to ECS's circuit breaker alone.
        let patient = "  circuitBreaker: true\n  abortAfter: 0";
        let manifest = broken.manifest.replace("  circuitBreaker: true", patient);
        let deploy = ["deploy", "-", "-e", "staging", "-o", "json"];
        let run = broken.stage.pipe(&deploy, "9", &manifest);
        let result = run.result();
        let later = match result["duration_seconds"].as_f64() {
            Some(seconds) => format!("{:.1} min", seconds / 60.0),
            None => "at once, and a revision is left over".to_owned(),
        };
        // 20 is ECS's own refusal.
        assert!(
            [20, 30, 31].contains(&run.code),
            "{}: {result:#}",
            mistake.what
        );
        let (what, code) = (mistake.what, mistake.code);
        writeln!(table, "| {what} | `{code}` | {asked:.1} s | {later} |").unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/target/verify-table.md");
    std::fs::write(file, table).unwrap();
}
