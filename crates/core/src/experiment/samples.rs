//! Sums `CloudWatch` points into counts for each variant and metric, up to the end of each period.

mod sums;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use self::sums::Sums;
use super::metric_queries::MetricQueries;
use super::rows::ClientCount;
use super::window::Part;
use crate::release::Point;
use mlship_manifest::schema::MetricType;
use mlship_stats::{Arms, Mean, Proportion};

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
    /// The most of them that may be answered yet, by the largest minute and the time that the load
    /// balancer waits.
    pub in_flight: u64,
    /// Requests that did not reach their target.
    pub connection_errors: u64,
    /// The healthy targets, as they were last seen.
    pub healthy: Option<f64>,
    /// The primary metric, then the guardrails.
    pub metrics: Vec<MetricCount>,
    /// What was left out of the primary metric, since it may be of the phase before.
    pub dropped: Option<MetricCount>,
}

impl VariantCounts {
    /// Says whether the load balancer's data are missing: it counts nothing where it was idle, and
    /// these trials came with requests.
    #[must_use]
    pub fn lacks_requests(&self, trials: u64) -> bool {
        self.requests == 0 && trials > 0
    }

    /// Says whether these trials are more than requests can have brought, those included that
    /// came shortly before.
    #[must_use]
    pub fn has_more_trials_than_requests(&self, trials: u64) -> bool {
        self.requests > 0 && trials > self.requests.saturating_add(self.in_flight)
    }
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
    /// By the end of each.
    periods: BTreeMap<Timestamp, Period>,
}

/// What was counted in a period.
#[derive(Debug, Clone, Default, PartialEq)]
struct Period {
    length: Duration,
    /// The value of each query, where it has one.
    values: Vec<Option<f64>>,
}

impl Period {
    fn value(&self, query: usize) -> Option<f64> {
        self.values.get(query).copied().flatten()
    }
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
                let found = self.periods.entry(end).or_default();
                found.length = part.period;
                let values = &mut found.values;
                values.resize(values.len().max(query + 1), None);
                values[query] = Some(point.value);
            }
        }
    }

    /// Says whether a query has no point at all.
    #[must_use]
    pub fn is_silent(&self, query: usize) -> bool {
        let mut periods = self.periods.values();
        !periods.any(|period| period.value(query).is_some())
    }

    /// Returns what nothing comes to.
    #[must_use]
    pub fn nothing(queries: &MetricQueries, at: Timestamp) -> CumulativeCounts {
        let arms = queries.arms.iter();
        CumulativeCounts {
            at,
            arms: arms
                .map(|sources| Sums::new(sources, queries).counts())
                .collect(),
        }
    }

    /// Returns what was counted up to the end of each period.
    #[must_use]
    pub fn looks(&self, queries: &MetricQueries) -> Vec<CumulativeCounts> {
        let arms = queries.arms.iter();
        let sums = arms.map(|arm| Sums::new(arm, queries));
        let mut sums: Vec<Sums<'_>> = sums.collect();
        let mut looks = Vec::with_capacity(self.periods.len());
        for (at, period) in &self.periods {
            for sum in &mut sums {
                sum.add(period, *at);
            }
            looks.push(CumulativeCounts {
                at: *at,
                arms: sums.iter().map(Sums::counts).collect(),
            });
        }
        looks
    }
}
