//! Without AWS, or without a way to it.

use std::process::Command;

pub(crate) fn mlship(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = mlship_command(arguments, variables).output().unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// Prepares a run of mlship with nothing of this machine's AWS.
pub(crate) fn mlship_command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mlship"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(VARIABLES)
        .envs(variables.iter().copied())
        .args(arguments);
    command
}

/// How many manifests there are in `manifests/`.
const EXAMPLES: usize = 15;
/// How many of them are releases.
const RELEASES: usize = 14;

/// What the examples need, made up.
const VARIABLES: [(&str, &str); 21] = [
    (
        "CANARY_RULE",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcde0",
    ),
    (
        "BLUE_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/0123456789abcdef",
    ),
    (
        "GREEN_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/green/0123456789abcdef",
    ),
    (
        "JUDGED_RULE",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcde1",
    ),
    (
        "JUDGED_BLUE_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/judged-blue/0123456789abcdef",
    ),
    (
        "JUDGED_GREEN_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/judged-green/0123456789abcdef",
    ),
    (
        "SWITCHED_RULE",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcde2",
    ),
    (
        "SWITCHED_BLUE_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/switched-blue/0123456789abcdef",
    ),
    (
        "SWITCHED_GREEN_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/switched-green/0123456789abcdef",
    ),
    (
        "LOAD_BALANCER_ROLE",
        "arn:aws:iam::111122223333:role/load-balancer",
    ),
    (
        "LISTENER_RULE",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef",
    ),
    (
        "CONTROL_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/control/0123456789abcdef",
    ),
    (
        "CHALLENGER_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/challenger/0123456789abcdef",
    ),
    ("SUBNET_A", "subnet-0123456789abcdef0"),
    ("SUBNET_B", "subnet-0123456789abcdef1"),
    ("SECURITY_GROUP", "sg-0123456789abcdef0"),
    ("EXECUTION_ROLE", "arn:aws:iam::111122223333:role/execution"),
    ("TASK_ROLE", "arn:aws:iam::111122223333:role/task"),
    (
        "SECRET_ARN",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-url-AbCdEf",
    ),
    (
        "TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/fraud/0123456789abcdef",
    ),
    (
        "STAGING_TARGET_GROUP",
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/stage/0123456789abcdef",
    ),
];

const FRAUD_AB: &str = "manifests/fraud-ab/experiment.yaml";
const FRAUD_SCORER: &str = "manifests/fraud-scorer.yaml";
pub(crate) const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "111122223333"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_REGION", "us-east-1"),
];

#[test]
fn examples_are_valid() {
    let (code, stdout, stderr) = mlship(&["validate", "manifests"], &[]);
    assert_eq!(
        (code, stdout.as_str()),
        (0, &*format!("{EXAMPLES} manifests are valid\n")),
        "{stderr}"
    );
}

#[test]
fn validate_reports_all_problems_with_their_places() {
    let path = "tests/fixtures/invalid/two-problems.yaml";
    let (code, stdout, stderr) = mlship(&["validate", path, "-o", "json"], &[]);
    assert_eq!(code, 10, "{stderr}");
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| finding["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [9, 11], "{stdout}");
}

#[test]
fn an_invalid_manifest_never_reaches_aws() {
    let path = "tests/fixtures/invalid/two-problems.yaml";
    let (code, _, stderr) = mlship(&["deploy", path], &[]);
    assert_eq!(code, 10, "{stderr}");
    assert!(stderr.contains("did you mean"), "{stderr}");
}

#[test]
fn no_region_is_said_with_the_places_that_were_looked_at() {
    let (code, _, stderr) = mlship(&["diff", FRAUD_SCORER], &[]);
    assert_eq!(code, 20);
    assert!(
        stderr.contains("no AWS region: looked at --region"),
        "{stderr}"
    );
}

#[test]
fn no_credentials_is_said_with_the_places_that_were_looked_at() {
    let start = std::time::Instant::now();
    let (code, _, stderr) = mlship(&["diff", FRAUD_SCORER], &[("AWS_REGION", "us-east-1")]);
    assert_eq!(code, 20, "{stderr}");
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    assert!(stderr.contains("looked at AWS_ACCESS_KEY_ID"), "{stderr}");
}

#[test]
fn nobody_listening_is_unreachable() {
    let arguments = ["diff", FRAUD_SCORER, "--endpoint-url", "http://127.0.0.1:9"];
    let (code, _, stderr) = mlship(&arguments, &KEYS);
    assert_eq!(code, 21, "{stderr}");
    assert!(stderr.contains("cannot reach AWS"), "{stderr}");
}

#[test]
fn a_name_that_does_not_resolve_is_unreachable() {
    let arguments = [
        "diff",
        FRAUD_SCORER,
        "--endpoint-url",
        "http://nowhere.invalid:4566",
    ];
    let (code, _, stderr) = mlship(&arguments, &KEYS);
    assert_eq!(code, 21, "{stderr}");
}

#[test]
fn a_black_hole_is_given_up_within_a_minute() {
    // Connections are taken by the kernel and never answered by anybody.
    let hole = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", hole.local_addr().unwrap());
    let start = std::time::Instant::now();
    let (code, _, stderr) = mlship(&["diff", FRAUD_SCORER, "--endpoint-url", &url], &KEYS);
    assert_eq!(code, 21, "{stderr}");
    assert!(start.elapsed().as_secs() < 70, "{:?}", start.elapsed());
}

#[test]
fn a_profile_that_does_not_exist_is_no_credentials() {
    let (code, _, stderr) = mlship(&["diff", FRAUD_SCORER, "--profile", "nobody"], &KEYS);
    assert_eq!(code, 20, "{stderr}");
    assert!(stderr.contains("nobody"), "{stderr}");
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    assert_eq!(mlship(&["deploy", "--frobnicate"], &[]).0, 2);
}

/// Returns the only line of a JSON stream that ended early.
#[track_caller]
fn early_end(arguments: &[&str], code: i32) -> serde_json::Value {
    let (ended, stdout, stderr) = mlship(arguments, &[]);
    assert_eq!(ended, code, "{stderr}");
    assert!(!stderr.is_empty(), "people read the other stream");
    let line: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    assert_eq!(line["event"], "result");
    assert_eq!(line["exit_code"], code);
    assert!(line["time"].is_string(), "{line}");
    line
}

#[test]
fn what_ends_before_aws_is_a_json_line_too() {
    let invalid = "tests/fixtures/invalid/two-problems.yaml";
    let line = early_end(&["deploy", invalid, "-o", "json"], 10);
    assert_eq!(line["verdict"], "refused");
    assert_eq!(line["service"], "fraud-scorer");
    assert_eq!(line["findings"].as_array().unwrap().len(), 2);

    let line = early_end(&["deploy", "--frobnicate", "-o", "json"], 2);
    assert_eq!(line["verdict"], "error");
    assert_eq!(line["error"], "unexpected argument '--frobnicate' found");
    early_end(&["watch", "--output=json"], 2);
    // There is no registry to tell.
    early_end(&["watch", FRAUD_SCORER, "-ojson", "--record"], 2);
    early_end(&["deploy", FRAUD_SCORER, "-ojson", "--plan", "/nowhere"], 2);
    // Nobody waits, and waves have to.
    let many = ["deploy", "manifests", "-ojson"];
    early_end(&[&many[..], &["--detach", "--waves", "1,100%"]].concat(), 2);
    early_end(
        &[&many[..], &["--detach", "--on-failure", "rollback"]].concat(),
        2,
    );
    early_end(&[&many[..], &["--select", "name=none"]].concat(), 2);
    // A status that only looks deploys nothing.
    let status = ["experiment", "status", FRAUD_AB, "--skip-verify"];
    let (code, _, stderr) = mlship(&status, &[]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("--advance"), "{stderr}");
}

#[test]
fn a_sample_is_planned_without_knowing_where_the_test_will_run() {
    let plan = ["experiment", "plan", FRAUD_AB];
    let unset = |arguments: &[&str]| {
        let mut command = mlship_command(arguments, &KEYS);
        command.env_remove("LISTENER_RULE");
        command.env_remove("CHALLENGER_TARGET_GROUP");
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), stderr)
    };
    let said = ["--baseline", "0.05", "--daily", "5000"];
    let (code, stderr) = unset(&[&plan[..], &said].concat());
    assert_eq!((code, &*stderr), (Some(0), ""));
    // CloudWatch would have to be asked, and nobody knows where.
    let (code, stderr) = unset(&plan);
    assert_eq!(code, Some(10), "{stderr}");
    assert!(stderr.contains("LISTENER_RULE"), "{stderr}");
}

#[test]
fn without_credentials_every_service_is_named() {
    let region = [("AWS_REGION", "us-east-1")];
    let (code, stdout, _) = mlship(&["deploy", "manifests", "-o", "json"], &region);
    assert_eq!(code, 20);
    // A result each, and the run.
    assert_eq!(stdout.lines().count(), RELEASES + 1, "{stdout}");
    let (code, stdout, _) = mlship(&["diff", "manifests", "-o", "json"], &region);
    assert_eq!(code, 20);
    let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(document["services"].as_array().unwrap().len(), RELEASES);
}

#[test]
fn several_rendered_manifests_are_one_json_document() {
    let two = ["manifests/ranker-efs.yaml", "manifests/llama-vllm-gpu.yaml"];
    for (paths, more, expected) in [
        (&["manifests"][..], &["-o", "json"][..], EXAMPLES),
        (&two, &["--task-definition"], two.len()),
    ] {
        let arguments = [&["render"], paths, more].concat();
        let (code, stdout, stderr) = mlship(&arguments, &KEYS);
        assert_eq!(code, 0, "{stderr}");
        let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(document.as_array().unwrap().len(), expected);
    }
}

#[test]
fn the_schema_is_one() {
    let (code, stdout, _) = mlship(&["schema"], &[]);
    let schema: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, 0);
    assert!(schema["$defs"]["ModelRelease"]["properties"]["model"].is_object());
}

#[test]
fn a_rendered_manifest_reads_as_itself() {
    let (code, first, stderr) = mlship(&["render", FRAUD_SCORER, "-e", "staging"], &[]);
    assert_eq!(code, 0, "{stderr}");
    let path = std::env::temp_dir().join(format!("mlship-render-{}.yaml", fastrand::u64(..)));
    std::fs::write(&path, &first).unwrap();
    let (_, second, stderr) = mlship(&["render", path.to_str().unwrap()], &[]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(first, second, "{stderr}");
}

#[test]
fn the_examples_in_the_help_of_validate_end_well() {
    let (_, help, _) = mlship(&["validate", "--help"], &[]);
    let (_, examples) = help.split_once("Examples:").unwrap();
    let lines = examples.lines().map(str::trim);
    // What another program writes comes by a shell.
    let lines = lines.filter(|line| line.starts_with("mlship ") && !line.contains('<'));
    let lines: Vec<Vec<&str>> = lines
        .map(|line| line.split(' ').skip(1).collect())
        .collect();
    assert!(lines.len() > 1, "{examples}");
    for line in lines {
        let (code, stdout, stderr) = mlship(&line, &[]);
        assert_eq!(code, 0, "{line:?}: {stdout}{stderr}");
    }
}

#[test]
fn a_command_for_one_service_says_how_to_name_it() {
    let check = |arguments: &[&str], words: &str| {
        let (code, _, stderr) = mlship(arguments, &KEYS);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    };
    check(
        &["experiment", "status", FRAUD_SCORER],
        "hint: name the manifest of an experiment",
    );
}

#[test]
fn an_endpoint_that_is_empty_is_none() {
    let nobody = "http://127.0.0.1:1";
    for (all, ecs) in [("", nobody), (nobody, "")] {
        let endpoints = [("AWS_ENDPOINT_URL", all), ("AWS_ENDPOINT_URL_ECS", ecs)];
        let variables = [&KEYS[..], &endpoints].concat();
        let (code, _, stderr) = mlship(&["history", "--model", "fraud-scorer"], &variables);
        assert_eq!(code, 21, "{stderr}");
    }
    let (code, _, stderr) = mlship(&["status", FRAUD_SCORER, "--endpoint-url", ""], &KEYS);
    assert_eq!(code, 2, "{stderr}");
}

#[test]
fn an_endpoint_without_a_scheme_is_a_mistake_and_no_outage() {
    let check = |(code, _, stderr): (i32, String, String)| {
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("write http://127.0.0.1:4570"), "{stderr}");
    };
    let status = ["status", FRAUD_SCORER];
    let flag = [&status[..], &["--endpoint-url", "127.0.0.1:4570"]].concat();
    check(mlship(&flag, &KEYS));
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECS"] {
        let variables = [&KEYS[..], &[(name, "127.0.0.1:4570")]].concat();
        check(mlship(&status, &variables));
    }
}

#[test]
fn a_region_that_is_empty_is_none_and_one_that_cannot_be_is_refused() {
    let status = ["status", FRAUD_SCORER];
    for (region, words) in [("", "no AWS region"), ("us east 1", "is no AWS region")] {
        let variables = [&KEYS[..], &[("AWS_REGION", region)]].concat();
        let (code, _, stderr) = mlship(&status, &variables);
        assert_eq!(code, 20, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
}

#[test]
fn a_key_that_was_pasted_with_its_line_break_is_no_credential() {
    let nobody = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE\n"),
    ];
    let variables = [&KEYS[..], &nobody].concat();
    let (code, _, stderr) = mlship(&["history", "--model", "fraud-scorer"], &variables);
    assert_eq!(code, 20, "{stderr}");
}

#[test]
fn what_breaks_says_so_like_everything_else() {
    // The TLS library panics where a machine trusts nobody.
    let nobody = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("SSL_CERT_FILE", "/nonexistent"),
    ];
    let variables = [&KEYS[..], &nobody].concat();
    let arguments = ["history", "--model", "fraud-scorer", "-o", "json"];
    let (code, stdout, stderr) = mlship(&arguments, &variables);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.starts_with("error: mlship broke at "), "{stderr}");
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert!(
        stderr.contains("hint: this is a mistake in mlship"),
        "{stderr}"
    );
    let line: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(line["exit_code"], 1);
}
