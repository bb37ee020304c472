//! An experiment that runs by itself: starts, goes up its ramp, stops for harm and ends. What step it
//! is at stands in the tags of its rule, so that whoever comes next goes on with it.

mod look;
mod promote;
mod step;
mod tested_image;

use std::time::Duration;

use step::Step;
use tokio::time::timeout;

use super::comparison::ClearedExperiment;
use super::outcome::{Conclusion, Outcome};
use super::report::{ExperimentEvent, ExperimentReport};
use super::rows::RowsInput;
use crate::app::Context;
use crate::cloud::{Balancing, Cloud, Metrics};
use crate::experiment::{Claim, Claiming};
use crate::ledger::Ledgers;
use crate::pause::sleep;
use crate::progress::{Fault, Refusal};
use crate::registry::Registries;
use crate::release::ids::Caller;

/// How long to wait between two looks: points come by the minute.
const PAUSE: Duration = Duration::from_mins(1);
/// How long a command that was interrupted may take to give the next step back.
const RELEASE: Duration = Duration::from_secs(5);

/// How an experiment runs.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// How long to wait for variants to become healthy, and for the deploy of a winner.
    pub timeout: Duration,
    /// Whether the deploy of a winner that failed is tried again.
    pub retry_failed: bool,
    /// Whether to ask first whether all is there that releases lean on.
    pub verify: bool,
}

/// Takes the steps of an experiment that runs by itself.
pub struct Run<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: ClearedExperiment<'a>,
    /// Who runs it, and where.
    pub caller: &'a Caller,
    /// How.
    pub options: RunOptions,
    /// Rows of clients, where there are some.
    pub rows: Option<RowsInput<'a>>,
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Run<'_, C> {
    /// Takes the step that is due, if one is, and says how that ended.
    pub async fn advance(&self, report: &mut dyn ExperimentReport) -> Outcome {
        match Box::pin(self.pass(report)).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    /// Takes one step after the other until the experiment is over, and says how that ended.
    pub async fn run(&self, report: &mut dyn ExperimentReport) -> Outcome {
        let interrupts = self.context.interrupts;
        let mut is_first = true;
        loop {
            let outcome = self.advance(report).await;
            match outcome.conclusion {
                // Of the last, somebody else takes a step.
                Conclusion::GoesOn | Conclusion::Started | Conclusion::Refused(Refusal::Stale) => {
                    report.event(&ExperimentEvent::StepTaken(&outcome));
                }
                // Nobody answers for the moment.
                Conclusion::Error(Fault::Unreachable) if !is_first => {
                    report.event(&ExperimentEvent::StepTaken(&outcome));
                }
                Conclusion::Unchanged
                | Conclusion::Stopped
                | Conclusion::StoppedForHarm
                | Conclusion::Promoted
                | Conclusion::NotPromoted(_)
                | Conclusion::Decided
                | Conclusion::Dropped
                | Conclusion::CleanedUp
                | Conclusion::Refused(Refusal::Manifest | Refusal::Check)
                | Conclusion::Harms
                | Conclusion::NotDeployed(_)
                | Conclusion::TimedOut
                | Conclusion::Interrupted(_)
                | Conclusion::Error(_) => return outcome,
            }
            is_first = false;
            tokio::select! {
                () = sleep(PAUSE) => {}
                interrupt = interrupts.wait() => {
                    return Outcome::interrupted(interrupt, &self.again());
                }
            }
        }
    }

    async fn pass(&self, report: &mut dyn ExperimentReport) -> Result<Outcome, Outcome> {
        let look = self.unless_interrupted(self.look()).await??;
        if !look.step.writes() {
            return self.tell(&look, report).await;
        }
        let rule = &self.comparison.definition.rule;
        let claiming = Claim::take(self.context.cloud, rule, self.context.clock);
        let claim = match self.unless_interrupted(claiming).await?? {
            Claiming::Ours(claim) => claim,
            Claiming::Others => return Err(self.elsewhere()),
        };
        let work = async {
            // What was seen before may be what somebody else has acted on since.
            let look = self.unless_interrupted(self.look()).await??;
            if look.step.writes() {
                self.act(&look, &claim, report).await
            } else {
                self.tell(&look, report).await
            }
        };
        let ended = claim.during(Box::pin(work)).await;
        let _ = timeout(RELEASE, claim.release()).await;
        ended
    }

    /// Somebody else takes the next step.
    fn elsewhere(&self) -> Outcome {
        let message = format!(
            "{}: another run takes the next step right now",
            self.comparison.definition.name
        );
        Outcome::failed(Conclusion::Refused(Refusal::Stale), message)
            .hint("nothing was written; a run that was killed holds the next up for two minutes")
    }

    /// Waits for something before which nothing is written, unless a signal comes first.
    async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Result<T, Outcome> {
        tokio::select! {
            done = Box::pin(work) => Ok(done),
            interrupt = self.context.interrupts.wait() => {
                Err(Outcome::interrupted(interrupt, &self.again()))
            }
        }
    }

    /// Returns the command that goes on with it.
    fn again(&self) -> String {
        let invocation = self.context.invocation;
        invocation.command_for("experiment run", &self.comparison.address())
    }
}
