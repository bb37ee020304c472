//! Whether `CloudWatch` has the metrics that decide, before an experiment runs on them: a name that
//! is misspelt counts nothing, and looks like a metric that nothing happened to.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::comparison::Comparison;
use super::{if_it_wins, late_outcomes};
use crate::cloud::{Answer, Balancing, CloudError, Metrics};
use crate::experiment::start::StartPlan;
use crate::experiment::{Doubts, MetricQueries, Samples, Window, unknown};
use crate::release::{ExistingMetric, MetricFilter, Query};

/// What is like a metric that is not there is looked for by the dimension that it should have.
const DIMENSION: &str = "Variant";

/// Adds to the plan of a start what is not right with what it will measure.
pub async fn warn<C: Balancing + Metrics>(
    cloud: &C,
    comparison: &Comparison,
    plan: &mut StartPlan,
    now: Timestamp,
) {
    plan.warn(of_metrics(cloud, comparison, now).await);
    if let Some(experiment) = comparison.measured() {
        late_outcomes::warn(experiment, plan);
        if_it_wins::warn(experiment, comparison, plan);
    }
}

/// Returns what is not right with the metrics of an experiment: those that are not there yet, with
/// what is like them, and counts of the last day that can't be.
pub async fn of_metrics<C: Balancing + Metrics>(
    cloud: &C,
    comparison: &Comparison,
    now: Timestamp,
) -> Vec<String> {
    let Some(experiment) = comparison.measured() else {
        return Vec::new();
    };
    let definition = &comparison.definition;
    let queries = MetricQueries::of(Some(experiment), definition);
    let mut found = absent(cloud, &queries.of_business(experiment)).await;
    let yesterday = now.saturating_sub(SignedDuration::from_hours(24));
    let window = Window::new(yesterday.unwrap_or(now), now, now);
    match samples(cloud, &queries, &window, now).await {
        Ok(samples) => {
            let looks = samples.looks(&queries);
            let last = looks.last();
            let doubts =
                last.map(|last| Doubts::of(experiment, definition, &queries, &samples, last));
            found.extend(doubts.unwrap_or_default().impossible);
        }
        Err(error) => found.push(unchecked("the counts of the last day", &error)),
    }
    found
}

/// Reads the points of a window.
///
/// # Errors
/// When AWS gives no usable answer.
pub(super) async fn samples<C: Metrics>(
    cloud: &C,
    queries: &MetricQueries,
    window: &Window,
    now: Timestamp,
) -> Answer<Samples> {
    let mut answers = Samples::default();
    for part in window.parts(now) {
        let points = cloud.points(&queries.queries, part.from, part.to, part.period);
        answers.add(&part, &points.await?);
    }
    Ok(answers)
}

/// Returns which of some metrics are not there, with what is like them.
pub(super) async fn absent<C: Metrics>(cloud: &C, queries: &[Query]) -> Vec<String> {
    match look_for(cloud, queries).await {
        Ok(existing) => unknown(queries, &existing),
        Err(error) => vec![unchecked("whether CloudWatch has the metrics", &error)],
    }
}

/// Returns the metrics that are there, and as far as some are not, those that are like them.
async fn look_for<C: Metrics>(cloud: &C, queries: &[Query]) -> Answer<Vec<ExistingMetric>> {
    let by_name = |query: &Query| MetricFilter {
        namespace: Some(query.namespace.clone()),
        metric: Some(query.metric.clone()),
        dimension: None,
    };
    let mut found = all(cloud, queries.iter().map(by_name).collect()).await?;
    let is_missing = |query: &&Query| !crate::experiment::is_there(query, &found);
    let missing: Vec<&Query> = queries.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let of_namespace = |query: &&Query| MetricFilter {
        namespace: Some(query.namespace.clone()),
        ..MetricFilter::default()
    };
    let mut wider: BTreeSet<MetricFilter> = missing.iter().map(of_namespace).collect();
    wider.insert(MetricFilter {
        dimension: Some(DIMENSION.to_owned()),
        ..MetricFilter::default()
    });
    found.extend(all(cloud, wider).await?);
    Ok(found)
}

async fn all<C: Metrics>(
    cloud: &C,
    filters: BTreeSet<MetricFilter>,
) -> Answer<Vec<ExistingMetric>> {
    let mut found = Vec::new();
    for filter in filters {
        found.extend(cloud.existing_metrics(&filter).await?);
    }
    Ok(found)
}

fn unchecked(what: &str, error: &CloudError) -> String {
    let hint = error.hint.as_ref();
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    format!("{what} was not checked: {error}{hint}")
}
