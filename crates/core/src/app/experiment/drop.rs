//! Takes a variant out of an experiment: another phase without it, whose corrections are those of as
//! many challengers as there were.

use std::time::Duration;

use tokio::time::timeout;

use super::comparison::ClearedExperiment;
use super::observing::observe;
use super::outcome::{Conclusion, Details, Outcome};
use super::readout::{ReadRequest, Readout, read, without_targets};
use super::report::{ExperimentEvent, ExperimentReport};
use crate::app::Context;
use crate::cloud::{Balancing, Cloud, Metrics};
use crate::experiment::start::{PhaseOpening, StartPlan, StartRequest, plan};
use crate::experiment::{
    DroppedVariant, HEALTHY_TARGETS, Record, RecordedVariants, Refusal, open, second,
};
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
        let mut opening = match plan {
            StartPlan::AlreadyRunning(runs) => return Ok(Outcome::runs(runs, Vec::new())),
            StartPlan::Open(opening) => opening,
        };
        // Once it is out nobody can tell any more.
        let is_told = |known: &DroppedVariant| known.name == self.variant;
        let mut told = opening
            .record
            .dropped
            .iter()
            .find(|one| is_told(one))
            .cloned();
        if told.is_none() && !record.is_dropped(self.variant) {
            let found = self.numbers(&opening, &record).await;
            if opening.raises(&without) {
                self.may_get_more(found.as_ref())?;
            }
            let dropped = self.known(&record, found.as_ref()).await;
            opening.record.dropped.push(dropped.clone());
            told = Some(dropped);
        }
        let plan = StartPlan::Open(opening);
        report.event(&ExperimentEvent::StartPlanned(&plan));
        let StartPlan::Open(opening) = &plan else {
            return Ok(Outcome::nothing_to_do());
        };
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
        let why = told.filter(|known| !known.breached.is_empty());
        let why = why.map(|known| format!("it breached {}", known.breached.join(" and ")));
        Ok(Outcome::done(Conclusion::Dropped, message, details).adding(why))
    }

    /// Returns the numbers before it, where they come in time.
    async fn numbers(&self, opening: &PhaseOpening, record: &Record) -> Option<Readout> {
        let (request, rule) = (ReadRequest::default(), &opening.rule);
        let reading = read(self.context, &self.comparison, rule, record, request, None);
        let found = timeout(READ_TIMEOUT, Box::pin(reading)).await;
        found.ok().and_then(Result::ok)
    }

    /// Returns what is known of the variant: by the numbers, and without them by its targets.
    async fn known(&self, record: &Record, found: Option<&Readout>) -> DroppedVariant {
        let now = (self.context.clock)();
        let reading = found.map(|found| &found.reading);
        let mut known = DroppedVariant::of(self.variant, record.phase, second(now), reading);
        if found.is_none() {
            let definition = self.comparison.definition.as_in(record);
            let dead = timeout(
                READ_TIMEOUT,
                without_targets(self.context.cloud, &definition),
            );
            let dead = dead.await.unwrap_or_default();
            if dead.iter().any(|name| name == self.variant) {
                known.breached.push(HEALTHY_TARGETS.to_owned());
            }
        }
        known
    }

    /// What is left gets the share of what is dropped: more traffic for what does harm makes it
    /// worse.
    fn may_get_more(&self, found: Option<&Readout>) -> Result<(), Outcome> {
        let Some(readout) = found else {
            return Ok(());
        };
        let control = self.comparison.definition.control().map(|arm| &arm.name);
        let mut breached = readout.reading.breached().into_iter();
        let harms = breached.any(|name| name != self.variant && Some(&name) != control);
        if !harms {
            return Ok(());
        }
        let invocation = self.context.invocation;
        let stop = invocation.command_for("experiment stop", &self.comparison.address());
        Err(Outcome::harms(readout.clone()).hint(format!(
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
