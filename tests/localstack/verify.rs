//! What releases lean on is looked at before anything is written.

use serde_json::Value;

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
