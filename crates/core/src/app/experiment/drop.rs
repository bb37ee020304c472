//! Takes a variant out of an experiment: another phase without it, whose corrections are those of as
//! many challengers as there were.

use std::time::Duration;

use tokio::time::timeout;

use super::comparison::ClearedExperiment;
use super::observing::observe;
use super::outcome::{Conclusion, Details, Outcome};
use super::readout::{ReadRequest, read};
use super::report::{ExperimentEvent, ExperimentReport};
use crate::app::Context;
use crate::cloud::{Balancing, Cloud, Metrics};
use crate::experiment::start::{PhaseOpening, StartPlan, StartRequest, plan};
use crate::experiment::{Record, RecordedVariants, Refusal, open};
use crate::release::ids::Caller;

/// How long numbers are waited for: a variant that does harm is dropped without them.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes a variant out of an experiment.
pub struct Drop<'a, C> {
    /// The ports, and what the process was asked from outside.
    pub context: &'a Context<'a, C>,
    /// The experiment.
    pub comparison: ClearedExperiment<'a>,
    /// Who does it.
    pub caller: &'a Caller,
    /// The variant.
    pub variant: &'a str,
}

impl<C: Cloud + Balancing + Metrics> Drop<'_, C> {
    /// Drops it, and says how that ended.
    pub async fn run(&self, report: &mut dyn ExperimentReport) -> Outcome {
        let ended = tokio::select! {
            ended = Box::pin(self.run_to_end(report)) => ended,
            interrupt = self.context.interrupts.wait() => {
                Err(Outcome::interrupted(interrupt, &self.again()))
            }
        };
        match ended {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn run_to_end(&self, report: &mut dyn ExperimentReport) -> Result<Outcome, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let refused = |refusal: Refusal| self.comparison.refused(vec![refusal]);
        let seen = observe(cloud, definition).await?;
        let rule = seen.rule.as_ref();
        let rule = rule.ok_or_else(|| refused(Refusal::no_rule(&definition.rule)))?;
        let record = Record::read(&rule.tags);
        let record = record
            .filter(|record| record.name == definition.name && record.state.is_open())
            .ok_or_else(|| refused(Refusal::not_under_way(&definition.name)))?;
        let mut without = definition.as_in(&record);
        let Some(arm) = without.arms.iter_mut().find(|arm| arm.name == self.variant) else {
            let known: Vec<&str> = definition.arms.iter().map(|arm| &*arm.name).collect();
            return Err(refused(Refusal::no_variant(self.variant, &known)));
        };
        if arm.is_control {
            return Err(refused(Refusal::control_dropped(arm)));
        }
        arm.is_dropped = true;
        if without.challengers().next().is_none() {
            return Err(refused(Refusal::last_challenger(self.variant)));
        }
        if RecordedVariants::of(&without).tags().is_empty() {
            return Err(refused(Refusal::variants_not_recorded(
                &record.name,
                &definition.rule,
            )));
        }
        let plan = plan(&without, &seen, StartRequest::default())
            .map_err(|refusals| self.comparison.refused(refusals))?;
        let opening = match &plan {
            StartPlan::AlreadyRunning(runs) => {
                return Ok(Outcome::runs(runs.clone(), Vec::new()));
            }
            StartPlan::Open(opening) => opening,
        };
        if opening.raises(&without) {
            self.may_get_more(opening, &record).await?;
        }
        report.event(&ExperimentEvent::StartPlanned(&plan));
        let by = &self.caller.arn;
        let rule = open::prepare(cloud, opening, by).await?;
        let record = open::share(cloud, opening, &rule, by, self.context.clock).await?;
        let since = record.since.unwrap_or_default();
        let message = format!(
            "{}: {} is dropped, phase {} runs since {since}",
            record.name, self.variant, record.phase
        );
        let details = Details::Started {
            phase: record.phase,
            since: record.since,
            rule: definition.rule.clone(),
            traffic: record.weights,
        };
        Ok(Outcome::done(Conclusion::Dropped, message, details))
    }

    /// What is left gets the share of what is dropped: more traffic for what does harm makes it
    /// worse.
    async fn may_get_more(&self, opening: &PhaseOpening, record: &Record) -> Result<(), Outcome> {
        let (request, rule) = (ReadRequest::default(), &opening.rule);
        let comparison = &self.comparison;
        let reading = read(self.context, comparison, rule, record, request, None);
        let Ok(Ok(readout)) = timeout(READ_TIMEOUT, Box::pin(reading)).await else {
            return Ok(());
        };
        let control = comparison.definition.control().map(|arm| &arm.name);
        let mut breached = readout.reading.breached().into_iter();
        let harms = breached.any(|name| name != self.variant && Some(&name) != control);
        if !harms {
            return Ok(());
        }
        let invocation = self.context.invocation;
        let stop = invocation.command_for("experiment stop", &comparison.address());
        Err(Outcome::harms(readout).hint(format!(
            "what is left does harm, too, and would get more traffic: `{stop} --no-winner` gives \
             the control all of it"
        )))
    }

    fn again(&self) -> String {
        let invocation = self.context.invocation;
        let line = invocation.command_for("experiment drop", &self.comparison.address());
        format!("{line} {}", self.variant)
    }
}
