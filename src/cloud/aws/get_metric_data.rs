//! `CloudWatch`'s `GetMetricData`: the points of many metrics, page by page.

use std::time::Duration;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, MessageData, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy,
    StatusCode,
};
use jiff::Timestamp;

use super::call::read;
use super::classify::permission;
use crate::cloud::{Answer, CloudError, ErrorKind, Metrics};
use crate::release::{Point, Query};

const OPERATION: &str = "GetMetricData";

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
}

async fn pages(
    client: &Client,
    queries: &[Query],
    from: Timestamp,
    to: Timestamp,
    period: Duration,
) -> Answer<Vec<Vec<Point>>> {
    let period = i32::try_from(period.as_secs()).unwrap_or(i32::MAX);
    let asked = queries.iter().enumerate();
    let asked: Vec<MetricDataQuery> = asked.map(|(at, query)| of(at, query, period)).collect();
    let mut found = vec![Vec::new(); queries.len()];
    let mut partial = vec![false; queries.len()];
    let mut token = None;
    loop {
        let request = client
            .get_metric_data()
            .set_metric_data_queries(Some(asked.clone()))
            .start_time(DateTime::from_millis(from.as_millisecond()))
            .end_time(DateTime::from_millis(to.as_millisecond()))
            .scan_by(ScanBy::TimestampAscending)
            .set_next_token(token);
        let answer = read(OPERATION, request.send()).await?;
        for result in answer.metric_data_results() {
            let Some(at) = place(result).filter(|at| *at < queries.len()) else {
                continue;
            };
            match result.status_code() {
                Some(status @ (StatusCode::InternalError | StatusCode::Forbidden)) => {
                    return Err(incomplete(&queries[at], status, result.messages()));
                }
                status => partial[at] = status == Some(&StatusCode::PartialData),
            }
            found[at].extend(points(result));
        }
        token = answer.next_token;
        if token.is_none() {
            break;
        }
    }
    match partial.iter().position(|partial| *partial) {
        Some(at) => Err(incomplete(&queries[at], &StatusCode::PartialData, &[])),
        None => Ok(found),
    }
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

/// Returns which query a result is of, by the id that [`of`] gave it.
fn place(result: &MetricDataResult) -> Option<usize> {
    result.id()?.strip_prefix('q')?.parse().ok()
}

fn points(result: &MetricDataResult) -> impl Iterator<Item = Point> {
    let both = result.timestamps().iter().zip(result.values());
    both.filter_map(|(time, value)| {
        Some(Point {
            start: Timestamp::from_second(time.secs()).ok()?,
            value: *value,
        })
    })
}

/// Numbers that lack some of their data would be taken for a fall.
fn incomplete(query: &Query, status: &StatusCode, words: &[MessageData]) -> CloudError {
    let denied = *status == StatusCode::Forbidden;
    let words = words.iter().filter_map(|one| one.value());
    let words: Vec<&str> = words.collect();
    let words = if words.is_empty() {
        "not all data came".to_owned()
    } else {
        words.join("; ")
    };
    CloudError {
        operation: OPERATION,
        kind: if denied {
            ErrorKind::Denied
        } else {
            ErrorKind::Lost
        },
        code: Some(status.as_str().to_owned()),
        message: format!("{} {}: {words}", query.namespace, query.metric),
        hint: denied.then(|| format!("allow {} to the caller", permission(OPERATION))),
    }
}

#[cfg(test)]
mod tests;
