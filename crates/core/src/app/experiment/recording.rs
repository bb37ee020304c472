//! Puts an experiment that ended into its ledger. A failure there is a warning: the experiment is
//! over. What a process left unwritten is written by the next command that sees the rule.

mod contents;
mod place;

use contents::{Contents, contents};
use place::place;

use super::comparison::{Comparison, Origin};
use super::report::{ExperimentEvent, ExperimentReport};
use super::served::EndedWhen;
use crate::app::Context;
use crate::app::registry_update::REGISTRY_TIMEOUT;
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::start::PhaseOpening;
use crate::experiment::{Reading, Record, Recorded, State, tag};
use crate::ledger::{Entry, ExperimentRecord, Ledger, LedgerPlace, Ledgers, Written};
use crate::release::ListenerRule;
use crate::release::ids::RuleArn;

/// What became of the record of an experiment that ended.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LedgerNotice {
    /// Where it is, if it is there.
    pub place: Option<String>,
    /// What of it is not there, and why.
    pub lacks: Option<String>,
    /// Why it is not there.
    pub error: Option<String>,
    /// The command that writes it, or what it lacks.
    pub retry: Option<String>,
}

impl LedgerNotice {
    /// Returns what to say of it.
    #[must_use]
    pub fn line(&self) -> String {
        let again = self.retry.as_ref();
        let again = again.map_or_else(String::new, |retry| format!("; `{retry}` writes it"));
        match (&self.error, &self.place, &self.lacks) {
            (Some(error), _, _) => format!("not recorded: {error}{again}"),
            (None, Some(place), Some(lacks)) => format!("recorded in {place}, {lacks}{again}"),
            (None, Some(place), None) => format!("recorded in {place}"),
            (None, None, _) => String::new(),
        }
    }

    /// Says whether all of it is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.error.is_none() && self.lacks.is_none()
    }
}

/// Puts an experiment that ended into its ledger.
pub(super) struct Recording<'a, C> {
    pub(super) context: &'a Context<'a, C>,
    pub(super) comparison: &'a Comparison,
}

impl<C: Cloud + Balancing + Metrics + Ledgers> Recording<'_, C> {
    /// Writes what ended before on the rule on which another phase is about to begin, and nobody
    /// wrote: the start does away with what the rule says of it.
    pub(super) async fn of_before(
        context: &Context<'_, C>,
        begins: &Comparison,
        opening: &PhaseOpening,
        report: &mut dyn ExperimentReport,
    ) {
        let rule = &opening.rule;
        let Some(record) = Record::read(&rule.tags).filter(|record| !record.state.is_open()) else {
            return;
        };
        let is_same = record.name == begins.definition.name
            && record.analysis_digest == begins.definition.analysis_digest;
        let by_rule = Comparison::of_rule(&rule.arn, &record);
        let Some(comparison) = by_rule
            .as_ref()
            .filter(|_| !is_same)
            .or(is_same.then_some(begins))
        else {
            return;
        };
        let recording = Recording {
            context,
            comparison,
        };
        if let Some(notice) =
            Box::pin(recording.write(rule, &record, None, EndedWhen::Earlier, report)).await
        {
            report.event(&ExperimentEvent::Recorded(&notice));
        }
    }

    /// Writes what a rule says ended, with the numbers that were just read, unless it is there.
    /// None where there is nothing to write, or nowhere.
    pub(super) async fn write(
        &self,
        rule: &ListenerRule,
        record: &Record,
        numbers: Option<&Reading>,
        when: EndedWhen,
        report: &mut dyn ExperimentReport,
    ) -> Option<LedgerNotice> {
        if record.state != State::Stopped || !self.adds_to(record.recorded) {
            return None;
        }
        let place = match place(self.comparison, record) {
            Ok(place) => place?,
            Err(error) => return Some(self.failed(record, error)),
        };
        let work = Box::pin(self.written(&place, rule, record, (numbers, when), report));
        match tokio::time::timeout(REGISTRY_TIMEOUT, work).await {
            Ok(Ok(notice)) => notice,
            Ok(Err(error)) => Some(self.failed(record, error)),
            Err(_) => Some(self.failed(record, "no answer in time".to_owned())),
        }
    }

    /// Says whether this command knows more than what is recorded.
    fn adds_to(&self, recorded: Option<Recorded>) -> bool {
        match recorded {
            None => true,
            Some(Recorded::Whole) => false,
            Some(Recorded::Partly) => match self.comparison.origin {
                Origin::Manifest(_) => true,
                Origin::Service(_) => false,
            },
        }
    }

    fn failed(&self, record: &Record, error: String) -> LedgerNotice {
        LedgerNotice {
            error: Some(error),
            retry: Some(self.retry(record)),
            ..LedgerNotice::default()
        }
    }

    /// Returns the command that sees the rule, and writes what is not there.
    fn retry(&self, record: &Record) -> String {
        let address = self.comparison.address();
        let invocation = self.context.invocation;
        let line = invocation.command_for("experiment status", &address);
        match place::by_flag(self.comparison, record) {
            Some(flag) => format!("{line} --record {flag}"),
            None => line,
        }
    }

    async fn written(
        &self,
        place: &LedgerPlace,
        rule: &ListenerRule,
        record: &Record,
        (numbers, when): (Option<&Reading>, EndedWhen),
        report: &mut dyn ExperimentReport,
    ) -> Result<Option<LedgerNotice>, String> {
        let words = |error: crate::registry::RegistryError| match &error.hint {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        };
        let cloud = self.context.cloud;
        let Some(ledger) = cloud.ledger(place).await.map_err(words)? else {
            return Ok(None);
        };
        let found = contents(self.context, self.comparison, rule, record, numbers, when).await;
        let Some(Contents { entry, lacks }) = found else {
            return Ok(None);
        };
        if lacks.is_some() && is_there_whole(&*ledger, &entry).await {
            return Ok(None);
        }
        let page = report.page(&entry);
        let entry = Entry {
            record: &entry,
            page: &page,
        };
        let Written {
            place,
            lacks: not_taken,
        } = ledger.write(&entry).await.map_err(words)?;
        let recorded = if lacks.is_none() {
            Recorded::Whole
        } else {
            Recorded::Partly
        };
        // Where the rule does not say so, the next command writes the same again.
        let _ = put_down(cloud, &rule.arn, record, recorded).await;
        let retry = lacks.as_ref().map(|_| self.retry(record));
        let mut all = lacks.into_iter().chain(not_taken).collect::<Vec<_>>();
        all.dedup();
        Ok(Some(LedgerNotice {
            place: Some(place),
            lacks: (!all.is_empty()).then(|| all.join("; ")),
            error: None,
            retry,
        }))
    }
}

/// Puts down that an experiment is recorded, beside what its rule says by now: meanwhile its losers
/// may have been scaled down.
async fn put_down<C: Balancing>(
    cloud: &C,
    rule: &RuleArn,
    record: &Record,
    recorded: Recorded,
) -> Answer<()> {
    let shown = cloud.listener_rule(rule).await?;
    let shown = shown.and_then(|rule| Record::read(&rule.tags));
    let own = shown.filter(|shown| {
        (&shown.name, shown.state, shown.started) == (&record.name, record.state, record.started)
    });
    let Some(own) = own else {
        return Ok(());
    };
    tag(cloud, rule, &own.recorded_tags(recorded)).await
}

/// Says whether a ledger has more of an experiment than would be written: where the rule's tags
/// could not say so.
async fn is_there_whole(ledger: &dyn Ledger, entry: &ExperimentRecord) -> bool {
    let found = ledger.read(Some(&entry.experiment)).await;
    let mut records = found.unwrap_or_default().records.into_iter();
    let own = records.find(|record| record.id == entry.id);
    own.is_some_and(|record| record.design.is_some() && record.readout.is_some())
}
