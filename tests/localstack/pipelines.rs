//! What a command leaves for the build that runs it.

use std::fs::{self, read_to_string};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::stage::{FRAUD_SCORER, Run, Stage};

/// The files of a job.
struct Job(PathBuf);

impl Job {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("mlship-{:x}", fastrand::u64(..)));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        read_to_string(self.0.join(name)).unwrap_or_default()
    }

    /// Runs a command as a step of GitHub does.
    fn github(&self, mut command: Command) -> Run {
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", env!("CARGO_MANIFEST_DIR"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_SERVER_URL", "https://github.example")
            .env("GITHUB_REPOSITORY", "team/models")
            .env("GITHUB_RUN_ID", "42")
            .env("GITHUB_TRIGGERING_ACTOR", "ada");
        Run::of(command.output().unwrap())
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_failed_deploy_tells_github_what_failed_where_and_what_serves() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let job = Job::new();
    stage.break_version("8", "oom");
    let run = job.github(stage.command(
        &["deploy", FRAUD_SCORER, "-e", "staging", "-o", "json"],
        "8",
    ));
    assert_eq!(run.code, 31, "{}", run.stderr);
    assert!(!run.stdout.contains("::error"), "{}", run.stdout);
    let start = format!("::error file={FRAUD_SCORER},line=");
    let annotation = run.stderr.lines().find(|line| line.starts_with(&start));
    let line = annotation.and_then(|line| line[start.len()..].split(',').next()?.parse().ok());
    let manifest = read_to_string(FRAUD_SCORER).unwrap();
    let field = line.and_then(|line: usize| manifest.lines().nth(line - 1));
    assert!(
        field.is_some_and(|field| field.trim_start().starts_with("memory:")),
        "{field:?} {}",
        run.stderr
    );
    let output = job.read("output");
    assert!(
        output.starts_with("verdict=rolled_back\nexit_code=31\n"),
        "{output}"
    );
    for told in ["version=8\n", "previous_version=7\n", "revision="] {
        assert!(output.contains(told), "{output}");
    }
    assert!(!output.contains(stage.account()), "{output}");
    let summary = job.read("summary");
    for told in [
        "### ❌ ",
        "**Cause:** ",
        "**Next:** ",
        "| version | `7` | `7` (wanted `8`) |",
        "by `ada` · [run](<https://github.example/team/models/actions/runs/42>)",
        "`mlship history ",
    ] {
        assert!(summary.contains(told), "{told}: {summary}");
    }
}

#[test]
fn what_did_not_change_is_one_line_of_the_summary_and_the_next_step_adds_to_it() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let job = Job::new();
    let run = job.github(stage.command(&["deploy", FRAUD_SCORER, "-e", "staging"], "7"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let summary = job.read("summary");
    assert!(summary.starts_with("Nothing changed: `"), "{summary}");
    assert_eq!(summary.trim().lines().count(), 1, "{summary}");
    assert!(
        job.read("output")
            .starts_with("verdict=unchanged\nexit_code=0\n")
    );
    let run = job.github(stage.command(&["diff", FRAUD_SCORER, "-e", "staging"], "8"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let both = job.read("summary");
    assert!(
        both.starts_with(&summary) && both.contains("### mlship: 1 to replace tasks"),
        "{both}"
    );
}

#[test]
fn reports_and_gitlabs_files_are_written_where_flags_say() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let job = Job::new();
    let [report, variables, links] =
        ["report.md", "mlship.env", "links.json"].map(|name| job.path(name));
    let flags = [
        "--report",
        &report,
        "--dotenv",
        &variables,
        "--annotations",
        &links,
    ];
    let run = stage.deploy("8", &flags);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        job.read("report.md").starts_with("### ✅ "),
        "{}",
        job.read("report.md")
    );
    assert!(job.read("mlship.env").contains("MLSHIP_VERSION=8\n"));
    let links: Value = serde_json::from_str(&job.read("links.json")).unwrap();
    let link = &links["mlship"][0]["external_link"]["url"];
    assert!(
        link.as_str()
            .is_some_and(|link| link.starts_with("https://us-east-1.console")),
        "{links}"
    );
    let run = stage.mlship(
        &[
            "diff",
            FRAUD_SCORER,
            "-e",
            "staging",
            "-o",
            "markdown",
            "--report",
            &report,
        ],
        "9",
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("| `model.version` | `8` | `9` |"),
        "{}",
        run.stdout
    );
    assert_eq!(job.read("report.md"), run.stdout);
    let run = stage.mlship(
        &["deploy", FRAUD_SCORER, "-e", "staging", "-o", "markdown"],
        "9",
    );
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(stage.revisions(), 2);
}

#[test]
fn a_summary_that_cannot_be_written_changes_no_verdict() {
    let job = Job::new();
    let mut command = crate::offline::mlship_command(&["validate", "manifests"], &[]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", job.path("not/there"));
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let warnings = run
        .stderr
        .matches("warning: could not write the step summary")
        .count();
    assert_eq!(warnings, 1, "{}", run.stderr);
}

#[test]
fn findings_are_a_code_quality_report() {
    let job = Job::new();
    let path = job.path("quality.json");
    let broken = "tests/fixtures/diagnostics/shape-experiment.yaml";
    let mut command =
        crate::offline::mlship_command(&["validate", broken, "--code-quality", &path], &[]);
    let run = Run::of(
        command
            .env("CI_PROJECT_DIR", env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, 10, "{}", run.stderr);
    let report: Value = serde_json::from_str(&job.read("quality.json")).unwrap();
    let first = &report[0];
    assert_eq!(first["location"]["path"], broken);
    for member in ["description", "check_name", "fingerprint", "severity"] {
        assert!(first[member].is_string(), "{first}");
    }
    let fine =
        crate::offline::mlship_command(&["validate", "manifests", "--code-quality", &path], &[])
            .output();
    assert_eq!(Run::of(fine.unwrap()).code, 0);
    assert_eq!(job.read("quality.json"), "[]\n");
}

#[test]
fn a_service_that_nobody_answers_about_is_not_verified() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let job = Job::new();
    let manifest = read_to_string(FRAUD_SCORER).unwrap();
    let lost = manifest.replace("cluster: ml-prod", "cluster: not-there");
    assert_ne!(lost, manifest);
    let path = job.path("lost.yaml");
    fs::write(&path, lost).unwrap();
    let run = job.github(stage.command(&["verify", &path, "-o", "json"], "8"));
    assert_eq!(run.code, 20, "{}", run.stderr);
    let unanswered = &run.document()["unanswered"][0];
    assert_eq!(unanswered["cluster"], "not-there");
    assert!(unanswered["error"].is_string(), "{unanswered}");
    let summary = job.read("summary");
    assert!(summary.starts_with("### ❌ 1 problem"), "{summary}");
    assert!(!summary.contains('✅'), "{summary}");
}

#[test]
fn a_comment_holds_plans_or_problems_and_nothing_else() {
    let job = Job::new();
    let broken = "tests/fixtures/diagnostics/shape-experiment.yaml";
    let command = crate::offline::mlship_command(&["diff", broken, "-o", "markdown"], &[]);
    let run = job.github(command);
    assert_eq!(run.code, 10, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("<!-- mlship diff "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("### ❌ mlship: "), "{}", run.stdout);
    assert!(!run.stdout.contains("::error"), "{}", run.stdout);
    assert!(run.stderr.contains("::error "), "{}", run.stderr);
    let env = job.path("env");
    let arguments = ["deploy", FRAUD_SCORER, "--dry-run", "--dotenv", &env];
    let run = job.github(crate::offline::mlship_command(&arguments, &[]));
    assert_eq!(run.code, 2, "{}", run.stderr);
}
