//! What is written: where it can't be, and where others would like to write instead.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::offline::{KEYS, mlship_command};
use crate::stage::{FRAUD_SCORER, Run, SPEED, Stage};

/// What a container's log must not make anybody believe.
const FORGED: &str = "fraud-scorer 8 serves in service fraud-scorer after 12 s";

fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

#[track_caller]
fn check_full(arguments: &[&str], code: i32) {
    let mut command = mlship_command(arguments, &KEYS);
    let run = Run::of(command.stdout(full()).output().unwrap());
    assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
    let told = run.stderr.matches("error: write standard output: ").count();
    assert_eq!(told, 1, "{arguments:?}: {}", run.stderr);
}

#[test]
fn words_that_cannot_be_written_spoil_good_news() {
    for arguments in [
        &["validate", "manifests"][..],
        &["validate", "manifests", "-o", "json"],
        &["render", FRAUD_SCORER],
        &["render", FRAUD_SCORER, "--task-definition"],
        &["schema"],
        &["completions", "bash"],
        &["--help"],
        &["deploy", "--help"],
        &["--version"],
    ] {
        check_full(arguments, 1);
    }
}

#[test]
fn a_stream_that_is_open_to_be_read_takes_no_words() {
    for arguments in [&["--version"][..], &["validate", "manifests"]] {
        let mut command = mlship_command(arguments, &KEYS);
        let unwritable = File::open("/dev/null").unwrap();
        let run = Run::of(command.stdout(unwritable).output().unwrap());
        assert_eq!(run.code, 1, "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("write standard output"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn words_that_cannot_be_written_leave_bad_news_as_it_is() {
    let invalid = "tests/fixtures/invalid/two-problems.yaml";
    check_full(&["validate", invalid, "-o", "json"], 10);
    check_full(&["deploy", "--frobnicate", "-o", "json"], 2);
}

#[test]
fn diagnostics_that_cannot_be_written_spoil_good_news_too() {
    let warned = "tests/fixtures/diagnostics/autoscaling-from-zero.yaml";
    let mut command = mlship_command(&["validate", warned], &[]);
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(Run::of(command.stderr(full()).output().unwrap()).code, 1);
    let manifest = "apiVersion: mlship/v1\nkind: Nothing\n";
    let mut command = mlship_command(&["validate", "-"], &[]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(full())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(manifest.as_bytes())
        .unwrap();
    assert_eq!(Run::of(child.wait_with_output().unwrap()).code, 10);
}

/// Runs a command whose output nobody reads.
fn unread(mut command: Command) -> Run {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    Run::of(command.stdout(writer).output().unwrap())
}

#[test]
fn a_closed_pipe_ends_quietly_with_the_code_that_was_due() {
    let invalid = "tests/fixtures/invalid/two-problems.yaml";
    for (arguments, code) in [
        (&["schema"][..], 0),
        (&["--help"], 0),
        (&["validate", "manifests"], 0),
        (&["validate", invalid, "-o", "json"], 10),
    ] {
        let run = unread(mlship_command(arguments, &[]));
        assert_eq!((run.code, &*run.stderr), (code, ""), "{arguments:?}");
    }
}

#[test]
fn a_command_line_forges_no_line_and_sends_no_sequence() {
    let line = format!("x\n{FORGED}\u{1b}[2J");
    for arguments in [
        &["status", FRAUD_SCORER, "--color", &line][..],
        &["frobnicate", &format!("--{line}")],
        &[&line],
        &["watch", &line],
        &["validate", &line],
    ] {
        let run = Run::of(mlship_command(arguments, &KEYS).output().unwrap());
        assert_ne!(run.code, 0);
        check_people(&run.stderr);
    }
}

#[track_caller]
fn check_people(written: &str) {
    assert!(!written.contains(['\u{1b}', '\u{7}', '\r']), "{written:?}");
    let is_forged = |line: &str| line.trim_start().starts_with(FORGED);
    assert!(!written.lines().any(is_forged), "{written}");
    assert!(!written.contains("##vso["), "{written}");
    let is_command = |line: &str| line.trim_start().starts_with("::");
    assert!(!written.lines().any(is_command), "{written}");
}

#[test]
fn a_log_forges_no_line_of_ours() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let log = [
        "\u{1b}]52;c;aGVsbG8=\u{7}\u{1b}[2J".to_owned(),
        format!("\u{1b}[1A\u{1b}[2K{FORGED}"),
        format!("x\r{FORGED}"),
        format!("x\n{FORGED}\n::error::x"),
        "::set-output name=a::b ##vso[task.complete]\u{202e}\u{200b}".to_owned(),
    ];
    let crash = json!({"image": ":8$", "kind": "crash", "log": log});
    stage.control("task-faults", json!({"faults": [crash]}));
    let deploy = ["deploy", FRAUD_SCORER, "-e", "staging"];
    let run = stage.mlship(&deploy, "8");
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains(&format!("  log:   {FORGED}\n")),
        "{}",
        run.stdout
    );
    check_people(&run.stdout);
    check_people(&run.stderr);
    let logs = ["logs", FRAUD_SCORER, "-e", "staging", "--failed"];
    let run = stage.mlship(&logs, "8");
    assert!(run.stdout.contains(FORGED), "{}{}", run.stdout, run.stderr);
    check_people(&run.stdout);
    check_people(&run.stderr);
    let run = stage.mlship(&[&logs[..], &["-o", "json"]].concat(), "8");
    let harmful = ['\u{1b}', '\u{7}', '\r', '\u{202e}', '\u{200b}'];
    assert!(!run.stdout.contains(harmful), "{}", run.stdout);
    assert!(!run.stdout.contains("##vso["), "{}", run.stdout);
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages: Vec<String> = lines
        .filter_map(|line| line["message"].as_str().map(str::to_owned))
        .collect();
    assert!(messages.contains(&log[0]), "{messages:?}");
    assert!(messages.contains(&log[4]), "{messages:?}");
}

#[test]
fn a_release_whose_words_cannot_be_written_goes_on() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let deploy = |version, stdout: Stdio| {
        let mut command = stage.command(&["deploy", FRAUD_SCORER, "-e", "staging"], version);
        Run::of(command.stdout(stdout).output().unwrap())
    };
    let run = deploy("7", full());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(stage.serving()["release"]["version"], "7");
    stage.break_version("8", "pull");
    let run = deploy("8", full());
    assert_eq!(run.code, 31, "{}", run.stderr);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = deploy("9", writer.into());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
}

#[test]
fn nobody_is_followed_for_a_closed_pipe() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    // Its containers are silent, so that no write would tell.
    let follow = ["logs", FRAUD_SCORER, "-e", "staging", "--follow"];
    let run = unread(stage.command(&follow, "7"));
    assert_eq!((run.code, &*run.stderr), (0, ""));
}

#[test]
fn verbose_tells_of_each_request_and_of_no_secret() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    // The first look must come before the end, however busy the machine is.
    stage.set_speed(1);
    let mut running = stage.start_deploy("7", &["-v"]);
    running.wait_until_watching();
    stage.set_speed(SPEED);
    let run = running.end();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let calls = run.result()["api_calls"].as_u64().unwrap();
    let requests = run.stderr.lines().filter(|line| line.contains(": HTTP "));
    let requests: Vec<&str> = requests.collect();
    // The caller is asked for before the count begins.
    assert_eq!(requests.len() as u64, calls + 1, "{}", run.stderr);
    let create = requests.iter().find(|line| line.contains("CreateService:"));
    assert!(create.unwrap().contains("ms, request "), "{create:?}");
    assert!(run.stderr.contains("no verdict after"), "{}", run.stderr);
    assert!(!run.stderr.contains("sent to"), "{}", run.stderr);
    let status = ["status", FRAUD_SCORER, "-e", "staging", "-vv"];
    let run = stage.mlship(&status, "7");
    assert!(
        run.stderr.contains("DescribeServices: sent to "),
        "{}",
        run.stderr
    );
}
