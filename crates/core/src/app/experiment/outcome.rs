//! How a command on an experiment ended, as types. Text and JSON are made from these, and never
//! parsed back.

mod conclusion;

pub use conclusion::Conclusion;
use jiff::Timestamp;

use super::notify_registry::RegistryNotice;
use super::readout::Readout;
use super::recording::LedgerNotice;
use crate::app::fault;
use crate::cloud::{CloudError, ErrorKind};
use crate::experiment::rows::RowsError;
use crate::experiment::start::RunningPhase;
use crate::experiment::{TrafficUpdateError, Wait};
use crate::progress::{Fault, Interrupt, Refusal};
use crate::registry::{RegistryError, RegistryErrorKind};
use crate::release::ids::RuleArn;
use mlship_manifest::{Diagnostic, FieldChange};

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
    /// The test goes on.
    GoesOn {
        /// The phase.
        phase: u32,
        /// The step of the ramp, from 1, and how many there are.
        step: (u32, usize),
        /// What is waited for.
        waits_for: Wait,
    },
    /// A challenger is better; nothing was moved.
    Decided {
        /// The challenger.
        winner: String,
        /// What the control's manifest takes to have its release.
        changes: Vec<FieldChange>,
    },
    /// The control's service has the winner's release, or was to get it.
    Promoted {
        /// The variant that won.
        winner: String,
        /// What the control's manifest takes to say the same.
        changes: Vec<FieldChange>,
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

    /// A model registry gave no usable answer.
    pub(super) fn of_registry(error: &RegistryError) -> Self {
        let conclusion = match error.kind {
            RegistryErrorKind::Missing => Conclusion::Refused(Refusal::Check),
            RegistryErrorKind::Refused | RegistryErrorKind::NotARegistry => {
                Conclusion::Error(Fault::SaidNo)
            }
            RegistryErrorKind::Unreachable => Conclusion::Error(Fault::Unreachable),
        };
        let outcome = Self::failed(conclusion, error.to_string());
        Self {
            hint: error.hint.clone(),
            ..outcome
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

    /// It ended like this, for programs.
    pub(super) fn concluding(mut self, conclusion: Conclusion) -> Self {
        self.conclusion = conclusion;
        self
    }

    /// It says this first, and then what was done for it.
    pub(super) fn preceded_by(
        mut self,
        message: impl Into<String>,
        details: Option<Details>,
    ) -> Self {
        self.message.insert(0, message.into());
        if let Some(details) = details {
            self.before = self.details.replace(Box::new(details));
        }
        self
    }

    /// Adds details.
    pub(super) fn with(mut self, details: Details) -> Self {
        self.details = Some(Box::new(details));
        self
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
            | Details::GoesOn { .. }
            | Details::Decided { .. }
            | Details::Promoted { .. }
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

impl From<RowsError> for Outcome {
    fn from(error: RowsError) -> Self {
        let conclusion = Conclusion::Refused(Refusal::Manifest);
        Self::failed(conclusion, error.to_string()).hint(error.hint)
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
