//! Reads out an experiment, once or until there is a verdict, and stops one that does harm.

use std::ops::ControlFlow;
use std::time::Duration;

use super::comparison::{ClearedExperiment, Comparison};
use super::outcome::{Conclusion, Outcome};
use super::readout::{ReadRequest, Readout, read};
use super::recording::Recording;
use super::report::{ExperimentEvent, ExperimentReport};
use super::rows::{self, RowsInput};
use super::served::EndedWhen;
use super::stop::Stop;
use crate::app::{Context, fault};
use crate::cloud::{Balancing, Cloud, CloudError, Metrics};
use crate::experiment::rows::RowsError;
use crate::experiment::{Reading, Record, Refusal, State, word};
use crate::ledger::Ledgers;
use crate::pause::sleep;
use crate::progress::{ExitCode, Fault, Interrupt};
use crate::registry::Registries;
use crate::release::ListenerRule;
use mlship_stats::TestVerdict;

/// How long to wait between two looks: points come by the minute.
const PAUSE: Duration = Duration::from_mins(1);

/// How to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatusOptions {
    /// Which numbers are wanted.
    pub request: ReadRequest,
    /// Whether to look again, until there is a verdict or the experiment is over.
    pub watch: bool,
}

/// What an experiment is stopped for by who looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOn {
    /// A breached guardrail.
    Guardrail,
    /// That, and a primary metric by which the control is better.
    Harm,
}

/// Whoever stops an experiment that does harm.
#[derive(Debug, Clone, Copy)]
pub struct Guard<'a> {
    /// The experiment, whose traffic may be moved.
    pub comparison: ClearedExperiment<'a>,
    /// What counts as harm.
    pub stop_on: StopOn,
}

impl Guard<'_> {
    /// Says whether a look found what it is there for.
    fn acts_on(&self, reading: &Reading) -> bool {
        // By the guardrails, not by the verdict: a variant whose answers fail may break the split
        // too, and that is said first.
        !reading.breached().is_empty()
            || match self.stop_on {
                StopOn::Guardrail => false,
                StopOn::Harm => reading.readout.verdict == TestVerdict::ControlBetter,
            }
    }
}

/// Looks at an experiment.
pub struct Status<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: &'a Comparison,
    /// Who stops it, where somebody does.
    pub guard: Option<Guard<'a>>,
    /// How.
    pub options: StatusOptions,
    /// Rows of clients, where there are some.
    pub rows: Option<RowsInput<'a>>,
}

/// How looking ended.
#[derive(Debug)]
pub enum LookEnd {
    /// This was found last.
    Verdict(TestVerdict),
    /// It is over. Its traffic is where the stop left it, or that is the harm; for who watches for
    /// a breached guardrail it is harm, too, that it was stopped for one.
    Over {
        /// Whether there is harm.
        is_harm: bool,
    },
    /// No such experiment is on the rule.
    NotUnderWay(Outcome),
    /// There was no usable answer.
    Unreadable(CloudError),
    /// The rows of clients can't be read.
    BadRows(RowsError),
    /// There was none for the moment, and nobody waits for another look.
    Missed(CloudError),
    /// It was to be stopped, which ended like this. It was told.
    NotStopped(Conclusion),
    /// A signal ended it.
    Interrupted(Interrupt),
}

impl LookEnd {
    /// Returns the exit code.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Verdict(
                TestVerdict::ChallengerBetter
                | TestVerdict::ControlBetter
                | TestVerdict::NoDifference,
            )
            | Self::Over { is_harm: false } => ExitCode::Done,
            Self::Verdict(TestVerdict::Inconclusive) => ExitCode::Inconclusive,
            Self::Verdict(TestVerdict::BrokenSplit | TestVerdict::GuardrailBreached)
            | Self::Over { is_harm: true } => ExitCode::Harm,
            Self::NotUnderWay(outcome) => outcome.conclusion.exit_code(),
            Self::Unreadable(error) | Self::Missed(error) => fault(error).into(),
            Self::BadRows(_) => ExitCode::Invalid,
            Self::NotStopped(conclusion) => conclusion.exit_code(),
            Self::Interrupted(interrupt) => (*interrupt).into(),
        }
    }
}

/// Why a look found nothing.
enum ReadError {
    /// AWS gave no usable answer.
    Cloud(CloudError),
    /// The rows of clients can't be read.
    Rows(RowsError),
}

impl From<CloudError> for ReadError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<RowsError> for ReadError {
    fn from(error: RowsError) -> Self {
        Self::Rows(error)
    }
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Status<'_, C> {
    /// Looks, and looks again where that was asked for. `unread` resolves once nobody reads what is
    /// told any more.
    pub async fn run(&self, unread: impl AsyncFn(), report: &mut dyn ExperimentReport) -> LookEnd {
        let interrupts = self.context.interrupts;
        let mut is_first = true;
        loop {
            let look = Box::pin(self.look(is_first, report));
            let seen = tokio::select! {
                seen = look => seen,
                interrupt = interrupts.wait() => return LookEnd::Interrupted(interrupt),
            };
            let due = match seen {
                ControlFlow::Continue(end) if self.options.watch => end,
                ControlFlow::Continue(end) | ControlFlow::Break(end) => return end,
            };
            is_first = false;
            tokio::select! {
                () = sleep(PAUSE) => {}
                interrupt = interrupts.wait() => return LookEnd::Interrupted(interrupt),
                // Who watches for harm goes on without a reader, to stop it.
                () = unread(), if self.guard.is_none() => return due,
            }
        }
    }

    /// Looks once; it goes on where a later look may find another.
    async fn look(
        &self,
        is_first: bool,
        report: &mut dyn ExperimentReport,
    ) -> ControlFlow<LookEnd, LookEnd> {
        let (rule, readout) = match self.read().await {
            Ok(Some(found)) => found,
            Ok(None) => {
                let refusal = Refusal::not_under_way(&self.comparison.definition.name);
                let outcome = self.comparison.refused(vec![refusal]);
                return ControlFlow::Break(LookEnd::NotUnderWay(outcome));
            }
            // Who watches is not left alone by an outage that passes.
            Err(ReadError::Cloud(error)) if !is_first && fault(&error) == Fault::Unreachable => {
                report.event(&ExperimentEvent::LookFailed(&error));
                return ControlFlow::Continue(LookEnd::Missed(error));
            }
            Err(ReadError::Cloud(error)) => {
                return ControlFlow::Break(LookEnd::Unreadable(error));
            }
            Err(ReadError::Rows(error)) => return ControlFlow::Break(LookEnd::BadRows(error)),
        };
        report.event(&ExperimentEvent::Looked(&readout));
        let is_open = readout.record.state.is_open();
        let mut stopped = None;
        if let Some(guard) = self.guard
            && guard.acts_on(&readout.reading)
            && is_open
        {
            let stop = Stop {
                context: self.context,
                comparison: guard.comparison,
            };
            stopped = Some(stop.for_harm(&rule, &readout, report).await);
        }
        if readout.record.state == State::Stopped {
            self.record(&rule, &readout, report).await;
        }
        report.event(&ExperimentEvent::LookEnded {
            readout: &readout,
            stopped: stopped.as_ref(),
        });
        if let Some(Outcome { conclusion, .. }) = stopped {
            if conclusion.is_passing() {
                return ControlFlow::Continue(LookEnd::NotStopped(conclusion));
            } else if !conclusion.is_done() {
                return ControlFlow::Break(LookEnd::NotStopped(conclusion));
            }
        }
        if let Some(ended) = &readout.ended {
            let is_for_harm = ended.outcome == word(TestVerdict::GuardrailBreached);
            let is_harm = !ended.is_kept() || (self.guard.is_some() && is_for_harm);
            return ControlFlow::Break(LookEnd::Over { is_harm });
        }
        let verdict = readout.reading.readout.verdict;
        if verdict == TestVerdict::Inconclusive && is_open && !readout.reading.stays_open() {
            ControlFlow::Continue(LookEnd::Verdict(verdict))
        } else {
            ControlFlow::Break(LookEnd::Verdict(verdict))
        }
    }

    /// Puts one that is over into its ledger, where whoever ended it could not.
    async fn record(
        &self,
        rule: &ListenerRule,
        readout: &Readout,
        report: &mut dyn ExperimentReport,
    ) {
        let request = self.options.request;
        let is_whole = request.from.is_none() && request.until.is_none() && !request.fixed;
        let recording = Recording {
            context: self.context,
            comparison: self.comparison,
        };
        let numbers = is_whole.then_some(&readout.reading);
        let written = recording.write(rule, &readout.record, numbers, EndedWhen::Earlier, report);
        if let Some(notice) = Box::pin(written).await {
            report.event(&ExperimentEvent::Recorded(&notice));
        }
    }

    async fn read(&self) -> Result<Option<(ListenerRule, Readout)>, ReadError> {
        let definition = &self.comparison.definition;
        let Some(rule) = self.context.cloud.listener_rule(&definition.rule).await? else {
            return Ok(None);
        };
        let record = Record::read(&rule.tags);
        let Some(record) = record.filter(|record| record.name == definition.name) else {
            return Ok(None);
        };
        let request = self.options.request;
        let rows = match &self.rows {
            Some(input) => {
                let now = (self.context.clock)();
                Some(rows::rows(input, self.comparison, &record, request, now).await?)
            }
            None => None,
        };
        let (context, comparison, rows) = (self.context, self.comparison, rows.as_ref());
        let readout = read(context, comparison, &rule, &record, request, rows).await?;
        Ok(Some((rule, readout)))
    }
}
