//! `CloudWatch`'s `DescribeAlarms`, of both types.

use aws_sdk_cloudwatch::types::{AlarmType, StateValue};

use super::super::alarms::definition;
use super::super::api::MetricsApi;
use super::super::lacks::{Lacks, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::Alarm;

pub(super) async fn described(client: &MetricsApi, names: &[String]) -> Answer<Vec<Alarm>> {
    let request = |token| {
        client
            .describe_alarms()
            .set_alarm_names(Some(names.to_vec()))
            // Without it composite alarms are left out.
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_next_token(token)
            .send()
    };
    client
        .pages(Operation::DescribeAlarms, usize::MAX, request, |answer| {
            if answer.metric_alarms.is_none() && answer.composite_alarms.is_none() {
                return Err(Lacks::new("it has no alarms"));
            }
            let plain = answer.metric_alarms().iter();
            let plain = plain.map(|alarm| {
                let definition = definition(alarm);
                (alarm.alarm_name(), alarm.state_value(), definition)
            });
            let composite = answer.composite_alarms().iter();
            let composite = composite.map(|alarm| (alarm.alarm_name(), alarm.state_value(), None));
            let all = plain.chain(composite).map(|(name, state, definition)| {
                Ok(Alarm {
                    name: text(name, "AlarmName")?.to_owned(),
                    state: state.map_or("", StateValue::as_str).to_owned(),
                    definition,
                })
            });
            Ok((all.collect::<Result<_, Lacks>>()?, answer.next_token))
        })
        .await
}
