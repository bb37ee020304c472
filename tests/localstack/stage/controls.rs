//! What a test asks of the simulator: its clock, faults, and the requests that came.

use serde_json::{Value, json};

use super::{Stage, endpoint};

impl Stage {
    /// Asks the simulator for something, for this account alone.
    pub(crate) fn control(&self, what: &str, mut body: Value) -> Value {
        body["account"] = json!(self.account);
        let url = format!("{}/_mlship/{what}", endpoint());
        let answer = ureq::post(&url).send_json(&body).unwrap();
        answer.into_body().read_json().unwrap()
    }

    /// Sets how much faster than the wall the clock runs from now on.
    pub(crate) fn set_speed(&self, speed: u32) {
        self.control("clock", json!({"speed": speed}));
    }

    /// Makes tasks of a version fail, and of no other any more.
    pub(crate) fn break_version(&self, version: &str, kind: &str) {
        self.break_versions(&[(version, kind)]);
    }

    /// Makes tasks of several versions fail, each in its way.
    pub(crate) fn break_versions(&self, broken: &[(&str, &str)]) {
        let fault =
            |(version, kind): &(&str, &str)| json!({"image": format!(":{version}$"), "kind": kind});
        let faults: Vec<_> = broken.iter().map(fault).collect();
        self.control("task-faults", json!({"faults": faults}));
    }

    /// Waits until ECS lists no deployment of a service any more.
    pub(crate) fn wait_until_forgotten(&self, service: &str) {
        while self.deployments_of(service) > 0 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Waits until the one fault in force has struck.
    pub(crate) fn wait_until_struck(&self) {
        let url = format!("{}/_mlship/api-faults?account={}", endpoint(), self.account);
        loop {
            let answer = ureq::get(&url).call().unwrap();
            let faults: Value = answer.into_body().read_json().unwrap();
            if faults["faults"][0]["times"] == 0 {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Returns the requests that were answered, oldest first.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let url = format!("{}/_mlship/requests?account={}", endpoint(), self.account);
        let answer = ureq::get(&url).call().unwrap();
        let mut log: Value = answer.into_body().read_json().unwrap();
        match log["requests"].take() {
            Value::Array(requests) => requests,
            other => panic!("{other}"),
        }
    }

    /// Returns how often an operation took effect.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.requests()
            .iter()
            .filter(|call| call["operation"] == operation && call["code"].is_null())
            .count()
    }
}
