//! Ending an experiment: one variant gets all the traffic, by one checked write.

mod known;
mod options;

use std::time::Duration;

use known::{Known, known};
pub use options::{Ending, StopOptions};
use tokio::time::timeout;

use super::cleanup::clean_up;
use super::comparison::ClearedExperiment;
use super::notify_registry::{RegistryNotice, notify};
use super::outcome::{Conclusion, Details, Outcome};
use super::readout::{Readout, without_targets};
use super::recording::{LedgerNotice, Recording};
use super::report::{ExperimentEvent, ExperimentReport};
use super::served::EndedWhen;
use crate::app::Context;
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::stop::{Closing, StopBy, StopPlan, StopRequest, plan};
use crate::experiment::{Definition, Reading, Record, close};
use crate::ledger::Ledgers;
use crate::registry::Registries;
use crate::release::ListenerRule;

/// How long a stop waits for what it can do without: numbers, the targets' health, who calls.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Stops experiments.
pub struct Stop<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: ClearedExperiment<'a>,
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Stop<'_, C> {
    /// Stops it, scales its losers down, or both, and says how that ended.
    pub async fn run(&self, options: &StopOptions, report: &mut dyn ExperimentReport) -> Outcome {
        let work = Box::pin(self.run_to_end(options, report));
        let ended = tokio::select! {
            ended = work => ended,
            interrupt = self.context.interrupts.wait() => {
                let again = options.added_to(self.command_line());
                Err(Outcome::interrupted(interrupt, &again))
            }
        };
        match ended {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    /// Stops one without a winner, by what was just read.
    pub async fn for_harm(
        &self,
        rule: &ListenerRule,
        readout: &Readout,
        report: &mut dyn ExperimentReport,
    ) -> Outcome {
        match Box::pin(self.to_control(rule, readout, true, report)).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    /// Gives the control all the traffic, by what was just read; for harm at once, whatever cookies
    /// say.
    pub(super) async fn to_control(
        &self,
        rule: &ListenerRule,
        readout: &Readout,
        now: bool,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let siblings = siblings(self.context.cloud, &self.comparison.definition).await?;
        let asked = StopRequest {
            now,
            ..StopRequest::default()
        };
        let known = Known::by(readout);
        self.close(Some(rule), &siblings, &known, &asked, report)
            .await
    }

    /// Gives the control all the traffic, whose service has the winner's release: as its verdict was
    /// read before that, and as the targets are now.
    pub(super) async fn to_promoted(
        &self,
        rule: &ListenerRule,
        readout: &Readout,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let siblings = siblings(cloud, definition).await?;
        let dead = without_targets(cloud, &definition.as_in(&readout.record)).await;
        let known = Known::of_promoted(readout, dead);
        let asked = StopRequest {
            by: StopBy::Promotion,
            ..StopRequest::default()
        };
        self.close(Some(rule), &siblings, &known, &asked, report)
            .await
    }

    async fn run_to_end(
        &self,
        options: &StopOptions,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let mut stopped = None;
        if let Some(ending) = &options.ending {
            let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
            let rule = cloud.listener_rule(&definition.rule).await?;
            let siblings = siblings(cloud, definition).await?;
            let known = known(self.context, &self.comparison, rule.as_ref(), report).await;
            let asked = StopRequest {
                winner: match ending {
                    Ending::Winner(winner) => Some(winner.clone()),
                    Ending::NoWinner => None,
                },
                now: options.now,
                force: options.force,
                by: StopBy::Hand,
            };
            let closed = self.close(rule.as_ref(), &siblings, &known, &asked, report);
            stopped = Some(closed.await?);
        }
        if !options.cleanup {
            return Ok(stopped.unwrap_or_else(Outcome::nothing_to_do));
        }
        let cleaned = clean_up(self.context, &self.comparison, report).await;
        match stopped {
            Some(stopped) => cleaned.map_err(|refused| refused.after(stopped)),
            None => cleaned,
        }
    }

    async fn close(
        &self,
        rule: Option<&ListenerRule>,
        siblings: &[ListenerRule],
        known: &Known,
        asked: &StopRequest,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let closing = match plan(definition, rule, siblings, &known.condition, asked) {
            Ok(StopPlan::Close(closing)) => closing,
            Ok(StopPlan::AlreadyStopped(record)) => {
                let message = format!("{}: stopped already", record.name);
                let when = EndedWhen::Earlier;
                let (line, registry) = self.notify(&record, when).await.unzip();
                let ledger = match rule {
                    Some(rule) => self.record(rule, &record, None, when, report).await,
                    None => None,
                };
                let lines = line
                    .into_iter()
                    .chain(ledger.as_ref().map(LedgerNotice::line));
                let lines: Vec<String> = lines.collect();
                let over = Details::Over { registry, ledger };
                return Ok(Outcome::done(Conclusion::Unchanged, message, over).adding(lines));
            }
            Err(refusals) => return Err(self.comparison.refused(refusals)),
        };
        report.event(&ExperimentEvent::StopPlanned(&closing));
        let caller = timeout(READ_TIMEOUT, cloud.caller()).await;
        let caller = caller.ok().and_then(Result::ok);
        let by = caller.map_or_else(|| "unknown".to_owned(), |caller| caller.arn);
        let record = close(cloud, &closing, &by, self.context.clock).await?;
        let numbers = known.reading.as_ref();
        let when = EndedWhen::Now;
        let ledger = self
            .record(&closing.rule, &record, numbers, when, report)
            .await;
        Ok(self.stopped(&closing, &record, ledger).await)
    }

    /// Puts it into its ledger.
    async fn record(
        &self,
        rule: &ListenerRule,
        record: &Record,
        numbers: Option<&Reading>,
        when: EndedWhen,
        report: &mut dyn ExperimentReport,
    ) -> Option<LedgerNotice> {
        let recording = Recording {
            context: self.context,
            comparison: &self.comparison,
        };
        Box::pin(recording.write(rule, record, numbers, when, report)).await
    }

    /// Tells the model registries, and says so.
    async fn notify(&self, record: &Record, when: EndedWhen) -> Option<(String, RegistryNotice)> {
        let end = record.end.as_ref()?;
        let cloud = self.context.cloud;
        let notice = Box::pin(notify(cloud, &self.comparison, record, end, when)).await;
        Some((notice.line()?, notice))
    }

    async fn stopped(
        &self,
        closing: &Closing,
        record: &Record,
        ledger: Option<LedgerNotice>,
    ) -> Outcome {
        let clean = self.command_line();
        let message = format!(
            "{}: stopped, {} has all the traffic",
            record.name, closing.winner
        );
        let cookies_end = record.end.as_ref().map(|end| end.cookies_end);
        let next = match cookies_end.filter(|_| !closing.cookies.is_zero()) {
            Some(until) => format!(
                "clients may be with the losers until {until}; `{clean} --cleanup` scales them \
                 down after that"
            ),
            None => format!(
                "no client is with the losers any more; `{clean} --cleanup` scales them down"
            ),
        };
        let (line, registry) = self.notify(record, EndedWhen::Now).await.unzip();
        let told = ledger.as_ref().map(LedgerNotice::line);
        let details = Details::Stopped {
            winner: closing.winner.clone(),
            outcome: closing.outcome.clone(),
            cookies_end,
            clients_leave: closing.immediate_switch.is_some(),
            registry,
            ledger,
        };
        Outcome::done(Conclusion::Stopped, message, details)
            .adding([next])
            .adding(line)
            .adding(told)
    }

    fn command_line(&self) -> String {
        let invocation = self.context.invocation;
        invocation.command_for("experiment stop", &self.comparison.address())
    }
}

/// Returns the rules of the listener, among which are those of the header.
async fn siblings<C: Balancing>(cloud: &C, definition: &Definition) -> Answer<Vec<ListenerRule>> {
    match cloud.rules_of(&definition.rule.listener()).await {
        // There are none of a header to find.
        Err(_) if definition.header.is_none() => Ok(Vec::new()),
        siblings => siblings,
    }
}
