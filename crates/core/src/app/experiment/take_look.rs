//! Takes a look of a group-sequential design: what was counted is put down with the rule before
//! anything is decided by it.

use super::comparison::Comparison;
use super::readout::ReadRequest;
use crate::cloud::{Balancing, CloudError};
use crate::experiment::{PlannedLooks, Reading, Record, State, TakenLook, tag};
use jiff::Timestamp;

/// Says whether a readout may take a look: it is of all that came in until now.
pub(super) fn may_take(record: &Record, request: ReadRequest) -> bool {
    let is_whole = request.from.is_none() && request.until.is_none() && !request.fixed;
    is_whole && record.state == State::Running
}

/// Takes the look that is due, and returns the readout by what the rule then says; the one of before,
/// with the reason, where the look could not be put down.
pub(super) async fn take_due<C: Balancing>(
    cloud: &C,
    (comparison, record, now): (&Comparison, &Record, Timestamp),
    mut reading: Reading,
    again: impl Fn(&PlannedLooks) -> Reading,
) -> Reading {
    let due = reading.looks.as_ref().and_then(|looks| looks.due.clone());
    let Some(due) = due else {
        return reading;
    };
    match take(cloud, (comparison, record, now), &due).await {
        Ok(planned) => again(&planned),
        Err(why) => {
            if let Some(looks) = &mut reading.looks {
                looks.problem = Some(format!(
                    "a look is due and could not be put down with the rule, so it decides nothing: \
                     {why}"
                ));
            }
            reading
        }
    }
}

/// Returns the looks that the rule has then, or why it lacks the one that is due.
async fn take<C: Balancing>(
    cloud: &C,
    (comparison, record, now): (&Comparison, &Record, Timestamp),
    due: &TakenLook,
) -> Result<PlannedLooks, String> {
    let definition = &comparison.definition;
    let shown = async || {
        let rule = cloud.listener_rule(&definition.rule).await.map_err(said)?;
        let planned = rule.and_then(|rule| {
            let shown = Record::read(&rule.tags)?;
            let own = (&record.name, record.phase, record.since, record.state);
            let is_own = own == (&shown.name, shown.phase, shown.since, shown.state);
            let experiment = comparison.measured().filter(|_| is_own)?;
            PlannedLooks::of(experiment, definition, &shown, &rule.tags, now)
        });
        planned.ok_or_else(|| "the rule is of another phase by now".to_owned())
    };
    let before = shown().await?;
    // Another command may have taken it since.
    if before.place(due).is_none() || before.unreadable.is_some() {
        return Ok(before);
    }
    let tag_of_look = before.tag(due, definition, record);
    let tag_of_look = tag_of_look.ok_or("a tag has no room for what was counted")?;
    let tags = [tag_of_look].into();
    tag(cloud, &definition.rule, &tags).await.map_err(said)?;
    let after = shown().await?;
    if after.taken == before.taken {
        Err("the rule does not show it".to_owned())
    } else {
        Ok(after)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what an error becomes")]
fn said(error: CloudError) -> String {
    let hint = error.hint.as_ref();
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    format!("{error}{hint}")
}
