//! What is known of the variants before a stop. It waits for no numbers: without them it goes by
//! the targets alone, and without these by nothing.

use tokio::time::timeout;

use super::super::comparison::{Comparison, Origin};
use super::super::readout::{ReadRequest, Readout, numbers, without_targets};
use super::super::report::{ExperimentEvent, ExperimentReport};
use super::READ_TIMEOUT;
use crate::app::Context;
use crate::cloud::{Balancing, Metrics};
use crate::experiment::stop::VariantCondition;
use crate::experiment::{Reading, Record, word};
use crate::release::ListenerRule;
use mlship_stats::TestVerdict;

/// What is known of the variants.
pub(super) struct Known {
    /// How they are.
    pub(super) condition: VariantCondition,
    /// The numbers, where they could be read.
    pub(super) reading: Option<Reading>,
}

impl Known {
    pub(super) fn by(readout: &Readout) -> Self {
        Self {
            condition: VariantCondition {
                outcome: readout.outcome(),
                breached: readout.reading.breached(),
                dead: readout.dead.clone(),
            },
            reading: Some(readout.reading.clone()),
        }
    }

    /// What was read is of what the variants were before the control's service got the winner's
    /// release.
    pub(super) fn of_promoted(readout: &Readout, dead: Vec<String>) -> Self {
        Self {
            condition: VariantCondition {
                outcome: word(TestVerdict::ChallengerBetter).to_owned(),
                breached: Vec::new(),
                dead,
            },
            reading: Some(readout.reading.clone()),
        }
    }

    fn without_numbers(dead: Vec<String>) -> Self {
        Self {
            condition: VariantCondition {
                outcome: "unknown".to_owned(),
                dead,
                ..VariantCondition::default()
            },
            reading: None,
        }
    }
}

/// Looks at the variants.
pub(super) async fn known<C: Balancing + Metrics>(
    context: &Context<'_, C>,
    comparison: &Comparison,
    rule: Option<&ListenerRule>,
    report: &mut dyn ExperimentReport,
) -> Known {
    let cloud = context.cloud;
    let record = rule.and_then(|rule| Record::read(&rule.tags));
    let is_own =
        |record: &Record| record.state.is_open() && record.name == comparison.definition.name;
    let Some((rule, record)) = rule.zip(record.filter(is_own)) else {
        return Known::without_numbers(Vec::new());
    };
    let definition = comparison.definition.as_in(&record);
    let dead = timeout(READ_TIMEOUT, without_targets(cloud, &definition));
    let dead = dead.await.unwrap_or_default();
    if comparison.measured().is_none() {
        let error = match &comparison.origin {
            Origin::Manifest(_) => "the manifest does not say what is measured",
            Origin::Service(_) => "only the manifest says what is measured",
        };
        report.event(&ExperimentEvent::NumbersUnreadable(error));
        return Known::without_numbers(dead);
    }
    let (request, now) = (ReadRequest::default(), (context.clock)());
    let about = (rule, &record);
    let reading = Box::pin(numbers(cloud, comparison, about, request, now, &dead, None));
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
            return Known::by(&readout);
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    report.event(&ExperimentEvent::NumbersUnreadable(&error));
    Known::without_numbers(dead)
}
