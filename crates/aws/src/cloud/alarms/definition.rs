//! An alarm in `CloudWatch`'s shapes and in the domain's.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricStat, Statistic,
};

use mlship_core::release::{AlarmDefinition, AlarmQuery, AlarmSource, ONLY_METRIC};

/// Reads an alarm; nothing of one that no `PutMetricAlarm` with plain metrics makes.
pub(in crate::cloud) fn definition(alarm: &MetricAlarm) -> Option<AlarmDefinition> {
    let count = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let mut queries: Vec<AlarmQuery> = if alarm.metric_name().is_some() {
        vec![only(alarm)?]
    } else {
        let all = alarm.metrics().iter().map(query);
        all.collect::<Option<_>>()?
    };
    queries.sort();
    let periods = count(alarm.evaluation_periods())?;
    let acts = [
        alarm.alarm_actions(),
        alarm.ok_actions(),
        alarm.insufficient_data_actions(),
    ];
    let has_actions = acts.iter().any(|actions| !actions.is_empty());
    Some(AlarmDefinition {
        name: alarm.alarm_name()?.to_owned(),
        description: alarm.alarm_description().unwrap_or_default().to_owned(),
        queries,
        comparison: alarm.comparison_operator()?.as_str().to_owned(),
        threshold: alarm.threshold()?,
        periods,
        points: count(alarm.datapoints_to_alarm()).unwrap_or(periods),
        missing: alarm.treat_missing_data().unwrap_or("missing").to_owned(),
        acts: has_actions,
    })
}

fn only(alarm: &MetricAlarm) -> Option<AlarmQuery> {
    let plain = alarm.statistic().map(Statistic::as_str);
    Some(AlarmQuery {
        id: ONLY_METRIC.to_owned(),
        is_returned: true,
        source: AlarmSource::Metric {
            namespace: alarm.namespace()?.to_owned(),
            name: alarm.metric_name()?.to_owned(),
            dimensions: named(alarm.dimensions()),
            statistic: plain.or(alarm.extended_statistic())?.to_owned(),
            period: u32::try_from(alarm.period()?).ok()?,
        },
    })
}

fn query(query: &MetricDataQuery) -> Option<AlarmQuery> {
    let source = match (query.expression(), query.metric_stat()) {
        (Some(expression), _) => AlarmSource::Expression(expression.to_owned()),
        (None, Some(stat)) => {
            let metric = stat.metric()?;
            AlarmSource::Metric {
                namespace: metric.namespace()?.to_owned(),
                name: metric.metric_name()?.to_owned(),
                dimensions: named(metric.dimensions()),
                statistic: stat.stat()?.to_owned(),
                period: u32::try_from(stat.period()?).ok()?,
            }
        }
        (None, None) => return None,
    };
    Some(AlarmQuery {
        id: query.id()?.to_owned(),
        is_returned: query.return_data().unwrap_or(true),
        source,
    })
}

fn named(dimensions: &[Dimension]) -> BTreeMap<String, String> {
    let pair = |one: &Dimension| Some((one.name()?.to_owned(), one.value()?.to_owned()));
    dimensions.iter().filter_map(pair).collect()
}

/// Returns what `Metrics` is of an alarm.
pub(super) fn queries(alarm: &AlarmDefinition) -> Vec<MetricDataQuery> {
    let each = alarm.queries.iter().map(|query| {
        let built = MetricDataQuery::builder()
            .id(&query.id)
            .return_data(query.is_returned);
        match &query.source {
            AlarmSource::Expression(expression) => built.expression(expression).build(),
            AlarmSource::Metric {
                namespace,
                name,
                dimensions: named,
                statistic,
                period,
            } => {
                let metric = Metric::builder()
                    .namespace(namespace)
                    .metric_name(name)
                    .set_dimensions(Some(dimensions(named)))
                    .build();
                let stat = MetricStat::builder()
                    .metric(metric)
                    .stat(statistic)
                    .period(i32::try_from(*period).unwrap_or(i32::MAX))
                    .build();
                built.metric_stat(stat).build()
            }
        }
    });
    each.collect()
}

/// Returns dimensions as requests have them.
pub(super) fn dimensions(named: &BTreeMap<String, String>) -> Vec<Dimension> {
    let each = named.iter();
    each.map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect()
}

/// Returns a statistic as the two members of an alarm have it.
pub(super) fn statistic(told: &str) -> (Option<Statistic>, Option<String>) {
    match told.parse::<Statistic>() {
        Ok(known) if Statistic::values().contains(&known.as_str()) => (Some(known), None),
        Ok(_) | Err(_) => (None, Some(told.to_owned())),
    }
}

/// Returns a comparison that `CloudWatch` has.
pub(super) fn comparison(told: &str) -> Option<ComparisonOperator> {
    let known = ComparisonOperator::values().contains(&told);
    known.then(|| ComparisonOperator::from(told))
}
