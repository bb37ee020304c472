//! How a start or a stop ended, for people or for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{Format, Global, output};
use mlship_core::app::fault;
use mlship_core::cloud::CloudError;
use mlship_core::experiment::ShiftError;
use mlship_core::progress::{ExitCode, Fault, Interrupt, Refusal};
use mlship_manifest::Diagnostic;
use mlship_text::Page;

/// How a command on an experiment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conclusion {
    /// There was nothing to do.
    Unchanged,
    /// Traffic is shared as asked for.
    Started,
    /// The experiment is over.
    Stopped,
    /// What the losers ran on is scaled down.
    CleanedUp,
    /// A check said no, or the rule is not what was planned on.
    Refused(Refusal),
    /// It would give more traffic to what does harm.
    Harms,
    /// A variant is not there: its deploy ended like this.
    NotDeployed(ExitCode),
    /// Time ran out before every variant was well.
    TimedOut,
    /// A signal ended the command.
    Interrupted(Interrupt),
    /// There was no usable answer.
    Error(Fault),
}

impl Conclusion {
    fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::CleanedUp => "cleaned_up",
            Self::Refused(_) | Self::Harms | Self::NotDeployed(_) => "refused",
            Self::TimedOut => "timed_out",
            Self::Interrupted(_) => "interrupted",
            Self::Error(_) => "error",
        }
    }

    fn exit_code(self) -> ExitCode {
        match self {
            Self::Unchanged | Self::Started | Self::Stopped | Self::CleanedUp => ExitCode::Done,
            Self::Refused(refusal) => refusal.into(),
            Self::Harms => ExitCode::Harm,
            Self::NotDeployed(code) => code,
            Self::TimedOut => ExitCode::TimedOut,
            Self::Interrupted(interrupt) => interrupt.into(),
            Self::Error(fault) => fault.into(),
        }
    }

    /// Says whether the same command may do better a little later.
    pub(super) fn is_passing(self) -> bool {
        match self {
            Self::Refused(Refusal::Stale) | Self::Error(Fault::Unreachable) => true,
            Self::Unchanged
            | Self::Started
            | Self::Stopped
            | Self::CleanedUp
            | Self::Refused(Refusal::Manifest | Refusal::Check)
            | Self::Harms
            | Self::NotDeployed(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Error(Fault::Broken | Fault::Usage | Fault::SaidNo) => false,
        }
    }

    /// Says whether what was asked for is so.
    pub(super) fn is_done(self) -> bool {
        match self {
            Self::Unchanged | Self::Started | Self::Stopped | Self::CleanedUp => true,
            Self::Refused(_)
            | Self::Harms
            | Self::NotDeployed(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Error(_) => false,
        }
    }
}

/// The end of a command on an experiment.
#[derive(Debug)]
pub(super) struct Ending {
    conclusion: Conclusion,
    /// The first line says it, the others add to it.
    message: Vec<String>,
    hint: Option<String>,
    more: Value,
}

impl Ending {
    /// It was done, or there was nothing to do.
    pub(super) fn done(conclusion: Conclusion, message: impl Into<String>, more: Value) -> Self {
        Self {
            conclusion,
            message: vec![message.into()],
            hint: None,
            more,
        }
    }

    /// It was not done, or not wholly.
    pub(super) fn failed(conclusion: Conclusion, message: impl Into<String>) -> Self {
        Self {
            conclusion,
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
            ..Self::failed(Conclusion::Refused(Refusal::Check), messages.join("; "))
        }
    }

    /// A signal came; `again` is what goes on with it.
    pub(super) fn interrupted(interrupt: Interrupt, again: &str) -> Self {
        Self::failed(Conclusion::Interrupted(interrupt), "interrupted")
            .hint(format!("`{again}` goes on with it"))
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
    pub(super) fn tell(self, name: &str, global: &Global) -> ExitCode {
        match global.output {
            Format::Human if self.conclusion.is_done() => {
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
        self.exit_code()
    }

    /// Returns how it ended.
    pub(super) fn conclusion(&self) -> Conclusion {
        self.conclusion
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
    pub(super) fn exit_code(&self) -> ExitCode {
        self.conclusion.exit_code()
    }

    /// Returns it as a part of a document.
    pub(super) fn document(&self) -> Value {
        let mut document = json!({
            "verdict": self.conclusion.word(),
            "exit_code": self.exit_code(),
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
        let ending = Self::failed(Conclusion::Error(fault(&error)), error.to_string());
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
                Self::failed(Conclusion::Error(fault(lost)), error.to_string())
                    .hint("run this again once tags can be written: nothing else is left to do")
            }
            ShiftError::Stale => {
                Self::failed(Conclusion::Refused(Refusal::Stale), error.to_string())
                    .hint("look at it with `mlship diff`, then run this again")
            }
            ShiftError::Gone => Self::failed(Conclusion::Error(Fault::SaidNo), error.to_string())
                .hint("make it anew, and name its ARN in `listenerRule`"),
        }
    }
}
