//! Protects a running experiment: refuses or records changes to the services of its variants.

use std::time::Duration;

use tokio::time::timeout;

use crate::app::Context;
use crate::app::{Report, ResultRecord};
use crate::cloud::{Answer, Balancing, ErrorKind};
use crate::experiment::{DISTURBED, Record, State, tag};
use crate::progress::{Conclusion, Refusal};
use crate::release::as_tag;
use crate::release::ids::{RuleArn, ServiceId};

/// Returns the experiment that a service takes part in, by the rule that its tag names. The rule
/// decides: the tag may be left over, and the service be of a variant that was dropped.
pub async fn under_way<C: Balancing>(
    cloud: &C,
    rule: Option<&str>,
    service: &ServiceId,
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
        .filter(|record| record.state.is_open() && !record.has_dropped(service)))
}

/// How long a forced release waits to be put down with the experiment that it disturbs.
const RECORD_TIMEOUT: Duration = Duration::from_secs(5);

/// Puts a forced release down with the experiment that it disturbs, so that nobody takes the
/// numbers for those of one release. What can't be written holds nothing up.
pub async fn record_disturbance<C: Balancing>(
    context: &Context<'_, C>,
    rule: Option<&str>,
    service: &ServiceId,
    report: &mut dyn Report,
) {
    let cloud = context.cloud;
    let Some(arn) = rule else {
        return;
    };
    let work = async {
        let record = under_way(cloud, rule, service).await?;
        if record.is_some_and(|record| record.state == State::Running) {
            let told = as_tag(&format!("{} at {}", service.path(), (context.clock)()));
            let tags = [(DISTURBED.to_owned(), told)].into();
            tag(cloud, &RuleArn::new(arn), &tags).await?;
        }
        Answer::Ok(())
    };
    let why = match timeout(RECORD_TIMEOUT, work).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    report.warning(&format!(
        "the experiment of {service} does not know that it was disturbed: {why}"
    ));
}

/// A release must not change a variant while it is compared.
#[must_use]
pub fn refused(service: &ServiceId, record: &Record) -> ResultRecord {
    let mut result = ResultRecord::new(service, Conclusion::Refused(Refusal::Check));
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
