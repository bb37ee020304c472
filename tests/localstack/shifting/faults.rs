//! What goes wrong in an account: tasks, an alarm, a permission.

use serde_json::{Value, json};

use super::Shifting;
use crate::alarms;
use crate::stage::Stage;

/// An alarm that is nobody's but the test's.
pub(super) const ALARM: &str = "theirs";

impl Shifting {
    /// Replaces all tasks of version 8 by tasks with a fault.
    pub(super) fn break_tasks(&self, mut fault: Value) {
        fault["image"] = json!(":8$");
        self.stage
            .control("task-faults", json!({"faults": [fault]}));
        let asked = json!({"cluster": "ml-prod", "serviceName": "fraud-canary"});
        let listed = self.stage.ask("ListTasks", &asked);
        let asked = json!({"cluster": "ml-prod", "tasks": listed["taskArns"]});
        let tasks = self.stage.ask("DescribeTasks", &asked);
        for task in tasks["tasks"].as_array().unwrap() {
            let containers = task["containers"].as_array().unwrap().iter();
            let images = containers.filter_map(|one| one["image"].as_str());
            if images.into_iter().any(|image| image.ends_with(":8")) {
                let asked = json!({"cluster": "ml-prod", "task": task["taskArn"]});
                self.stage.ask("StopTask", &asked);
            }
        }
    }

    /// Puts the test's alarm into its alarm.
    pub(super) fn set_off(&self) {
        set_alarm(&self.stage, "ALARM");
    }

    /// Allows everything but these actions.
    pub(super) fn deny(&self, actions: &[&str]) {
        let asked = json!({"allow": null, "deny": actions});
        self.stage.control("permissions", asked);
    }
}

pub(super) fn put_alarm(stage: &Stage) {
    alarms::put(stage, ALARM);
    set_alarm(stage, "OK");
}

fn set_alarm(stage: &Stage, value: &str) {
    stage.ask_cloudwatch(&[
        ("Action", "SetAlarmState"),
        ("AlarmName", ALARM),
        ("StateValue", value),
        ("StateReason", "test"),
    ]);
}
