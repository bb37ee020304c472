//! What is said of broken connections.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use snapbox::{assert_data_eq, file};

use crate::commands::{Home, Run};
use crate::server::{self, Server};
use crate::table::{BY_ANSWERS, BY_PROFILE, BY_SETTINGS, Broken};

fn run(broken: &Broken) -> Run {
    let (home, server) = (Home::new(), Server::start(broken.server));
    let filled = |text: &str| {
        let text = text.replace("SERVER", &server.address);
        text.replace("HOME", home.path())
    };
    let config = filled(broken.config);
    let lines: Vec<&[u8]> = config.split("BYTE").map(str::as_bytes).collect();
    home.write_bytes(".aws/config", &lines.join(&0xfc));
    home.write("written", "a token");
    // The login of single sign-on, by the digest of its session's name.
    let until = if broken.name.contains("token has expired") {
        "2019"
    } else {
        "2099"
    };
    let login = format!(r#"{{"accessToken": "t", "expiresAt": "{until}-01-01T00:00:00Z"}}"#);
    if broken.name.contains("has expired") {
        let name = "ee0bfd2552fbd840c02cc48b6e823320543c450f";
        home.write(&format!(".aws/sso/cache/{name}.json"), &login);
    }
    let mut variables = BTreeMap::from([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", server.address)),
    ]);
    let own = broken.variables.iter();
    variables.extend(own.map(|(name, value)| (*name, filled(value))));
    let variables: Vec<_> = variables.into_iter().collect();
    let ran = home.run(broken.arguments, &variables);
    let told = |text: &str| {
        let text = text.replace(&server.address, "SERVER");
        without_days(&text.replace(home.path(), "HOME"))
    };
    Run {
        code: ran.code,
        stdout: told(&ran.stdout),
        stderr: told(&ran.stderr),
    }
}

/// How far off a clock is depends on the day.
fn without_days(text: &str) -> String {
    let Some((before, after)) = text.split_once(" days behind AWS's") else {
        return text.to_owned();
    };
    let kept = before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    format!("{kept}N days behind AWS's{after}")
}

/// Returns what is said of each, all asked at once.
fn told(table: &[Broken]) -> String {
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let started: Vec<_> = table
            .iter()
            .map(|broken| scope.spawn(|| run(broken)))
            .collect();
        started.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let mut text = String::new();
    for (broken, ran) in table.iter().zip(runs) {
        let Run {
            code,
            stdout,
            stderr,
        } = ran;
        let _ = writeln!(text, "## {}: {code}\n{stdout}{stderr}", broken.name);
        assert!(!stderr.contains("hunter2"), "{stderr}");
        assert!(
            matches!(code, 2 | 20 | 21),
            "{}: {code} {stderr}",
            broken.name
        );
    }
    text
}

#[test]
fn settings_that_cannot_lead_to_aws_are_said_by_their_names() {
    assert_data_eq!(told(BY_SETTINGS), file!["said/settings.txt"]);
}

#[test]
fn profiles_that_cannot_lead_to_aws_are_said_by_their_names() {
    assert_data_eq!(told(BY_PROFILE), file!["said/profile.txt"]);
}

#[test]
fn whoever_does_not_answer_is_told_from_whoever_says_no() {
    assert_data_eq!(told(BY_ANSWERS), file!["said/answers.txt"]);
}

#[test]
fn the_table_has_what_a_night_may_bring() {
    let all = BY_SETTINGS.len() + BY_PROFILE.len() + BY_ANSWERS.len();
    assert!(all >= 30, "{all}");
}

#[test]
fn a_credential_process_that_hangs_is_ended_within_ten_seconds() {
    // Those that first ask whose the credentials are need them twice and more.
    std::thread::scope(|scope| {
        for command in ["history --model fraud", "status", "abort", "watch", "logs"] {
            scope.spawn(move || check_hanging_process(command));
        }
    });
}

fn check_hanging_process(command: &str) {
    let home = Home::new();
    let marker = home.path().to_owned();
    let config =
        format!("[profile prod]\ncredential_process = echo $$ > {marker}/id; exec sleep 60\n");
    home.write(".aws/config", &config);
    let start = Instant::now();
    let mut arguments: Vec<&str> = command.split(' ').collect();
    if arguments.len() == 1 {
        arguments.extend(["--service", "ml/fraud"]);
    }
    arguments.extend(["--profile", "prod"]);
    let variables = [("AWS_REGION", "eu-west-1".to_owned())];
    let ran = home.command(&arguments, &variables);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "{command}: {took:?}");
    let told = ran.stdout + &ran.stderr;
    assert_eq!(ran.code, 20, "{command}: {told}");
    let words = "credential_process gave no answer in 7 s";
    assert!(told.contains(words), "{command}: {told}");
    let id = std::fs::read_to_string(format!("{marker}/id")).unwrap();
    let runs = || {
        let line = std::fs::read_to_string(format!("/proc/{}/cmdline", id.trim()));
        line.is_ok_and(|line| line.contains("sleep"))
    };
    // It was killed; the kernel may take a moment for it.
    while runs() {
        assert!(start.elapsed() < Duration::from_secs(20), "it still runs");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_last_line_of_json_says_what_is_broken_too() {
    let (home, server) = (Home::new(), Server::start(server::aws));
    let variables = [
        ("AWS_REGION", "us east 1".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", server.address)),
    ];
    let ran = home.run(&["-o", "json"], &variables);
    let line: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(line["exit_code"], 20, "{line}");
    assert_eq!(line["error"], "AWS_REGION: `us east 1` is no AWS region");
    assert!(server.requests().is_empty());
}
