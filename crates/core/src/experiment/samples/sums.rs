//! The sums of a variant, period by period.

use jiff::{SignedDuration, Timestamp};

use super::{MetricCount, Period, VariantCounts};
use crate::experiment::metric_queries::{MetricQueries, MetricSource, VariantSources};
use crate::experiment::outcome_window::OutcomeWindow;
use crate::experiment::rows::ClientCount;
use mlship_stats::{Mean, Pairs, Proportion};

const MINUTE: f64 = 60.0;

/// The sums of a variant so far.
pub(super) struct Sums<'a> {
    sources: &'a VariantSources,
    outcomes: &'a [OutcomeWindow],
    requests: f64,
    /// The most requests of a minute; of a period that is longer, as many as it had on average.
    largest_minute: f64,
    /// How long an answer may take, in minutes.
    patience: f64,
    connection_errors: f64,
    healthy: Option<f64>,
    metrics: Vec<Totals>,
    /// What is of the phase before, of each metric.
    dropped: Vec<Totals>,
}

/// The sums of a metric, by what it is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    /// Trials or units; of requests all answers of targets.
    count: f64,
    /// Successes or values; of requests the answers that are errors.
    sum: f64,
    squares: f64,
    /// Requests that will have no answer any more. It never falls: what had none at one time has
    /// none later.
    unanswered: f64,
}

impl Totals {
    /// Takes in a period, given the requests so far that must have been answered by its end.
    fn add(&mut self, source: &MetricSource, period: &Period, due: f64) {
        let or_none = |query: usize| period.value(query).unwrap_or(0.0);
        match *source {
            MetricSource::Proportion { successes, trials } => {
                self.sum += or_none(successes);
                self.count += or_none(trials);
            }
            MetricSource::Answered { answers, .. } => {
                let [.., errors] = answers;
                self.sum += or_none(errors);
                self.count += answers.into_iter().map(or_none).sum::<f64>();
                self.unanswered = self.unanswered.max(due - self.count);
            }
            MetricSource::Slower { rank, samples } => {
                if let (Some(rank), Some(samples)) = (period.value(rank), period.value(samples)) {
                    // A share of whole requests: what is between is rounding.
                    self.sum += ((1.0 - rank / 100.0) * samples).round();
                    self.count += samples;
                }
            }
            MetricSource::Mean {
                count,
                sum,
                squares,
            } => {
                self.sum += or_none(sum);
                self.count += or_none(count);
                self.squares += or_none(squares);
            }
            MetricSource::Rows(_) => {}
        }
    }
}

impl<'a> Sums<'a> {
    pub(super) fn new(sources: &'a VariantSources, queries: &'a MetricQueries) -> Self {
        let nothing = vec![Totals::default(); sources.metrics.len()];
        Self {
            sources,
            outcomes: &queries.outcomes,
            requests: 0.0,
            largest_minute: 0.0,
            patience: queries.idle_timeout.as_secs_f64() / MINUTE,
            connection_errors: 0.0,
            healthy: None,
            dropped: nothing.clone(),
            metrics: nothing,
        }
    }

    /// Takes in a period that ends at a time.
    pub(super) fn add(&mut self, period: &Period, at: Timestamp) {
        let or_none = |query: usize| period.value(query).unwrap_or(0.0);
        let requests = or_none(self.sources.requests);
        self.requests += requests;
        let minutes = (period.length.as_secs_f64() / MINUTE).max(1.0);
        self.largest_minute = self.largest_minute.max(requests / minutes);
        self.connection_errors += or_none(self.sources.connection_errors);
        self.healthy = period.value(self.sources.healthy).or(self.healthy);
        let in_flight = self.in_flight();
        let from = at.saturating_sub(SignedDuration::try_from(period.length).unwrap_or_default());
        let from = from.unwrap_or(at);
        for (place, source) in self.sources.metrics.iter().enumerate() {
            let window = self.outcomes.get(place).copied().unwrap_or_default();
            let sums = if window.takes(from, at) {
                &mut self.metrics[place]
            } else if window.is_before(from) {
                &mut self.dropped[place]
            } else {
                continue;
            };
            sums.add(source, period, self.requests - in_flight);
        }
    }

    fn in_flight(&self) -> f64 {
        (self.largest_minute * self.patience).ceil()
    }

    pub(super) fn counts(&self) -> VariantCounts {
        let metrics = self.sources.metrics.iter().zip(&self.metrics);
        VariantCounts {
            requests: whole(self.requests),
            in_flight: whole(self.in_flight()),
            connection_errors: whole(self.connection_errors),
            healthy: self.healthy,
            dropped: self.dropped(),
            metrics: metrics
                .map(|(source, sums)| self.count(source, sums))
                .collect(),
        }
    }

    /// Returns what was left out of the primary metric, if anything was.
    fn dropped(&self) -> Option<MetricCount> {
        let (source, sums) = (self.sources.metrics.first()?, self.dropped.first()?);
        let dropped = self.count(source, sums);
        (dropped.trials() > 0).then_some(dropped)
    }

    fn count(&self, source: &MetricSource, sums: &Totals) -> MetricCount {
        match source {
            MetricSource::Proportion { .. } | MetricSource::Slower { .. } => {
                MetricCount::Proportion(Proportion {
                    successes: whole(sums.sum),
                    trials: whole(sums.count),
                })
            }
            MetricSource::Answered { .. } => {
                let requests = whole(self.requests);
                // At the beginning of a window answers may come to requests from before it.
                let errors = whole(sums.sum + sums.unanswered).min(requests);
                MetricCount::Proportion(Proportion {
                    successes: errors,
                    trials: requests,
                })
            }
            MetricSource::Mean { .. } => MetricCount::Mean(Mean {
                count: whole(sums.count),
                sum: sums.sum,
                sum_squares: sums.squares,
            }),
            MetricSource::Rows(kind) => MetricCount::Clients(ClientCount {
                kind: *kind,
                is_adjusted: false,
                pairs: Pairs::default(),
            }),
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
