//! Ending an experiment: one variant gets all the traffic, by one checked write.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::time::timeout;

use super::cleanup::clean_up;
use super::comparison::{ClearedExperiment, Origin};
use super::notify_registry::{RegistryNotice, notify};
use super::outcome::{Conclusion, Details, Outcome};
use super::readout::{ReadRequest, Readout, numbers, without_targets};
use super::report::{ExperimentEvent, ExperimentReport};
use crate::app::Context;
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::stop::{Closing, StopPlan, StopRequest, VariantCondition, plan};
use crate::experiment::{Definition, Record, close};
use crate::registry::Registries;
use crate::release::ListenerRule;

/// How long a stop waits for what it can do without: numbers, the targets' health, who calls.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Who gets all the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The variant of this name.
    Winner(String),
    /// The control, since nobody has won.
    NoWinner,
}

/// How to stop an experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopOptions {
    /// How it is to end; none where it has.
    pub ending: Option<Ending>,
    /// Whether clients are taken from the losers at once.
    pub now: bool,
    /// Whether to scale the losers down.
    pub cleanup: bool,
    /// Whether to stop in spite of what speaks against the winner.
    pub force: bool,
}

impl StopOptions {
    /// Adds what was asked for to a command line.
    fn added_to(&self, mut line: String) -> String {
        match &self.ending {
            Some(Ending::Winner(winner)) => {
                let _ = write!(line, " --winner {winner}");
            }
            Some(Ending::NoWinner) => line.push_str(" --no-winner"),
            None => {}
        }
        let flags = [
            (" --now", self.now),
            (" --cleanup", self.cleanup),
            (" --force", self.force),
        ];
        line.extend(
            flags
                .iter()
                .filter(|(_, is_set)| *is_set)
                .map(|(flag, _)| *flag),
        );
        line
    }
}

/// Stops experiments.
pub struct Stop<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: ClearedExperiment<'a>,
}

impl<C: Cloud + Balancing + Metrics + Registries> Stop<'_, C> {
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

    /// Stops one in which a guardrail is breached.
    pub async fn for_harm(
        &self,
        rule: &ListenerRule,
        readout: &Readout,
        report: &mut dyn ExperimentReport,
    ) -> Outcome {
        let known = known_by(readout);
        let work = async {
            let siblings = siblings(self.context.cloud, &self.comparison.definition).await?;
            self.close(
                Some(rule),
                &siblings,
                &known,
                &StopRequest::default(),
                report,
            )
            .await
        };
        match Box::pin(work).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
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
            let known = self.known(rule.as_ref(), report).await;
            let asked = StopRequest {
                winner: match ending {
                    Ending::Winner(winner) => Some(winner.clone()),
                    Ending::NoWinner => None,
                },
                now: options.now,
                force: options.force,
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

    /// Returns what is known of the variants. A stop waits for no numbers: without them it goes by
    /// the targets alone, and without these by nothing.
    async fn known(
        &self,
        rule: Option<&ListenerRule>,
        report: &mut dyn ExperimentReport,
    ) -> VariantCondition {
        let unknown = VariantCondition {
            outcome: "unknown".to_owned(),
            ..VariantCondition::default()
        };
        let (cloud, comparison) = (self.context.cloud, &*self.comparison);
        let record = rule.and_then(|rule| Record::read(&rule.tags));
        let is_own =
            |record: &Record| record.state.is_open() && record.name == comparison.definition.name;
        let Some(record) = record.filter(is_own) else {
            return unknown;
        };
        let dead = timeout(READ_TIMEOUT, without_targets(cloud, &comparison.definition));
        let dead = dead.await.unwrap_or_default();
        if comparison.measured().is_none() {
            let error = match &comparison.origin {
                Origin::Manifest(_) => "the manifest does not say what is measured",
                Origin::Service(_) => "only the manifest says what is measured",
            };
            report.event(&ExperimentEvent::NumbersUnreadable(error));
            return VariantCondition { dead, ..unknown };
        }
        let (request, now) = (ReadRequest::default(), (self.context.clock)());
        let reading = Box::pin(numbers(
            cloud, comparison, &record, request, now, &dead, None,
        ));
        let error = match timeout(READ_TIMEOUT, reading).await {
            Ok(Ok(reading)) => {
                let readout = Readout {
                    record,
                    reading,
                    notes: Vec::new(),
                    dead,
                    ended: None,
                    at: now,
                };
                report.event(&ExperimentEvent::NumbersRead(&readout));
                return known_by(&readout);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        report.event(&ExperimentEvent::NumbersUnreadable(&error));
        VariantCondition { dead, ..unknown }
    }

    async fn close(
        &self,
        rule: Option<&ListenerRule>,
        siblings: &[ListenerRule],
        known: &VariantCondition,
        asked: &StopRequest,
        report: &mut dyn ExperimentReport,
    ) -> Result<Outcome, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let closing = match plan(definition, rule, siblings, known, asked) {
            Ok(StopPlan::Close(closing)) => closing,
            Ok(StopPlan::AlreadyStopped(record)) => {
                let message = format!("{}: stopped already", record.name);
                let (line, registry) = self.notify(&record).await.unzip();
                let over = Details::Over { registry };
                return Ok(Outcome::done(Conclusion::Unchanged, message, over).adding(line));
            }
            Err(refusals) => return Err(self.comparison.refused(refusals)),
        };
        report.event(&ExperimentEvent::StopPlanned(&closing));
        let caller = timeout(READ_TIMEOUT, cloud.caller()).await;
        let caller = caller.ok().and_then(Result::ok);
        let by = caller.map_or_else(|| "unknown".to_owned(), |caller| caller.arn);
        let record = close(cloud, &closing, &by, self.context.clock).await?;
        Ok(self.stopped(&closing, &record).await)
    }

    /// Tells the model registries, and says so.
    async fn notify(&self, record: &Record) -> Option<(String, RegistryNotice)> {
        let end = record.end.as_ref()?;
        let notice = Box::pin(notify(self.context.cloud, &self.comparison, end)).await;
        Some((notice.line()?, notice))
    }

    async fn stopped(&self, closing: &Closing, record: &Record) -> Outcome {
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
        let (line, registry) = self.notify(record).await.unzip();
        let details = Details::Stopped {
            winner: closing.winner.clone(),
            outcome: closing.outcome.clone(),
            cookies_end,
            clients_leave: closing.immediate_switch.is_some(),
            registry,
        };
        Outcome::done(Conclusion::Stopped, message, details)
            .adding([next])
            .adding(line)
    }

    fn command_line(&self) -> String {
        let invocation = self.context.invocation;
        invocation.command_for("experiment stop", &self.comparison.address())
    }
}

fn known_by(readout: &Readout) -> VariantCondition {
    VariantCondition {
        outcome: readout.outcome(),
        breached: readout.reading.breached(),
        dead: readout.dead.clone(),
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
