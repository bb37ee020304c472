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
