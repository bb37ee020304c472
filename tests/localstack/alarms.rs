//! Alarms that a manifest describes: made, changed, removed, and what they do to a deployment.

use serde_json::{Value, json};

use crate::stage::{Run, Stage};

const CANARY: &str = "manifests/fraud-shift/canary.yaml";
const ERRORS: &str = "    - errorRate: { above: 2%, for: 2m }\n";
/// An empty list.
const NONE: &str = "";

fn stage() -> Option<Stage> {
    let stage = Stage::with_controls()?;
    stage.set_speed(300);
    Some(stage)
}

/// The canary's manifest with these alarms in place of its own.
fn manifest(alarms: &str) -> String {
    let text = std::fs::read_to_string(CANARY).unwrap();
    assert!(text.contains(ERRORS));
    match alarms {
        NONE => text.replace(&format!("  alarms:\n{ERRORS}"), "  alarms: []\n"),
        some => text.replace(ERRORS, some),
    }
}

fn run(stage: &Stage, command: &[&str], version: &str, alarms: &str) -> Run {
    let arguments = [&[command[0], "-", "-o", "json"], &command[1..]].concat();
    stage.pipe(&arguments, version, &manifest(alarms))
}

#[track_caller]
fn deploy(stage: &Stage, version: &str, alarms: &str) -> Value {
    let run = run(stage, &["deploy"], version, alarms);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run.result()
}

#[track_caller]
fn is_unchanged(stage: &Stage, version: &str, alarms: &str) {
    let diff = run(stage, &["diff", "--exit-code"], version, alarms);
    assert_eq!(diff.code, 0, "{}{}", diff.stdout, diff.stderr);
}

/// Returns the names of all alarms, in their order.
fn names(stage: &Stage) -> Vec<String> {
    let answer = stage.ask_cloudwatch(&[("Action", "DescribeAlarms")]);
    let mut names: Vec<String> = answer
        .split("<AlarmName>")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("</AlarmName>")?.0.to_owned()))
        .collect();
    names.sort();
    names
}

/// Makes an alarm of this name, as somebody else would.
pub(crate) fn put(stage: &Stage, name: &str) {
    stage.ask_cloudwatch(&[
        ("Action", "PutMetricAlarm"),
        ("AlarmName", name),
        ("Namespace", "Test"),
        ("MetricName", "Errors"),
        ("Statistic", "Sum"),
        ("Period", "60"),
        ("EvaluationPeriods", "1"),
        ("Threshold", "1"),
        ("ComparisonOperator", "GreaterThanThreshold"),
        ("TreatMissingData", "ignore"),
    ]);
}

fn put_into(stage: &Stage, name: &str, value: &str) {
    stage.ask_cloudwatch(&[
        ("Action", "SetAlarmState"),
        ("AlarmName", name),
        ("StateValue", value),
        ("StateReason", "test"),
    ]);
}

fn watched(stage: &Stage) -> Value {
    alarms(stage)["alarmNames"].clone()
}

fn alarms(stage: &Stage) -> Value {
    let asked = json!({"cluster": "ml-prod", "services": ["fraud-canary"]});
    let answer = stage.ask("DescribeServices", &asked);
    answer["services"][0]["deploymentConfiguration"]["alarms"].clone()
}

#[test]
fn described_alarms_are_made_found_again_changed_and_removed() {
    let Some(stage) = stage() else { return };
    deploy(&stage, "7", ERRORS);
    let made = names(&stage);
    assert_eq!(made.len(), 2, "{made:?}");
    assert!(
        made[0].contains("-fraud-blue-errorRate") && made[1].contains("-fraud-green-errorRate")
    );
    assert_eq!(watched(&stage), json!(made));
    is_unchanged(&stage, "7", ERRORS);

    let before = stage.count("UpdateService");
    let stricter = ERRORS.replace("2%", "1%");
    let changed = deploy(&stage, "7", &stricter);
    assert_eq!(changed["verdict"], "succeeded", "{changed}");
    assert_eq!(stage.count("PutMetricAlarm"), 4);
    assert_eq!(
        stage.count("UpdateService"),
        before,
        "the service names them already"
    );
    is_unchanged(&stage, "7", &stricter);

    let both = format!("{stricter}    - p95Latency: {{ above: 300ms }}\n");
    deploy(&stage, "8", &both);
    assert_eq!(names(&stage).len(), 4);
    is_unchanged(&stage, "8", &both);

    put(&stage, "theirs");
    deploy(&stage, "9", "    - theirs\n");
    assert_eq!(names(&stage), ["theirs"]);
    assert_eq!(watched(&stage), json!(["theirs"]));
    is_unchanged(&stage, "9", "    - theirs\n");
    let asked = stage.count("DescribeAlarms");
    is_unchanged(&stage, "9", "    - theirs\n");
    assert_eq!(
        stage.count("DescribeAlarms"),
        asked,
        "the mark is gone, too"
    );
}

#[test]
fn an_alarm_of_that_name_that_is_somebody_elses_is_refused_and_stays() {
    let Some(stage) = stage() else { return };
    deploy(&stage, "7", ERRORS);
    let made = names(&stage);
    deploy(&stage, "7", NONE);
    assert_eq!(names(&stage), [""; 0]);
    put(&stage, &made[1]);
    let registered = stage.count("RegisterTaskDefinition");
    let refused = run(&stage, &["deploy"], "8", ERRORS);
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stdout.contains(&made[1]), "{}", refused.stdout);
    assert_eq!(stage.count("RegisterTaskDefinition"), registered);
    assert_eq!(stage.count("PutMetricAlarm"), 3);
    deploy(&stage, "8", NONE);
    assert_eq!(names(&stage), [&*made[1]]);
}

#[test]
fn a_bad_canary_sets_off_its_alarm_and_is_taken_back_with_its_name() {
    let Some(stage) = stage() else { return };
    stage.control("profile", json!({"requests_a_minute": 600}));
    deploy(&stage, "7", ERRORS);
    let fault = json!({"image": ":8$", "kind": "errors", "share": 0.5});
    stage.control("task-faults", json!({"faults": [fault]}));
    let bad = run(&stage, &["deploy"], "8", ERRORS);
    assert_eq!(bad.code, 31, "{}{}", bad.stdout, bad.stderr);
    let result = bad.result();
    assert_eq!(result["verdict"], "rolled_back");
    assert_eq!(result["failure"]["cause"], "alarm", "{result}");
    assert!(
        result["failure"].to_string().contains("-errorRate"),
        "{result}"
    );
    // Both stay for the next one.
    assert_eq!(names(&stage).len(), 2);
}

#[test]
fn one_that_is_on_already_is_refused_unless_somebody_says_so() {
    let Some(stage) = stage() else { return };
    put(&stage, "theirs");
    let alarms = format!("    - theirs\n{ERRORS}");
    deploy(&stage, "7", &alarms);
    put_into(&stage, "theirs", "ALARM");
    let registered = stage.count("RegisterTaskDefinition");
    for more in [&["deploy"][..], &["deploy", "--skip-verify"]] {
        let refused = run(&stage, more, "8", &alarms);
        assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
        let hint = refused.result()["hint"].clone();
        assert!(hint.to_string().contains("--despite-alarms"), "{hint}");
        assert!(
            refused.stderr.contains("alarm-firing"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(stage.count("RegisterTaskDefinition"), registered);
    let all_the_same = run(&stage, &["deploy", "--despite-alarms"], "8", &alarms);
    assert_eq!(
        all_the_same.code, 0,
        "{}{}",
        all_the_same.stdout, all_the_same.stderr
    );
    assert!(
        all_the_same.stdout.contains("theirs is in alarm already"),
        "{}",
        all_the_same.stdout
    );
    let back = run(&stage, &["rollback", "--skip-checks"], "8", &alarms);
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);

    stage.set_speed(1);
    put_into(&stage, "theirs", "OK");
    let own = names(&stage);
    put_into(&stage, &own[0], "ALARM");
    let refused = run(&stage, &["deploy"], "9", ERRORS);
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stdout.contains(&own[0]), "{}", refused.stdout);
}

#[test]
fn no_alarm_watches_a_way_back_and_the_next_deploy_has_its_own_again() {
    let Some(stage) = stage() else { return };
    put(&stage, "theirs");
    deploy(&stage, "7", "    - theirs\n");
    let alarms = format!("    - theirs\n{ERRORS}");
    deploy(&stage, "8", &alarms);
    let back = run(&stage, &["rollback", "--skip-checks"], "8", &alarms);
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    assert_eq!(self::alarms(&stage)["enable"], false);
    assert_eq!(names(&stage).len(), 3, "a rollback deletes none");
    deploy(&stage, "8", &alarms);
    assert_eq!(self::alarms(&stage)["enable"], true);
    assert_eq!(watched(&stage).as_array().unwrap().len(), 3);
    assert_eq!(stage.count("PutMetricAlarm"), 3, "those that were there");
}

#[test]
fn a_saved_plan_tells_its_alarms_and_a_failed_release_keeps_those_before() {
    let Some(stage) = stage() else { return };
    deploy(&stage, "7", ERRORS);
    let file = std::env::temp_dir().join(format!("mlship-plan-{}.json", fastrand::u64(..)));
    let plan = file.to_str().unwrap();
    let saved = run(&stage, &["diff", "--out", plan], "8", NONE);
    assert_eq!(saved.code, 0, "{}{}", saved.stdout, saved.stderr);
    let other = run(
        &stage,
        &["deploy", "--plan", plan],
        "8",
        &ERRORS.replace("2%", "3%"),
    );
    assert_eq!(other.code, 12, "{}{}", other.stdout, other.stderr);
    // ECS goes back to a release whose alarms are still there.
    stage.break_version("8", "crash");
    let failed = run(&stage, &["deploy", "--plan", plan], "8", NONE);
    assert_eq!(failed.code, 31, "{}{}", failed.stdout, failed.stderr);
    assert_eq!(names(&stage).len(), 2);
    assert_eq!(watched(&stage).as_array().unwrap().len(), 2);
    std::fs::remove_file(file).unwrap();
    is_unchanged(&stage, "7", ERRORS);
}
