//! Commands, under way and at their end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

use super::schemas;

/// What a command came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
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

/// Holds every JSON line of every command against the documented schema.
fn check_lines(stdout: &str) {
    let lines = stdout.lines().filter(|line| line.starts_with('{'));
    for line in lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line["event"].is_string() {
            schemas::check_line(&line);
        }
    }
}
