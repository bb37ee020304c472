//! An AWS account of one test: seeded, with a fast clock, and faults on demand.

#[path = "../docs/schemas.rs"]
mod schemas;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// How much faster than the wall the clock of a test's account runs.
pub(crate) const SPEED: u32 = 60;
/// How much sooner than in front of AWS mlship asks again: a fast clock is over before the pace
/// of AWS has it look once more.
const HASTE: u32 = 10;

/// An account with everything a deployment needs.
pub(crate) struct Stage {
    account: String,
    exports: BTreeMap<String, String>,
}

/// What a command came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    /// Makes an account that no other test uses.
    pub(crate) fn new() -> Self {
        let account = format!("{:012}", fastrand::u64(100_000_000_000..1_000_000_000_000));
        let mut stage = Self {
            account,
            exports: BTreeMap::new(),
        };
        if has_controls() {
            stage.exports = serde_json::from_value(stage.control("seed", json!({}))).unwrap();
            let endpoint = ("AWS_ENDPOINT_URL".to_owned(), endpoint().to_owned());
            stage.exports.extend([endpoint]);
            let haste = ("MLSHIP_TEST_HASTE".to_owned(), HASTE.to_string());
            // No call is encrypted; to read all that the machine trusts takes as long as a command.
            let trusted = root().join("tests/fixtures/tls/certificate.pem");
            let trusted = trusted.to_str().unwrap().to_owned();
            stage
                .exports
                .extend([haste, ("SSL_CERT_FILE".to_owned(), trusted)]);
            stage.set_speed(SPEED);
        } else {
            stage.exports = exports_of_script(&stage.account);
        }
        stage
    }

    /// Makes such an account for a test that needs the simulator's controls. Where the endpoint
    /// has none the test is skipped, and that is said past the test runner, which hides what
    /// tests print.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is no part of the product"
    )]
    pub(crate) fn with_controls() -> Option<Self> {
        if has_controls() {
            return Some(Self::new());
        }
        let test = std::thread::current();
        let name = test.name().unwrap_or_default();
        let told = format!("SKIPPED {name}: {} has no /_mlship controls\n", endpoint());
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        None
    }

    /// Runs mlship in this account.
    pub(crate) fn mlship(&self, arguments: &[&str], version: &str) -> Run {
        Run::of(self.command(arguments, version).output().unwrap())
    }

    /// Prepares a run of mlship in this account, with nothing else of this machine's AWS.
    pub(crate) fn command(&self, arguments: &[&str], version: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mlship"));
        command
            .current_dir(root())
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(&self.exports)
            .env("MODEL_VERSION", version)
            .env(
                "IMAGE",
                format!("registry.example.com/fraud-scorer:{version}"),
            )
            .args(arguments);
        command
    }

    /// Prepares a script of the repository, with this account's AWS settings.
    pub(crate) fn script(&self, path: &str) -> Command {
        let mut command = Command::new(root().join(path));
        command.envs(&self.exports);
        command
    }

    /// Makes a bucket in S3.
    pub(crate) fn make_bucket(&self, name: &str) {
        let url = format!("{}/{name}", endpoint());
        ureq::put(&url)
            .header("authorization", self.credential("s3"))
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
            .send_empty()
            .unwrap();
    }

    /// Runs mlship with a manifest on standard input.
    pub(crate) fn pipe(&self, arguments: &[&str], version: &str, manifest: &str) -> Run {
        let mut command = self.command(arguments, version);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(manifest.as_bytes()).unwrap();
        drop(stdin);
        Run::of(child.wait_with_output().unwrap())
    }

    /// Begins to release a version of the fraud scorer to staging.
    pub(crate) fn start_deploy(&self, version: &str, more: &[&str]) -> Running {
        let deploy = ["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"];
        self.start(&[&deploy, more].concat(), version)
    }

    /// Begins to run mlship in this account.
    pub(crate) fn start(&self, arguments: &[&str], version: &str) -> Running {
        Running::of(self.command(arguments, version))
    }

    /// Sends an ECS request of this test's own, again where a fault meets it.
    pub(crate) fn ask(&self, operation: &str, body: &Value) -> Value {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        self.ask_of("ecs", &target, body)
    }

    /// Sends such a request to any service that speaks JSON.
    pub(crate) fn ask_of(&self, service: &str, target: &str, body: &Value) -> Value {
        for _ in 0..10 {
            let answer = ureq::post(endpoint())
                .config()
                .http_status_as_error(false)
                .build()
                .header("authorization", self.credential(service))
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", target)
                .send(body.to_string());
            let Ok(answer) = answer else { continue };
            let is_failure = answer.status().is_server_error();
            let answer: Value = answer.into_body().read_json().unwrap();
            let code = answer["__type"].as_str().unwrap_or_default();
            if !is_failure && !code.contains("Throttling") {
                return answer;
            }
        }
        panic!("{target} {body} was never answered");
    }

    /// Returns what the account was seeded with.
    pub(crate) fn export(&self, name: &str) -> &str {
        &self.exports[name]
    }

    /// Sends a request to `CloudWatch`.
    pub(crate) fn ask_cloudwatch(&self, parameters: &[(&str, &str)]) {
        let version = [("Version", "2010-08-01")];
        ureq::post(endpoint())
            .header("authorization", self.credential("monitoring"))
            .send_form(parameters.iter().chain(&version).copied())
            .unwrap();
    }

    /// Sends a request to Elastic Load Balancing, and returns its XML.
    pub(crate) fn ask_elb(&self, parameters: &[(&str, &str)]) -> String {
        let version = [("Version", "2015-12-01")];
        let answer = ureq::post(endpoint())
            .header("authorization", self.credential("elasticloadbalancing"))
            .send_form(parameters.iter().chain(&version).copied())
            .unwrap();
        answer.into_body().read_to_string().unwrap()
    }

    /// Sends a request to `CloudWatch` Logs.
    pub(crate) fn ask_logs(&self, operation: &str, body: &Value) {
        ureq::post(endpoint())
            .header("authorization", self.credential("logs"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .send(body.to_string())
            .unwrap();
    }

    fn credential(&self, service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0",
            self.account
        )
    }

    /// Returns how many revisions of the fraud scorer's task definition there are.
    pub(crate) fn revisions(&self) -> usize {
        self.revisions_of("fraud-scorer")
    }

    /// Returns how many revisions of a family there are.
    pub(crate) fn revisions_of(&self, family: &str) -> usize {
        let answer = self.ask("ListTaskDefinitions", &json!({"familyPrefix": family}));
        answer["taskDefinitionArns"].as_array().unwrap().len()
    }

    /// Returns how many deployments the fraud scorer has had in staging.
    pub(crate) fn deployments(&self) -> usize {
        self.deployments_of("fraud-scorer")
    }

    /// Returns how many deployments a service has had in staging: none, if there is no such.
    pub(crate) fn deployments_of(&self, service: &str) -> usize {
        let service = json!({"cluster": "ml-staging", "service": service});
        let answer = self.ask("ListServiceDeployments", &service);
        answer["serviceDeployments"].as_array().map_or(0, Vec::len)
    }

    /// Releases a version of the fraud scorer to staging.
    pub(crate) fn deploy(&self, version: &str, more: &[&str]) -> Run {
        let arguments = [
            &["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"],
            more,
        ]
        .concat();
        self.mlship(&arguments, version)
    }

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
            .filter(|one| one["operation"] == operation && one["code"].is_null())
            .count()
    }

    /// Returns what the fraud scorer serves in staging.
    pub(crate) fn serving(&self) -> Value {
        self.status(FRAUD_SCORER)
    }

    /// Returns what the service of a manifest serves in staging.
    pub(crate) fn status(&self, manifest: &str) -> Value {
        let arguments = ["status", manifest, "-e", "staging", "-o", "json"];
        let run = self.mlship(&arguments, "0");
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut status: Value = serde_json::from_str(&run.stdout).unwrap();
        status["services"][0].take()
    }
}

/// A command that has not ended yet.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    read: String,
}

impl Running {
    /// Begins to run a command.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            stdout,
            read: String::new(),
        }
    }

    /// Returns the process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the command follows its deployment.
    pub(crate) fn wait_until_watching(&mut self) {
        self.wait_for_event("status");
    }

    /// Waits until the command tells an event.
    pub(crate) fn wait_for_event(&mut self, event: &str) {
        self.wait_for(&format!(r#""event":"{event}""#));
    }

    /// Waits until the command has written a text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.read.contains(text) {
            assert_ne!(
                self.stdout.read_line(&mut self.read).unwrap(),
                0,
                "{}",
                self.read
            );
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let killed = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Run {
        self.stdout.read_to_string(&mut self.read).unwrap();
        let mut run = Run::of(self.child.wait_with_output().unwrap());
        check_lines(&self.read);
        run.stdout = self.read;
        run
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let stdout = String::from_utf8(output.stdout).unwrap();
        check_lines(&stdout);
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Returns the last line of a JSON stream.
    pub(crate) fn result(&self) -> Value {
        let line = self
            .stdout
            .lines()
            .last()
            .unwrap_or_else(|| panic!("{}", self.stderr));
        serde_json::from_str(line).unwrap()
    }

    /// Returns the one JSON document that was written.
    pub(crate) fn document(&self) -> Value {
        let document = serde_json::from_str(&self.stdout);
        let document = document.unwrap_or_else(|_| panic!("{}", self.stderr));
        schemas::check_document(&document);
        document
    }
}

/// Holds every JSON line of every command against the documented schema.
fn check_lines(stdout: &str) {
    let lines = stdout.lines().filter(|line| line.starts_with('{'));
    for line in lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line["event"].is_string() {
            schemas::check_line(&line);
        }
    }
}

/// The manifest that most tests deploy.
pub(crate) const FRAUD_SCORER: &str = "manifests/fraud-scorer.yaml";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Seeds an account where no control does it.
fn exports_of_script(account: &str) -> BTreeMap<String, String> {
    let seed = Command::new(root().join("localstack/seed"))
        .args(["--endpoint", endpoint(), "--account", account])
        .output()
        .unwrap();
    assert!(
        seed.status.success(),
        "{}",
        String::from_utf8_lossy(&seed.stderr)
    );
    String::from_utf8(seed.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("export ")?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
        .collect()
}

fn has_controls() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let url = format!("{}/_mlship/clock", endpoint());
        ureq::get(&url).call().is_ok()
    })
}

fn endpoint() -> &'static str {
    static ENDPOINT: OnceLock<String> = OnceLock::new();
    ENDPOINT.get_or_init(|| {
        std::env::var("AWS_ENDPOINT_URL").unwrap_or_else(|_| {
            let start = Command::new(root().join("localstack/start"))
                .output()
                .unwrap();
            assert!(
                start.status.success(),
                "{}",
                String::from_utf8_lossy(&start.stderr)
            );
            String::from_utf8(start.stdout).unwrap().trim().to_owned()
        })
    })
}
