//! A fake `CloudWatch`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{FakeCloud, FakeFleet};
use crate::cloud::{Answer, Metrics};
use crate::release::{ExistingMetric, MetricFilter, Point, Query};

/// Has one point in each part of a window, where a value was put there.
#[derive(Default)]
pub struct FakeMetrics(
    RefCell<BTreeMap<(String, &'static str), f64>>,
    /// What it says that there is.
    pub RefCell<Vec<ExistingMetric>>,
);

impl FakeMetrics {
    /// Lets a metric have a value, by what the last of its dimensions names.
    pub fn put(&self, dimension: &str, metric: &'static str, value: f64) {
        let mut values = self.0.borrow_mut();
        values.insert((dimension.to_owned(), metric), value);
    }

    /// Lets a metric have no data.
    pub fn drop(&self, dimension: &str, metric: &'static str) {
        self.0.borrow_mut().remove(&(dimension.to_owned(), metric));
    }

    fn value(&self, query: &Query) -> Option<f64> {
        let (_, dimension) = query.dimensions.last()?;
        let values = self.0.borrow();
        let mut values = values.iter();
        let found = values.find(|((of, metric), _)| of == dimension && *metric == query.metric);
        found.map(|(_, value)| *value)
    }
}

impl FakeMetrics {
    fn points(&self, queries: &[Query], from: Timestamp) -> Vec<Vec<Point>> {
        let points = |query: &Query| {
            let value = self.value(query);
            let point = value.map(|value| Point { start: from, value });
            point.into_iter().collect()
        };
        queries.iter().map(points).collect()
    }

    fn existing(&self, like: &MetricFilter) -> Vec<ExistingMetric> {
        let known = self.1.borrow().clone().into_iter();
        known.filter(|known| like.takes(known)).collect()
    }
}

impl Metrics for FakeFleet {
    async fn points(
        &self,
        queries: &[Query],
        from: Timestamp,
        _: Timestamp,
        _: Duration,
    ) -> Answer<Vec<Vec<Point>>> {
        Ok(self.metrics.points(queries, from))
    }

    async fn existing_metrics(&self, like: &MetricFilter) -> Answer<Vec<ExistingMetric>> {
        Ok(self.metrics.existing(like))
    }
}

impl Metrics for FakeCloud {
    async fn points(
        &self,
        queries: &[Query],
        from: Timestamp,
        _: Timestamp,
        _: Duration,
    ) -> Answer<Vec<Vec<Point>>> {
        self.read("GetMetricData", |_| self.metrics.points(queries, from))
            .await
    }

    async fn existing_metrics(&self, like: &MetricFilter) -> Answer<Vec<ExistingMetric>> {
        self.read("ListMetrics", |_| self.metrics.existing(like))
            .await
    }
}
