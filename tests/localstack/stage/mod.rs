//! An AWS account of one test: seeded, with a fast clock, and faults on demand.

mod controls;
pub(crate) mod folder;
mod requests;
mod run;
#[path = "../../docs/schemas.rs"]
mod schemas;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub(crate) use run::{Run, Running};
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

    /// Returns its number.
    pub(crate) fn account(&self) -> &str {
        &self.account
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

    /// Makes such an account in which a version of the fraud scorer serves in staging.
    pub(crate) fn with_release(version: &str) -> Option<Self> {
        let stage = Self::with_controls()?;
        let run = stage.deploy(version, &[]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        Some(stage)
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
            // What an account lacks here is of no account to whoever tests something else.
            .env("MLSHIP_SKIP_VERIFY", "1")
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
        command.envs(&self.exports).env("MLSHIP_SKIP_VERIFY", "1");
        command
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

    /// Returns what the account was seeded with.
    pub(crate) fn export(&self, name: &str) -> &str {
        &self.exports[name]
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
