//! Tests of the machine: sequences of snapshots, and the events and verdicts they lead to.

mod any_order;
mod by_entry;
mod by_status;
mod first;
mod limit;
mod shifts;
mod signs;
mod telling;
mod traffic;
mod waits;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Machine;
use crate::progress::Verdict;
use crate::release::LiveService;
use crate::release::ids::DeploymentId;
use crate::rollout::{
    Follow, MachineOutput, Next, Observation, Outcome, PollRequest, ServiceObservation, Snapshot,
    WaitsEnded,
};

/// Our entry, made at this second; `old` is older, `new` is newer.
const OURS: &str = "ours";
const MADE: i64 = 1_000;
const TIMEOUT: u64 = 1_800;

fn follow() -> Follow {
    Follow {
        shown: None,
        deployment: DeploymentId::new(OURS),
        is_own: true,
        created_at: Some(Timestamp::from_second(MADE).unwrap()),
        timeout: Duration::from_secs(TIMEOUT),
        adds_shift: false,
        until: crate::rollout::Until::Done,
        pausing: crate::rollout::PauseCommands::default(),
        abort_after: 0,
        waits: WaitsEnded::ByNobody,
    }
}

/// A look at the service deployment alone.
fn status(status: &str) -> Snapshot {
    deployment(json!({"status": status}))
}

/// A look at the service deployment alone, with these members.
fn deployment(members: Value) -> Snapshot {
    let mut members = members;
    members["serviceDeploymentArn"] = json!("arn:ours");
    Snapshot {
        deployment: Observation::Seen(Box::new(serde_json::from_value(members).unwrap())),
        ..Snapshot::unanswered()
    }
}

/// A service that is there, with these members.
fn service(members: Value) -> ServiceObservation {
    let mut members = members;
    for (name, value) in [
        ("serviceArn", "s"),
        ("status", "ACTIVE"),
        ("taskDefinition", "m:2"),
    ] {
        if members[name].is_null() {
            members[name] = json!(value);
        }
    }
    let Value::Object(document) = members else {
        panic!("no object");
    };
    ServiceObservation::Seen(Box::new(LiveService::read(document).unwrap()))
}

/// A service whose `deployments` are these: id, status, rollout state. A member of each entry
/// follows from its id.
fn entries(entries: &[[&str; 3]]) -> ServiceObservation {
    service(
        json!({"deployments": listed(entries), "deploymentConfiguration":
        {"deploymentCircuitBreaker": {"enable": true, "rollback": true}}}),
    )
}

fn listed(entries: &[[&str; 3]]) -> Value {
    let entry = |[id, status, state]: &[&str; 3]| {
        let (created_at, brings) = match *id {
            "old" => (MADE - 500, "m:1"),
            OURS => (MADE, "m:2"),
            "back" => (MADE + 400, "m:1"),
            _ => (MADE + 500, "m:3"),
        };
        json!({"id": id, "status": status, "rolloutState": state, "createdAt": created_at,
            "taskDefinition": brings})
    };
    entries.iter().map(entry).collect()
}

impl Snapshot {
    fn with(mut self, service: ServiceObservation) -> Self {
        self.service = service;
        self
    }

    fn newer(mut self, newer: bool) -> Self {
        self.newer = Some(newer);
        self
    }

    /// A task of ours that failed is seen, too.
    fn failed_task(mut self, reason: &str) -> Self {
        let task = json!({"taskArn": format!("task/{reason}"), "stopCode": "TaskFailedToStart",
            "stoppedReason": reason, "stoppedAt": 1});
        self.stopped.push(serde_json::from_value(task).unwrap());
        self
    }

    fn deployment(mut self, deployment: Observation) -> Self {
        self.deployment = deployment;
        self
    }
}

/// Feeds looks, each so many seconds after the start; where the machine asks for another look at
/// everything, it gets the same again. Returns all steps and the outcome, if there is one.
fn feed(follow: Follow, looks: &[(u64, Snapshot)]) -> (Vec<MachineOutput>, Option<Outcome>) {
    let mut machine = Machine::new(follow);
    let mut steps = Vec::new();
    for (seconds, snapshot) in looks {
        let mut elapsed = Duration::from_secs(*seconds);
        loop {
            let step = machine.step(snapshot, elapsed);
            steps.push(step.clone());
            match step.next {
                Next::Done(outcome) => return (steps, Some(*outcome)),
                Next::Poll { after, look }
                    if [
                        PollRequest::LAST,
                        PollRequest::REASONS,
                        PollRequest::TRAFFIC,
                    ]
                    .contains(&look) =>
                {
                    elapsed += after;
                }
                Next::Poll { .. } | Next::Abort { .. } | Next::Promote { .. } => break,
            }
        }
    }
    (steps, None)
}

fn verdict_of(looks: &[(u64, Snapshot)]) -> Option<Verdict> {
    feed(follow(), looks).1.map(|outcome| outcome.verdict)
}

/// Checks that looks lead to a verdict, and not before the last of them.
fn check(looks: &[(u64, Snapshot)], verdict: Verdict) {
    assert_eq!(verdict_of(looks), Some(verdict), "{looks:#?}");
    let Some((_, before)) = looks.split_last() else {
        return;
    };
    assert_eq!(verdict_of(before), None, "too soon: {before:#?}");
}

/// Checks that looks leave it open.
fn check_open(looks: &[(u64, Snapshot)]) {
    assert_eq!(verdict_of(looks), None, "{looks:#?}");
}
