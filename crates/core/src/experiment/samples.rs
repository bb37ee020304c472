//! Sums `CloudWatch` points into counts for each variant and metric, up to the end of each period.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::metric_queries::{MetricQueries, MetricSource, VariantSources};
use super::rows::ClientCount;
use super::window::Part;
use crate::release::Point;
use mlship_manifest::schema::MetricType;
use mlship_stats::{Arms, Mean, Pairs, Proportion};

/// Everything that was counted up to a time.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeCounts {
    /// The time.
    pub at: Timestamp,
    /// The variants, in their order.
    pub arms: Vec<VariantCounts>,
}

/// What was counted of a variant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VariantCounts {
    /// Requests.
    pub requests: u64,
    /// Requests that did not reach their target.
    pub connection_errors: u64,
    /// The healthy targets, as they were last seen.
    pub healthy: Option<f64>,
    /// The primary metric, then the guardrails.
    pub metrics: Vec<MetricCount>,
}

/// What was counted of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MetricCount {
    /// Of a proportion.
    Proportion(Proportion),
    /// Of a mean.
    Mean(Mean),
    /// Of clients, each in a row.
    Clients(ClientCount),
}

impl MetricCount {
    /// Returns the trials or units.
    #[must_use]
    pub fn trials(self) -> u64 {
        match self {
            Self::Proportion(one) => one.trials,
            Self::Mean(one) => one.count,
            Self::Clients(clients) => clients.clients(),
        }
    }

    /// Returns the rate or the mean, where there is one.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        match self {
            Self::Proportion(one) => one.rate(),
            Self::Mean(one) => one.mean(),
            Self::Clients(clients) => clients.rate(),
        }
    }

    /// Says whether it is a proportion, rather than a mean or a ratio.
    #[must_use]
    pub fn is_proportion(self) -> bool {
        match self {
            Self::Proportion(_) => true,
            Self::Mean(_) => false,
            Self::Clients(clients) => clients.kind == MetricType::Proportion,
        }
    }

    /// Returns by which part a covariate narrows the interval of the difference to a control, where
    /// there is one.
    #[must_use]
    pub fn narrowed(self, control: Self) -> Option<f64> {
        match (control, self) {
            (Self::Clients(control), Self::Clients(own)) => own.narrowed(&control),
            _ => None,
        }
    }

    /// Returns both arms of a comparison with a control.
    #[must_use]
    pub fn against(self, control: Self) -> Option<Arms> {
        match (control, self) {
            (Self::Proportion(control), Self::Proportion(challenger)) => Some(Arms::Proportions {
                control,
                challenger,
            }),
            (Self::Mean(control), Self::Mean(challenger)) => Some(Arms::Means {
                control,
                challenger,
            }),
            (Self::Clients(control), Self::Clients(own)) => own.against(&control),
            _ => None,
        }
    }
}

/// The answers to all queries, period by period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// By the end of each period; the value of each query, where it has one.
    periods: BTreeMap<Timestamp, Vec<Option<f64>>>,
}

impl Samples {
    /// Takes in the points of a part of the window.
    pub fn add(&mut self, part: &Part, points: &[Vec<Point>]) {
        let period = SignedDuration::try_from(part.period).unwrap_or(SignedDuration::ZERO);
        for (query, points) in points.iter().enumerate() {
            for point in points {
                // An endpoint may answer with more than was asked for.
                if point.start < part.from || point.start >= part.to {
                    continue;
                }
                let end = point.start.saturating_add(period).unwrap_or(part.to);
                let values = self.periods.entry(end).or_default();
                values.resize(values.len().max(query + 1), None);
                values[query] = Some(point.value);
            }
        }
    }

    /// Returns what nothing comes to.
    #[must_use]
    pub fn nothing(queries: &MetricQueries, at: Timestamp) -> CumulativeCounts {
        let arms = queries.arms.iter();
        CumulativeCounts {
            at,
            arms: arms.map(|sources| Sums::new(sources).counts()).collect(),
        }
    }

    /// Returns what was counted up to the end of each period.
    #[must_use]
    pub fn looks(&self, queries: &MetricQueries) -> Vec<CumulativeCounts> {
        let arms = queries.arms.iter();
        let mut sums: Vec<Sums<'_>> = arms.map(Sums::new).collect();
        let mut looks = Vec::with_capacity(self.periods.len());
        for (at, values) in &self.periods {
            let value = |query: usize| values.get(query).copied().flatten();
            for sum in &mut sums {
                sum.add(&value);
            }
            looks.push(CumulativeCounts {
                at: *at,
                arms: sums.iter().map(Sums::counts).collect(),
            });
        }
        looks
    }
}

/// The sums of a variant so far.
struct Sums<'a> {
    sources: &'a VariantSources,
    requests: f64,
    connection_errors: f64,
    healthy: Option<f64>,
    metrics: Vec<[f64; 3]>,
}

impl<'a> Sums<'a> {
    fn new(sources: &'a VariantSources) -> Self {
        Self {
            sources,
            requests: 0.0,
            connection_errors: 0.0,
            healthy: None,
            metrics: vec![[0.0; 3]; sources.metrics.len()],
        }
    }

    fn add(&mut self, value: &impl Fn(usize) -> Option<f64>) {
        let or_none = |query: usize| value(query).unwrap_or(0.0);
        self.requests += or_none(self.sources.requests);
        self.connection_errors += or_none(self.sources.connection_errors);
        self.healthy = value(self.sources.healthy).or(self.healthy);
        for (source, sums) in self.sources.metrics.iter().zip(&mut self.metrics) {
            let more = match *source {
                MetricSource::Proportion { successes, trials } => {
                    [or_none(successes), or_none(trials), 0.0]
                }
                MetricSource::Slower { rank, samples } => match (value(rank), value(samples)) {
                    // A share of whole requests: what is between is rounding.
                    (Some(rank), Some(samples)) => {
                        [((1.0 - rank / 100.0) * samples).round(), samples, 0.0]
                    }
                    _ => [0.0; 3],
                },
                MetricSource::Mean {
                    count,
                    sum,
                    squares,
                } => [or_none(sum), or_none(count), or_none(squares)],
                MetricSource::Rows(_) => [0.0; 3],
            };
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        }
    }

    fn counts(&self) -> VariantCounts {
        let metrics = self.sources.metrics.iter().zip(&self.metrics);
        VariantCounts {
            requests: whole(self.requests),
            connection_errors: whole(self.connection_errors),
            healthy: self.healthy,
            metrics: metrics
                .map(|(source, [sum, count, squares])| match source {
                    MetricSource::Proportion { .. } | MetricSource::Slower { .. } => {
                        MetricCount::Proportion(Proportion {
                            successes: whole(*sum),
                            trials: whole(*count),
                        })
                    }
                    MetricSource::Mean { .. } => MetricCount::Mean(Mean {
                        count: whole(*count),
                        sum: *sum,
                        sum_squares: *squares,
                    }),
                    MetricSource::Rows(kind) => MetricCount::Clients(ClientCount {
                        kind: *kind,
                        is_adjusted: false,
                        pairs: Pairs::default(),
                    }),
                })
                .collect(),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, and what is beyond the ends becomes them"
)]
fn whole(sum: f64) -> u64 {
    sum.round() as u64
}
