//! How a command on an experiment ended, as types. Text and JSON are made from these, and never
//! parsed back.

use jiff::Timestamp;

use super::notify_registry::RegistryNotice;
use super::readout::Readout;
use super::recording::LedgerNotice;
use crate::app::fault;
use crate::cloud::{CloudError, ErrorKind};
use crate::experiment::TrafficUpdateError;
use crate::experiment::start::RunningPhase;
use crate::progress::{ExitCode, Fault, Interrupt, Refusal};
use crate::release::ids::RuleArn;
use mlship_manifest::Diagnostic;

/// How a command on an experiment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
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
    /// Returns the word that programs know it by.
    #[must_use]
    pub fn word(self) -> &'static str {
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

    /// Returns the exit code.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
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
    #[must_use]
    pub fn is_passing(self) -> bool {
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
    #[must_use]
    pub fn is_done(self) -> bool {
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

/// What there is to say of an end, beside that it came.
#[derive(Debug, Clone, PartialEq)]
pub enum Details {
    /// The phase runs as it was asked for.
    Runs {
        /// What runs.
        runs: Box<RunningPhase>,
        /// What the manifests have that is not compared.
        notes: Vec<String>,
    },
    /// A phase began.
    Started {
        /// The phase.
        phase: u32,
        /// When it began.
        since: Option<Timestamp>,
        /// The rule that shares the traffic.
        rule: RuleArn,
        /// How it does.
        traffic: String,
    },
    /// What would get more traffic does harm.
    Harm(Box<Readout>),
    /// The experiment ended.
    Stopped {
        /// Who has all the traffic.
        winner: String,
        /// What the numbers said.
        outcome: String,
        /// Until when clients may be with the losers.
        cookies_end: Option<Timestamp>,
        /// Whether clients were taken from the losers.
        clients_leave: bool,
        /// What model registries know of it.
        registry: Option<RegistryNotice>,
        /// What became of its record.
        ledger: Option<LedgerNotice>,
    },
    /// The experiment was over.
    Over {
        /// What model registries know of it.
        registry: Option<RegistryNotice>,
        /// What became of its record, where that was not there.
        ledger: Option<LedgerNotice>,
    },
    /// These services were scaled down.
    CleanedUp {
        /// Cluster and name of each.
        scaled_down: Vec<String>,
    },
    /// Checks found this.
    Findings(Vec<Diagnostic>),
}

/// The end of a command on an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub conclusion: Conclusion,
    /// The first line says it, the others add to it. What is only in the details has no line.
    pub message: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// What else there is to say.
    pub details: Option<Box<Details>>,
    /// What was done before, where the command asked for more.
    pub before: Option<Box<Details>>,
}

impl Outcome {
    fn new(conclusion: Conclusion, message: Vec<String>, details: Option<Details>) -> Self {
        Self {
            conclusion,
            message,
            hint: None,
            details: details.map(Box::new),
            before: None,
        }
    }

    /// It was done.
    pub(super) fn done(
        conclusion: Conclusion,
        message: impl Into<String>,
        details: Details,
    ) -> Self {
        Self::new(conclusion, vec![message.into()], Some(details))
    }

    /// There was nothing to do.
    pub(super) fn nothing_to_do() -> Self {
        Self::new(Conclusion::Unchanged, vec![String::new()], None)
    }

    /// The phase that is asked for runs.
    pub(super) fn runs(runs: Box<RunningPhase>, notes: Vec<String>) -> Self {
        let details = Details::Runs { runs, notes };
        Self::new(Conclusion::Unchanged, Vec::new(), Some(details))
    }

    /// More traffic would do more harm.
    pub(super) fn harms(found: Readout) -> Self {
        Self::new(
            Conclusion::Harms,
            Vec::new(),
            Some(Details::Harm(Box::new(found))),
        )
    }

    /// It was not done, or not wholly.
    pub(super) fn failed(conclusion: Conclusion, message: impl Into<String>) -> Self {
        Self::new(conclusion, vec![message.into()], None)
    }

    /// A check said no.
    pub(super) fn refused(findings: Vec<Diagnostic>) -> Self {
        let messages: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
        let message = vec![messages.join("; ")];
        let conclusion = Conclusion::Refused(Refusal::Check);
        Self::new(conclusion, message, Some(Details::Findings(findings)))
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

    /// The experiment was stopped before this kept its losers from being scaled down.
    pub(super) fn after(self, stopped: Self) -> Self {
        let mut message = stopped.message;
        message.push(format!("not cleaned up: {}", self.message.join("; ")));
        Self {
            message,
            before: stopped.details,
            ..self
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns what checks found, where they said no.
    #[must_use]
    pub fn findings(&self) -> Option<&[Diagnostic]> {
        match self.details.as_deref()? {
            Details::Findings(findings) => Some(findings),
            Details::Runs { .. }
            | Details::Started { .. }
            | Details::Harm(_)
            | Details::Stopped { .. }
            | Details::Over { .. }
            | Details::CleanedUp { .. } => None,
        }
    }
}

impl From<CloudError> for Outcome {
    fn from(error: CloudError) -> Self {
        let conclusion = match error.kind {
            ErrorKind::Elsewhere => Conclusion::Refused(Refusal::Check),
            _ => Conclusion::Error(fault(&error)),
        };
        let outcome = Self::failed(conclusion, error.to_string());
        Self {
            hint: error.hint,
            ..outcome
        }
    }
}

impl From<TrafficUpdateError> for Outcome {
    fn from(error: TrafficUpdateError) -> Self {
        match error {
            TrafficUpdateError::Cloud(error) => error.into(),
            TrafficUpdateError::TagsNotWritten(ref lost) => {
                Self::failed(Conclusion::Error(fault(lost)), error.to_string())
                    .hint("run this again once tags can be written: nothing else is left to do")
            }
            TrafficUpdateError::Stale => {
                Self::failed(Conclusion::Refused(Refusal::Stale), error.to_string())
                    .hint("look at it with `mlship diff`, then run this again")
            }
            TrafficUpdateError::Gone => {
                Self::failed(Conclusion::Error(Fault::SaidNo), error.to_string())
                    .hint("make it anew, and name its ARN in `listenerRule`")
            }
        }
    }
}
