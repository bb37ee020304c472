//! What somebody or something else does while a release rolls out.

use serde_json::{Value, json};

use super::{Condition, Ends, Trial, conditions, unchanged};
use crate::alarms;
use crate::stage::{Running, Stage};

/// Deploys a version that never gets its tasks running, while something happens.
fn check_meanwhile(
    trial: &Trial,
    (number, condition): (usize, &Condition),
    event: impl Fn(&Stage),
    ends: &Ends<'_>,
) -> Value {
    trial.stage.break_version("bad-[0-9]", "hang");
    let meanwhile = |ours: &mut Running| {
        ours.wait_until_watching();
        event(&trial.stage);
    };
    let version = format!("bad-{number}");
    trial.check(condition, (&version, &[]), meanwhile, ends)
}

fn service() -> Value {
    json!({"cluster": "ml-staging", "service": "fraud-scorer"})
}

#[test]
fn a_deployment_of_somebody_else_supersedes_ours() {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    trial.serve("good");
    let good = trial.serving()["release"]["task_definition"].take();
    let deploy = |stage: &Stage| {
        let mut update = service();
        update["taskDefinition"] = good.clone();
        update["forceNewDeployment"] = json!(true);
        stage.ask("UpdateService", &update);
    };
    for case in conditions().iter().enumerate() {
        let ends = Ends {
            made: (1, 2),
            ..Ends::bad(33, None, Some("good"))
        };
        check_meanwhile(&trial, case, deploy, &ends);
        trial.serve("good");
    }
}

#[test]
fn a_rollback_by_somebody_else_is_told_as_one() {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    trial.serve("good");
    let roll_back = |stage: &Stage| {
        let listed = stage.ask("ListServiceDeployments", &service());
        let newest = &listed["serviceDeployments"][0]["serviceDeploymentArn"];
        let stop = json!({"serviceDeploymentArn": newest, "stopType": "ROLLBACK"});
        stage.ask("StopServiceDeployment", &stop);
    };
    for case in conditions().iter().enumerate() {
        let ends = Ends::bad(31, Some("stopped_by_someone"), Some("good"));
        check_meanwhile(&trial, case, roll_back, &ends);
    }
}

#[test]
fn a_deleted_service_is_said_to_be_gone() {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    let delete = |stage: &Stage| {
        let mut delete = service();
        delete["force"] = json!(true);
        stage.ask("DeleteService", &delete);
    };
    for case in conditions().iter().enumerate() {
        trial.serve("good");
        // The record goes with the service.
        let ends = Ends {
            made: (1, -1),
            ..Ends::bad(20, None, None)
        };
        let result = check_meanwhile(&trial, case, delete, &ends);
        let error = result["error"].as_str().unwrap();
        assert!(error.contains("deleted"), "{error}");
    }
}

#[test]
fn an_alarm_that_goes_off_rolls_back() {
    let alarmed = |manifest: &str| {
        manifest.replace("rollout:\n", "rollout:\n  alarms: [fraud-5xx]\n")
            + "overrides: { service: { deploymentConfiguration: { bakeTimeInMinutes: 30 } } }\n"
    };
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    alarms::put(&trial.stage, "fraud-5xx");
    trial.serve("good");
    trial.write(alarmed);
    for (number, condition) in conditions().iter().enumerate() {
        set_alarm(&trial.stage, "OK");
        let version = format!("bad-{number}");
        let goes_off = |ours: &mut Running| {
            ours.wait_for(r#""status":"IN_PROGRESS""#);
            set_alarm(&trial.stage, "ALARM");
        };
        let ends = Ends::bad(31, Some("alarm"), Some("good"));
        trial.check(condition, (&version, &[]), goes_off, &ends);
    }
}

fn set_alarm(stage: &Stage, value: &str) {
    let set = [
        ("Action", "SetAlarmState"),
        ("AlarmName", "fraud-5xx"),
        ("StateValue", value),
        ("StateReason", "test"),
    ];
    stage.ask_cloudwatch(&set);
}
