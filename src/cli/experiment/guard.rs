//! Keeping a variant what it is while an experiment runs.

use crate::cli::exit;
use crate::cloud::{Answer, Balancing, ErrorKind};
use crate::experiment::Record;
use crate::release::ids::{RuleArn, ServiceId};
use crate::report::ResultRecord;

/// Returns the experiment that a service takes part in, by the rule that its tag names. The rule
/// decides: the tag may be left over.
pub(in crate::cli) async fn under_way<C: Balancing>(
    cloud: &C,
    rule: Option<&str>,
) -> Answer<Option<Record>> {
    let Some(rule) = rule else {
        return Ok(None);
    };
    let rule = match cloud.listener_rule(&RuleArn::new(rule)).await {
        // Anyone may write tags: what is no rule has no experiment.
        Err(error) if error.kind == ErrorKind::Rejected => return Ok(None),
        rule => rule?,
    };
    Ok(rule
        .and_then(|rule| Record::read(&rule.tags))
        .filter(|record| record.state.is_open()))
}

/// A release must not change a variant while it is compared.
pub(in crate::cli) fn refused(service: &ServiceId, record: &Record) -> ResultRecord {
    let mut result = ResultRecord::new(service, "refused", exit::REFUSED);
    let name = &record.name;
    result.error = Some(format!(
        "the service takes part in experiment {name}, which is {}: its numbers would be of two \
         releases",
        record.state.word()
    ));
    result.hint = Some(format!(
        "end experiment {name} with `mlship experiment stop`, or insist with --force"
    ));
    result
}
