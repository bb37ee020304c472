//! How tasks of the fake's newest deployment die.

use serde_json::{Value, json};

use super::World;
use super::world::EPOCH;

impl World {
    /// A task of the newest deployment fails to start.
    pub fn fail_task(&mut self, reason: &str) {
        self.stop_task(json!({"stopCode": "TaskFailedToStart", "stoppedReason": reason}));
        let entry = &mut self.service.as_mut().unwrap().deployments[0];
        entry.failed_tasks += 1;
        let breaker = json!({"failureCount": entry.failed_tasks, "threshold": 3});
        let newest = &mut self.deployments[0];
        newest.deployment_circuit_breaker = serde_json::from_value(breaker).unwrap();
    }

    /// A task of the newest deployment exits after it ran, which nobody counts.
    pub fn crash_task(&mut self) {
        self.stop_task(json!({"stopCode": "EssentialContainerExited",
            "stoppedReason": "Essential container in task exited",
            "containers": [{"name": "m", "exitCode": 1}]}));
    }

    fn stop_task(&mut self, mut task: Value) {
        let number = self.stopped.values().map(Vec::len).sum::<usize>() + 1;
        task["taskArn"] = json!(format!("task/{number}"));
        task["stoppedAt"] = json!(EPOCH);
        let entry = &self.service.as_mut().unwrap().deployments[0];
        let stopped = self.stopped.entry(entry.id.clone()).or_default();
        stopped.push(serde_json::from_value(task).unwrap());
    }
}
