//! A terminal or a session that goes while a command waits for AWS.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::commands::Home;

const MANIFEST: &str = "apiVersion: mlship/v1\nkind: ModelRelease\n\
                        model: { name: m, version: \"1\" }\nimage: m:1\n\
                        service: { cluster: ml, name: m }\nruntime: { cpu: 256, memory: 512 }\n";

/// Starts a command that nobody answers, hangs up, and returns its exit code; none where it goes on.
fn after_hangup(command: &str, through: &[&str]) -> Option<i32> {
    let home = Home::new();
    home.write("m.yaml", MANIFEST);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut started = Command::new(through[0]);
    started
        .env_clear()
        .args(&through[1..])
        .arg(env!("CARGO_BIN_EXE_mlship"))
        .args([
            command,
            "m.yaml",
            "--region",
            "eu-west-1",
            "--endpoint-url",
            &url,
        ])
        .current_dir(&home.0)
        .env("HOME", &home.0)
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("AWS_ACCESS_KEY_ID", "A")
        .env("AWS_SECRET_ACCESS_KEY", "s");
    let mut child = started.spawn().unwrap();
    // It has come as far as asking.
    let (mut asked, _) = listener.accept().unwrap();
    assert!(asked.read(&mut [0; 1]).unwrap() > 0);
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-HUP", &id])
            .status()
            .unwrap()
            .success()
    );
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// Without anything in between: as the test itself was started.
const PLAIN: &[&str] = &["env"];

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_hangup_ends_a_command_as_a_sigterm_does() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    if ignored.is_some_and(|mask| {
        mask.trim()
            .ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f'])
    }) {
        eprintln!("skipped: this was started by nohup");
        return;
    }
    for command in ["status", "watch", "abort"] {
        assert_eq!(after_hangup(command, PLAIN), Some(143), "{command}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_that_nohup_started_goes_on_after_a_hangup() {
    assert_eq!(after_hangup("status", &["nohup"]), None);
}
