//! The steps of an experiment that runs by itself, and how each is taken.

use super::Run;
use super::look::Look;
use crate::app::experiment::cleanup::clean_up;
use crate::app::experiment::ended::Ended;
use crate::app::experiment::outcome::{Conclusion, Details, Outcome};
use crate::app::experiment::readout::Readout;
use crate::app::experiment::recording::Recording;
use crate::app::experiment::report::{ExperimentEvent, ExperimentReport};
use crate::app::experiment::served::EndedWhen;
use crate::app::experiment::start::{Start, StartOptions};
use crate::app::experiment::stop::{Ending, Stop, StopOptions};
use crate::cloud::{Balancing, Cloud, Metrics};
use crate::experiment::start::StartRequest;
use crate::experiment::{Claim, EndReason, NextStep, Record, Wait};
use crate::ledger::Ledgers;
use crate::progress::ExitCode;
use crate::registry::Registries;
use mlship_stats::TestVerdict;

/// What follows from a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// To open the first phase, or to go on with a phase that was begun.
    Open,
    /// To go on with a stop that was begun.
    FinishStop,
    /// What the numbers say.
    ByNumbers(NextStep),
    /// To go on with the promotion of a winner.
    Promote(String),
    /// Nothing: the deploy of a winner had ended like this.
    NotPromoted(String, ExitCode),
    /// To scale the losers down, which no client is with any more.
    CleanUp,
    /// Nothing: it is over.
    Over,
}

impl From<NextStep> for Step {
    fn from(step: NextStep) -> Self {
        Self::ByNumbers(step)
    }
}

impl Step {
    /// To stop for harm.
    pub(super) fn harm(verdict: TestVerdict) -> Self {
        NextStep::End(EndReason::Harm(verdict)).into()
    }

    /// Says whether it takes a write.
    pub(super) fn writes(&self) -> bool {
        match self {
            Self::Open | Self::FinishStop | Self::Promote(_) | Self::CleanUp => true,
            Self::ByNumbers(step) => match step {
                NextStep::Ramp | NextStep::Promote(_) | NextStep::End(_) => true,
                NextStep::Wait(_) | NextStep::Keep(_) => false,
            },
            Self::NotPromoted(..) | Self::Over => false,
        }
    }
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Run<'_, C> {
    /// Says what is so where no step is due.
    pub(super) async fn tell(
        &self,
        look: &Look,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        if let Some(readout) = &look.readout {
            report.event(&ExperimentEvent::Looked(readout));
        }
        match (&look.step, &look.record) {
            (Step::ByNumbers(NextStep::Wait(wait)), Some(record)) => {
                Ok(self.goes_on(record, *wait))
            }
            (Step::ByNumbers(NextStep::Keep(winner)), record) => {
                Ok(Box::pin(self.decided(winner, record.as_ref())).await)
            }
            (Step::NotPromoted(winner, code), _) => Err(self.not_promoted(winner, *code, true)),
            (Step::Over, Some(record)) => Ok(self.over(look, record, report).await),
            (
                Step::Open
                | Step::FinishStop
                | Step::ByNumbers(_)
                | Step::Promote(_)
                | Step::CleanUp
                | Step::Over,
                _,
            ) => Ok(Outcome::nothing_to_do()),
        }
    }

    /// Takes the step that follows from a look.
    pub(super) async fn act(
        &self,
        look: &Look,
        claim: &Claim<'_, C>,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        if let Some(readout) = &look.readout {
            report.event(&ExperimentEvent::Looked(readout));
        }
        match (&look.step, &look.readout) {
            (Step::Open, _) => self.start(false, report).await,
            (Step::ByNumbers(NextStep::Ramp), _) => self.start(true, report).await,
            (Step::FinishStop, _) => self.finish_stop(look, report).await,
            (Step::ByNumbers(NextStep::End(reason)), Some(readout)) => {
                self.end(look, readout, *reason, report).await
            }
            (Step::Promote(winner) | Step::ByNumbers(NextStep::Promote(winner)), Some(readout)) => {
                let promoted = self.promote(look, readout, winner, claim, report);
                Box::pin(promoted).await
            }
            (Step::CleanUp, _) => clean_up(self.context, &self.comparison, report).await,
            (Step::ByNumbers(_) | Step::Promote(_) | Step::NotPromoted(..) | Step::Over, _) => {
                Ok(Outcome::nothing_to_do())
            }
        }
    }

    async fn start(
        &self,
        next: bool,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let start = Start {
            context: self.context,
            comparison: &self.comparison,
            caller: self.caller,
            options: StartOptions {
                asked: StartRequest { next, force: false },
                timeout: self.options.timeout,
                verify: self.options.verify,
            },
        };
        Ok(Box::pin(start.run(report)).await)
    }

    fn stop(&self) -> Stop<'_, C> {
        Stop {
            context: self.context,
            comparison: self.comparison,
        }
    }

    async fn finish_stop(
        &self,
        look: &Look,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let end = look.record.as_ref().and_then(|record| record.end.as_ref());
        let ending = end.map_or(Ending::NoWinner, |end| Ending::Winner(end.winner.clone()));
        let options = StopOptions {
            ending: Some(ending),
            now: false,
            cleanup: false,
            force: false,
        };
        Ok(self.stop().run(&options, report).await)
    }

    pub(super) async fn end(
        &self,
        look: &Look,
        readout: &Readout,
        reason: EndReason,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let now = match reason {
            EndReason::Harm(_) => true,
            EndReason::NoDifference | EndReason::SampleComplete | EndReason::DaysOver => false,
        };
        let stop = self.stop();
        let stopped = stop.to_control(&look.rule, readout, now, report);
        let stopped = Box::pin(stopped).await?;
        let conclusion = match reason {
            EndReason::Harm(TestVerdict::GuardrailBreached | TestVerdict::BrokenSplit) => {
                Conclusion::StoppedForHarm
            }
            // Who is better is what was asked.
            EndReason::Harm(
                TestVerdict::ControlBetter
                | TestVerdict::ChallengerBetter
                | TestVerdict::NoDifference
                | TestVerdict::Inconclusive,
            )
            | EndReason::NoDifference
            | EndReason::SampleComplete
            | EndReason::DaysOver => Conclusion::Stopped,
        };
        let said = format!("{}: {}", readout.record.name, words(reason));
        Ok(stopped.concluding(conclusion).preceded_by(said, None))
    }

    fn goes_on(&self, record: &Record, wait: Wait) -> Outcome {
        let steps = self.comparison.definition.steps().len();
        let waits = match wait {
            Wait::Verdict => "there is no verdict yet".to_owned(),
            Wait::LastOutcomes => {
                "the sample is complete, and its last outcomes may still come".to_owned()
            }
            Wait::Step(until) => {
                format!(
                    "step {} of {steps} of the ramp lasts until {until:.0}",
                    record.step
                )
            }
            Wait::Counts => format!(
                "step {} of {steps} of the ramp has no counts to go by yet",
                record.step
            ),
        };
        let message = format!("{}: phase {} goes on, {waits}", record.name, record.phase);
        let details = Details::GoesOn {
            phase: record.phase,
            step: (record.step, steps),
            waits_for: wait,
        };
        Outcome::done(Conclusion::GoesOn, message, details)
    }

    async fn decided(&self, winner: &str, record: Option<&Record>) -> Outcome {
        let name = &self.comparison.definition.name;
        let message = format!("{name}: {winner} is better; nothing was moved");
        let invocation = self.context.invocation;
        let stop = invocation.command_for("experiment stop", &self.comparison.address());
        let next = [
            format!("`{stop} --winner {winner}` gives it all the traffic"),
            "with `onWinner: promote` its release becomes the control's, which then gets all the \
             traffic"
                .to_owned(),
        ];
        let changes = self.changes_to_keep(winner, record).await;
        let details = Details::Decided {
            winner: winner.to_owned(),
            changes,
        };
        Outcome::done(Conclusion::Decided, message, details).adding(next)
    }

    async fn over(
        &self,
        look: &Look,
        record: &Record,
        report: &mut dyn ExperimentReport,
    ) -> Outcome {
        let recording = Recording {
            context: self.context,
            comparison: &self.comparison,
        };
        let written = recording.write(&look.rule, record, None, EndedWhen::Earlier, report);
        let ledger = Box::pin(written).await;
        let ended = Ended::of(&self.comparison.definition, &look.rule, record);
        let (message, is_kept) = match &ended {
            Some(ended) => (
                format!(
                    "{}: over since {}, {}; {} has all the traffic",
                    record.name,
                    ended.at,
                    ended.outcome.replace('_', " "),
                    ended.winner
                ),
                ended.is_kept(),
            ),
            None => (format!("{}: over", record.name), true),
        };
        if !is_kept {
            let message = format!("{message} no more: somebody changed the rule since");
            return Outcome::failed(Conclusion::Harms, message)
                .hint("find out who; `mlship experiment status` shows who gets it now");
        }
        let over = Details::Over {
            registry: None,
            ledger,
        };
        let cleans = record.promotion.as_ref().zip(record.end.as_ref());
        let cleans = cleans.filter(|(it, end)| it.is_deployed() && end.cleaned.is_none());
        let cleans = cleans.map(|(_, end)| {
            format!(
                "the losers are scaled down by the next run after {}",
                end.cookies_end
            )
        });
        Outcome::done(Conclusion::Unchanged, message, over).adding(cleans)
    }
}

fn words(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Harm(TestVerdict::BrokenSplit) => "the split is broken, so it ends",
        EndReason::Harm(TestVerdict::ControlBetter) => "the control is better, so it ends",
        EndReason::Harm(
            TestVerdict::GuardrailBreached
            | TestVerdict::ChallengerBetter
            | TestVerdict::NoDifference
            | TestVerdict::Inconclusive,
        ) => "a guardrail is breached, so it ends",
        EndReason::NoDifference => "there is no difference that matters, so it ends",
        EndReason::SampleComplete => "the sample is complete without a verdict, so it ends",
        EndReason::DaysOver => "its days are over without a verdict, so it ends",
    }
}
