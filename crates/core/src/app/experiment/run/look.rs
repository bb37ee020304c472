//! A look at an experiment that runs by itself, and the step that follows.

use super::{Run, Step};
use crate::app::experiment::ended::Ended;
use crate::app::experiment::outcome::Outcome;
use crate::app::experiment::readout::{ReadRequest, Readout, numbers, read};
use crate::app::experiment::rows::{self, ReadRows};
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::{
    Promotion, PromotionState, Reading, Record, Refusal, Seen, State, harm, next_step, outcomes_in,
};
use crate::ledger::Ledgers;
use crate::registry::Registries;
use crate::release::ListenerRule;
use mlship_manifest::Measure;

/// What was seen, and what follows.
pub(super) struct Look {
    /// The rule.
    pub(super) rule: ListenerRule,
    /// What it says of the experiment; none where it says nothing of this one.
    pub(super) record: Option<Record>,
    /// The numbers, where they matter.
    pub(super) readout: Option<Readout>,
    /// What follows.
    pub(super) step: Step,
}

impl<C: Cloud + Balancing + Metrics + Registries + Ledgers> Run<'_, C> {
    pub(super) async fn look(&self) -> Result<Look, Outcome> {
        let (cloud, definition) = (self.context.cloud, &self.comparison.definition);
        let rule = cloud.listener_rule(&definition.rule).await?;
        let rule = rule.ok_or_else(|| {
            let refusal = Refusal::no_rule(&definition.rule);
            self.comparison.refused(vec![refusal])
        })?;
        let record = Record::read(&rule.tags);
        let record = record.filter(|record| record.name == definition.name);
        let Some(record) = record else {
            return Ok(Look {
                rule,
                record,
                readout: None,
                step: Step::Open,
            });
        };
        let (readout, step) = match record.state {
            State::Starting => (None, Step::Open),
            State::Stopping => (None, Step::FinishStop),
            State::Stopped => (None, self.after_the_end(&rule, &record)),
            State::Running => {
                let readout = self.read(&rule, &record).await?;
                let step = self.while_it_runs(&rule, &record, &readout).await?;
                (Some(readout), step)
            }
        };
        Ok(Look {
            rule,
            record: Some(record),
            readout,
            step,
        })
    }

    fn after_the_end(&self, rule: &ListenerRule, record: &Record) -> Step {
        let Some(end) = &record.end else {
            return Step::Over;
        };
        let is_promoted = record.promotion.as_ref();
        let is_promoted = is_promoted.is_some_and(Promotion::is_deployed);
        let ended = Ended::of(&self.comparison.definition, rule, record);
        let is_kept = ended.is_some_and(|ended| ended.is_kept());
        let is_due = end.cleaned.is_none() && end.cookies_end <= (self.context.clock)();
        if is_promoted && is_kept && is_due {
            Step::CleanUp
        } else {
            Step::Over
        }
    }

    async fn while_it_runs(
        &self,
        rule: &ListenerRule,
        record: &Record,
        readout: &Readout,
    ) -> Answer<Step> {
        if let Some(promotion) = &record.promotion {
            let winner = promotion.winner.clone();
            return Ok(match (promotion.state, harm(&readout.reading)) {
                (PromotionState::Failed(_), Some(harm)) => Step::harm(harm),
                (PromotionState::Failed(code), None) if !self.options.retry_failed => {
                    Step::NotPromoted(winner, code)
                }
                (
                    PromotionState::Deploying
                    | PromotionState::Deployed
                    | PromotionState::Stopped
                    | PromotionState::Failed(_),
                    _,
                ) => Step::Promote(winner),
            });
        }
        let Some(experiment) = self.comparison.measured() else {
            return Ok(Step::Over);
        };
        let seen = Seen {
            experiment,
            definition: &self.comparison.definition,
            record,
            reading: &readout.reading,
            is_settled: self.is_settled(rule, record, readout).await?,
            now: readout.at,
        };
        Ok(next_step(&seen).into())
    }

    /// Says whether the sample was complete so long ago that its outcomes are in.
    async fn is_settled(
        &self,
        rule: &ListenerRule,
        record: &Record,
        readout: &Readout,
    ) -> Answer<bool> {
        let is_complete = |readout: &Reading| {
            let sample = readout.sample.as_ref();
            sample.is_some_and(|sample| sample.seen >= sample.planned)
        };
        let Some(experiment) = self.comparison.measured() else {
            return Ok(true);
        };
        let now = readout.at;
        let late = match experiment.measure(&experiment.primary.metric) {
            Some(Measure::Business(metric)) if !metric.is_stamped_with_exposure() => {
                outcomes_in(experiment, now).duration_since(now)
            }
            // Of these nothing counts whose outcome may still come.
            Some(
                Measure::Business(_)
                | Measure::ErrorRate
                | Measure::SlowRequests
                | Measure::Rows(_),
            )
            | None => return Ok(true),
        };
        if late.is_zero() || !is_complete(&readout.reading) {
            return Ok(true);
        }
        let request = ReadRequest {
            until: now.saturating_sub(late).ok(),
            ..ReadRequest::default()
        };
        let (cloud, comparison, about) = (self.context.cloud, &self.comparison, (rule, record));
        let before = numbers(cloud, comparison, about, request, now, &[], None).await?;
        Ok(is_complete(&before))
    }

    async fn read(&self, rule: &ListenerRule, record: &Record) -> Result<Readout, Outcome> {
        let request = ReadRequest::default();
        let rows: Option<ReadRows> = match &self.rows {
            Some(input) => {
                let now = (self.context.clock)();
                let (comparison, record) = (&self.comparison, record);
                Some(rows::rows(input, comparison, record, request, now).await?)
            }
            None => None,
        };
        let (context, comparison) = (self.context, &self.comparison);
        let readout = read(context, comparison, rule, record, request, rows.as_ref()).await?;
        Ok(readout)
    }
}
