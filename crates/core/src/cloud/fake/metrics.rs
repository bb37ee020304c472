//! A fake `CloudWatch`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{FakeCloud, FakeFleet};
use crate::cloud::{Answer, Metrics};
use crate::release::{ExistingMetric, MetricFilter, Point, Query};

/// Has one point in each part of a window, where a value was put there.
#[derive(Default)]
pub struct FakeMetrics(
    RefCell<BTreeMap<(String, &'static str), f64>>,
    /// What it says that there is.
    pub RefCell<Vec<ExistingMetric>>,
    /// Whether there is a point in each period of a window, rather than one in all of it.
    pub Cell<bool>,
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
    fn points(
        &self,
        queries: &[Query],
        [from, to]: [Timestamp; 2],
        period: Duration,
    ) -> Vec<Vec<Point>> {
        let periods = to.duration_since(from).as_secs() / period.as_secs().max(1).cast_signed();
        let periods = if self.2.get() { periods } else { 1 };
        let start = |place: i64| {
            let after = SignedDuration::try_from(period).unwrap() * i32::try_from(place).unwrap();
            from + after
        };
        let points = |query: &Query| {
            let value = self.value(query);
            let starts = (0..periods).map(start);
            let points = starts.filter_map(|start| {
                Some(Point {
                    start,
                    value: value?,
                })
            });
            points.collect()
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
        to: Timestamp,
        period: Duration,
    ) -> Answer<Vec<Vec<Point>>> {
        Ok(self.metrics.points(queries, [from, to], period))
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
        to: Timestamp,
        period: Duration,
    ) -> Answer<Vec<Vec<Point>>> {
        self.read("GetMetricData", |_| {
            self.metrics.points(queries, [from, to], period)
        })
        .await
    }

    async fn existing_metrics(&self, like: &MetricFilter) -> Answer<Vec<ExistingMetric>> {
        self.read("ListMetrics", |_| self.metrics.existing(like))
            .await
    }
}
