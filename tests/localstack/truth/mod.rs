//! Every outcome of a deploy told right: clean, and again with AWS misbehaving.

mod failing;
mod garbled;
mod interrupted;
mod meanwhile;
mod refused;
mod well;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Running, Stage};

/// The ECS calls that a deploy makes.
const CALLS: [&str; 11] = [
    "DescribeServices",
    "DescribeTaskDefinition",
    "RegisterTaskDefinition",
    "CreateService",
    "UpdateService",
    "ListServiceDeployments",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "ListTasks",
    "DescribeTasks",
    "StopServiceDeployment",
];

/// A way in which AWS misbehaves.
struct Condition {
    name: &'static str,
    faults: Value,
}

fn conditions() -> Vec<Condition> {
    let on_each = |fault: Value| {
        let with_call = |call: &&str| {
            let mut fault = fault.clone();
            fault["service"] = json!("ecs");
            fault["operation"] = json!(call);
            fault
        };
        CALLS.iter().map(with_call).collect()
    };
    let condition = |name, faults| Condition { name, faults };
    vec![
        condition("clean", json!([])),
        condition(
            "throttled",
            on_each(json!({"kind": "throttle", "times": 2})),
        ),
        condition(
            "slow",
            json!([{"service": "ecs", "kind": "latency", "latency": 2, "times": 4}]),
        ),
        condition(
            "every call fails twice",
            on_each(
                json!({"kind": "error", "times": 2, "code": "ServerException",
                "status": 500, "message": "Service Unavailable."}),
            ),
        ),
        condition(
            "reset before",
            on_each(json!({"kind": "reset", "when": "before", "times": 1})),
        ),
        condition(
            "reset after",
            on_each(json!({"kind": "reset", "when": "after", "times": 1})),
        ),
    ]
}

/// How a deploy must end.
struct Ends<'a> {
    code: i32,
    cause: Option<&'a str>,
    /// New revisions and new deployments.
    made: (i32, i32),
    /// The version that serves in the end, where one does.
    serves: Option<&'a str>,
}

impl Ends<'_> {
    /// One new revision and one new deployment, which serves.
    fn good(version: &str) -> Ends<'_> {
        Ends {
            code: 0,
            cause: None,
            made: (1, 1),
            serves: Some(version),
        }
    }

    /// One new revision and one new deployment, with another exit code.
    fn bad(code: i32, cause: Option<&'static str>, serves: Option<&'static str>) -> Self {
        Ends {
            code,
            cause,
            made: (1, 1),
            serves,
        }
    }
}

/// A service in an account of its own.
struct Trial {
    stage: Stage,
    service: String,
    path: PathBuf,
}

impl Trial {
    /// Writes the manifest of the fraud scorer in staging, changed; not where the simulator's
    /// controls are missing.
    fn new(change: impl Fn(&str) -> String) -> Option<Self> {
        let name = format!("truth-{:x}.yaml", fastrand::u64(..));
        let trial = Self {
            stage: Stage::with_controls()?,
            service: "fraud-scorer".to_owned(),
            path: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name),
        };
        trial.write(change);
        Some(trial)
    }

    /// Goes on with a service that does not exist yet.
    fn begin_service(&mut self, name: String) {
        let named = format!("name: {name}\n  desired");
        self.write(|manifest| manifest.replace("name: fraud-scorer\n  desired", &named));
        self.service = name;
    }

    fn write(&self, change: impl Fn(&str) -> String) {
        let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
        std::fs::write(&self.path, change(&manifest)).unwrap();
    }

    fn start(&self, version: &str, more: &[&str]) -> Running {
        let path = self.path.to_str().unwrap();
        let deploy = ["deploy", path, "-e", "staging", "-o", "json"];
        self.stage.start(&[&deploy, more].concat(), version)
    }

    /// Deploys a version that must succeed.
    fn serve(&self, version: &str) {
        let run = self.start(version, &[]).end();
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }

    /// Deploys a version under a condition, does something while it is watched, and checks how
    /// it ends.
    fn check(
        &self,
        condition: &Condition,
        (version, more): (&str, &[&str]),
        meanwhile: impl FnOnce(&mut Running),
        ends: &Ends<'_>,
    ) -> Value {
        let made = || {
            // The family is called like the service.
            let revisions = self.stage.revisions_of(&self.service);
            let deployments = self.stage.deployments_of(&self.service);
            (count(revisions), count(deployments))
        };
        let before = made();
        self.stage
            .control("api-faults", json!({"faults": condition.faults}));
        let mut ours = self.start(version, more);
        meanwhile(&mut ours);
        let run = ours.end();
        self.stage.control("api-faults", json!({"faults": []}));
        if ends.made.1 < 0 {
            // A service that is deleted drains before its record goes.
            self.stage.wait_until_forgotten(&self.service);
        }
        let after = made();
        let result = run.result();
        let told = format!("{}: {}{}", condition.name, run.stdout, run.stderr);
        assert_eq!(run.code, ends.code, "{told}");
        assert_eq!(result["exit_code"], ends.code, "{told}");
        assert_eq!(result["failure"]["cause"].as_str(), ends.cause, "{told}");
        assert_eq!(
            (after.0 - before.0, after.1 - before.1),
            ends.made,
            "{told}"
        );
        if let Some(version) = ends.serves {
            let seen = self.settled();
            // What runs no task serves nobody, and is deployed all the same.
            let deployed = match seen["running"].as_u64() {
                Some(0) => {
                    assert!(seen["release"].is_null(), "{seen}");
                    &seen["releases"][0]
                }
                Some(_) | None => &seen["release"],
            };
            assert_eq!(deployed["version"], version, "{told}");
        }
        result
    }

    /// Returns what serves, once a task that runs is no longer of what was superseded alone.
    fn settled(&self) -> Value {
        for _ in 0..200 {
            let seen = self.serving();
            if seen["running"] == 0 || !seen["release"].is_null() {
                return seen;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.serving()
    }

    /// Returns what serves.
    fn serving(&self) -> Value {
        self.stage.status(self.path.to_str().unwrap())
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn count(things: usize) -> i32 {
    i32::try_from(things).unwrap()
}

fn nothing(_: &mut Running) {}

fn unchanged(manifest: &str) -> String {
    manifest.to_owned()
}
