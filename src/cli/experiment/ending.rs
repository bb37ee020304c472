//! How a start or a stop ended, for people or for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{Format, Global, exit, output};
use crate::cloud::CloudError;
use crate::experiment::ShiftError;
use crate::manifest::Diagnostic;
use crate::rollout::{Interrupt, Verdict};
use crate::text::Page;

/// The end of a command on an experiment.
#[derive(Debug)]
pub(super) struct Ending {
    verdict: &'static str,
    code: u8,
    /// The first line says it, the others add to it.
    message: Vec<String>,
    hint: Option<String>,
    more: Value,
}

impl Ending {
    /// It was done, or there was nothing to do.
    pub(super) fn done(verdict: &'static str, message: impl Into<String>, more: Value) -> Self {
        Self {
            verdict,
            code: exit::DONE,
            message: vec![message.into()],
            hint: None,
            more,
        }
    }

    /// It was not done, or not wholly.
    pub(super) fn failed(verdict: &'static str, code: u8, message: impl Into<String>) -> Self {
        Self {
            verdict,
            code,
            message: vec![message.into()],
            hint: None,
            more: Value::Null,
        }
    }

    /// A check said no.
    pub(super) fn refused(findings: &[Diagnostic], global: &Global) -> Self {
        output::findings(findings, global);
        let messages: Vec<&str> = findings.iter().map(|one| &*one.message).collect();
        Self {
            more: json!({ "findings": findings }),
            ..Self::failed("refused", exit::REFUSED, messages.join("; "))
        }
    }

    /// A signal came; `again` is what goes on with it.
    pub(super) fn interrupted(interrupt: Interrupt, again: &str) -> Self {
        let code = exit::of_verdict(Verdict::Interrupted, Some(interrupt));
        Self::failed("interrupted", code, "interrupted").hint(format!("`{again}` goes on with it"))
    }

    /// Adds lines.
    pub(super) fn adding(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.message.extend(lines);
        self
    }

    /// Something was done before it.
    pub(super) fn after(self, done: Self) -> Self {
        let mut more = done.more;
        let mut message = done.message;
        message.push(format!("not cleaned up: {}", self.message.join("; ")));
        if let (Some(both), Some(own)) = (more.as_object_mut(), self.more.as_object()) {
            both.extend(own.clone());
        }
        Self {
            message,
            more,
            ..self
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says so, and returns the exit code.
    pub(super) fn tell(self, name: &str, global: &Global) -> u8 {
        match global.output {
            Format::Human if self.code == exit::DONE => {
                output::page(&self.page(""));
            }
            // What was found was shown with its place in the manifest.
            Format::Human if self.more.get("findings").is_some() => {}
            Format::Human => {
                output::complain_page(&self.page("error: "));
                if let Some(hint) = &self.hint {
                    output::complain(&format!("hint: {hint}"));
                }
            }
            Format::Json => {
                let mut line = self.document();
                line["event"] = json!("result");
                line["time"] = json!(Timestamp::now());
                line["experiment"] = json!(name);
                output::json_line(&line);
            }
        }
        self.code
    }

    fn page(&self, label: &str) -> Page {
        let mut page = Page::new();
        for (at, line) in self.message.iter().enumerate() {
            let before = if at == 0 { label } else { "  " };
            page.line(format!("{before}{line}"));
        }
        page
    }

    /// Returns the exit code.
    pub(super) fn code(&self) -> u8 {
        self.code
    }

    /// Returns it as a part of a document.
    pub(super) fn document(&self) -> Value {
        let mut document = json!({
            "verdict": self.verdict,
            "exit_code": self.code,
            "message": self.message.join("\n  "),
            "hint": self.hint,
        });
        for (name, value) in self.more.as_object().into_iter().flatten() {
            document[name] = value.clone();
        }
        document
    }
}

impl From<CloudError> for Ending {
    fn from(error: CloudError) -> Self {
        let ending = Self::failed("error", exit::of_cloud_error(&error), error.to_string());
        Self {
            hint: error.hint,
            ..ending
        }
    }
}

impl From<ShiftError> for Ending {
    fn from(error: ShiftError) -> Self {
        match error {
            ShiftError::Cloud(error) => error.into(),
            ShiftError::Untold(ref lost) => {
                let code = exit::of_cloud_error(lost);
                Self::failed("error", code, error.to_string())
                    .hint("run this again once tags can be written: nothing else is left to do")
            }
            ShiftError::Stale => Self::failed("refused", exit::STALE, error.to_string())
                .hint("look at it with `mlship diff`, then run this again"),
            ShiftError::Gone => Self::failed("error", exit::AWS_SAID_NO, error.to_string())
                .hint("make it anew, and name its ARN in `listenerRule`"),
        }
    }
}
