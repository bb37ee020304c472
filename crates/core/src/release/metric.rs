//! `CloudWatch` queries and their points.

use jiff::Timestamp;

/// A metric with its statistic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// The namespace, such as `AWS/ApplicationELB`.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// All dimensions, by name.
    pub dimensions: Vec<(String, String)>,
    /// Such as `Sum`, `SampleCount` or `PR(:0.3)`.
    pub statistic: String,
}

/// The value of a statistic over one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When the period began.
    pub start: Timestamp,
    /// The value.
    pub value: f64,
}

/// A metric that `CloudWatch` has had data of in the last two weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingMetric {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub metric: String,
    /// All dimensions, by name.
    pub dimensions: Vec<(String, String)>,
}

/// Which metrics are asked for: those that are like it in all that it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricFilter {
    /// The namespace.
    pub namespace: Option<String>,
    /// The metric's name.
    pub metric: Option<String>,
    /// The name of a dimension.
    pub dimension: Option<String>,
}

impl MetricFilter {
    /// Says whether a metric is one of those.
    #[must_use]
    pub fn takes(&self, known: &ExistingMetric) -> bool {
        let is =
            |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        let mut dimensions = known.dimensions.iter();
        is(&self.namespace, &known.namespace)
            && is(&self.metric, &known.metric)
            && (self.dimension.is_none() || dimensions.any(|(name, _)| is(&self.dimension, name)))
    }
}
