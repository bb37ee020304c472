//! Signals that end the watching.

use serde_json::json;

use super::{Ends, Trial, conditions, unchanged};
use crate::stage::Running;

const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

fn check_interrupted(more: &[&str], serves: Option<&'static str>, stops: usize) {
    let Some(trial) = Trial::new(unchanged) else {
        return;
    };
    trial.serve("good");
    trial.stage.break_version("bad-[0-9]", "hang");
    for (number, condition) in conditions().iter().enumerate() {
        let (signal, code) = SIGNALS[number % 2];
        let version = format!("bad-{number}");
        let interrupt = |ours: &mut Running| {
            ours.wait_until_watching();
            ours.signal(signal);
        };
        let arguments = [&["--if-busy", "supersede"], more].concat();
        let ends = Ends::bad(code, None, None);
        let result = trial.check(condition, (&version, &arguments), interrupt, &ends);
        assert_eq!(result["verdict"], "interrupted");
        let hint = result["hint"].as_str().unwrap();
        assert!(hint.contains("mlship watch"), "{hint}");
        if serves.is_some() {
            let error = result["error"].as_str().unwrap();
            assert!(error.ends_with("ECS was asked to roll back"), "{error}");
            trial.serve("good");
        }
    }
    let service = json!({"cluster": "ml-staging", "service": "fraud-scorer"});
    let listed = trial.stage.ask("ListServiceDeployments", &service);
    let listed = listed["serviceDeployments"].as_array().unwrap();
    let rolled_back = listed
        .iter()
        .filter(|deployment| deployment["status"] == "ROLLBACK_SUCCESSFUL");
    assert_eq!(rolled_back.count(), stops, "{listed:?}");
}

#[test]
fn a_signal_lets_the_deployment_go_on() {
    check_interrupted(&[], None, 0);
}

#[test]
fn a_signal_rolls_back_where_that_is_asked_for() {
    let all = conditions().len();
    check_interrupted(&["--on-interrupt", "rollback"], Some("good"), all);
}
