//! What is said before a release whose traffic ECS moves, by `manifests/fraud-shift/canary.yaml`: of
//! its rule, its role, and of what its first step will show.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::stage::folder::Folder;
use crate::stage::{Run, Stage};

const CANARY: &str = "manifests/fraud-shift/canary.yaml";

fn stage() -> Option<Stage> {
    let stage = Stage::with_controls()?;
    stage.set_speed(300);
    Some(stage)
}

/// Lets the rule have a single group, and send everything to it.
fn with_one_group(stage: &Stage, group: &str) {
    stage.ask_elb(&[
        ("Action", "ModifyRule"),
        ("RuleArn", stage.export("CANARY_RULE")),
        ("Actions.member.1.Type", "forward"),
        ("Actions.member.1.TargetGroupArn", stage.export(group)),
    ]);
}

/// Runs a command that looks at what the release leans on.
fn asking(stage: &Stage, arguments: &[&str], version: &str) -> Run {
    let mut command = stage.command(arguments, version);
    command.env_remove("MLSHIP_SKIP_VERIFY");
    Run::of(command.output().unwrap())
}

#[test]
fn a_first_release_by_a_rule_with_one_group_is_led_to_the_repair_that_it_takes() {
    let Some(stage) = stage() else { return };
    with_one_group(&stage, "GREEN_TARGET_GROUP");
    let deploy = ["deploy", CANARY, "-o", "json"];
    let refused = asking(&stage, &deploy, "7");
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    let result = refused.result();
    let error = result["error"].as_str().unwrap();
    assert!(error.contains("it lacks fraud-blue"), "{error}");
    assert!(error.contains("100 % to fraud-green"), "{error}");
    let hint = result["hint"].as_str().unwrap();
    assert!(hint.contains("traffic repair"), "{hint}");
    assert!(
        hint.ends_with("fraud-blue – → 0 %, fraud-green 100 % → 100 %"),
        "{hint}"
    );
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
    let looked_at = stage.mlship(&["diff", CANARY], "7");
    assert_eq!(
        looked_at.code, 0,
        "{}{}",
        looked_at.stdout, looked_at.stderr
    );
    assert!(
        looked_at.stdout.contains("it lacks fraud-blue"),
        "{}",
        looked_at.stdout
    );
    let shown = stage.mlship(&["traffic", "repair", CANARY], "7");
    assert_eq!(shown.code, 0, "{}{}", shown.stdout, shown.stderr);
    let written = stage.mlship(&["traffic", "repair", CANARY, "--apply"], "7");
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    assert!(
        written.stdout.contains("fraud-green gets the requests"),
        "{}",
        written.stdout
    );
    let deployed = stage.mlship(&deploy, "7");
    assert_eq!(deployed.code, 0, "{}{}", deployed.stdout, deployed.stderr);
}

/// A first release that failed has no tasks, and the next one needs a rule that is not split.
#[test]
fn after_a_first_release_that_failed_while_traffic_moved_the_rule_is_mended() {
    let Some(stage) = stage() else { return };
    stage.break_version("7", "crash");
    let failed = stage.mlship(&["deploy", CANARY, "-o", "json"], "7");
    assert!(failed.code >= 30, "{}{}", failed.stdout, failed.stderr);
    // As a deployment leaves it that ends between two steps.
    let groups = "Actions.member.1.ForwardConfig.TargetGroups.member";
    let member = |number: u32, field: &str| format!("{groups}.{number}.{field}");
    stage.ask_elb(&[
        ("Action", "ModifyRule"),
        ("RuleArn", stage.export("CANARY_RULE")),
        ("Actions.member.1.Type", "forward"),
        (
            &member(1, "TargetGroupArn"),
            stage.export("BLUE_TARGET_GROUP"),
        ),
        (&member(1, "Weight"), "900"),
        (
            &member(2, "TargetGroupArn"),
            stage.export("GREEN_TARGET_GROUP"),
        ),
        (&member(2, "Weight"), "100"),
    ]);
    let refused = stage.mlship(&["deploy", CANARY, "-o", "json"], "8");
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    let written = stage.mlship(&["traffic", "repair", CANARY, "--apply"], "8");
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    let deployed = stage.mlship(&["deploy", CANARY, "-o", "json"], "8");
    assert_eq!(deployed.code, 0, "{}{}", deployed.stdout, deployed.stderr);
}

fn findings(run: &Run, check: &str) -> Vec<(String, String)> {
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["check"] == check);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    of.map(|finding| (text(&finding["state"]), text(&finding["message"])))
        .collect()
}

#[test]
fn the_roles_of_traffic_and_hooks_have_to_trust_ecs_itself() {
    let Some(stage) = stage() else { return };
    let verify = ["verify", CANARY, "-o", "json"];
    let right = asking(&stage, &verify, "7");
    assert_eq!(right.code, 0, "{}{}", right.stdout, right.stderr);
    assert_eq!(findings(&right, "traffic_role")[0].0, "pass");
    let allowed = findings(&right, "role_permissions");
    assert!(
        allowed
            .iter()
            .any(|(state, message)| state == "pass" && message.contains("may move traffic")),
        "{allowed:?}"
    );
    // A role of tasks.
    let mut command = stage.command(&verify, "7");
    command.env("LOAD_BALANCER_ROLE", stage.export("TASK_ROLE"));
    let wrong = Run::of(command.output().unwrap());
    assert_eq!(wrong.code, 11, "{}{}", wrong.stdout, wrong.stderr);
    let role = &findings(&wrong, "traffic_role")[0];
    assert_eq!(role.0, "fail", "{role:?}");
    let mut command = stage.command(&["deploy", CANARY, "-o", "json"], "7");
    command.env_remove("MLSHIP_SKIP_VERIFY");
    command.env("LOAD_BALANCER_ROLE", "arn:aws:iam::111122223333:role/gone");
    let gone = Run::of(command.output().unwrap());
    assert_eq!(gone.code, 11, "{}{}", gone.stdout, gone.stderr);
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
    let folder = Folder::new();
    let text = std::fs::read_to_string(CANARY).unwrap();
    let hook = "  hooks:\n    - { stages: [POST_SCALE_UP], lambda: \
                \"arn:aws:lambda:eu-west-1:111122223333:function:smoke\", role: \"${TASK_ROLE}\" }\n";
    let hooked = folder.put("hooked.yaml", &format!("{text}{hook}"));
    let run = asking(&stage, &["verify", &hooked, "-o", "json"], "7");
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    let states: Vec<String> = findings(&run, "hook").into_iter().map(|it| it.0).collect();
    assert_eq!(states, ["warn", "fail"], "{}", run.stdout);
}

/// Tells `CloudWatch` how many requests a group got half an hour ago.
fn requests(stage: &Stage, group: &str, count: u32) {
    let of = |name: &str| {
        let arn = stage.export(name);
        let resource = arn.splitn(6, ':').last().unwrap();
        resource
            .strip_prefix("loadbalancer/")
            .unwrap_or(resource)
            .to_owned()
    };
    let at = (Timestamp::now() - SignedDuration::from_mins(30)).to_string();
    let count = count.to_string();
    stage.ask_cloudwatch(&[
        ("Action", "PutMetricData"),
        ("Namespace", "AWS/ApplicationELB"),
        ("MetricData.member.1.MetricName", "RequestCount"),
        ("MetricData.member.1.Timestamp", &at),
        ("MetricData.member.1.Value", &count),
        (
            "MetricData.member.1.Dimensions.member.1.Name",
            "LoadBalancer",
        ),
        (
            "MetricData.member.1.Dimensions.member.1.Value",
            &of("LOAD_BALANCER"),
        ),
        (
            "MetricData.member.1.Dimensions.member.2.Name",
            "TargetGroup",
        ),
        ("MetricData.member.1.Dimensions.member.2.Value", &of(group)),
    ]);
}

#[test]
fn a_first_step_that_its_alarms_would_not_see_is_warned_of_before_anything_is_written() {
    let Some(stage) = stage() else { return };
    let first = stage.mlship(&["deploy", CANARY, "-o", "json"], "7");
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    requests(&stage, "BLUE_TARGET_GROUP", 60 * 100);
    requests(&stage, "GREEN_TARGET_GROUP", 60 * 50);
    let verified = asking(&stage, &["verify", CANARY, "-o", "json"], "8");
    let found = findings(&verified, "first_step").remove(0);
    let blind = "a first step of 10 % gets 15 of the 150 requests a minute of the last hour, and errorRate says nothing of \
                 a minute with fewer than 20: it takes 200 a minute, or 13.4 %";
    assert_eq!(found, ("warn".to_owned(), blind.to_owned()));
    let looked_at = stage.mlship(&["diff", CANARY, "-o", "json"], "8");
    assert_eq!(
        looked_at.code, 0,
        "{}{}",
        looked_at.stdout, looked_at.stderr
    );
    assert!(looked_at.stdout.contains(blind), "{}", looked_at.stdout);
    let deployed = asking(&stage, &["deploy", CANARY, "-o", "json", "--detach"], "8");
    assert!(deployed.stdout.contains(blind), "{}", deployed.stdout);
    requests(&stage, "BLUE_TARGET_GROUP", 60 * 100);
    let verified = asking(&stage, &["verify", CANARY, "-o", "json"], "8");
    assert_eq!(findings(&verified, "first_step")[0].0, "pass");
}
