//! The same of alarms that a manifest describes, on a service whose tasks are replaced one by one.

use serde_json::json;

use super::denied::check_missed;
use super::statements;
use crate::stage::{FRAUD_SCORER, Run, Stage};

/// What is denied here.
pub(super) const OF_ALARMS: &[&str] = &[
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "cloudwatch:ListTagsForResource",
    "cloudwatch:DeleteAlarms",
];

const DESCRIBED: &str = "[{ errorRate: { above: 2% } }, { unhealthyHosts: { above: 0 } }]";

/// The fraud scorer with alarms.
fn alarmed(alarms: &str) -> String {
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    assert!(manifest.contains("\nrollout:\n"));
    manifest.replace("\nrollout:\n", &format!("\nrollout:\n  alarms: {alarms}\n"))
}

fn run(stage: &Stage, command: &str, alarms: &str) -> Run {
    stage.pipe(&[command, "-", "-e", "staging"], "8", &alarmed(alarms))
}

fn deny(stage: &Stage, action: &str) {
    stage.control("requests", json!({}));
    stage.deny(action);
}

#[test]
fn alarms_are_made_and_removed_by_the_policy_that_is_printed_for_them() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let check = |run: &Run| {
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(stage.refused(), Vec::<String>::new());
    };
    let printed = run(&stage, "iam-policy", DESCRIBED);
    stage.hold(&statements(&printed));
    check(&run(&stage, "deploy", DESCRIBED));
    assert_eq!(stage.count("PutMetricAlarm"), 2);
    check(&run(&stage, "deploy", &DESCRIBED.replace("2%", "3%")));
    assert_eq!(stage.count("PutMetricAlarm"), 3);
    check(&run(&stage, "deploy", "[]"));
    assert_eq!(stage.count("DeleteAlarms"), 1);

    let again = run(&stage, "deploy", DESCRIBED);
    check(&again);
    let read_only = ["iam-policy", "-", "-e", "staging", "--read-only"];
    let printed = stage.pipe(&read_only, "8", &alarmed(DESCRIBED));
    stage.hold(&statements(&printed));
    check(&run(&stage, "diff", DESCRIBED));
}

#[test]
fn whoever_lacks_an_action_of_alarms_fails_or_says_so() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let [put, tag, list, delete] = OF_ALARMS else {
        panic!("{OF_ALARMS:?}")
    };
    for action in [put, tag] {
        deny(&stage, action);
        let missed = run(&stage, "deploy", DESCRIBED);
        check_missed(&stage, action, &missed);
        assert_eq!(missed.code, 20, "{}", missed.stderr);
        assert_eq!(stage.count("CreateService"), 0, "not without its alarms");
    }
    stage.allow_all();
    assert_eq!(run(&stage, "deploy", DESCRIBED).code, 0);
    deny(&stage, list);
    let missed = run(&stage, "diff", DESCRIBED);
    check_missed(&stage, list, &missed);
    assert_eq!(missed.code, 20, "{}", missed.stderr);
    // What is left of the old alarms keeps no release from serving.
    deny(&stage, delete);
    let missed = run(&stage, "deploy", "[]");
    check_missed(&stage, delete, &missed);
    assert_eq!(missed.code, 0, "{}", missed.stderr);
    stage.allow_all();
    assert_eq!(run(&stage, "deploy", "[]").code, 0);
    assert_eq!(stage.count("DeleteAlarms"), 1);
}
