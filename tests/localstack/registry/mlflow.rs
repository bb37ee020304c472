//! The real MLflow server of the suite, and a model of one test in it.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::stage::{Run, Stage};

/// A registered model that no other test uses.
pub(crate) struct Model {
    pub(crate) name: String,
    endpoint: &'static str,
}

impl Model {
    /// Makes an empty one. Where no server can be set up the test is skipped, and that is said
    /// past the test runner, which hides what tests print.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is no part of the product"
    )]
    pub(crate) fn new() -> Option<Self> {
        let endpoint = match endpoint() {
            Ok(endpoint) => endpoint,
            Err(why) => {
                let test = std::thread::current();
                let name = test.name().unwrap_or_default();
                let told = format!("SKIPPED {name}: no MLflow server: {why}\n");
                std::io::stderr().write_all(told.as_bytes()).unwrap();
                return None;
            }
        };
        let name = format!("fraud-{:08x}", fastrand::u32(..));
        Some(Self { name, endpoint })
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint
    }

    /// Trains a real model of so many rows, which an alias names then.
    pub(crate) fn train(&self, rows: u32, alias: &str, stage: &Stage, bucket: &str) -> Value {
        let rows = rows.to_string();
        let artifacts = format!("s3://{bucket}/models");
        let mut train = stage.script("mlflow/train");
        let trained = train
            .args(["--endpoint", self.endpoint, "--model", &self.name])
            .args(["--rows", &rows, "--alias", alias, "--artifacts", &artifacts])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&trained.stderr).into_owned();
        assert!(trained.status.success(), "{told}");
        serde_json::from_slice(&trained.stdout).unwrap()
    }

    /// Registers a version with metrics, as training would, and returns its number.
    pub(crate) fn register(&self, metrics: &[(&str, f64)]) -> String {
        let run = self.run(metrics);
        self.version(&run, &format!("s3://models/{}/weights", self.name))
    }

    fn run(&self, metrics: &[(&str, f64)]) -> Value {
        let tags = json!([{"key": "mlflow.source.git.commit", "value": "9ab1c2d3e4f5a6b7"}]);
        let body = json!({"experiment_id": "0", "start_time": 0, "tags": tags});
        let mut made = self.post("runs/create", &body);
        let run = made["run"]["info"].take();
        for (key, value) in metrics {
            let metric = json!({"run_id": run["run_id"], "key": key, "value": value,
                "timestamp": 0});
            self.post("runs/log-metric", &metric);
        }
        run
    }

    fn version(&self, run: &Value, source: &str) -> String {
        let name = json!({"name": self.name});
        if self.ask("registered-models/get", &[("name", &self.name)]).0 == 404 {
            self.post("registered-models/create", &name);
        }
        let body = json!({"name": self.name, "source": source, "run_id": run["run_id"]});
        let made = self.post("model-versions/create", &body);
        made["model_version"]["version"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn set_alias(&self, alias: &str, version: &str) {
        let body = json!({"name": self.name, "alias": alias, "version": version});
        self.post("registered-models/alias", &body);
    }

    /// Returns the version that an alias names.
    pub(crate) fn aliased(&self, alias: &str) -> Option<String> {
        let query = [("name", &*self.name), ("alias", alias)];
        let (status, found) = self.ask("registered-models/alias", &query);
        let version = found["model_version"]["version"].as_str();
        (status == 200).then(|| version.unwrap().to_owned())
    }

    pub(crate) fn set_tag(&self, version: &str, key: &str, value: &str) {
        let body = json!({"name": self.name, "version": version, "key": key, "value": value});
        self.post("model-versions/set-tag", &body);
    }

    /// Returns what the registry was told of a version: by service, in full.
    pub(crate) fn traces(&self, version: &str) -> Vec<(String, Value)> {
        let query = [("name", &*self.name), ("version", version)];
        let (_, found) = self.ask("model-versions/get", &query);
        let tags = found["model_version"]["tags"].as_array();
        let tags = tags.cloned().unwrap_or_default().into_iter();
        tags.filter_map(|tag| {
            let key = tag["key"].as_str()?;
            let value = serde_json::from_str(tag["value"].as_str()?).ok()?;
            key.starts_with("mlship/").then(|| (key.to_owned(), value))
        })
        .collect()
    }

    /// Returns how the one service that a version was in ended with it.
    pub(crate) fn outcome(&self, version: &str) -> Value {
        match &self.traces(version)[..] {
            [(_, trace)] => trace["outcome"].clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Returns a run by its id.
    pub(crate) fn run_of_id(&self, id: &str) -> Value {
        let (status, mut found) = self.ask("runs/get", &[("run_id", id)]);
        assert_eq!(status, 200, "{found}");
        found["run"].take()
    }

    /// Returns a file that the server keeps for a run.
    pub(crate) fn artifact(&self, run: &Value, name: &str) -> String {
        let location = run["info"]["artifact_uri"].as_str().unwrap();
        let path = location.strip_prefix("mlflow-artifacts:/").unwrap();
        let endpoint = self.endpoint;
        let url = format!("{endpoint}/api/2.0/mlflow-artifacts/artifacts/{path}/{name}");
        let answer = ureq::get(&url).call().unwrap();
        answer.into_body().read_to_string().unwrap()
    }

    fn ask(&self, path: &str, query: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}/api/2.0/mlflow/{path}", self.endpoint);
        let answer = ureq::get(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .query_pairs(query.iter().copied())
            .call()
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.into_body().read_json().unwrap())
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/2.0/mlflow/{path}", self.endpoint);
        let answer = ureq::post(&url).send_json(body);
        let answer = answer.unwrap_or_else(|error| panic!("{path} {body}: {error}"));
        answer.into_body().read_json().unwrap()
    }
}

/// A release of a model, whose image is named after the version in the suite's usual way.
pub(crate) struct Release<'a> {
    pub(crate) stage: &'a Stage,
    path: PathBuf,
}

impl<'a> Release<'a> {
    /// Writes a manifest whose `model` has these fields besides its name and registry.
    pub(crate) fn new(stage: &'a Stage, registry: &str, model: &str) -> Self {
        let registry = format!("{{ type: mlflow, uri: \"{registry}\" }}");
        Self::with_registry(stage, &registry, model)
    }

    pub(crate) fn with_registry(stage: &'a Stage, registry: &str, model: &str) -> Self {
        Self::of(stage, &format!("  registry: {registry}\n{model}"))
    }

    /// Writes a manifest whose `model` has these fields besides its name.
    pub(crate) fn of(stage: &'a Stage, model: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("registry-{}-{number}.yaml", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let text = format!(
            r#"apiVersion: mlship/v1
kind: ModelRelease
model:
  name: fraud-scorer
{model}
image: ${{IMAGE}}
service: {{ cluster: ml-staging, name: fraud-scorer, desired: 1 }}
runtime:
  cpu: 1024
  memory: 2048
  port: 8080
  roles: {{ execution: "${{EXECUTION_ROLE}}", task: "${{TASK_ROLE}}" }}
network: {{ subnets: ["${{SUBNET_A}}"], securityGroups: ["${{SECURITY_GROUP}}"] }}
"#
        );
        std::fs::write(&path, text).unwrap();
        Self { stage, path }
    }

    /// Prepares a command on the release; the number names its image.
    pub(crate) fn command(&self, name: &str, more: &[&str], image: &str) -> Command {
        let path = self.path.to_str().unwrap();
        let arguments = [&[name, path, "-o", "json"], more].concat();
        self.stage.command(&arguments, image)
    }

    pub(crate) fn run(&self, name: &str, more: &[&str], image: &str) -> Run {
        Run::of(self.command(name, more, image).output().unwrap())
    }

    pub(crate) fn deploy(&self, image: &str) -> Run {
        self.run("deploy", &[], image)
    }
}

fn endpoint() -> Result<&'static str, &'static str> {
    static ENDPOINT: OnceLock<Result<String, String>> = OnceLock::new();
    let found = ENDPOINT.get_or_init(|| {
        if let Ok(endpoint) = std::env::var("MLFLOW_TRACKING_URI") {
            return Ok(endpoint);
        }
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let start = Command::new(root.join("mlflow/start")).output().unwrap();
        if start.status.success() {
            Ok(String::from_utf8(start.stdout).unwrap().trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&start.stderr)
                .trim()
                .replace('\n', "; "))
        }
    });
    found.as_deref().map_err(String::as_str)
}
