//! `CloudWatch`'s `GetMetricData`: the points of many metrics, page by page.

mod list_metrics;

use std::time::Duration;

use super::api::MetricsApi;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, MessageData, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy,
    StatusCode,
};
use jiff::Timestamp;

use super::call::Tokens;
use super::lacks::{Lacks, member, text};
use super::operation::Operation;
use mlship_core::cloud::{Answer, CloudError, ErrorKind, Metrics};
use mlship_core::release::{ExistingMetric, MetricFilter, Point, Query};

const OPERATION: Operation = Operation::GetMetricData;

/// The most queries that one request takes.
const AT_ONCE: usize = 500;

impl Metrics for super::AwsCloud {
    async fn points(
        &self,
        queries: &[Query],
        from: Timestamp,
        to: Timestamp,
        period: Duration,
    ) -> Answer<Vec<Vec<Point>>> {
        let mut found = Vec::with_capacity(queries.len());
        for some in queries.chunks(AT_ONCE) {
            let pages = Box::pin(pages(&self.metrics, some, from, to, period));
            found.extend(pages.await?);
        }
        Ok(found)
    }

    async fn existing_metrics(&self, like: &MetricFilter) -> Answer<Vec<ExistingMetric>> {
        list_metrics::list(&self.metrics, like).await
    }
}

async fn pages(
    client: &MetricsApi,
    queries: &[Query],
    from: Timestamp,
    to: Timestamp,
    period: Duration,
) -> Answer<Vec<Vec<Point>>> {
    let period = i32::try_from(period.as_secs()).unwrap_or(i32::MAX);
    let asked = queries.iter().enumerate();
    let asked: Vec<MetricDataQuery> = asked.map(|(at, query)| of(at, query, period)).collect();
    let mut found = vec![Vec::new(); queries.len()];
    let mut states: Vec<Option<StatusCode>> = vec![None; queries.len()];
    let mut token = None;
    let mut led_to = Tokens::default();
    loop {
        let request = || {
            client
                .get_metric_data()
                .set_metric_data_queries(Some(asked.clone()))
                .start_time(DateTime::from_millis(from.as_millisecond()))
                .end_time(DateTime::from_millis(to.as_millisecond()))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(token.clone())
                .send()
        };
        let (results, next) = client
            .ask(OPERATION, request, |answer| {
                let results = member(answer.metric_data_results, "MetricDataResults")?;
                let results = results.iter().map(|result| part(result, queries.len()));
                let results: Vec<Part> = results.collect::<Result<_, Lacks>>()?;
                let next = answer.next_token.filter(|next| !next.is_empty());
                if next.is_none() {
                    let is_told = |at: usize| results.iter().any(|part| part.at == at);
                    let mut all = states.iter().zip(queries).enumerate();
                    let untold = all.find(|(at, (state, _))| state.is_none() && !is_told(*at));
                    if let Some((_, (_, query))) = untold {
                        let Query {
                            namespace, metric, ..
                        } = query;
                        return Err(Lacks::new(format!(
                            "it says nothing of {namespace} {metric}"
                        )));
                    }
                }
                Ok((results, next))
            })
            .await?;
        for result in results {
            let at = result.at;
            if matches!(
                result.status,
                StatusCode::InternalError | StatusCode::Forbidden
            ) {
                return Err(incomplete(&queries[at], &result.status, &result.words));
            }
            found[at].extend(result.points);
            states[at] = Some(result.status);
        }
        token = led_to.follow(OPERATION, next)?;
        if token.is_none() {
            break;
        }
    }
    let mut states = queries.iter().zip(states);
    let lacking = states.find_map(|(query, state)| {
        let state = state.filter(|state| *state != StatusCode::Complete)?;
        Some(incomplete(query, &state, &[]))
    });
    lacking.map_or(Ok(found), Err)
}

fn of(at: usize, query: &Query, period: i32) -> MetricDataQuery {
    let dimensions = query
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build());
    let metric = Metric::builder()
        .namespace(&query.namespace)
        .metric_name(&query.metric)
        .set_dimensions(Some(dimensions.collect()));
    let statistic = MetricStat::builder()
        .metric(metric.build())
        .period(period)
        .stat(&query.statistic);
    MetricDataQuery::builder()
        .id(format!("q{at}"))
        .metric_stat(statistic.build())
        .build()
}

/// One query's part of an answer.
struct Part {
    at: usize,
    status: StatusCode,
    words: Vec<MessageData>,
    points: Vec<Point>,
}

/// Reads a result, which is of one of so many queries, by the id that [`of`] gave it.
fn part(result: &MetricDataResult, queries: usize) -> Result<Part, Lacks> {
    let id = text(result.id(), "Id of a result")?;
    let at = id.strip_prefix('q').and_then(|at| at.parse().ok());
    let at = at.filter(|at| *at < queries);
    let (times, values) = (result.timestamps(), result.values());
    if times.len() != values.len() {
        return Err(Lacks::new("it has other times than values"));
    }
    let points = times.iter().zip(values).map(|(time, value)| {
        let start = Timestamp::from_second(time.secs());
        let start = start.map_err(|error| Lacks::new(error.to_string()))?;
        Ok(Point {
            start,
            value: *value,
        })
    });
    Ok(Part {
        at: at.ok_or_else(|| Lacks::new("it is about another query"))?,
        status: member(result.status_code().cloned(), "StatusCode of a result")?,
        words: result.messages().to_vec(),
        points: points.collect::<Result<_, Lacks>>()?,
    })
}

/// Numbers that lack some of their data would be taken for a fall.
fn incomplete(query: &Query, status: &StatusCode, messages: &[MessageData]) -> CloudError {
    let denied = *status == StatusCode::Forbidden;
    let texts = messages.iter().filter_map(|message| message.value());
    let texts: Vec<&str> = texts.collect();
    let words = if texts.is_empty() {
        "not all data came".to_owned()
    } else {
        texts.join("; ")
    };
    CloudError {
        operation: OPERATION.name(),
        kind: if denied {
            ErrorKind::Denied
        } else {
            ErrorKind::Lost
        },
        code: Some(status.as_str().to_owned()),
        message: format!("{} {}: {words}", query.namespace, query.metric),
        hint: denied.then(|| format!("allow {} to the caller", OPERATION.permission())),
    }
}

#[cfg(test)]
mod tests;
