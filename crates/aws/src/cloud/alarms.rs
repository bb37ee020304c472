//! `CloudWatch`'s alarms: reading them with their tags, putting and deleting them.

mod definition;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{AlarmType, MetricAlarm, Tag};

use super::AwsCloud;
use super::api::MetricsApi;
use super::lacks::{Lacks, member, text};
use super::operation::Operation;
pub(super) use definition::definition;
use definition::{comparison, dimensions, statistic};
use mlship_core::cloud::{Alarms, Answer, CloudError, ErrorKind};
use mlship_core::release::{AlarmDefinition, AlarmSource, LiveAlarm};

impl Alarms for AwsCloud {
    async fn alarms(&self, prefix: &str) -> Answer<Vec<LiveAlarm>> {
        let mut found = Vec::new();
        for (arn, alarm) in named(&self.metrics, prefix).await? {
            let tags = tags(&self.metrics, &arn).await?;
            found.push(LiveAlarm { tags, ..alarm });
        }
        Ok(found)
    }

    async fn put_alarm(
        &self,
        alarm: &AlarmDefinition,
        tags: &BTreeMap<String, String>,
    ) -> Answer<()> {
        put(&self.metrics, alarm, tags).await
    }

    async fn delete_alarms(&self, names: &[String]) -> Answer<()> {
        let request = || {
            let names = Some(names.to_vec());
            self.metrics.delete_alarms().set_alarm_names(names).send()
        };
        match self
            .metrics
            .ask(Operation::DeleteAlarms, request, |_| Ok(()))
            .await
        {
            // Where one of them is gone already, none is deleted.
            Err(error) if is_not_found(&error) && names.len() > 1 => {
                for name in names {
                    let one = std::slice::from_ref(name);
                    Box::pin(self.delete_alarms(one)).await?;
                }
                Ok(())
            }
            Err(error) if is_not_found(&error) => Ok(()),
            other => other,
        }
    }
}

fn is_not_found(error: &CloudError) -> bool {
    let codes = ["ResourceNotFound", "ResourceNotFoundException"];
    error
        .code
        .as_deref()
        .is_some_and(|code| codes.contains(&code))
}

/// `DescribeAlarms`, of both types: a name is taken by one of the other, too.
async fn named(client: &MetricsApi, prefix: &str) -> Answer<Vec<(String, LiveAlarm)>> {
    let request = |token| {
        client
            .describe_alarms()
            .alarm_name_prefix(prefix)
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_next_token(token)
            .send()
    };
    let live = |arn: Option<&str>, name: Option<&str>, plain: Option<&MetricAlarm>| {
        let alarm = LiveAlarm {
            name: text(name, "AlarmName")?.to_owned(),
            definition: plain.and_then(definition),
            tags: BTreeMap::new(),
        };
        Ok((text(arn, "AlarmArn")?.to_owned(), alarm))
    };
    client
        .pages(Operation::DescribeAlarms, usize::MAX, request, |answer| {
            if answer.metric_alarms.is_none() && answer.composite_alarms.is_none() {
                return Err(Lacks::new("it has no alarms"));
            }
            let plain = answer.metric_alarms().iter();
            let plain = plain.map(|one| live(one.alarm_arn(), one.alarm_name(), Some(one)));
            let composite = answer.composite_alarms().iter();
            let composite = composite.map(|one| live(one.alarm_arn(), one.alarm_name(), None));
            let all = plain.chain(composite).collect::<Result<_, Lacks>>()?;
            Ok((all, answer.next_token))
        })
        .await
}

/// `ListTagsForResource`.
async fn tags(client: &MetricsApi, arn: &str) -> Answer<BTreeMap<String, String>> {
    let request = || client.list_tags_for_resource().resource_arn(arn).send();
    let answered = client.ask(Operation::ListTagsForResource, request, |answer| {
        let tags = member(answer.tags, "Tags")?;
        let pair = |tag: Tag| (tag.key, tag.value);
        let pairs = tags.into_iter().map(pair);
        Ok(pairs
            .filter_map(|(key, value)| Some((key?, value.unwrap_or_default())))
            .collect())
    });
    match answered.await {
        // It was deleted meanwhile.
        Err(error) if is_not_found(&error) => Ok(BTreeMap::new()),
        other => other,
    }
}

/// `PutMetricAlarm`, which takes what is left out for absent.
async fn put(
    client: &MetricsApi,
    alarm: &AlarmDefinition,
    tags: &BTreeMap<String, String>,
) -> Answer<()> {
    let signed = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let queries = definition::queries(alarm);
    let single = match alarm.queries.as_slice() {
        [one] => match &one.source {
            AlarmSource::Metric { .. } => Some(&one.source),
            AlarmSource::Expression(_) => None,
        },
        _ => None,
    };
    let tags: Vec<Tag> = tags
        .iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    let comparison = comparison(&alarm.comparison).ok_or_else(|| rejected(&alarm.comparison))?;
    let request = || {
        let request = client
            .put_metric_alarm()
            .alarm_name(&alarm.name)
            .alarm_description(&alarm.description)
            .comparison_operator(comparison.clone())
            .threshold(alarm.threshold)
            .evaluation_periods(signed(alarm.periods))
            .datapoints_to_alarm(signed(alarm.points))
            .treat_missing_data(&alarm.missing)
            .set_tags(Some(tags.clone()));
        let request = match single {
            Some(AlarmSource::Metric {
                namespace,
                name,
                dimensions: named,
                statistic: told,
                period,
            }) => {
                let (plain, extended) = statistic(told);
                request
                    .namespace(namespace)
                    .metric_name(name)
                    .set_dimensions(Some(dimensions(named)))
                    .set_statistic(plain)
                    .set_extended_statistic(extended)
                    .period(signed(*period))
            }
            Some(AlarmSource::Expression(_)) | None => request.set_metrics(Some(queries.clone())),
        };
        request.send()
    };
    client
        .ask(Operation::PutMetricAlarm, request, |_| Ok(()))
        .await
}

fn rejected(what: &str) -> CloudError {
    CloudError {
        operation: Operation::PutMetricAlarm.name(),
        kind: ErrorKind::Rejected,
        code: None,
        message: format!("{what} is no comparison of CloudWatch's"),
        hint: None,
    }
}
