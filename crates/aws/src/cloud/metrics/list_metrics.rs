//! `CloudWatch`'s `ListMetrics`: which metrics there are.

use aws_sdk_cloudwatch::types::{DimensionFilter, Metric};

use super::super::api::MetricsApi;
use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::{ExistingMetric, MetricFilter};

/// An account may have hundreds of thousands; what is looked for is among the first, or there is
/// too much that is like it to be told.
const ENOUGH: usize = 5_000;

pub(super) async fn list(client: &MetricsApi, like: &MetricFilter) -> Answer<Vec<ExistingMetric>> {
    let dimensions = like.dimension.as_ref();
    let dimensions = dimensions.map(|name| DimensionFilter::builder().name(name).build());
    let dimensions: Option<Vec<DimensionFilter>> = dimensions.map(|filter| vec![filter]);
    let request = |token| {
        client
            .list_metrics()
            .set_namespace(like.namespace.clone())
            .set_metric_name(like.metric.clone())
            .set_dimensions(dimensions.clone())
            .set_next_token(token)
            .send()
    };
    client
        .pages(Operation::ListMetrics, ENOUGH, request, |answer| {
            let metrics = member(answer.metrics, "Metrics")?;
            let metrics = metrics.iter().map(existing);
            Ok((metrics.collect::<Result<_, Lacks>>()?, answer.next_token))
        })
        .await
}

fn existing(metric: &Metric) -> Result<ExistingMetric, Lacks> {
    let dimensions = metric.dimensions().iter().map(|dimension| {
        let name = text(dimension.name(), "Name of a dimension")?;
        let value = text(dimension.value(), "Value of a dimension")?;
        Ok((name.to_owned(), value.to_owned()))
    });
    Ok(ExistingMetric {
        namespace: text(metric.namespace(), "Namespace of a metric")?.to_owned(),
        metric: text(metric.metric_name(), "MetricName")?.to_owned(),
        dimensions: dimensions.collect::<Result<_, Lacks>>()?,
    })
}
