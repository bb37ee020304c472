//! What commands write: answers, findings and errors, for people or for programs.

use std::error::Error;
use std::io::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ColorChoice, Format, Global, exit};
use crate::cloud::CloudError;
use crate::manifest::{Diagnostic, render};
use crate::release::ids::ServiceId;
use crate::report::{
    Color, Human, Json, Progress, Report, choose_color, palette_for, stderr, stderr_is_terminal,
    stdout,
};

/// Writes text to standard output.
pub(super) fn text(text: &str) {
    let mut out = stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Writes text with secrets in it, which somebody asked for by a flag.
pub(super) fn revealed(revealed: &str) {
    text(revealed);
}

/// Writes a JSON document to standard output.
pub(super) fn document(value: &Value) -> u8 {
    text(&format!("{value:#}\n"));
    exit::DONE
}

/// Writes a line to standard error.
pub(super) fn complain(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Reports an error that no part of the program expected.
pub(super) fn unexpected(error: &dyn Error) -> u8 {
    complain(&format!("error: {error}"));
    exit::UNEXPECTED
}

/// Reports a failed call to AWS that ends the command.
pub(super) fn cloud_error(error: &CloudError, global: &Global) -> u8 {
    let code = exit::of_cloud_error(error);
    match global.output {
        Format::Human => {
            complain(&format!("error: {error}"));
            if let Some(hint) = &error.hint {
                complain(&format!("hint: {hint}"));
            }
        }
        Format::Json => last_line(
            "error",
            code,
            None,
            &json!({"error": error.to_string(), "hint": error.hint}),
        ),
    }
    code
}

/// Reports what is wrong with the command line.
pub(super) fn usage(message: &str, global: &Global) -> u8 {
    complain(&format!("error: {message}"));
    if global.output == Format::Json {
        usage_line(message);
    }
    exit::USAGE
}

/// Writes the one line of a JSON stream of a command that makes no sense.
pub(super) fn usage_line(message: &str) {
    last_line("error", exit::USAGE, None, &json!({"error": message}));
}

/// Writes the last line of a JSON stream that never came as far as AWS.
pub(super) fn invalid(findings: &[Diagnostic], service: Option<&ServiceId>) {
    let more = json!({"findings": findings});
    last_line("refused", exit::INVALID, service, &more);
}

/// Writes the last line of a JSON stream, of a service where one is known.
fn last_line(verdict: &str, code: u8, service: Option<&ServiceId>, more: &Value) {
    let mut line = json!({
        "event": "result",
        "time": Timestamp::now(),
        "service": service.map(|id| &id.name),
        "cluster": service.map(|id| &id.cluster),
        "verdict": verdict,
        "exit_code": code,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    text(&format!("{line}\n"));
}

/// Writes findings to standard error as snippets of the manifest.
pub(super) fn findings(findings: &[Diagnostic], global: &Global) {
    let mut err = stderr();
    let colored = global.colored();
    for finding in findings {
        let _ = writeln!(err, "{}", render(finding, colored));
    }
}

impl Global {
    /// Fixes the use of colour for the whole process.
    pub(super) fn apply_color(&self) {
        match self.color {
            ColorChoice::Auto => {}
            ColorChoice::Always => choose_color(anstream::ColorChoice::Always),
            ColorChoice::Never => choose_color(anstream::ColorChoice::Never),
        }
    }

    /// The streams drop colour where nobody sees it, so that only `never` needs no colour at all.
    fn colored(&self) -> bool {
        self.color != ColorChoice::Never
    }

    /// Returns the styles of human output. Inside JSON no stream could drop them.
    pub(super) fn palette(&self) -> Color {
        palette_for(self.colored() && self.output == Format::Human)
    }

    /// Returns the reader of events that the flags and the terminal ask for.
    pub(super) fn reporter(&self) -> Box<dyn Report> {
        match self.output {
            Format::Json => Box::new(Json::new(stdout())),
            Format::Human if stderr_is_terminal() && !self.no_progress => {
                Box::new(Progress::new(stdout(), self.palette()))
            }
            Format::Human => Box::new(Human::new(stderr(), stdout(), self.palette())),
        }
    }
}
